// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/workspace/archive/archive.h"

#include "base/logging.h"
#include "turso/workspace/archive/databasebytes.h"
#include "turso/workspace/connection.h"
#include "turso/workspace/files.h"

#include <sqlite3.h>

#include <algorithm>
#include <utility>

namespace Turso::Embedded
{

using namespace Archived;

namespace
{

Base::Result<void> cannotBegin()
{
    return Base::fail(Base::ErrorKind::UpstreamError,
                      "The database's archive could not be written to the disk.",
                      "Look at the disk's space and the folder's permissions.");
}

} // namespace

Archive::Archive(const std::string &folder, const Base::Clock &clock, const ArchiveOptions &options)
    : m_database(dataFile(folder))
    , m_folder(folder + "/archive")
    , m_clock(clock)
    , m_options(options)
{
}

Base::Result<void> Archive::begin(const std::string &folder, Base::Millis since)
{
    sqlite3 *db = nullptr;
    std::uint64_t hash = 0;
    std::uint32_t pages = 0;
    std::uint32_t pageSize = 0;
    bool done = sqlite3_open_v2(dataFile(folder).c_str(), &db,
                                SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nullptr)
        == SQLITE_OK;
    if (done) {
        const DatabaseBytes bytes(db);
        pageSize = pageSizeOf(bytes);
        done = hashState(bytes, pageSize, hash, pages);
    }
    sqlite3_close(db);
    return done ? begin(folder, since, hash, pageSize) : cannotBegin();
}

Base::Result<void> Archive::begin(const std::string &folder, Base::Millis since,
                                  std::uint64_t stateHash, std::uint32_t pageSize)
{
    const FileStamp stamp = stampOf(dataFile(folder));
    SegmentStart start;
    start.number = 1;
    start.since = since;
    start.fileTime = stamp.time;
    start.fileBytes = stamp.bytes;
    start.boot = thisBoot();
    start.stateHash = stateHash;
    start.pageSize = pageSize;
    start.pages = static_cast<std::uint32_t>(stamp.bytes / pageSize);
    if (auto made = makeFolder(folder + "/archive"); !made)
        return made;
    return writeSegment(folder + "/archive", start) ? Base::Result<void>() : cannotBegin();
}

Base::Millis Archive::timeNow() const
{
    return std::max({m_clock.now(), m_lastAt, m_notBefore});
}

void Archive::lose(const char *why)
{
    // Nothing is wrong with that: the file is the person's.
    qCInfo(logWorkspace, "The archive of a database begins anew: %s", why);
    m_state = State::Broken;
}

void Archive::prepare(Connection &connection)
{
    const std::lock_guard lock(m_mutex);
    if (m_state == State::Unknown)
        m_state = load(connection.handle()) ? State::Good : State::Broken;
    else if (m_state == State::Good && !isPinned())
        catchUp();
    if (m_state == State::Broken)
        beginAnew(connection);
}

/// What other programs have done meanwhile; whoever asks for the newest state means theirs too.
void Archive::catchUp()
{
    auto wal = WalFile::open(m_database + "-wal");
    const bool isMine = wal && wal->salts() == m_salts;
    if (!isUntouched() || (!isMine && m_log.count() > 0))
        return lose("another program has changed the file.");
    if (wal && !followLog(*wal))
        lose("SQLite's log is not the one that was written.");
}

void Archive::take(const Segment &segment)
{
    m_start = segment.start;
    m_log = CommitLog(m_folder, m_start.number, segment.commits.size());
    m_before = std::make_unique<BeforeImages>(segmentFile(m_folder, m_start.number, Part::Before),
                                              m_start.pageSize);
    m_lastAt = m_start.since;
    m_lastBoot = m_start.boot;
    m_salts = m_start.salts;
    m_from = m_last = m_start.from;
    m_nextTry = 0;
    m_foundAfter.reset();
    if (segment.commits.empty())
        return;
    const Commit &last = segment.commits.back();
    m_firstAt = segment.commits.front().at;
    m_lastAt = last.at;
    m_lastBoot = last.boot;
    m_last = last.to;
    m_salts = last.salts;
}

bool Archive::load(sqlite3 *db)
{
    const std::vector<std::uint64_t> numbers = segmentsIn(m_folder);
    if (numbers.empty())
        return false;
    const auto segment = readSegment(m_folder, numbers.back());
    m_start.number = numbers.back();
    if (!segment) {
        lose("its newest part is damaged.");
        return false;
    }
    take(*segment);
    // Where a move into the file has been begun, the file is in between; its hash is looked at when
    // it is restored from.
    bool isSame = !m_before->isEmpty();
    if (!isSame) {
        std::uint64_t hash = 0;
        std::uint32_t pages = 0;
        isSame = stampOf(m_database) == FileStamp{m_start.fileTime, m_start.fileBytes}
            || (hashState(DatabaseBytes(db), m_start.pageSize, hash, pages)
                && hash == m_start.stateHash && pages == m_start.pages);
    }
    m_fileTime = stampOf(m_database).time;
    auto wal = WalFile::open(m_database + "-wal");
    if (!isSame || (!wal && m_log.count() > 0)) {
        lose("another program has changed the file.");
        return false;
    }
    if (!wal || followLog(*wal))
        return true;
    lose("SQLite's log is not the one that was written.");
    return false;
}

/// Goes on where the list of commits ends.
bool Archive::followLog(WalFile &wal)
{
    if (wal.salts() != m_salts) {
        if (m_log.count() > 0)
            return false;
        m_salts = wal.salts();
        m_from = m_last = wal.begin();
    } else {
        if (m_last.frames > 0) {
            WalPoint found;
            if (!wal.peek(m_last.frames, &found) || found != m_last)
                return false;
        }
        m_from = m_start.salts == m_salts ? m_start.from : wal.begin();
    }
    return noteRest(wal);
}

/// What is in the log and not on the list was not answered before the process ended, or its entry
/// was lost with the machine's power, or another program wrote it: its time is not known.
bool Archive::noteRest(WalFile &wal)
{
    WalPoint point = m_last;
    WalPoint end = m_last;
    while (const auto frame = wal.next(point)) {
        if (frame->pagesAfter != 0)
            end = point;
    }
    if (end == m_last)
        return true;
    const WalPoint before = m_last;
    const bool isOnly = !m_missed;
    if (!note(end, true))
        return false;
    if (isOnly)
        m_foundAfter = before;
    return true;
}

void Archive::beginAnew(Connection &connection)
{
    if (isPinned())
        return;
    connection.setWaits(false);
    const int code = sqlite3_wal_checkpoint_v2(connection.handle(), "main",
                                               SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
    connection.setWaits(true);
    if (code != SQLITE_OK || !makeFolder(m_folder))
        return; // another time
    const DatabaseBytes bytes(connection.handle());
    const std::vector<std::uint64_t> numbers = segmentsIn(m_folder);
    SegmentStart start;
    start.number = std::max(m_start.number, numbers.empty() ? 0 : numbers.back()) + 1;
    start.isGap = start.number > 1 ? 1 : 0;
    start.gapFrom = m_lastAt;
    start.since = std::max({m_clock.now(), m_notBefore, start.isGap != 0 ? m_lastAt + 1 : 0});
    start.boot = thisBoot();
    start.pageSize = pageSizeOf(bytes);
    if (!hashState(bytes, start.pageSize, start.stateHash, start.pages))
        return;
    const FileStamp stamp = stampOf(m_database);
    start.fileTime = stamp.time;
    start.fileBytes = stamp.bytes;
    if (!writeSegment(m_folder, start))
        return;
    take({start});
    m_fileTime = start.fileTime;
    m_missed = false;
    m_state = State::Good;
    prune();
}

/// True if nobody else has moved a log into the file.
bool Archive::isUntouched() const
{
    return stampOf(m_database).time == m_fileTime;
}

void Archive::committed(Connection &connection, std::uint32_t frames)
{
    const std::lock_guard lock(m_mutex);
    if (m_state == State::Good) {
        const auto wal = WalFile::open(m_database + "-wal");
        if (!wal || !isUntouched())
            lose("another program has changed the file.");
        else if (!noteFrames(*wal, frames))
            lose("SQLite's log is not the one that was written.");
    }
    if (m_state == State::Broken)
        beginAnew(connection);
    else if (isDue())
        seal(connection);
}

/// True if a commit ends in one of the frames [from, to).
bool Archive::hasCommits(const WalFile &wal, std::uint32_t from, std::uint32_t to)
{
    for (std::uint32_t number = from; number < to; ++number) {
        const auto frame = wal.peek(number, nullptr);
        if (!frame || frame->pagesAfter != 0)
            return true;
    }
    return false;
}

bool Archive::noteFrames(const WalFile &wal, std::uint32_t frames)
{
    if (wal.salts() != m_salts) {
        // SQLite begins its log anew once the file has all of it, which is where a segment begins.
        if (m_log.count() > 0)
            return false;
        m_salts = wal.salts();
        m_from = m_last = wal.begin();
    }
    if (frames == m_last.frames && m_foundAfter) {
        // It was found in the log before it could tell of itself.
        const WalPoint before = *std::exchange(m_foundAfter, std::nullopt);
        if (!hasCommits(wal, before.frames + 1, frames))
            m_log.amendLast(false);
        return true;
    }
    if (frames <= m_last.frames)
        return true;
    // A commit between the last one and this is another program's, at a time that nobody knows.
    const bool isUncertain = hasCommits(wal, m_last.frames + 1, frames);
    WalPoint to;
    const auto last = wal.peek(frames, &to);
    if (!last || last->pagesAfter == 0)
        return false;
    if (!note(to, isUncertain))
        qCWarning(logWorkspace, "A commit's time could not be noted in the archive.");
    return true;
}

bool Archive::note(const WalPoint &to, bool isUncertain)
{
    m_foundAfter.reset();
    Commit commit;
    commit.at = timeNow();
    commit.boot = thisBoot();
    commit.to = to;
    commit.salts = m_salts;
    commit.isUncertain = isUncertain || m_missed ? 1 : 0;
    m_missed = !m_log.append(commit);
    if (m_missed)
        return false;
    if (m_log.count() == 1)
        m_firstAt = commit.at;
    m_lastAt = commit.at;
    m_lastBoot = commit.boot;
    m_last = to;
    return true;
}

} // namespace Turso::Embedded
