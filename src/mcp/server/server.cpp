// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/server/server.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace Mcp
{

namespace
{

// A response buffer that one large result has grown is not worth keeping.
constexpr std::size_t kKeptText = 64 * 1024;

} // namespace

Server::Server(const Sources &sources, const ServerInfo &info, std::string sessionKey)
    : m_gate(sources.tools)
    , m_codec(info)
    , m_sessions(std::move(sessionKey))
{
}

Server::~Server()
{
    const auto calls = std::exchange(m_calls, {});
    for (const auto &[serial, call] : calls)
        m_gate.cancel(call.gateId);
}

void Server::reply(Serial serial, const Outcome &outcome)
{
    const auto it = m_calls.find(serial);
    if (it == m_calls.end())
        return;
    const Call call = std::move(it->second);
    m_calls.erase(it);
    // Only a batch must still hear of a call whose client has gone: so that it is cleared away.
    if (!call.outlet && call.batch == 0)
        return;
    std::string text = std::move(m_text);
    text.clear();
    if (const auto *result = std::get_if<ToolResult>(&outcome))
        m_codec.appendToolResponse(text, call.id, *result, call.revision);
    if (call.batch != 0) {
        addToBatch(call.batch, text);
        const auto batch = m_batches.find(call.batch);
        if (batch != m_batches.end()) {
            --batch->second.open;
            closeBatchIfDone(call.batch);
        }
    } else {
        call.outlet->finish(text);
    }
    if (text.capacity() <= kKeptText)
        m_text = std::move(text);
}

void Server::report(Serial serial, const CallEvent &event)
{
    const auto *step = std::get_if<Progress>(&event);
    if (!step)
        return;
    const Progress &progress = *step;
    const auto it = m_calls.find(serial);
    if (it == m_calls.end() || !it->second.outlet)
        return;
    Call &call = it->second;
    if (!std::isfinite(progress.progress) || (progress.total && !std::isfinite(*progress.total)))
        return;
    if (call.reported && progress.progress <= call.lastProgress)
        return;
    call.reported = true;
    call.lastProgress = progress.progress;
    call.outlet->notify(Codec::progressText(call.progressToken, progress, call.revision));
}

void Server::cancelRequest(const Base::Json &params, const Asker &asker)
{
    const std::string id = rawToken(Base::member(params, "requestId"));
    if (id.empty())
        return;
    const auto mine = [&](const auto &entry) {
        if (entry.id != id)
            return false;
        return asker.overHttp ? !asker.sessionId.empty() && entry.sessionId == asker.sessionId
                              : entry.outlet == &asker.outlet;
    };
    const auto call = std::find_if(m_calls.begin(), m_calls.end(),
                                   [&](const auto &item) { return mine(item.second); });
    if (call != m_calls.end()) {
        const Call gone = std::move(call->second);
        m_calls.erase(call);
        if (gone.batch != 0) {
            const auto batch = m_batches.find(gone.batch);
            if (batch != m_batches.end()) {
                --batch->second.open;
                closeBatchIfDone(gone.batch);
            }
        } else if (gone.overHttp && gone.outlet) {
            // HTTP cannot leave a request unanswered; an event stream without a response says
            // nothing.
            gone.outlet->endStream();
        }
        m_gate.cancel(gone.gateId);
        return;
    }
    std::erase_if(m_subscriptions, mine);
}

void Server::hungUp(Outlet &outlet)
{
    std::erase_if(m_subscriptions, [&](const Subscription &s) { return s.outlet == &outlet; });
    std::vector<ToolGate::CallId> cancelled;
    std::vector<ToolGate::CallId> unheard;
    for (auto it = m_calls.begin(); it != m_calls.end();) {
        Call &call = it->second;
        if (call.outlet != &outlet) {
            ++it;
            continue;
        }
        // A legacy client that loses its connection has not changed its mind (2025-03-26
        // transports).
        if (call.overHttp && call.revision < kModern) {
            call.outlet = nullptr;
            unheard.push_back(call.gateId);
            ++it;
            continue;
        }
        cancelled.push_back(call.gateId);
        it = m_calls.erase(it);
    }
    std::erase_if(m_batches, [&](const auto &item) { return item.second.outlet == &outlet; });
    for (const ToolGate::CallId id : cancelled)
        m_gate.cancel(id);
    for (const ToolGate::CallId id : unheard)
        m_gate.unheard(id);
}

void Server::subscribeLegacy(Outlet &outlet, const Principal &principal, std::string_view sessionId)
{
    // A message may go to one stream only, so a new stream of a session takes over from the old
    // one.
    endSession(sessionId);
    m_subscriptions.push_back({.outlet = &outlet,
                               .id = {},
                               .principalId = principal.id,
                               .sessionId = std::string(sessionId)});
}

void Server::endSession(std::string_view sessionId)
{
    std::vector<Subscription> ended;
    for (auto it = m_subscriptions.begin(); it != m_subscriptions.end();) {
        const bool hit = it->id.empty() && it->sessionId == sessionId;
        if (hit)
            ended.push_back(std::move(*it));
        it = hit ? m_subscriptions.erase(it) : it + 1;
    }
    for (const Subscription &subscription : ended)
        endSubscription(subscription);
}

void Server::endSubscription(const Subscription &subscription)
{
    if (subscription.id.empty())
        subscription.outlet->endStream();
    else
        subscription.outlet->finish(
            responseText(subscription.id, m_codec.subscriptionResult(subscription.id)));
}

void Server::endSubscriptions()
{
    const auto ended = std::exchange(m_subscriptions, {});
    for (const Subscription &subscription : ended)
        endSubscription(subscription);
}

void Server::toolsChanged(std::string_view principalId)
{
    constexpr std::string_view kMethod = "notifications/tools/list_changed";
    for (const Subscription &subscription : m_subscriptions) {
        if (!subscription.tools
            || (!principalId.empty() && subscription.principalId != principalId))
            continue;
        std::string params;
        if (!subscription.id.empty())
            params
                = R"({"_meta":{"io.modelcontextprotocol/subscriptionId":)" + subscription.id + "}}";
        subscription.outlet->notify(notificationText(kMethod, params));
    }
}

void Server::promptsChanged(std::string_view) { }
void Server::resourcesChanged(std::string_view) { }
void Server::resourceUpdated(std::string_view, std::string_view) { }

unsigned long long Server::openBatch(Outlet &outlet)
{
    const Serial batch = ++m_lastSerial;
    m_batches[batch].outlet = &outlet;
    return batch;
}

void Server::addToBatch(unsigned long long batch, std::string_view response)
{
    const auto it = m_batches.find(batch);
    if (it == m_batches.end())
        return;
    it->second.text += it->second.text.empty() ? '[' : ',';
    it->second.text += response;
}

bool Server::sealBatch(unsigned long long batch)
{
    const auto it = m_batches.find(batch);
    if (it == m_batches.end())
        return false;
    it->second.sealed = true;
    if (it->second.open == 0 && it->second.text.empty()) {
        m_batches.erase(it);
        return true;
    }
    closeBatchIfDone(batch);
    return false;
}

void Server::closeBatchIfDone(unsigned long long batch)
{
    const auto it = m_batches.find(batch);
    if (it == m_batches.end() || !it->second.sealed || it->second.open > 0)
        return;
    Batch done = std::move(it->second);
    m_batches.erase(it);
    if (done.text.empty()) {
        done.outlet->endStream(); // every request of it was cancelled
        return;
    }
    done.text += ']';
    done.outlet->finish(done.text);
}

} // namespace Mcp
