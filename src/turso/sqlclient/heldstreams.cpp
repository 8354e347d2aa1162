// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/sqlclient/heldstreams.h"

#include "turso/sqlclient/hranatext.h"
#include "turso/sqlclient/wirepool.h"

namespace Turso::Remote
{

namespace
{

constexpr std::size_t kMostHeld = 16; // of one database
constexpr std::chrono::seconds kHeldTime{4};

bool isSameToken(const SqlDoor &one, const SqlDoor &other)
{
    if (!one.token || !other.token)
        return one.token == other.token;
    return one.token->equals(other.token->revealForUse());
}

} // namespace

HeldStreams::HeldStreams(WirePool &pool)
    : m_pool(pool)
    , m_timer(this)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &HeldStreams::closeOld);
}

std::string HeldStreams::take(const std::string &key, const SqlDoor &door)
{
    const auto found = m_held.find(key);
    if (found == m_held.end())
        return {};
    auto &streams = found->second;
    const auto oldest = std::chrono::steady_clock::now() - 2 * kHeldTime;
    while (!streams.empty()) {
        const Held held = std::move(streams.back());
        streams.pop_back();
        if (isSameToken(*held.door, door) && held.since > oldest)
            return held.baton;
        close(held);
    }
    return {};
}

void HeldStreams::give(const std::string &key, std::shared_ptr<const SqlDoor> door,
                       std::string baton)
{
    auto &streams = m_held[key];
    Held held{std::move(door), std::move(baton), std::chrono::steady_clock::now()};
    if (streams.size() >= kMostHeld)
        return close(held);
    streams.push_back(std::move(held));
    if (!m_timer.isActive())
        m_timer.start(kHeldTime);
}

void HeldStreams::closeOld()
{
    const auto newest = std::chrono::steady_clock::now() - kHeldTime / 2;
    for (auto &[key, streams] : m_held) {
        std::vector<Held> kept;
        for (Held &held : streams) {
            if (held.since < newest)
                close(held);
            else
                kept.push_back(std::move(held));
        }
        streams = std::move(kept);
    }
    std::erase_if(m_held, [](const auto &entry) { return entry.second.empty(); });
    if (!m_held.empty())
        m_timer.start(kHeldTime);
}

void HeldStreams::close(const Held &held)
{
    const auto address = ServerAddress::of(held.door->url);
    if (!address)
        return;
    auto exchange = std::make_shared<Exchange>();
    exchange->door = held.door;
    exchange->path = "/v3/pipeline";
    exchange->body = pipelineBody(held.baton, R"({"type":"close"})");
    exchange->onEnd = [](const ExchangeEnd &) {
    }; // without it the server closes it by itself
    m_pool.start(*address, std::move(exchange));
}

} // namespace Turso::Remote
