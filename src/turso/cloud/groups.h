// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/cloud/api.h"
#include "turso/cloud/databases.h"
#include "turso/types.h"

#include <string>
#include <vector>

namespace Turso::CloudApi
{

/// One organization's groups. The gateway thread; what it is given must outlive it.
class Groups : public QObject
{
    Q_OBJECT
public:
    /// `own`: of a token for one group, or empty.
    Groups(Api &api, Databases &databases, std::string own);

    Base::Pending<std::vector<Group>> all();
    /// The group that a new database goes to where none is named: the token's own, `default`, or
    /// the first.
    Base::Pending<std::string> usual();
    /// In the location of the group that there is already.
    Base::Pending<Group> create(std::string name);
    Base::Pending<Group> remove(std::string name);
    Base::Pending<Group> protect(std::string name, bool isProtected);

private:
    Base::Pending<Group> one(std::string name);
    Base::Pending<Base::Json> list();
    Base::Pending<Group> removeEmpty(const Group &group);

    Api &m_api;
    Databases &m_databases;
    const std::string m_own;
};

} // namespace Turso::CloudApi
