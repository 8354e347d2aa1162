// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/cloud/answers.h"
#include "turso/cloud/api.h"
#include "turso/cloud/facts.h"
#include "turso/cloud/tokencheck.h"
#include "turso/health.h"
#include "turso/types.h"

#include <memory>
#include <string>

namespace Turso::CloudApi
{

/// The organization itself: its plan, its health, its audit list. The gateway thread; what it is
/// given must outlive it.
class Account : public QObject
{
    Q_OBJECT
public:
    Account(Api &api, Facts &facts, const Base::Clock &clock, std::string organization);

    /// Its plan ("scaler"), or empty where Turso does not tell; never an error.
    Base::Pending<std::string> plan();
    Base::Pending<Health> health();
    Base::Pending<AuditPage> auditList(int page);

private:
    Base::Pending<TokenReach> reach();
    Base::Pending<Health> described(const TokenReach &reach);

    Api &m_api;
    Facts &m_facts;
    const Base::Clock &m_clock;
    const std::string m_organization;
    Base::Millis m_planAt = 0; ///< when it was last asked for
    std::shared_ptr<const Base::Secret> m_checked; ///< the token that `m_reach` is of
    TokenReach m_reach;
};

} // namespace Turso::CloudApi
