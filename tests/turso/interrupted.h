// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstdio>
#include <fcntl.h>
#include <functional>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/// Ends a process between two of its steps on the disk. These stand before the C library's own for
/// the whole test program, SQLite and std::filesystem included. To be included once.
namespace Interrupted
{

/// How many steps the process may still take; below zero: any number. Set in a child only.
inline std::atomic<int> stepsLeft = -1;
inline constexpr int kEnded = 99;

inline void step()
{
    if (stepsLeft.load() < 0)
        return;
    if (stepsLeft.fetch_sub(1) <= 0)
        ::_exit(kEnded);
}

/// Runs `work` in a process that ends itself before its step number `steps`. False when it has
/// come to its end without that; a failure of its own is `failed`.
inline bool endsAt(int steps, bool &failed, const std::function<bool()> &work)
{
    const pid_t child = ::fork();
    if (child == 0) {
        stepsLeft = steps;
        const bool done = work();
        ::_exit(done ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    failed = !WIFEXITED(status) || (WEXITSTATUS(status) != 0 && WEXITSTATUS(status) != kEnded);
    return WIFEXITED(status) && WEXITSTATUS(status) == kEnded;
}

} // namespace Interrupted

extern "C" {

int rename(const char *from, const char *to)
{
    Interrupted::step();
    return static_cast<int>(::syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0));
}

int unlink(const char *path)
{
    Interrupted::step();
    return static_cast<int>(::syscall(SYS_unlinkat, AT_FDCWD, path, 0));
}

int mkdir(const char *path, mode_t mode)
{
    Interrupted::step();
    return static_cast<int>(::syscall(SYS_mkdirat, AT_FDCWD, path, mode));
}

int fsync(int file)
{
    Interrupted::step();
    return static_cast<int>(::syscall(SYS_fsync, file));
}

int fdatasync(int file)
{
    Interrupted::step();
    return static_cast<int>(::syscall(SYS_fdatasync, file));
}

int unlinkat(int folder, const char *path, int flags)
{
    Interrupted::step();
    return static_cast<int>(::syscall(SYS_unlinkat, folder, path, flags));
}

ssize_t write(int file, const void *bytes, size_t count)
{
    Interrupted::step();
    return ::syscall(SYS_write, file, bytes, count);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t at)
{
    Interrupted::step();
    return ::syscall(SYS_pwrite64, file, bytes, count, at);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at)
{
    Interrupted::step();
    return ::syscall(SYS_pwrite64, file, bytes, count, at);
}
}
