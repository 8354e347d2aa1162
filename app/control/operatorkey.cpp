// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/operatorkey.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

namespace Control
{

using Base::ErrorKind;
using Base::fail;

namespace
{

std::optional<Base::Error> objection(const std::string &path, int descriptor)
{
    struct stat state {
    };
    if (fstat(descriptor, &state) != 0 || !S_ISREG(state.st_mode))
        return Base::Error{ErrorKind::InvalidArgument, path + " is not a plain file.",
                           "Put the operator key on the first line of a file."};
    if (state.st_uid != getuid())
        return Base::Error{ErrorKind::NotGranted, path + " belongs to another user.",
                           "Use a key file of your own."};
    if ((state.st_mode & 077) != 0)
        return Base::Error{ErrorKind::NotGranted, path + " is open to other users.",
                           "Run: chmod 600 " + path};
    return std::nullopt;
}

std::string trimmedFirstLine(std::string text)
{
    constexpr const char *kSpace = " \t\r\v\f";
    text.erase(std::min(text.find('\n'), text.size()));
    const auto from = text.find_first_not_of(kSpace);
    if (from == std::string::npos)
        return {};
    return text.substr(from, text.find_last_not_of(kSpace) - from + 1);
}

} // namespace

Base::Result<Base::Secret> readOperatorKey(const std::string &path)
{
    // O_NONBLOCK: a named pipe in the place of the file must not hold up the start.
    const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        const ErrorKind kind = errno == ENOENT ? ErrorKind::NotFound : ErrorKind::InvalidArgument;
        return fail(kind,
                    "Could not read the key file " + path + ": " + std::strerror(errno) + ".");
    }
    if (auto error = objection(path, descriptor)) {
        close(descriptor);
        return tl::unexpected<Base::Error>(std::move(*error));
    }
    std::array<char, 4096> bytes{};
    const ssize_t count = read(descriptor, bytes.data(), bytes.size());
    close(descriptor);
    Base::Secret key(trimmedFirstLine(
        std::string(bytes.data(), count > 0 ? static_cast<std::size_t>(count) : 0)));
    explicit_bzero(bytes.data(), bytes.size());
    if (key.revealForUse().size() < kLeastKeyLength)
        return fail(ErrorKind::InvalidArgument,
                    "The operator key in " + path + " is shorter than "
                        + std::to_string(kLeastKeyLength) + " characters.",
                    "Make one with: (umask 077; openssl rand -hex 32 > " + path + ")");
    return key;
}

} // namespace Control
