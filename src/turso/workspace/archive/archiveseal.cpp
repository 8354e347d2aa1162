// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/workspace/archive/archive.h"
#include "turso/workspace/archive/checksum.h"
#include "turso/workspace/archive/databasebytes.h"
#include "turso/workspace/connection.h"

#include <sqlite3.h>

#include <algorithm>
#include <filesystem>

// How a segment ends: what is kept comes to the disk before the database's file changes.
namespace Turso::Embedded
{

using namespace Archived;

/// The pages in a segment's log, each once, with its newest content's hash.
struct Archive::Change {
    struct Page {
        std::uint32_t page = 0;
        std::uint32_t frame = 0;
        std::uint64_t hash = 0;
    };
    std::vector<Page> pages = {}; ///< ascending
    std::uint32_t pagesAfter = 0; ///< the database's size

    bool holds(std::uint32_t page) const
    {
        const auto found
            = std::lower_bound(pages.begin(), pages.end(), page,
                               [](const Page &a, std::uint32_t b) { return a.page < b; });
        return found != pages.end() && found->page == page;
    }
};

/// Keeps every other writer out, of this process or another, while the log is moved into the file.
class WriteLock
{
public:
    explicit WriteLock(const std::string &database)
    {
        const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
        m_holds = sqlite3_open_v2(database.c_str(), &m_db, flags, nullptr) == SQLITE_OK
            && sqlite3_db_config(m_db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr) == SQLITE_OK
            && sqlite3_exec(m_db, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK;
    }
    ~WriteLock() { sqlite3_close(m_db); }
    WriteLock(const WriteLock &) = delete;
    WriteLock &operator=(const WriteLock &) = delete;
    bool holds() const { return m_holds; }

private:
    sqlite3 *m_db = nullptr;
    bool m_holds = false;
};

bool Archive::isDue() const
{
    if (m_state != State::Good || m_missed || isPinned() || m_log.count() == 0
        || m_last.frames < m_nextTry)
        return false;
    const std::int64_t bytes = std::int64_t{m_last.frames - m_from.frames}
        * (WalFile::kFrameHeaderBytes + m_start.pageSize);
    return bytes >= m_options.segmentBytes || m_lastAt - m_firstAt >= m_options.segmentTime.count();
}

void Archive::settle(Connection &connection)
{
    const std::lock_guard lock(m_mutex);
    if (m_state == State::Good && !m_missed && !isPinned() && m_log.count() > 0 && isUntouched())
        seal(connection);
}

void Archive::seal(Connection &connection)
{
    Change change;
    const std::uint32_t written = m_last.frames - m_from.frames;
    // A reader of an older state, or a full disk, can be in the way: not tried at each commit.
    m_nextTry = m_last.frames + std::max(written / 2, 16U);
    const WriteLock lock(m_database);
    auto wal = WalFile::open(m_database + "-wal");
    if (!lock.holds() || !wal || wal->salts() != m_salts || !noteRest(*wal))
        return;
    if (!copyLog(*wal, change) || !keepPages(connection.handle(), change))
        return;
    int inLog = -1;
    int moved = -1;
    const int code = sqlite3_wal_checkpoint_v2(connection.handle(), "main",
                                               SQLITE_CHECKPOINT_PASSIVE, &inLog, &moved);
    m_fileTime = stampOf(m_database).time;
    if (code != SQLITE_OK || inLog != moved)
        return;
    if (inLog != static_cast<int>(m_last.frames))
        return lose("SQLite's log is longer than what was written.");
    // SQLite begins its log anew with the next write, if nobody reads from it.
    if (beginNext(change))
        prune();
}

/// Keeps the log's frames, and tells what they change.
bool Archive::copyLog(WalFile &wal, Change &change) const
{
    RawFile copy(segmentFile(m_folder, m_start.number, Part::Wal), RawFile::Mode::Create);
    if (!copy.isOpen() || !copy.writeAt(0, wal.header().data(), wal.header().size()))
        return false;
    std::int64_t at = WalFile::kHeaderBytes;
    change.pages.reserve(m_last.frames - m_from.frames);
    for (WalPoint point = m_from; point != m_last;) {
        const auto frame = point.frames < m_last.frames ? wal.next(point) : std::nullopt;
        if (!frame || !copy.writeAt(at, wal.raw().data(), wal.raw().size()))
            return false;
        at += static_cast<std::int64_t>(wal.raw().size());
        change.pages.push_back(
            {frame->page, point.frames, pageHash(frame->page, wal.page(), wal.pageSize())});
        if (frame->pagesAfter != 0)
            change.pagesAfter = frame->pagesAfter;
    }
    auto &pages = change.pages;
    std::sort(pages.begin(), pages.end(), [](const Change::Page &a, const Change::Page &b) {
        return a.page != b.page ? a.page < b.page : a.frame > b.frame;
    });
    const auto same = [](const Change::Page &a, const Change::Page &b) {
        return a.page == b.page;
    };
    pages.erase(std::unique(pages.begin(), pages.end(), same), pages.end());
    return copy.sync();
}

/// Keeps the file's pages that the log replaces, and those that it cuts off.
bool Archive::keepPages(sqlite3 *db, const Change &change)
{
    std::vector<std::uint32_t> pages;
    for (const Change::Page &changed : change.pages) {
        if (changed.page <= std::min(m_start.pages, change.pagesAfter)
            && !m_before->holds(changed.page))
            pages.push_back(changed.page);
    }
    for (std::uint32_t page = change.pagesAfter + 1; page <= m_start.pages; ++page) {
        if (!m_before->holds(page))
            pages.push_back(page);
    }
    const DatabaseBytes bytes(db);
    return m_before->keep(pages, [&bytes, size = m_start.pageSize](std::uint32_t page, char *to) {
        return bytes.readAt(std::int64_t{page - 1} * size, to, size);
    });
}

std::uint64_t Archive::hashAfter(const Change &change) const
{
    std::uint64_t hash = m_start.stateHash;
    for (const Change::Page &changed : change.pages) {
        if (changed.page <= std::min(m_start.pages, change.pagesAfter))
            hash -= m_before->hashOf(changed.page);
        if (changed.page <= change.pagesAfter)
            hash += changed.hash;
    }
    for (std::uint32_t page = change.pagesAfter + 1; page <= m_start.pages; ++page)
        hash -= m_before->hashOf(page);
    // SQLite does not write a page that is added and free in the same breath.
    const std::vector<char> zeros(m_start.pageSize);
    for (std::uint32_t page = m_start.pages + 1; page <= change.pagesAfter; ++page) {
        if (!change.holds(page))
            hash += pageHash(page, zeros.data(), zeros.size());
    }
    return hash;
}

bool Archive::beginNext(const Change &change)
{
    SegmentStart next;
    next.number = m_start.number + 1;
    next.since = m_lastAt;
    next.boot = m_lastBoot;
    next.stateHash = hashAfter(change);
    next.pages = change.pagesAfter;
    next.pageSize = m_start.pageSize;
    next.salts = m_salts;
    next.from = m_last;
    next.commitsBefore = m_log.count();
    const FileStamp stamp = stampOf(m_database);
    next.fileTime = stamp.time;
    next.fileBytes = stamp.bytes;
    if (!m_log.sync() || !writeSegment(m_folder, next))
        return false;
    take({next});
    return true;
}

/// Older segments go whole, the oldest first.
void Archive::prune()
{
    if (isPinned())
        return;
    std::vector<std::uint64_t> numbers = segmentsIn(m_folder);
    std::int64_t bytes = 0;
    for (const std::uint64_t number : numbers)
        bytes += segmentBytes(m_folder, number);
    const Base::Millis kept = m_clock.now() - m_options.keptFor.count();
    for (std::size_t i = 0; i + 1 < numbers.size(); ++i) {
        const auto next = readSegment(m_folder, numbers[i + 1]);
        const Base::Millis until = next ? next->start.since : m_lastAt;
        if (until >= kept && bytes <= m_options.keptBytes)
            break;
        bytes -= segmentBytes(m_folder, numbers[i]);
        removeSegment(m_folder, numbers[i]);
    }
}

} // namespace Turso::Embedded
