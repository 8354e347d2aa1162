// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/workspace/archive/rawfile.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace Turso::Embedded::Archived
{

RawFile::RawFile(const std::string &path, Mode mode)
{
    int flags = O_CLOEXEC;
    if (mode == Mode::Read)
        flags |= O_RDONLY;
    else
        flags |= O_RDWR | (mode == Mode::Create ? O_CREAT | O_TRUNC : 0);
    m_file = ::open(path.c_str(), flags, S_IRUSR | S_IWUSR);
}

RawFile::~RawFile()
{
    if (m_file >= 0)
        ::close(m_file);
}

RawFile::RawFile(RawFile &&other) noexcept
    : m_file(std::exchange(other.m_file, -1))
{
}

RawFile &RawFile::operator=(RawFile &&other) noexcept
{
    std::swap(m_file, other.m_file);
    return *this;
}

std::int64_t RawFile::size() const
{
    struct stat status {
    };
    return ::fstat(m_file, &status) == 0 ? status.st_size : -1;
}

bool RawFile::readAt(std::int64_t at, void *bytes, std::size_t count) const
{
    auto *to = static_cast<char *>(bytes);
    while (count > 0) {
        const ssize_t got = ::pread(m_file, to, count, at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        to += got;
        at += got;
        count -= static_cast<std::size_t>(got);
    }
    return true;
}

bool RawFile::writeAt(std::int64_t at, const void *bytes, std::size_t count)
{
    const auto *from = static_cast<const char *>(bytes);
    while (count > 0) {
        const ssize_t put = ::pwrite(m_file, from, count, at);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        from += put;
        at += put;
        count -= static_cast<std::size_t>(put);
    }
    return true;
}

bool RawFile::resize(std::int64_t size)
{
    return ::ftruncate(m_file, size) == 0;
}

bool RawFile::sync()
{
    return ::fdatasync(m_file) == 0;
}

} // namespace Turso::Embedded::Archived
