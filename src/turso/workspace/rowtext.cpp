// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/workspace/rowtext.h"

#include "base/json.h"
#include "turso/sql/utf8.h"

#include <sqlite3.h>

#include <charconv>
#include <cmath>
#include <cstdint>

namespace Turso::Embedded
{

namespace
{

// Beyond these a JavaScript number is no longer exact.
constexpr std::int64_t kMaxExact = (std::int64_t{1} << 53) - 1;

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

/// Without turning a zeroblob() into real bytes.
std::size_t rawBytes(sqlite3_value *value)
{
    const int type = sqlite3_value_type(value);
    return type == SQLITE_TEXT || type == SQLITE_BLOB
        ? static_cast<std::size_t>(sqlite3_value_bytes(value))
        : 0;
}

/// `size` bytes at `data`; SQLite gives a null pointer for nothing, and when it has no memory.
std::string_view viewOf(const void *data, int size)
{
    return data == nullptr
        ? std::string_view()
        : std::string_view(static_cast<const char *>(data), static_cast<std::size_t>(size));
}

} // namespace

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

void appendValue(std::string &out, sqlite3_value *value, std::size_t cut)
{
    switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
        appendInteger(out, sqlite3_value_int64(value));
        break;
    case SQLITE_FLOAT:
        appendReal(out, sqlite3_value_double(value));
        break;
    case SQLITE_TEXT: {
        const auto *text = sqlite3_value_text(value);
        const std::string_view whole = viewOf(text, sqlite3_value_bytes(value));
        if (cut == 0 || whole.size() <= cut)
            Base::appendQuoted(out, whole);
        else
            Base::appendQuoted(out, std::string(Sql::cutUtf8(whole, cut - 3)) + "\u2026");
        break;
    }
    case SQLITE_BLOB: {
        const void *blob = sqlite3_value_blob(value);
        std::string_view bytes = viewOf(blob, sqlite3_value_bytes(value));
        if (cut != 0)
            bytes = bytes.substr(0, cut * 3 / 4);
        out += "{\"base64\":\"";
        appendBase64(out, bytes);
        out += "\"}";
        break;
    }
    default:
        out += "null";
    }
}

bool appendRow(std::string &out, sqlite3_stmt *statement, std::size_t maxSize)
{
    out += '[';
    const int columns = sqlite3_data_count(statement);
    for (int i = 0; i < columns; ++i) {
        if (i > 0)
            out += ',';
        sqlite3_value *value = sqlite3_column_value(statement, i);
        // As JSON a text or blob is at least as long; so it need not even be looked at.
        if (out.size() + rawBytes(value) > maxSize)
            return false;
        appendValue(out, value);
        if (out.size() > maxSize)
            return false;
    }
    out += ']';
    return out.size() <= maxSize;
}

} // namespace Turso::Embedded
