// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "turso/workspace/archive/beforeimages.h"
#include "turso/workspace/archive/segment.h"
#include "turso/workspace/archiveoptions.h"

#include <memory>
#include <mutex>
#include <optional>
#include <string>

struct sqlite3;

namespace Turso::Embedded
{

class Connection;

/// Every state that one database had, commit by commit, back to when its archive began or as long
/// as it is kept. In `<database's folder>/archive`. Any thread; no threads or timers of its own.
///
/// The scheme: SQLite's log is cut into segments. A segment begins where the log has been moved
/// into the database's file whole, so that the file alone is the state. While a segment lasts, each
/// commit's time and place in the log are noted. When it ends, three things are kept and synced
/// before the file changes: the log's frames (the way forward), the pages that they replace (the
/// way back), and then the next segment's start with the hash of the state. An earlier state is a
/// copy of today's file, taken back segment by segment, then forward through one log up to the
/// commit. So it costs twice what was written while it is kept, never copies of the database, and a
/// branch needs none of its source's archive.
///
/// What is trusted is checked: frames by SQLite's own running checksums, kept pages by theirs, and
/// the whole file, at each segment's start, by the hash of the state. All connections of the
/// process belong to it (see Connection::open): SQLite may not move the log by itself. A program
/// that does so from outside leaves a gap: a new segment begins, and what was before it is not
/// offered any more.
///
/// A commit's time is the clock's when it is on the disk, and never earlier than one before it.
/// The list of times is not synced, the log is: after a crash, commits that are not on the list are
/// found in the log, and the time between their neighbours is refused.
class Archive
{
public:
    /// `folder` is the database's. Nothing is read or written yet.
    Archive(const std::string &folder, const Base::Clock &clock, const ArchiveOptions &options);

    /// The archive of a new database whose file is whole and has no log. Durable when it returns.
    static Base::Result<void> begin(const std::string &folder, Base::Millis since);
    /// The same, if the hash of its state is known already.
    static Base::Result<void> begin(const std::string &folder, Base::Millis since,
                                    std::uint64_t stateHash, std::uint32_t pageSize);

    /// For a connection that will write, when it is open. Never fails: without an archive the
    /// database still works, and says so when it is asked for an earlier state.
    void prepare(Connection &connection);
    /// After each commit; `frames` are in the log now.
    void committed(Connection &connection, std::uint32_t frames);
    /// Before a connection that could write closes: moves the log into the file.
    void settle(Connection &connection);

    /// A state to restore. As long as it lives, the file does not change and no segment goes.
    struct Wanted {
        std::shared_ptr<void> pin;
        Base::Millis at = 0; ///< the instant
        Base::Millis soundFrom = 0; ///< the last commit
        std::string folder; ///< of the archive
        std::uint32_t pageSize = 0;
        std::uint64_t live = 0; ///< the newest segment
        std::uint32_t liveCommits = 0;
        std::uint64_t segment = 0; ///< the one that the state is in
        bool hasCommits = false; ///< or it is the state where the segment begins
        bool isContinued = false; ///< the segment's frames are not the first of their log
        Archived::WalPoint from = {}; ///< after which they stand, if so
        Archived::WalPoint to = {}; ///< the state's place in the log
        Archived::Salts salts = {}; ///< of that log
    };
    /// After prepare(). `at` not set: the newest state. InvalidArgument (details {"argument"})
    /// names what can be restored; UpstreamError where the archive is damaged.
    Base::Result<Wanted> find(std::optional<Base::Millis> at);

private:
    enum class State { Unknown, Good, Broken };
    struct Change; // what a segment's log does to the file

    Base::Millis timeNow() const;
    bool isPinned() const { return m_pins.use_count() > 1; }
    bool load(sqlite3 *db);
    void take(const Archived::Segment &segment);
    bool followLog(Archived::WalFile &wal);
    void catchUp();
    static bool hasCommits(const Archived::WalFile &wal, std::uint32_t from, std::uint32_t to);
    bool noteRest(Archived::WalFile &wal);
    bool isUntouched() const;
    void beginAnew(Connection &connection);
    bool note(const Archived::WalPoint &to, bool isUncertain);
    bool noteFrames(const Archived::WalFile &wal, std::uint32_t frames);
    void lose(const char *why);

    Base::Result<void> locate(Wanted &wanted) const;
    static Base::Result<void> place(Wanted &wanted, const Archived::Segment &segment);
    Base::Result<Wanted> inFuture(Base::Millis at) const;
    Base::Millis oldest() const;

    bool isDue() const;
    void seal(Connection &connection);
    bool copyLog(Archived::WalFile &wal, Change &change) const;
    bool keepPages(sqlite3 *db, const Change &change);
    bool beginNext(const Change &change);
    std::uint64_t hashAfter(const Change &change) const;
    void prune();

    const std::string m_database; ///< the file
    const std::string m_folder;
    const Base::Clock &m_clock;
    const ArchiveOptions m_options;
    std::mutex m_mutex; ///< all that follows
    State m_state = State::Unknown;
    Archived::SegmentStart m_start; ///< of the newest segment
    Archived::CommitLog m_log;
    std::unique_ptr<Archived::BeforeImages> m_before;
    Archived::Salts m_salts; ///< of SQLite's log
    Archived::WalPoint m_from; ///< where the segment's frames begin
    Archived::WalPoint m_last; ///< after the last commit
    Base::Millis m_firstAt = 0; ///< the segment's first commit
    Base::Millis m_lastAt = 0;
    std::uint64_t m_lastBoot = 0;
    Base::Millis m_notBefore = 0; ///< an instant that was restored is over: no commit falls into it
    bool m_missed = false; ///< a commit could not be noted
    /// The last commit was found in the log, after this place.
    std::optional<Archived::WalPoint> m_foundAfter;
    std::uint32_t m_nextTry = 0; ///< frames, after an attempt to end the segment failed
    std::int64_t m_fileTime = 0; ///< of the file, when it was last changed by this archive
    const std::shared_ptr<int> m_pins = std::make_shared<int>(0);
};

/// What says that the state at `at` cannot be trusted; later ones than `soundFrom` can.
Base::Error damagedArchive(Base::Millis at, Base::Millis soundFrom);

} // namespace Turso::Embedded
