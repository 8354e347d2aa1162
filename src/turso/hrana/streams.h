// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/deadline.h"
#include "turso/hrana/batchrun.h"
#include "turso/hrana/sqltexts.h"
#include "turso/workspace/streams/sqlstream.h"

#include <QObject>

#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace Turso::Hrana
{

/// A stream while one of its requests is answered.
struct BusyStream {
    std::string id;
    std::shared_ptr<Embedded::SqlStream> stream;
    std::shared_ptr<SqlTexts> texts;
};

/// Whose stream it is: a baton is good for no other database and no other token.
struct StreamOwner {
    std::string databaseId;
    std::string principal; ///< of the token; no secret
    bool operator==(const StreamOwner &) const = default;
};

/// The streams that are open, by their batons. Ends those that nobody goes on with for ten seconds,
/// and takes the turn to write away from those that have kept others waiting too long. One thread:
/// that of its event loop.
class Streams final : public QObject
{
public:
    static constexpr std::size_t kMost = 128;
    static constexpr std::chrono::seconds kIdle{10};

    Streams();
    /// Ends them all.
    ~Streams() override;

    /// 429 if there are too many.
    tl::expected<BusyStream, Refusal> open(std::shared_ptr<Embedded::DatabaseFile> file,
                                           bool mayWrite, StreamOwner owner);
    /// The stream of a baton, which is used up by that. 400 if it cannot be had.
    tl::expected<BusyStream, Refusal> take(std::string_view baton, const StreamOwner &owner);

    /// The baton of what comes next on this stream, which has to answer a request first; it is
    /// not good before release().
    std::optional<std::string> nextBaton(const std::string &id);
    /// Its request has been answered; from now on it waits for the next one.
    void release(const std::string &id);
    /// Ends it: rolled back, closed.
    void end(const std::string &id);

    std::size_t size() const { return m_streams.size(); }
    /// True while a wake-up is due.
    bool hasTimer() const { return m_deadline.isArmed(); }

private:
    struct Entry {
        std::shared_ptr<Embedded::SqlStream> stream;
        std::shared_ptr<SqlTexts> texts;
        StreamOwner owner;
        std::string sequence; ///< the second half of its baton
        bool isBusy = true;
        Http::SteadyTime idleSince = {};
    };
    /// Lets worker threads say something to this object for as long as it is there.
    struct Door {
        std::mutex mutex;
        Streams *streams = nullptr;
    };

    Http::SteadyTime sweep(Http::SteadyTime now);
    void rememberExpired(const std::string &id, Http::SteadyTime now);

    std::unordered_map<std::string, Entry> m_streams;
    std::deque<std::pair<Http::SteadyTime, std::string>> m_expired;
    std::shared_ptr<Door> m_door;
    Http::Deadline m_deadline;
};

} // namespace Turso::Hrana
