// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "turso/workspace/archive/walfile.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace Turso::Embedded::Archived
{

/// What is known of the database's file where a segment begins.
struct SegmentStart {
    std::uint64_t number = 0;
    Base::Millis since = 0; ///< since when the database had this state
    Base::Millis gapFrom = 0; ///< with isGap: the last instant that is known before it
    std::int64_t fileTime = 0; ///< the file's modification, nanoseconds, and its size
    std::int64_t fileBytes = 0;
    std::uint64_t boot = 0; ///< of the commit before it, see Commit
    std::uint64_t stateHash = 0; ///< the sum of its pages' hashes
    std::uint32_t pages = 0;
    std::uint32_t pageSize = 0;
    Salts salts = {}; ///< the log goes on here, or has begun anew: then its salts are others
    WalPoint from = {};
    std::uint32_t isGap = 0; ///< what was before does not lead here
    std::uint32_t commitsBefore = 0; ///< in the segment before
    std::uint32_t format = 1;
};

/// A commit of a segment.
struct Commit {
    Base::Millis at = 0;
    std::uint64_t boot = 0; ///< which start of the machine; a power failure can lie between two
    WalPoint to = {};
    Salts salts = {};
    std::uint32_t isUncertain = 0; ///< there were commits since the one before whose time is lost
};

struct Segment {
    SegmentStart start;
    std::vector<Commit> commits = {}; ///< as far as they are whole

    /// Where its frames begin in its log.
    WalPoint first(const WalFile &wal) const
    {
        return wal.salts() == start.salts ? start.from : wal.begin();
    }
};

enum class Part { Log, Before, Wal };
/// "<folder>/0000000001.log": a segment's start and commits; ".before": the pages that it replaces;
/// ".wal": SQLite's log of it, once it has ended.
std::string segmentFile(const std::string &folder, std::uint64_t number, Part part);
/// Ascending; those that have a log.
std::vector<std::uint64_t> segmentsIn(const std::string &folder);
void removeSegment(const std::string &folder, std::uint64_t number);
/// Of all three files.
std::int64_t segmentBytes(const std::string &folder, std::uint64_t number);

/// None if it is missing or its start is damaged.
std::optional<Segment> readSegment(const std::string &folder, std::uint64_t number);
/// Durable when it returns, or not there.
bool writeSegment(const std::string &folder, const SegmentStart &start);

/// The file that commits are appended to. Not synced: SQLite's log holds the commits, this their
/// times.
class CommitLog
{
public:
    CommitLog() = default;
    /// What stands after the first `count` commits is cut off.
    CommitLog(const std::string &folder, std::uint64_t number, std::size_t count);
    bool append(const Commit &commit);
    /// Whether there were others before the last one whose time is lost.
    bool amendLast(bool isUncertain);
    std::uint32_t count() const { return m_count; }
    bool sync() { return m_file.sync(); }

private:
    RawFile m_file;
    std::uint64_t m_number = 0;
    std::uint32_t m_count = 0;
    Commit m_lastCommit;
};

/// Tells this start of the machine from others.
std::uint64_t thisBoot();

} // namespace Turso::Embedded::Archived
