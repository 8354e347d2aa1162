// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

/// What must hold whatever the input: the fuzzer keeps the input that breaks it.
#define CHECK(condition) ((condition) ? void() : Fuzz::broken(#condition, __FILE__, __LINE__))

namespace Fuzz
{

[[noreturn]] inline void broken(const char *what, const char *file, int line)
{
    std::fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
    std::abort();
}

/// Takes the text up to the next line end, or all that is left, off `rest`.
inline std::string_view takeLine(std::string_view &rest)
{
    const std::size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return line;
}

} // namespace Fuzz
