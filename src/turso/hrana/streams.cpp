// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/hrana/streams.h"

#include "turso/hrana/text.h"

#include "base/secret.h"

#include <algorithm>
#include <utility>

namespace Turso::Hrana
{

using Http::SteadyTime;

namespace
{

/// A baton is the stream's id, which finds it, and a part that is good once.
constexpr int kIdBytes = 18;
constexpr int kSequenceBytes = 30;
constexpr std::size_t kIdLength = kIdBytes / 3 * 4;
/// For how long, and of how many, it is remembered that they were there.
constexpr std::chrono::seconds kMemory{300};
constexpr std::size_t kMostExpired = 1024;

tl::unexpected<Refusal> invalidBaton()
{
    return tl::unexpected<Refusal>(Refusal{400, "Received an invalid baton"});
}

} // namespace

Streams::Streams()
    : m_door(std::make_shared<Door>())
    , m_deadline([this](SteadyTime now) { return sweep(now); })
{
    m_door->streams = this;
}

Streams::~Streams()
{
    {
        const std::lock_guard lock(m_door->mutex);
        m_door->streams = nullptr;
    }
    for (const auto &[id, entry] : m_streams)
        entry.stream->end();
}

tl::expected<BusyStream, Refusal> Streams::open(std::shared_ptr<Embedded::DatabaseFile> file,
                                                bool mayWrite, StreamOwner owner)
{
    if (m_streams.size() >= kMost)
        return tl::unexpected<Refusal>(
            Refusal{429, errorBody("Timed out while opening database connection"), true});
    const auto inTheWay = [door = m_door] {
        const std::lock_guard lock(door->mutex);
        if (door->streams == nullptr)
            return;
        QMetaObject::invokeMethod(
            door->streams, [streams = door->streams] { streams->m_deadline.notLaterThan({}); },
            Qt::QueuedConnection);
    };
    Entry entry;
    entry.stream = std::make_shared<Embedded::SqlStream>(std::move(file), inTheWay);
    if (!mayWrite)
        entry.stream->setReadOnly();
    entry.texts = std::make_shared<SqlTexts>();
    entry.owner = std::move(owner);
    std::string id = Base::randomToken(kIdBytes);
    BusyStream busy{id, entry.stream, entry.texts};
    m_streams.emplace(std::move(id), std::move(entry));
    return busy;
}

tl::expected<BusyStream, Refusal> Streams::take(std::string_view baton, const StreamOwner &owner)
{
    const std::string id(baton.substr(0, kIdLength));
    const auto found = m_streams.find(id);
    if (found == m_streams.end()) {
        const bool wasThere
            = std::any_of(m_expired.begin(), m_expired.end(),
                          [&id](const auto &expired) { return expired.second == id; });
        if (!wasThere)
            return invalidBaton();
        return tl::unexpected<Refusal>(Refusal{
            400,
            R"({"message":"The stream has expired due to inactivity","code":"STREAM_EXPIRED"})",
            true});
    }
    Entry &entry = found->second;
    if (entry.owner != owner)
        return invalidBaton();
    if (entry.isBusy || !Base::constantTimeEquals(baton.substr(kIdLength), entry.sequence))
        return tl::unexpected<Refusal>(Refusal{400, "Received a baton that has already been used"});
    entry.isBusy = true;
    return BusyStream{id, entry.stream, entry.texts};
}

std::optional<std::string> Streams::nextBaton(const std::string &id)
{
    const auto found = m_streams.find(id);
    if (found == m_streams.end())
        return std::nullopt;
    found->second.sequence = Base::randomToken(kSequenceBytes);
    return id + found->second.sequence;
}

void Streams::release(const std::string &id)
{
    const auto found = m_streams.find(id);
    if (found == m_streams.end())
        return;
    found->second.isBusy = false;
    found->second.idleSince = std::chrono::steady_clock::now();
    m_deadline.notLaterThan(found->second.idleSince + kIdle);
}

void Streams::end(const std::string &id)
{
    const auto found = m_streams.find(id);
    if (found == m_streams.end())
        return;
    found->second.stream->end();
    m_streams.erase(found);
    if (m_streams.empty())
        m_deadline.stop();
}

SteadyTime Streams::sweep(SteadyTime now)
{
    SteadyTime next = SteadyTime::max();
    for (auto at = m_streams.begin(); at != m_streams.end();) {
        Entry &entry = at->second;
        if (!entry.isBusy && now >= entry.idleSince + kIdle) {
            entry.stream->end();
            rememberExpired(at->first, now);
            at = m_streams.erase(at);
            continue;
        }
        if (!entry.isBusy)
            next = std::min(next, entry.idleSince + kIdle);
        if (const auto ends = entry.stream->patienceEnds()) {
            if (now >= *ends)
                entry.stream->timeOut();
            else
                next = std::min(next, *ends);
        }
        ++at;
    }
    return next;
}

void Streams::rememberExpired(const std::string &id, SteadyTime now)
{
    while (!m_expired.empty()
           && (m_expired.size() >= kMostExpired || now - m_expired.front().first > kMemory))
        m_expired.pop_front();
    m_expired.emplace_back(now, id);
}

} // namespace Turso::Hrana
