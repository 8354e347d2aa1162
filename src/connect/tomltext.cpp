// SPDX-License-Identifier: GPL-3.0-or-later
#include "connect/tomltext.h"

#include "connect/jsontext.h"

// Only here, and without its shared library: a window that starts should not load it.
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include <algorithm>
#include <sstream>

namespace Connect
{

using Base::ErrorKind;
using Base::Json;

namespace
{

bool isBare(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'
        || c == '-';
}

// The text is known to be valid, so this only has to find ends.
class Scanner
{
public:
    explicit Scanner(std::string_view text)
        : m_text(text)
        , m_at(byteOrderMark(text).size())
    {
    }

    std::vector<TomlStatement> run()
    {
        std::vector<TomlStatement> found;
        for (skipBlanks(true); m_at < m_text.size(); skipBlanks(true)) {
            TomlStatement statement;
            statement.begin = m_at;
            if (here() == '[')
                takeHeader(statement);
            else
                takeKeyValue(statement);
            statement.end = m_at;
            if (statement.end <= statement.begin)
                break; // not TOML after all: never without an end
            found.push_back(std::move(statement));
        }
        return found;
    }

private:
    char here() const { return m_at < m_text.size() ? m_text[m_at] : '\0'; }
    bool isAt(std::string_view word) const { return m_text.substr(m_at).starts_with(word); }

    void skipBlanks(bool lines)
    {
        while (m_at < m_text.size()) {
            const char c = m_text[m_at];
            if (lines && c == '#')
                m_at = std::min(m_text.find('\n', m_at), m_text.size());
            else if (c == ' ' || c == '\t' || (lines && (c == '\n' || c == '\r')))
                ++m_at;
            else
                return;
        }
    }

    void takeHeader(TomlStatement &statement)
    {
        const bool isArray = isAt("[[");
        statement.kind = isArray ? TomlStatement::Kind::ArrayOfTables : TomlStatement::Kind::Table;
        m_at += isArray ? 2 : 1;
        statement.path = takeKey();
        m_at = std::min(m_at + (isArray ? 2 : 1), m_text.size());
    }

    void takeKeyValue(TomlStatement &statement)
    {
        statement.path = takeKey();
        if (here() == '=')
            ++m_at;
        skipBlanks(false);
        statement.valueBegin = m_at;
        skipValue();
    }

    std::vector<std::string> takeKey()
    {
        std::vector<std::string> path;
        for (;;) {
            skipBlanks(false);
            const std::size_t begin = m_at;
            if (here() == '"' || here() == '\'') {
                skipString();
                path.push_back(unquoted(m_text.substr(begin, m_at - begin)));
            } else {
                while (isBare(here()))
                    ++m_at;
                path.emplace_back(m_text.substr(begin, m_at - begin));
            }
            skipBlanks(false);
            if (here() != '.')
                return path;
            ++m_at;
        }
    }

    static std::string unquoted(std::string_view key)
    {
        if (key.find('\\') == std::string_view::npos)
            return std::string(key.substr(1, key.size() - 2));
        const auto value = readToml("k = " + std::string(key));
        return value ? Base::stringMember(*value, "k").value_or(std::string()) : std::string();
    }

    void skipString()
    {
        const char quote = here();
        const std::string three(3, quote);
        const bool isLong = isAt(three);
        m_at += isLong ? 3 : 1;
        while (m_at < m_text.size()) {
            if (quote == '"' && here() == '\\') {
                m_at += 2;
            } else if (isLong ? isAt(three) : here() == quote) {
                m_at += isLong ? 3 : 1;
                // Up to two quotes may stand right before the closing ones.
                for (int more = 0; isLong && more < 2 && here() == quote; ++more)
                    ++m_at;
                return;
            } else {
                ++m_at;
            }
        }
        m_at = m_text.size();
    }

    void skipValue()
    {
        int open = 0;
        while (m_at < m_text.size()) {
            const char c = here();
            if (c == '"' || c == '\'') {
                skipString();
            } else if (c == '[' || c == '{') {
                ++open;
                ++m_at;
            } else if (c == ']' || c == '}') {
                --open;
                ++m_at;
            } else if (c == '#' && open > 0) {
                m_at = std::min(m_text.find('\n', m_at), m_text.size());
            } else if (open == 0 && (c == '#' || c == '\n' || c == '\r')) {
                break;
            } else {
                ++m_at;
            }
        }
        while (m_at > 0 && (m_text[m_at - 1] == ' ' || m_text[m_at - 1] == '\t'))
            --m_at;
    }

    const std::string_view m_text;
    std::size_t m_at;
};

} // namespace

std::vector<TomlStatement> tomlStatements(std::string_view text)
{
    return Scanner(text).run();
}

Base::Result<Json> readToml(std::string_view text)
{
    const toml::parse_result parsed = toml::parse(text);
    if (!parsed) {
        const toml::source_position at = parsed.error().source().begin;
        return Base::fail(ErrorKind::InvalidArgument,
                          "line " + std::to_string(at.line) + ", column "
                              + std::to_string(at.column) + ": "
                              + std::string(parsed.error().description()));
    }
    std::ostringstream json;
    json << toml::json_formatter(parsed.table());
    return Base::parseJson(json.str());
}

} // namespace Connect
