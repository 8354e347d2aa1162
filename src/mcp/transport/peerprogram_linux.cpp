// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/transport/peerprogram.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <string>

namespace Mcp
{

namespace
{

constexpr std::size_t kCommandBytes = 1024;

std::string procPath(long long pid, const char *name)
{
    return "/proc/" + std::to_string(pid) + '/' + name;
}

std::string executableOf(long long pid)
{
    std::error_code error;
    const auto path = std::filesystem::read_symlink(procPath(pid, "exe"), error);
    return error ? std::string() : path.string();
}

// Reads at most `limit` bytes: the files of /proc have no size.
std::string contents(const std::string &path, std::size_t limit)
{
    std::ifstream file(path, std::ios::binary);
    std::string text(limit, '\0');
    file.read(text.data(), static_cast<std::streamsize>(limit));
    text.resize(static_cast<std::size_t>(file.gcount()));
    return text;
}

std::string commandOf(long long pid)
{
    std::string text = contents(procPath(pid, "cmdline"), kCommandBytes);
    while (!text.empty() && text.back() == '\0')
        text.pop_back();
    for (char &c : text) {
        if (c == '\0')
            c = ' ';
    }
    return text;
}

long long parentOf(long long pid)
{
    // "PID (NAME) STATE PPID ...": the name may hold anything, so the search starts at its last
    // bracket.
    const std::string stat = contents(procPath(pid, "stat"), 4096);
    const std::size_t bracket = stat.rfind(')');
    if (bracket == std::string::npos || bracket + 4 >= stat.size())
        return 0;
    long long parent = 0;
    std::from_chars(stat.data() + bracket + 4, stat.data() + stat.size(), parent);
    return parent;
}

} // namespace

std::optional<PeerProgram> peerProgram(qintptr socketDescriptor)
{
    ucred credentials{};
    socklen_t length = sizeof credentials;
    if (getsockopt(static_cast<int>(socketDescriptor), SOL_SOCKET, SO_PEERCRED, &credentials,
                   &length)
        != 0)
        return std::nullopt;
    PeerProgram peer;
    peer.pid = credentials.pid;
    peer.uid = credentials.uid;
    peer.executable = executableOf(peer.pid);
    const long long parent = parentOf(peer.pid);
    if (parent > 0) {
        peer.parentExecutable = executableOf(parent);
        peer.parentCommand = commandOf(parent);
    }
    return peer;
}

long long ownUserId()
{
    return geteuid();
}

} // namespace Mcp
