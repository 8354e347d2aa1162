// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/socketpath.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace Base
{

namespace
{

// FNV-1a, 64 bits: not a secret, only a short name that two programs derive alike.
std::string shortHash(std::string_view text)
{
    unsigned long long hash = 14695981039346656037ULL;
    for (const char c : text) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 1099511628211ULL;
    }
    static constexpr char kHex[] = "0123456789abcdef";
    std::string name;
    for (int shift = 60; shift >= 0; shift -= 4)
        name += kHex[(hash >> shift) & 15U];
    return name;
}

std::string runtimeParent()
{
    if (const char *own = std::getenv("TURSO_COMPANION_RUNTIME_DIR"); own && *own)
        return own;
    if (const char *xdg = std::getenv("XDG_RUNTIME_DIR"); xdg && *xdg == '/')
        return xdg;
    return "/tmp/turso-companion-" + std::to_string(getuid());
}

std::string privateFolderProblem(const std::string &folder)
{
    struct stat state {
    };
    if (lstat(folder.c_str(), &state) != 0)
        return "Could not look at " + folder + ": " + std::strerror(errno) + ".";
    if (!S_ISDIR(state.st_mode) || state.st_uid != getuid())
        return folder + " is not a folder of yours. Remove it and try again.";
    if ((state.st_mode & 0077) != 0 && chmod(folder.c_str(), 0700) != 0)
        return folder + " is open to other users. Run: chmod 700 " + folder;
    return {};
}

} // namespace

std::string normalizedProfile(std::string_view path)
{
    if (path.empty())
        return {};
    std::error_code ignored;
    auto full = std::filesystem::absolute(std::filesystem::path(path), ignored).lexically_normal();
    std::string text = full.string();
    while (text.size() > 1 && text.back() == '/')
        text.pop_back();
    return text;
}

std::string socketFolder(std::string_view profile)
{
    std::string folder = runtimeParent() + "/turso-companion";
    if (!profile.empty())
        folder += "-" + shortHash(normalizedProfile(profile));
    return folder;
}

std::string prepareSocketFolder(const std::string &folder)
{
    // Under /tmp, which everybody can write to, the parent has to be ours as well: its owner could
    // exchange what is in it.
    const auto parent = std::filesystem::path(folder).parent_path().string();
    const bool inTmp = parent.starts_with("/tmp/turso-companion-");
    if (mkdir(parent.c_str(), 0700) != 0 && errno != EEXIST)
        return "Could not create " + parent + ": " + std::strerror(errno) + ".";
    if (std::string problem = inTmp ? privateFolderProblem(parent) : std::string();
        !problem.empty())
        return problem;
    if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
        return "Could not create " + folder + ": " + std::strerror(errno) + ".";
    return privateFolderProblem(folder);
}

std::string agentSocketPath(std::string_view profile)
{
    return socketFolder(profile) + "/agents.sock";
}

std::string controlSocketPath(std::string_view profile)
{
    return socketFolder(profile) + "/control.sock";
}

} // namespace Base
