// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mcp/protocol/revision.h"
#include "mcp/server/outlet.h"

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace Mcp
{

class ReplayStreams;

/// What one legacy HTTP request, or GET, is answered through. Its events have ids
/// ("STREAM-NUMBER") and are kept for a while, so that a client which lost its connection can come
/// back with Last-Event-ID (2025-03-26 to 2025-11-25, Streamable HTTP, resumability).
class ReplayStream final : public Outlet
{
public:
    using Time = std::chrono::steady_clock::time_point;

    bool canStream() const override;
    void notify(std::string_view message) override;
    void finish(std::string_view message) override;
    void refuse(int status, std::string_view message) override;
    void endStream() override;
    void pause() override;

    /// Opens the stream ahead of its first message.
    void open();

private:
    friend class ReplayStreams;
    struct Event {
        unsigned long long number;
        std::string message;
        bool last; ///< the answer itself
    };

    void keep(std::string_view message, bool last);
    std::string eventId(unsigned long long number, bool last) const;

    ReplayStreams *m_owner = nullptr;
    HttpOutlet *m_live = nullptr; // the connection that it goes out on, or null
    std::string m_id; // empty until it is opened
    std::string m_session;
    std::string m_request; // raw id; empty: a GET
    Revision m_revision = kNewestLegacy;
    std::deque<Event> m_events;
    std::size_t m_bytes = 0;
    unsigned long long m_last = 0;
    bool m_opened = false;
    bool m_ended = false;
    Time m_until = Time::max(); // then it is forgotten
};

/// How long and how much streams that have ended, or lost their connection, are kept.
struct ReplayLimits {
    std::chrono::milliseconds kept{5 * 60'000};
    std::size_t streams = 256;
    std::size_t bytes = 64UL * 1024 * 1024; ///< of all
    std::size_t streamBytes = 32UL * 1024 * 1024; ///< of one; its oldest events go
    std::size_t streamEvents = 1'000;
};

/// The streams of a server. What is kept is bounded.
class ReplayStreams
{
public:
    using Time = ReplayStream::Time;

    /// `lost` runs for a stream that nobody can come back to any more: it is about to go. It never
    /// runs while somebody writes to a stream. `wake`: there is a new time limit, see next().
    ReplayStreams(const ReplayLimits &limits, std::function<void(ReplayStream &)> lost,
                  std::function<void(Time)> wake);
    ~ReplayStreams();

    /// For a request with this raw id, or for a GET (empty).
    ReplayStream &add(HttpOutlet &live, std::string session, Revision revision,
                      std::string request);
    /// The connection is going. A stream that had been opened waits for its client.
    void detach(Outlet &live);
    /// A GET with Last-Event-ID: sends what came after it, and goes on there. False if there is no
    /// such stream of the session; `request` is then the raw id of the request it belonged to, or
    /// empty.
    bool resume(HttpOutlet &live, std::string_view session, std::string_view lastEventId,
                std::string &request);
    void endSession(std::string_view session);

    /// Forgets what is past its time, and tells of what had to make room.
    void sweep(Time now);
    Time next() const;
    std::size_t count() const { return m_streams.size(); }
    std::size_t bytes() const { return m_bytes; }

private:
    friend class ReplayStream;
    using Streams = std::unordered_map<const ReplayStream *, std::unique_ptr<ReplayStream>>;

    std::size_t waiting() const { return m_streams.size() - m_byLive.size(); }
    void ended(ReplayStream &stream);
    void release(ReplayStream &stream);
    void forget(ReplayStream &stream);
    std::unique_ptr<ReplayStream> take(ReplayStream &stream);
    void makeRoom();

    ReplayLimits m_limits;
    std::function<void(ReplayStream &)> m_lost;
    std::function<void(Time)> m_wake;
    Streams m_streams;
    std::unordered_map<const Outlet *, ReplayStream *> m_byLive;
    std::vector<std::unique_ptr<ReplayStream>> m_gone; // until nobody is inside of them
    std::vector<std::unique_ptr<ReplayStream>> m_lostSoon; // had to make room: see sweep()
    std::size_t m_bytes = 0;
};

} // namespace Mcp
