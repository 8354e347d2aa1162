// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/cloud/account.h"
#include "turso/cloud/databases.h"
#include "turso/types.h"

namespace Turso::CloudApi
{

/// Databases that start as copies of others. The gateway thread; what it is given must outlive it.
class Branches : public QObject
{
    Q_OBJECT
public:
    Branches(Databases &databases, Account &account, const Base::Clock &clock);

    /// InvalidArgument for an instant outside the plan's window, as far as the plan is known;
    /// Turso's own refusal otherwise. Answers once Turso says that the new database came from its
    /// source: where it never says so, that is the error, as the branch may be empty.
    Base::Pending<Database> create(NewBranch branch);
    /// Direct ones, by name. Each is looked at by itself: Turso's lists may lack parts.
    Base::Pending<std::vector<Database>> of(std::string database);

private:
    Base::Result<void> checkInstant(Base::Millis instant, const std::string &plan) const;
    Base::Pending<Database> post(const NewBranch &branch, const Database &source);

    Databases &m_databases;
    Account &m_account;
    const Base::Clock &m_clock;
};

} // namespace Turso::CloudApi
