// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace Bridge
{

/// Cuts a stream of bytes into lines. Each byte is searched once, whatever the sizes of the reads.
class LineBuffer
{
public:
    static constexpr std::size_t kMaxLine = 32 * 1024 * 1024;
    static constexpr std::size_t kChunk = 64 * 1024;

    /// Reads once from the descriptor. Like read(2): 0 at the end, -1 with errno.
    long readFrom(int descriptor);

    /// The next whole line without its "\n", valid until the next call of any function. Lines
    /// beyond kMaxLine are passed over; then `skipped` is set once, with the beginning of the line
    /// as the result.
    bool next(std::string_view &line, bool &skipped);

    void clear();

private:
    std::string m_bytes;
    std::size_t m_begin = 0; ///< of the current line
    std::size_t m_searched = 0; ///< no "\n" before this
    bool m_skipping = false;
};

} // namespace Bridge
