// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/workspace/archive/archive.h"

#include <algorithm>

// Which state an instant means, and why there may be none.
namespace Turso::Embedded
{

using namespace Archived;
using Base::ErrorKind;
using Base::toRfc3339;

namespace
{

constexpr char kTimestamp[] = R"({"argument":"timestamp"})";
constexpr char kOrNow[] = "Leave the timestamp out for the newest state.";

auto outside(Base::Millis at, Base::Millis from, Base::Millis to, const std::string &why)
{
    return Base::fail(ErrorKind::InvalidArgument,
                      "The state at " + toRfc3339(at) + " cannot be restored" + why
                          + ". What can be restored is from " + toRfc3339(from) + " to "
                          + toRfc3339(to) + '.',
                      kOrNow, kTimestamp);
}

auto lostTime(Base::Millis at, Base::Millis from, Base::Millis to)
{
    return Base::fail(ErrorKind::InvalidArgument,
                      "The state at " + toRfc3339(at) + " is not known: what was written between "
                          + toRfc3339(from) + " and " + toRfc3339(to)
                          + " has lost its times, because the machine or the "
                          + "application was interrupted then, or another program wrote.",
                      "Use an instant before or after that.", kTimestamp);
}

} // namespace

Base::Error damagedArchive(Base::Millis at, Base::Millis soundFrom)
{
    return {ErrorKind::UpstreamError,
            "The state at " + toRfc3339(at)
                + " cannot be restored: the archive is damaged there. Nothing was made.",
            "Use an instant after " + toRfc3339(soundFrom)
                + ", or leave the timestamp out; a backup of the workspace's folder may still have "
                  "it.",
            {}};
}

Base::Result<Archive::Wanted> Archive::find(std::optional<Base::Millis> at)
{
    const std::lock_guard lock(m_mutex);
    if (m_state != State::Good)
        return Base::fail(ErrorKind::UpstreamError,
                          "The database's archive cannot be used at the moment, because another "
                          "program uses the file or the disk is full.",
                          "Try again when nothing else is open on it.");
    Wanted wanted;
    wanted.folder = m_folder;
    wanted.pageSize = m_start.pageSize;
    wanted.live = wanted.segment = m_start.number;
    wanted.liveCommits = m_log.count();
    wanted.at = at.value_or(timeNow());
    wanted.soundFrom = m_lastAt;
    if (wanted.at > timeNow())
        return inFuture(wanted.at);
    if (m_missed && (!at || *at >= m_lastAt))
        return lostTime(wanted.at, m_lastAt, timeNow());
    auto located = locate(wanted);
    if (!located)
        return tl::unexpected(std::move(located).error());
    // Whoever asks for this instant again must get the same.
    m_notBefore = std::max(m_notBefore, wanted.at + 1);
    wanted.pin = m_pins;
    return wanted;
}

Base::Result<Archive::Wanted> Archive::inFuture(Base::Millis at) const
{
    return outside(at, oldest(), timeNow(), ", because it is in the future");
}

/// The first instant from which on the segments lead to today's file.
Base::Millis Archive::oldest() const
{
    Base::Millis since = m_start.since;
    for (std::uint64_t number = m_start.number; number > 0; --number) {
        const auto segment = readSegment(m_folder, number);
        if (!segment)
            break;
        since = segment->start.since;
        if (segment->start.isGap != 0)
            break;
    }
    return since;
}

Base::Result<void> Archive::locate(Wanted &wanted) const
{
    const auto numbers = segmentsIn(m_folder);
    std::optional<Segment> later;
    for (std::uint64_t number = wanted.live;; --number) {
        auto segment = readSegment(m_folder, number);
        if (!segment) {
            if (numbers.empty() || number < numbers.front())
                return outside(wanted.at, later->start.since, timeNow(),
                               ", because it is before what is kept");
            return tl::unexpected(damagedArchive(wanted.at, later ? later->start.since : m_lastAt));
        }
        if (!later && segment->commits.size() < wanted.liveCommits)
            return tl::unexpected(damagedArchive(wanted.at, m_lastAt));
        if (!later)
            segment->commits.resize(wanted.liveCommits);
        else if (segment->commits.size() != later->start.commitsBefore)
            return tl::unexpected(damagedArchive(wanted.at, later->start.since));
        if (segment->start.since <= wanted.at) {
            wanted.segment = number;
            return place(wanted, *segment);
        }
        if (segment->start.isGap != 0)
            return outside(wanted.at, segment->start.since, timeNow(),
                           ", because another program has changed the database's file after "
                               + toRfc3339(segment->start.gapFrom));
        later = std::move(segment);
    }
}

Base::Result<void> Archive::place(Wanted &wanted, const Segment &segment)
{
    const auto &commits = segment.commits;
    const auto next
        = std::upper_bound(commits.begin(), commits.end(), wanted.at,
                           [](Base::Millis at, const Commit &commit) { return at < commit.at; });
    wanted.salts = segment.start.salts;
    wanted.from = wanted.to = segment.start.from;
    const bool isFirst = next == commits.begin();
    const Base::Millis before = isFirst ? segment.start.since : (next - 1)->at;
    if (next != commits.end() && next->isUncertain != 0) {
        // After a power failure even a commit of the same millisecond may be missing.
        const bool sameBoot = (isFirst ? segment.start.boot : (next - 1)->boot) == next->boot;
        if (wanted.at > before || !sameBoot)
            return lostTime(wanted.at, before, next->at);
    }
    if (isFirst)
        return {};
    const Commit &commit = *(next - 1);
    wanted.hasCommits = true;
    wanted.isContinued = commit.salts == segment.start.salts;
    wanted.salts = commit.salts;
    wanted.to = commit.to;
    return {};
}

} // namespace Turso::Embedded
