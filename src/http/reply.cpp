// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/reply.h"

#include <array>
#include <charconv>

namespace Http
{

namespace
{

std::string_view reasonPhrase(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 202:
        return "Accepted";
    case 204:
        return "No Content";
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 402:
        return "Payment Required";
    case 406:
        return "Not Acceptable";
    case 408:
        return "Request Timeout";
    case 409:
        return "Conflict";
    case 411:
        return "Length Required";
    case 413:
        return "Content Too Large";
    case 415:
        return "Unsupported Media Type";
    case 422:
        return "Unprocessable Entity";
    case 429:
        return "Too Many Requests";
    case 431:
        return "Request Header Fields Too Large";
    case 500:
        return "Internal Server Error";
    case 501:
        return "Not Implemented";
    case 503:
        return "Service Unavailable";
    default:
        return "Other";
    }
}

void appendNumber(std::string &out, std::size_t number, int base = 10)
{
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, base);
    out.append(digits.data(), end.ptr);
}

} // namespace

void appendStatusLine(std::string &out, int status)
{
    out += "HTTP/1.1 ";
    appendNumber(out, static_cast<std::size_t>(status));
    out += ' ';
    out += reasonPhrase(status);
    out += "\r\n";
}

void appendField(std::string &out, std::string_view name, std::string_view value)
{
    if (value.empty())
        return;
    out += name;
    out += value;
    out += "\r\n";
}

void appendLength(std::string &out, std::size_t bytes)
{
    out += "Content-Length: ";
    appendNumber(out, bytes);
    out += "\r\n";
}

void appendChunkSize(std::string &out, std::size_t bytes)
{
    appendNumber(out, bytes, 16);
    out += "\r\n";
}

} // namespace Http
