// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/cloud/account.h"

#include "turso/cloud/flow.h"

#include <algorithm>
#include <array>

namespace Turso::CloudApi
{

using Base::ErrorKind;
using Base::fail;
using Base::Json;
using Base::Pending;
using Base::readyNow;
using Base::Result;

namespace
{

constexpr Base::Millis kPlanTime = 3'600'000;

Health troubled(const Base::Error &error)
{
    Health health;
    if (error.kind == ErrorKind::Unauthorized)
        health.state = Health::State::SignedOut;
    else if (error.kind == ErrorKind::UpstreamError || error.kind == ErrorKind::Cancelled)
        health.state = Health::State::Unreachable;
    else
        health.state = Health::State::Limited;
    health.sentence = error.message + (error.hint.empty() ? "" : " " + error.hint);
    return health;
}

/// What stops working without a scope.
void tellScopes(const TokenReach &reach, Health &health)
{
    struct Need {
        const char *scope;
        const char *means;
    };
    static constexpr std::array<Need, 5> kNeeds
        = {{{"read", "databases cannot be looked up"},
            {"db:mint-token", "no SQL can be run, not even to read"},
            {"db:create", "no databases and branches can be made"},
            {"db:configure", "no configuration can be changed"},
            {"db:delete", "no database can be deleted"}}};
    if (reach.scopes.empty())
        return;
    for (const Need &need : kNeeds) {
        if (std::find(reach.scopes.begin(), reach.scopes.end(), need.scope) != reach.scopes.end())
            continue;
        const std::string sentence
            = std::string("The token lacks the scope ") + need.scope + ": " + need.means + ".";
        const bool isGrave = &need < &kNeeds[2];
        if (isGrave && health.sentence.empty()) {
            health.state = Health::State::Limited;
            health.sentence
                = sentence + " Make one for the group that has it, and give it to this connection.";
        } else {
            health.warnings.push_back(sentence);
        }
    }
}

std::string capitalised(std::string text)
{
    if (!text.empty() && text.front() >= 'a' && text.front() <= 'z')
        text.front() = static_cast<char>(text.front() - 'a' + 'A');
    return text;
}

/// The number of databases that a plan allows, branches among them.
std::optional<std::int64_t> quotaOf(const Json &plans, const std::string &plan)
{
    const Json &list = field(plans, "plans");
    if (!list.is_array() || plan.empty())
        return std::nullopt;
    for (const Json &one : list) {
        if (textField(one, "name").value_or("") == plan)
            return integerField(field(one, "quotas"), "databases");
    }
    return std::nullopt;
}

} // namespace

Account::Account(Api &api, Facts &facts, const Base::Clock &clock, std::string organization)
    : m_api(api)
    , m_facts(facts)
    , m_clock(clock)
    , m_organization(std::move(organization))
{
}

Pending<std::string> Account::plan()
{
    const Base::Millis age = m_clock.now() - m_planAt;
    if (m_planAt != 0 && age >= 0 && age < kPlanTime)
        return readyNow<std::string>(m_facts.plan());
    return afterwards(m_api.get(m_api.path(""), {.doing = "show the organization"}), this,
                      [this](const Result<Json> &body) {
                          const auto organization = body ? organizationFrom(*body) : std::nullopt;
                          if (organization)
                              m_facts.setPlan(organization->plan);
                          m_planAt = m_clock.now();
                          return readyNow<std::string>(m_facts.plan());
                      });
}

Pending<TokenReach> Account::reach()
{
    const auto token = m_api.token();
    if (m_checked != token || !token)
        // What it must show was asked when somebody gave it to the connection.
        return andThen(reachOf(m_api, m_organization, true), this, [this, token](TokenReach reach) {
            m_checked = token;
            m_reach = reach;
            return readyNow<TokenReach>(std::move(reach));
        });
    return afterwards(m_api.get("/v1/auth/validate", {.doing = "check the token"}), this,
                      [this](Result<Json> body) {
                          const bool isMissing = !body && body.error().kind == ErrorKind::NotFound;
                          return body || isMissing
                              ? readyNow<TokenReach>(m_reach)
                              : readyNow<TokenReach>(tl::unexpected(std::move(body).error()));
                      });
}

Pending<Health> Account::described(const TokenReach &reach)
{
    const auto organization = m_api.get(m_api.path(""), {.doing = "show the organization"});
    const auto usage = m_api.get(m_api.path("/usage"), {.doing = "show what is used"});
    const auto plans = m_api.get(m_api.path("/plans"), {.doing = "show the plans"});
    using Pair = std::pair<Result<Json>, Result<Json>>;
    const auto all = both(both(organization, usage, this), plans, this);
    return andThen(all, this, [this, reach](std::pair<Result<Pair>, Result<Json>> seen) {
        auto &[first, priced] = seen;
        const Pair pair = first ? *first : Pair(Json(), Json());
        const auto record = pair.first ? organizationFrom(*pair.first) : std::nullopt;
        const auto used = pair.second ? usageFrom(*pair.second) : std::nullopt;
        Health health;
        const auto fact = [&health](const char *name, std::string value) {
            if (!value.empty())
                health.facts.emplace_back(name, std::move(value));
        };
        if (record) {
            m_facts.setPlan(record->plan);
            m_planAt = m_clock.now();
            if (record->blockedReads || record->blockedWrites)
                health.warnings.push_back(
                    std::string("Turso has blocked ") + (record->blockedReads ? "reads" : "writes")
                    + " of the whole organization; see its billing page on app.turso.tech.");
        }
        fact("Plan", capitalised(m_facts.plan()));
        if (used && used->databases)
            fact("Databases", std::to_string(*used->databases));
        if (const auto quota = priced ? quotaOf(*priced, m_facts.plan()) : std::nullopt)
            fact("Branch quota", std::to_string(*quota) + " databases, branches among them");
        if (const auto days = pointInTimeDays(m_facts.plan()))
            fact("Point in time", windowText(*days));
        fact("Token scope", reach.sentence());
        fact("Token expires",
             reach.expiresAt ? Base::toRfc3339(*reach.expiresAt) : std::string("never"));
        tellScopes(reach, health);
        return readyNow<Health>(std::move(health));
    });
}

Pending<Health> Account::health()
{
    return afterwards(reach(), this, [this](const Result<TokenReach> &reach) {
        return reach ? described(*reach) : readyNow<Health>(troubled(reach.error()));
    });
}

Pending<AuditPage> Account::auditList(int page)
{
    constexpr int kPageSize = 100;
    const int wanted = std::max(page, 1);
    const Asked asked{.doing = "show the audit list", .scope = ""};
    const std::string path = m_api.path("/audit-logs?page=" + std::to_string(wanted)
                                        + "&page_size=" + std::to_string(kPageSize));
    return afterwards(m_api.get(path, asked), this, [this, asked, wanted](Result<Json> body) {
        if (!body) {
            if (body.error().kind == ErrorKind::Unsupported)
                m_facts.setAuditList(false);
            return readyNow<AuditPage>(tl::unexpected(std::move(body).error()));
        }
        auto entries = auditFrom(*body, wanted);
        if (!entries)
            return readyNow<AuditPage>(tl::unexpected(strangeAnswer(asked, "it is no list")));
        m_facts.setAuditList(true);
        return readyNow<AuditPage>(std::move(*entries));
    });
}

} // namespace Turso::CloudApi
