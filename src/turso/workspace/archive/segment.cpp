// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/workspace/archive/segment.h"

#include "turso/workspace/archive/checksum.h"
#include "turso/workspace/files.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <type_traits>

namespace Turso::Embedded::Archived
{

namespace fs = std::filesystem;

namespace
{

constexpr std::uint64_t kMagic = 0x31726F7465617354ULL;
constexpr std::size_t kNumberLetters = 10;

struct StoredStart {
    std::uint64_t magic = kMagic;
    SegmentStart start;
    std::uint64_t hash = 0;
};
struct StoredCommit {
    Commit commit;
    std::uint64_t hash = 0;
};
// What is hashed is every byte: there must be none that nobody has set.
static_assert(std::has_unique_object_representations_v<SegmentStart>);
static_assert(std::has_unique_object_representations_v<Commit>);

std::uint64_t hashOf(const StoredStart &stored)
{
    return Archived::hashOf(&stored, offsetof(StoredStart, hash), 0);
}

/// Belongs to its segment and its place there.
std::uint64_t hashOf(const StoredCommit &stored, std::uint64_t number, std::size_t place)
{
    return Archived::hashOf(&stored, offsetof(StoredCommit, hash), number << 32 ^ place);
}

std::int64_t offsetOf(std::size_t place)
{
    return static_cast<std::int64_t>(sizeof(StoredStart) + place * sizeof(StoredCommit));
}

} // namespace

std::string segmentFile(const std::string &folder, std::uint64_t number, Part part)
{
    static constexpr const char *kEndings[] = {".log", ".before", ".wal"};
    char name[32];
    std::snprintf(name, sizeof name, "%010llu", static_cast<unsigned long long>(number));
    return folder + '/' + name + kEndings[static_cast<int>(part)];
}

std::vector<std::uint64_t> segmentsIn(const std::string &folder)
{
    std::vector<std::uint64_t> numbers;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        std::uint64_t number = 0;
        const auto [stop, failed] = std::from_chars(name.data(), name.data() + name.size(), number);
        if (failed == std::errc() && name.size() == kNumberLetters + 4
            && std::string_view(stop) == ".log")
            numbers.push_back(number);
    }
    std::sort(numbers.begin(), numbers.end());
    return numbers;
}

void removeSegment(const std::string &folder, std::uint64_t number)
{
    std::error_code ignored;
    // The log last: as long as it is there, the others are found and removed another time.
    for (const Part part : {Part::Before, Part::Wal, Part::Log})
        fs::remove(segmentFile(folder, number, part), ignored);
}

std::int64_t segmentBytes(const std::string &folder, std::uint64_t number)
{
    std::int64_t sum = 0;
    for (const Part part : {Part::Log, Part::Before, Part::Wal}) {
        std::error_code error;
        const auto bytes = fs::file_size(segmentFile(folder, number, part), error);
        sum += error ? 0 : static_cast<std::int64_t>(bytes);
    }
    return sum;
}

std::optional<Segment> readSegment(const std::string &folder, std::uint64_t number)
{
    const RawFile file(segmentFile(folder, number, Part::Log), RawFile::Mode::Read);
    StoredStart start;
    if (!file.isOpen() || !file.readAt(0, &start, sizeof start) || start.magic != kMagic
        || start.hash != hashOf(start) || start.start.number != number)
        return std::nullopt;
    Segment segment{start.start};
    StoredCommit stored;
    for (std::size_t place = 0; file.readAt(offsetOf(place), &stored, sizeof stored); ++place) {
        if (stored.hash != hashOf(stored, number, place))
            break;
        segment.commits.push_back(stored.commit);
    }
    return segment;
}

bool writeSegment(const std::string &folder, const SegmentStart &start)
{
    const std::string path = segmentFile(folder, start.number, Part::Log);
    const std::string temporary = path + ".new";
    StoredStart stored;
    stored.start = start;
    stored.hash = hashOf(stored);
    RawFile file(temporary, RawFile::Mode::Create);
    std::error_code error;
    if (file.isOpen() && file.writeAt(0, &stored, sizeof stored) && file.sync()) {
        fs::rename(temporary, path, error);
        if (!error)
            return syncPath(folder);
    }
    fs::remove(temporary, error);
    return false;
}

CommitLog::CommitLog(const std::string &folder, std::uint64_t number, std::size_t count)
    : m_file(segmentFile(folder, number, Part::Log), RawFile::Mode::Update)
    , m_number(number)
    , m_count(static_cast<std::uint32_t>(count))
{
    if (m_file.isOpen() && m_file.size() != offsetOf(count))
        m_file.resize(offsetOf(count));
}

bool CommitLog::append(const Commit &commit)
{
    StoredCommit stored{commit};
    stored.hash = hashOf(stored, m_number, m_count);
    if (!m_file.isOpen() || !m_file.writeAt(offsetOf(m_count), &stored, sizeof stored))
        return false;
    ++m_count;
    m_lastCommit = commit;
    return true;
}

bool CommitLog::amendLast(bool isUncertain)
{
    if (m_count == 0)
        return false;
    m_lastCommit.isUncertain = isUncertain ? 1 : 0;
    --m_count;
    return append(m_lastCommit);
}

} // namespace Turso::Embedded::Archived
