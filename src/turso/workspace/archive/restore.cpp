// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/workspace/archive/restore.h"

#include "turso/workspace/archive/databasebytes.h"
#include "turso/workspace/archive/pagefile.h"
#include "turso/workspace/connection.h"
#include "turso/workspace/files.h"

#include <sqlite3.h>

#include <algorithm>

namespace Turso::Embedded
{

using namespace Archived;

namespace
{

constexpr std::size_t kCopyBytes = 256 * 1024;

/// One state on its way from today's file back, and forward to the commit.
class Restoration
{
public:
    Restoration(const Archive::Wanted &wanted, Connection &source, const std::string &path,
                const std::atomic<bool> &stopped)
        : m_wanted(wanted)
        , m_source(source)
        , m_target(path, wanted.pageSize)
        , m_stopped(stopped)
        , m_soundFrom(wanted.soundFrom)
    {
    }

    Base::Result<void> run()
    {
        if (!m_target.isOpen())
            return unwritten();
        if (auto copied = copyFile(); !copied)
            return copied;
        for (std::uint64_t number = m_wanted.live; number >= m_wanted.segment; --number) {
            const auto segment = readSegment(m_wanted.folder, number);
            if (!segment)
                return damaged();
            if (auto back = takeBack(*segment); !back)
                return back;
            if (number > m_wanted.segment)
                m_soundFrom = segment->start.since;
        }
        if (auto forward = m_wanted.hasCommits ? goForward() : Base::Result<void>(); !forward)
            return forward;
        return m_target.sync() ? Base::Result<void>() : unwritten();
    }
    std::uint64_t stateHash() const { return m_target.stateHash(); }

private:
    static Base::Result<void> unwritten()
    {
        return Base::fail(Base::ErrorKind::UpstreamError,
                          "The branch's file could not be written to the disk.",
                          "Look at the disk's space and the folder's permissions.");
    }
    static Base::Result<void> cancelled()
    {
        return Base::fail(Base::ErrorKind::Cancelled,
                          "The source was closed or deleted before the branch was made.");
    }
    Base::Result<void> damaged() const
    {
        return tl::unexpected(damagedArchive(m_wanted.at, m_soundFrom));
    }

    Base::Result<void> copyFile()
    {
        const DatabaseBytes bytes(m_source.handle());
        const std::int64_t end = bytes.size() - bytes.size() % m_wanted.pageSize;
        std::vector<char> buffer(std::max<std::size_t>(kCopyBytes, m_wanted.pageSize));
        for (std::int64_t at = 0; at < end; at += std::int64_t(buffer.size())) {
            if (m_stopped)
                return cancelled();
            const auto count = static_cast<std::size_t>(
                std::min<std::int64_t>(end - at, std::int64_t(buffer.size())));
            if (!bytes.readAt(at, buffer.data(), count))
                return damagedFile();
            if (!m_target.append(buffer.data(), count))
                return unwritten();
        }
        return {};
    }

    Base::Result<void> damagedFile() const
    {
        return Base::fail(
            Base::ErrorKind::UpstreamError,
            "The database's file is not what was written last: it is damaged, or "
            "another program has changed it. No branch was made.",
            "Check it with PRAGMA integrity_check, and restore a backup if it fails.");
    }

    /// To where the segment begins.
    Base::Result<void> takeBack(const Segment &segment)
    {
        if (m_stopped)
            return cancelled();
        const SegmentStart &start = segment.start;
        const std::string path = segmentFile(m_wanted.folder, start.number, Part::Before);
        const bool isLive = start.number == m_wanted.live;
        // A segment that has not ended replaces nothing until its end is tried for the first time.
        const bool isMissing = stampOf(path) == FileStamp();
        bool isWritten = true;
        const auto put = [this, &isWritten](std::uint32_t page, const char *bytes) {
            isWritten = m_target.write(page, bytes);
            return isWritten && !m_stopped;
        };
        const bool isRead
            = (isLive && isMissing) || BeforeImages::forEach(path, start.pageSize, isLive, put);
        if (!isWritten)
            return unwritten();
        if (m_stopped)
            return cancelled();
        if (isRead && !m_target.resize(start.pages))
            return unwritten();
        if (isRead && m_target.stateHash() == start.stateHash)
            return {};
        return isLive ? damagedFile() : damaged();
    }

    Base::Result<void> goForward()
    {
        const bool isLive = m_wanted.segment == m_wanted.live;
        const std::string path = isLive ? dataFileOf(m_wanted.folder) + "-wal"
                                        : segmentFile(m_wanted.folder, m_wanted.segment, Part::Wal);
        const std::uint32_t skipped = isLive || !m_wanted.isContinued ? 0 : m_wanted.from.frames;
        auto wal = WalFile::open(path, skipped);
        if (!wal || wal->salts() != m_wanted.salts || wal->pageSize() != m_wanted.pageSize)
            return damaged();
        WalPoint point = m_wanted.isContinued ? m_wanted.from : wal->begin();
        std::uint32_t pages = m_target.pages();
        while (point != m_wanted.to) {
            if (m_stopped)
                return cancelled();
            const auto frame = point.frames < m_wanted.to.frames ? wal->next(point) : std::nullopt;
            if (!frame)
                return damaged();
            if (!m_target.write(frame->page, wal->page()))
                return unwritten();
            pages = frame->pagesAfter;
        }
        if (pages == 0)
            return damaged();
        return m_target.resize(pages) ? Base::Result<void>() : unwritten();
    }

    static std::string dataFileOf(const std::string &archive)
    {
        return dataFile(archive.substr(0, archive.rfind('/')));
    }

    const Archive::Wanted &m_wanted;
    Connection &m_source;
    PageFile m_target;
    const std::atomic<bool> &m_stopped;
    Base::Millis m_soundFrom; ///< states after it do not need what is being read
};

} // namespace

Base::Result<void> restoreState(const Archive::Wanted &wanted, Connection &source,
                                const std::string &folder, Base::Millis since,
                                const std::atomic<bool> &stopped)
{
    Restoration restoration(wanted, source, dataFile(folder), stopped);
    if (auto restored = restoration.run(); !restored)
        return restored;
    return Archive::begin(folder, since, restoration.stateHash(), wanted.pageSize);
}

} // namespace Turso::Embedded
