// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/linescanner.h"

#include <cstdint>
#include <cstdio>
#include <cstring>

namespace Bridge
{

namespace
{

class Cursor
{
public:
    explicit Cursor(std::string_view text)
        : m_text(text)
    {
    }

    bool isAtEnd() const { return m_at >= m_text.size(); }
    char peek() const { return isAtEnd() ? '\0' : m_text[m_at]; }

    void skipSpace()
    {
        while (!isAtEnd() && std::strchr(" \t\r\n", m_text[m_at]) && m_text[m_at] != '\0')
            ++m_at;
    }

    bool take(char c)
    {
        skipSpace();
        if (isAtEnd() || m_text[m_at] != c)
            return false;
        ++m_at;
        return true;
    }

    // A string with its quotes, or nothing.
    std::string_view takeString()
    {
        skipSpace();
        if (peek() != '"')
            return {};
        const std::size_t begin = m_at;
        ++m_at;
        for (;;) {
            m_at = m_text.find_first_of("\"\\", m_at);
            if (m_at == std::string_view::npos) {
                m_at = m_text.size();
                return {};
            }
            if (m_text[m_at] == '"')
                return m_text.substr(begin, ++m_at - begin);
            m_at = m_at + 2 <= m_text.size() ? m_at + 2 : m_text.size();
        }
    }

    // Any value as raw text, or nothing if the text ends in it. No recursion: depth costs nothing.
    std::string_view takeValue()
    {
        skipSpace();
        if (peek() == '"')
            return takeString();
        const std::size_t begin = m_at;
        if (peek() != '{' && peek() != '[') {
            m_at = m_text.find_first_of(",]} \t\r\n", m_at);
            if (m_at == std::string_view::npos)
                m_at = m_text.size();
            return m_text.substr(begin, m_at - begin);
        }
        std::size_t depth = 0;
        while (!isAtEnd()) {
            m_at = m_text.find_first_of("\"{}[]", m_at);
            if (m_at == std::string_view::npos)
                break;
            if (m_text[m_at] == '"') {
                if (takeString().empty())
                    return {};
                continue;
            }
            const bool opens = m_text[m_at] == '{' || m_text[m_at] == '[';
            ++m_at;
            depth += opens ? 1 : std::size_t(-1);
            if (depth == 0)
                return m_text.substr(begin, m_at - begin);
        }
        m_at = m_text.size();
        return {};
    }

private:
    std::string_view m_text;
    std::size_t m_at = 0;
};

// Calls visit(key, cursor at the value) for each member until it says that it has not taken the
// value.
template <typename Visit>
bool visitMembers(std::string_view text, Visit visit)
{
    Cursor cursor(text);
    if (!cursor.take('{'))
        return false;
    if (cursor.take('}'))
        return true;
    do {
        const std::string_view key = cursor.takeString();
        if (key.size() < 2 || !cursor.take(':') || !visit(idKey(key), cursor))
            return true;
    } while (cursor.take(','));
    return true;
}

void appendUtf8(std::string &out, std::uint32_t c)
{
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xC0 | (c >> 6));
        out += static_cast<char>(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        out += static_cast<char>(0xE0 | (c >> 12));
        out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (c & 0x3F));
    } else {
        out += static_cast<char>(0xF0 | (c >> 18));
        out += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
        out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (c & 0x3F));
    }
}

// The value of four hexadecimal digits at `at`, or a value that no character has.
std::uint32_t hexAt(std::string_view text, std::size_t at)
{
    constexpr std::uint32_t kNone = 0xFFFFFFFF;
    std::uint32_t value = 0;
    if (at + 4 > text.size())
        return kNone;
    for (const char c : text.substr(at, 4)) {
        value <<= 4;
        if (c >= '0' && c <= '9')
            value |= static_cast<std::uint32_t>(c - '0');
        else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
            value |= static_cast<std::uint32_t>((c | 0x20) - 'a' + 10);
        else
            return kNone;
    }
    return value;
}

// Decodes the escape whose letter stands at `at`; returns where the text goes on.
std::size_t appendEscape(std::string &out, std::string_view text, std::size_t at)
{
    static constexpr std::string_view kLetters = "bfnrt";
    static constexpr std::string_view kMeanings = "\b\f\n\r\t";
    if (const auto index = kLetters.find(text[at]); index != std::string_view::npos) {
        out += kMeanings[index];
        return at + 1;
    }
    if (text[at] != 'u') {
        out += text[at];
        return at + 1;
    }
    std::uint32_t c = hexAt(text, at + 1);
    if (c > 0xFFFF) {
        out += 'u';
        return at + 1;
    }
    at += 5;
    const bool paired = c >= 0xD800 && c < 0xDC00 && text.substr(at, 2) == "\\u";
    const std::uint32_t low = paired ? hexAt(text, at + 2) : 0;
    if (low >= 0xDC00 && low < 0xE000) {
        c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
        at += 6;
    }
    appendUtf8(out, c);
    return at;
}

// MCP: an id is a string or an integer. Anything else could not be echoed safely.
bool isIdToken(std::string_view value)
{
    if (value.size() >= 2 && value.front() == '"')
        return true;
    const std::string_view digits = value.substr(value.starts_with('-') ? 1 : 0);
    return !digits.empty() && digits.find_first_not_of("0123456789") == std::string_view::npos
        && (digits.size() == 1 || digits.front() != '0');
}

} // namespace

std::string idKey(std::string_view rawId)
{
    if (rawId.size() < 2 || rawId.front() != '"')
        return std::string(rawId);
    const std::string_view text = rawId.substr(1, rawId.size() - 2);
    std::string out = "\"";
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == '\\' && at + 1 < text.size())
            at = appendEscape(out, text, at + 1);
        else
            out += text[at++];
    }
    return out;
}

LineFacts factsOf(std::string_view line)
{
    LineFacts facts;
    std::string_view params;
    facts.isObject = visitMembers(line, [&](const std::string &key, Cursor &cursor) {
        const bool isPayload = key == "\"result" || key == "\"error";
        facts.isAnswer = facts.isAnswer || isPayload;
        if (isPayload && !facts.id.empty())
            return false;
        const std::string_view value = cursor.takeValue();
        if (key == "\"id" && isIdToken(value))
            facts.id = value;
        else if (key == "\"method" && value.size() > 2 && value.front() == '"')
            facts.method = idKey(value).substr(1);
        else if (key == "\"params")
            params = value;
        return !value.empty();
    });
    if (facts.method == "notifications/cancelled") {
        visitMembers(params, [&](const std::string &key, Cursor &cursor) {
            const std::string_view value = cursor.takeValue();
            if (key == "\"requestId")
                facts.cancelled = value;
            return !value.empty();
        });
    }
    return facts;
}

std::string quoted(std::string_view text)
{
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            char code[8];
            std::snprintf(code, sizeof code, "\\u%04x", static_cast<unsigned>(c));
            out += code;
        } else {
            out += c;
        }
    }
    return out + '"';
}

} // namespace Bridge
