// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/valuetext.h"

#include <charconv>
#include <cmath>

namespace Turso
{

namespace
{

// Beyond these a JavaScript number is no longer exact.
constexpr std::int64_t kMaxExact = (std::int64_t{1} << 53) - 1;

} // namespace

void appendInteger(std::string &out, std::int64_t value)
{
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    const bool exact = value >= -kMaxExact && value <= kMaxExact;
    if (!exact)
        out += '"';
    out.append(digits, end);
    if (!exact)
        out += '"';
}

void appendReal(std::string &out, double value)
{
    if (std::isnan(value)) {
        out += "null";
        return;
    }
    if (std::isinf(value)) {
        out += value > 0 ? "\"Infinity\"" : "\"-Infinity\"";
        return;
    }
    char digits[40];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    const std::string_view text(digits, static_cast<std::size_t>(end - digits));
    out += text;
    // 3.0 stays recognisable as a REAL.
    if (text.find_first_of(".e") == std::string_view::npos)
        out += ".0";
}

void appendBase64(std::string &out, std::string_view bytes)
{
    static constexpr char kAlphabet[]
        = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const auto at = [bytes](std::size_t i) {
        return i < bytes.size() ? static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i]))
                                : 0U;
    };
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::uint32_t group = at(i) << 16 | at(i + 1) << 8 | at(i + 2);
        out += kAlphabet[group >> 18 & 63];
        out += kAlphabet[group >> 12 & 63];
        out += i + 1 < bytes.size() ? kAlphabet[group >> 6 & 63] : '=';
        out += i + 2 < bytes.size() ? kAlphabet[group & 63] : '=';
    }
}

} // namespace Turso
