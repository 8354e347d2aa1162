// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/auth/questions.h"

#include "base/ids.h"
#include "base/secret.h"
#include "mcp/auth/redirect.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace Mcp::Auth
{

namespace
{

/// Whose tabs one answer may serve. The id of a client that registered is its own secret as far as
/// this machine's other users go; that of a document is known to all the world, and so whoever
/// knows it could share in the answer: there it takes the same sign-in, down to the challenge.
std::string askerOf(const Visit &visit)
{
    const std::string &uri = visit.binding.redirectUri;
    if (visit.client.isDocument)
        return visit.client.id + ' ' + visit.binding.challenge + ' ' + uri;
    // Its programs listen at ports of their own; all else that gets an answer must be what the
    // person was told.
    return visit.client.id
        + (redirectKind(uri) == RedirectKind::Loopback ? std::string() : ' ' + uri);
}

/// "https://HOST/path" -> "HOST".
std::string hostOf(const Client &client)
{
    constexpr std::size_t kScheme = 8;
    return client.id.substr(std::min(kScheme, client.id.size()),
                            client.id.find('/', kScheme) - kScheme);
}

/// A tab that has not come back for so long is closed.
constexpr Base::Millis kAway = 15'000;
constexpr std::size_t kMostLate = 100;

} // namespace

bool Questions::mayAsk(const Client &client) const
{
    if (m_open.size() >= kMostOpen)
        return false;
    if (!client.isDocument)
        return true;
    const std::string host = hostOf(client);
    const auto resting = m_resting.find(host);
    return (resting == m_resting.end() || resting->second <= m_clock.now())
        && std::none_of(m_open.begin(), m_open.end(), [&host](const auto &item) {
               const Client &other = item.second.question.client;
               return other.isDocument && hostOf(other) == host;
           });
}

Questions::Open *Questions::openFor(const Visit &visit)
{
    for (auto &[id, open] : m_open) {
        if (open.asker == askerOf(visit))
            return &open;
    }
    if (!mayAsk(visit.client))
        return nullptr;
    Open open;
    open.asker = askerOf(visit);
    open.question.id = Base::newId("consent");
    open.question.client = visit.client;
    open.question.redirectOwner = redirectOwner(visit.binding.redirectUri);
    open.question.scope = visit.scope;
    open.question.askedAt = m_clock.now();
    open.question.expiresAt = open.question.askedAt + kTime;
    const std::string id = open.question.id;
    return &m_open.emplace(id, std::move(open)).first->second;
}

std::optional<std::string> Questions::open(Visit visit)
{
    const std::size_t before = m_open.size();
    Open *open = openFor(visit);
    if (open == nullptr || open->tabs.size() >= kMostTabs)
        return std::nullopt;
    std::string ticket = Base::randomToken();
    Tab tab;
    tab.visit = std::move(visit);
    tab.until = m_clock.now() + kAway;
    open->tabs.emplace(ticket, std::move(tab));
    if (m_open.size() > before)
        m_desk.ask(open->question);
    return ticket;
}

bool Questions::wait(const std::string &ticket, Base::Millis patience,
                     std::function<void(std::optional<Verdict>)> told)
{
    if (const auto done = m_done.find(ticket); done != m_done.end()) {
        const Verdict verdict = std::move(done->second.verdict);
        m_done.erase(done);
        told(verdict);
        return true;
    }
    for (auto &[id, open] : m_open) {
        const auto found = open.tabs.find(ticket);
        if (found == open.tabs.end())
            continue;
        found->second.until = m_clock.now() + patience;
        const auto before = std::exchange(found->second.told, std::move(told));
        if (before)
            before(std::nullopt);
        return true;
    }
    return false;
}

void Questions::finish(Open open, const std::optional<Consent> &consent, No why)
{
    if (!consent && open.question.client.isDocument)
        m_resting[hostOf(open.question.client)] = m_clock.now() + kRest;
    if (consent) {
        if (m_late.size() >= kMostLate)
            m_late.erase(m_late.begin());
        m_late[open.asker] = {*consent, m_clock.now() + kLateTime};
    }
    std::vector<std::pair<std::function<void(std::optional<Verdict>)>, Verdict>> told;
    for (auto &[ticket, tab] : open.tabs) {
        Verdict verdict{std::move(tab.visit), consent, why};
        if (tab.told)
            told.emplace_back(std::move(tab.told), std::move(verdict));
        else
            m_done[ticket] = {std::move(verdict), m_clock.now() + kAway};
    }
    for (auto &[tell, verdict] : told)
        tell(std::move(verdict));
}

void Questions::left(const std::string &ticket)
{
    for (auto &[id, open] : m_open) {
        if (const auto found = open.tabs.find(ticket); found != open.tabs.end()) {
            found->second.told = {};
            found->second.until = m_clock.now() + kAway;
        }
    }
}

bool Questions::decide(const std::string &questionId, std::optional<Consent> consent, No why)
{
    const auto found = m_open.find(questionId);
    if (found == m_open.end())
        return false;
    Open open = std::move(found->second);
    m_open.erase(found);
    finish(std::move(open), consent, why);
    return true;
}

std::optional<Consent> Questions::unusedYes(const Visit &visit) const
{
    const auto found = m_late.find(askerOf(visit));
    if (found == m_late.end() || found->second.until <= m_clock.now()
        || !m_desk.isLive(found->second.consent.grantId))
        return std::nullopt;
    return found->second.consent;
}

void Questions::used(const std::string &clientId)
{
    std::erase_if(m_late, [&clientId](const auto &item) {
        return item.first == clientId || item.first.starts_with(clientId + ' ');
    });
}

Base::Millis Questions::sweep()
{
    const Base::Millis now = m_clock.now();
    Base::Millis next = std::numeric_limits<Base::Millis>::max();
    std::erase_if(m_late, [now](const auto &item) { return item.second.until <= now; });
    std::erase_if(m_resting, [now](const auto &item) { return item.second <= now; });
    std::erase_if(m_done, [now](const auto &item) { return item.second.until <= now; });
    std::vector<std::function<void(std::optional<Verdict>)>> impatient;
    std::vector<std::string> over;
    for (auto &[id, open] : m_open) {
        if (open.question.expiresAt <= now) {
            over.push_back(id);
            continue;
        }
        next = std::min(next, open.question.expiresAt);
        for (auto it = open.tabs.begin(); it != open.tabs.end();) {
            Tab &tab = it->second;
            if (tab.until > now) {
                next = std::min(next, tab.until);
                ++it;
            } else if (tab.told) {
                impatient.push_back(std::exchange(tab.told, {}));
                tab.until = now + kAway;
                next = std::min(next, tab.until);
                ++it;
            } else {
                it = open.tabs.erase(it); // closed
            }
        }
        // Nobody could make use of an answer: a late yes is for the same sign-in only.
        if (open.tabs.empty() && open.question.client.isDocument)
            over.push_back(id);
    }
    for (const std::string &id : over) {
        Open open = std::move(m_open.extract(id).mapped());
        m_desk.withdraw(id);
        finish(std::move(open), std::nullopt, No::Unanswered);
    }
    for (auto &tell : impatient)
        tell(std::nullopt);
    return next;
}

} // namespace Mcp::Auth
