// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/hrana/text.h"

#include "base/json.h"
#include "turso/sql/utf8.h"
#include "turso/valuetext.h"

#include <sqlite3.h>

#include <charconv>
#include <cmath>

namespace Turso::Hrana
{

namespace
{

constexpr char kNoMemory[] = "out of memory";

void appendText(std::string &out, const char *text)
{
    if (text == nullptr)
        out += "null";
    else
        Base::appendQuoted(out, text);
}

std::string_view viewOf(const void *data, int size)
{
    return data == nullptr
        ? std::string_view()
        : std::string_view(static_cast<const char *>(data), static_cast<std::size_t>(size));
}

} // namespace

void appendFloat(std::string &out, double value)
{
    if (!std::isfinite(value)) {
        out += "null";
        return;
    }
    // The shortest digits that read back the same, as "d.ddde+xx"; then in the layout of Rust.
    char buffer[40];
    const auto end
        = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr;
    std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
    if (text.starts_with('-')) {
        out += '-';
        text.remove_prefix(1);
    }
    const std::size_t mark = text.find('e');
    int exponent = 0;
    const std::size_t digitsAt = mark + (text[mark + 1] == '+' ? 2 : 1);
    std::from_chars(text.data() + digitsAt, text.data() + text.size(), exponent);
    std::string digits(text.substr(0, 1));
    if (mark > 2)
        digits += text.substr(2, mark - 2);
    const int count = static_cast<int>(digits.size());
    const int point = exponent + 1; // digits before the decimal point
    if (point > 0 && point <= 16) {
        if (count <= point)
            out += digits + std::string(static_cast<std::size_t>(point - count), '0') + ".0";
        else
            out += digits.insert(static_cast<std::size_t>(point), ".");
    } else if (point > -5 && point <= 0) {
        out += "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
    } else {
        if (count > 1)
            digits.insert(1, ".");
        out += digits + "e" + std::to_string(exponent);
    }
}

void appendError(std::string &out, const Embedded::StreamError &error)
{
    out += "{\"message\":";
    Base::appendQuoted(out, error.message);
    out += ",\"code\":";
    Base::appendQuoted(out, error.code);
    out += '}';
}

void appendColumns(std::string &out, const std::vector<Column> &columns)
{
    out += '[';
    for (const Column &column : columns) {
        if (out.back() != '[')
            out += ',';
        out += "{\"name\":";
        Base::appendQuoted(out, column.name);
        out += ",\"decltype\":";
        appendText(out, column.type ? column.type->c_str() : nullptr);
        out += '}';
    }
    out += ']';
}

RowProblem appendRow(std::string &out, sqlite3_stmt *statement)
{
    out += '[';
    const int columns = sqlite3_data_count(statement);
    for (int i = 0; i < columns; ++i) {
        if (i > 0)
            out += ',';
        switch (sqlite3_column_type(statement, i)) {
        case SQLITE_INTEGER:
            out += R"({"type":"integer","value":")"
                + std::to_string(sqlite3_column_int64(statement, i)) + "\"}";
            break;
        case SQLITE_FLOAT:
            out += R"({"type":"float","value":)";
            appendFloat(out, sqlite3_column_double(statement, i));
            out += '}';
            break;
        case SQLITE_TEXT: {
            const void *data = sqlite3_column_text(statement, i);
            if (data == nullptr)
                return kNoMemory;
            const std::string_view text = viewOf(data, sqlite3_column_bytes(statement, i));
            if (const std::size_t valid = Sql::validUtf8(text); valid < text.size())
                return "invalid utf-8 sequence of 1 bytes from index " + std::to_string(valid);
            out += R"({"type":"text","value":)";
            Base::appendQuoted(out, text);
            out += '}';
            break;
        }
        case SQLITE_BLOB: {
            const void *data = sqlite3_column_blob(statement, i);
            if (data == nullptr && sqlite3_column_bytes(statement, i) > 0)
                return kNoMemory;
            out += R"({"type":"blob","base64":")";
            appendBase64(out, viewOf(data, sqlite3_column_bytes(statement, i)));
            while (out.back() == '=') // without padding, as Turso's server does
                out.pop_back();
            out += "\"}";
            break;
        }
        default:
            out += R"({"type":"null"})";
        }
    }
    out += ']';
    return std::nullopt;
}

void appendDescription(std::string &out, const Embedded::StreamDescription &description)
{
    out += R"({"params":[)";
    for (const auto &name : description.parameters) {
        if (out.back() != '[')
            out += ',';
        out += "{\"name\":";
        appendText(out, name ? name->c_str() : nullptr);
        out += '}';
    }
    out += R"(],"cols":)";
    appendColumns(out, description.columns);
    out += R"(,"is_explain":)";
    out += description.isExplain ? "true" : "false";
    out += R"(,"is_readonly":)";
    out += description.isReadonly ? "true}" : "false}";
}

std::string errorBody(std::string_view sentence)
{
    std::string out = "{\"error\":";
    Base::appendQuoted(out, sentence);
    return out + "}";
}

} // namespace Turso::Hrana
