// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/workspace/rowtext.h"

#include "base/json.h"
#include "turso/sql/utf8.h"
#include "turso/valuetext.h"

#include <sqlite3.h>

#include <cstdint>

namespace Turso::Embedded
{

namespace
{

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
