// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// The pieces of an answer's head, appended to text.
namespace Http
{

/// "HTTP/1.1 404 Not Found" and the end of its line.
void appendStatusLine(std::string &out, int status);

/// `name` with its colon and space; an empty value is not sent.
void appendField(std::string &out, std::string_view name, std::string_view value);

/// Content-Length.
void appendLength(std::string &out, std::size_t bytes);

/// The line that comes before a chunk of so many bytes. Behind the chunk comes kChunkEnd.
void appendChunkSize(std::string &out, std::size_t bytes);

inline constexpr std::string_view kChunkEnd = "\r\n";
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

} // namespace Http
