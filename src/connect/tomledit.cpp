// SPDX-License-Identifier: GPL-3.0-or-later
#include "connect/jsontext.h"
#include "connect/layout.h"
#include "connect/tomltext.h"

#include <algorithm>

namespace Connect
{

using Base::ErrorKind;
using Base::Json;

namespace
{

using Kind = TomlStatement::Kind;
using Path = std::vector<std::string>;

std::string keyText(std::string_view key)
{
    const bool isBare = !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
            || c == '_' || c == '-';
    });
    return isBare ? std::string(key) : Base::quoteJson(key);
}

std::string valueText(const Json &value)
{
    if (value.is_object()) {
        std::string text = "{";
        for (const auto &[key, item] : value.items())
            text += (text.size() > 1 ? ", " : " ") + keyText(key) + " = " + valueText(item);
        return text + (text.size() > 1 ? " }" : "}");
    }
    if (value.is_array()) {
        std::string text = "[";
        for (const Json &item : value)
            text += (text.size() > 1 ? ", " : "") + valueText(item);
        return text + ']';
    }
    return Base::dumpJson(value); // TOML's strings, numbers and booleans are written as JSON's
}

std::size_t lineBegin(std::string_view text, std::size_t offset)
{
    const auto newline = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
    return newline == std::string_view::npos ? byteOrderMark(text).size() : newline + 1;
}

// Behind the line's "\n", or the end of the text.
std::size_t nextLine(std::string_view text, std::size_t offset)
{
    const auto newline = text.find('\n', offset);
    return newline == std::string_view::npos ? text.size() : newline + 1;
}

std::size_t lineEnd(std::string_view text, std::size_t offset)
{
    std::size_t end = std::min(text.find('\n', offset), text.size());
    if (end > offset && end < text.size() && text[end - 1] == '\r')
        --end;
    return end;
}

bool startsWith(const Path &path, const Path &beginning)
{
    return path.size() >= beginning.size()
        && std::equal(beginning.begin(), beginning.end(), path.begin());
}

// The statements of our entry: its own table, from one header to the next.
struct Region {
    std::size_t header; ///< index of the statement
    std::size_t end; ///< index behind the last one
};

class Editor
{
public:
    Editor(std::string_view text, std::string_view container)
        : m_text(text)
        , m_entryPath{std::string(container), std::string(kServerKey)}
        , m_layout(Layout::of(text))
    {
        m_statements = tomlStatements(m_text);
    }

    const std::string &text() const { return m_text; }

    void append(const Members &members)
    {
        const std::string &eol = m_layout.lineEnd;
        const bool isEmpty = m_text.find_first_not_of(" \t\r\n", byteOrderMark(m_text).size())
            == std::string::npos;
        if (isEmpty)
            m_text.resize(byteOrderMark(m_text).size());
        else if (m_text.back() != '\n')
            m_text += eol + eol;
        else if (!m_text.ends_with("\n\n") && !m_text.ends_with("\n\r\n"))
            m_text += eol;
        m_text += '[' + keyText(m_entryPath[0]) + '.' + keyText(m_entryPath[1]) + ']' + eol;
        for (const auto &[key, value] : members)
            m_text += keyText(key) + " = " + valueText(value) + eol;
    }

    Base::Result<void> change(const Json &entry, const EntryChange &change)
    {
        for (const std::string &key : change.drop) {
            if (entry.contains(key))
                dropKey(key);
        }
        for (const auto &[key, value] : change.set) {
            const Json &now = Base::member(entry, key.c_str());
            if (now == value)
                continue;
            if (auto done = setKey(key, value, entry.contains(key)); !done)
                return done;
        }
        return {};
    }

    void removeEntry()
    {
        // From the end, so that what stands before stays where it is.
        Path table;
        std::vector<std::pair<std::size_t, std::size_t>> spans;
        for (std::size_t i = 0; i < m_statements.size(); ++i) {
            const TomlStatement &statement = m_statements[i];
            const bool isKey = statement.kind == Kind::KeyValue;
            Path full = isKey ? table : Path();
            full.insert(full.end(), statement.path.begin(), statement.path.end());
            if (!isKey)
                table = statement.path;
            if (startsWith(full, m_entryPath))
                spans.emplace_back(lineBegin(m_text, statement.begin),
                                   nextLine(m_text, statement.end));
        }
        for (auto it = spans.rbegin(); it != spans.rend(); ++it)
            m_text.erase(it->first, it->second - it->first);
        if (!spans.empty())
            closeGap(spans.front().first);
    }

private:
    void rescan() { m_statements = tomlStatements(m_text); }

    // The table of our entry itself, if it has one.
    std::optional<Region> region() const
    {
        for (std::size_t i = 0; i < m_statements.size(); ++i) {
            if (m_statements[i].kind != Kind::Table || m_statements[i].path != m_entryPath)
                continue;
            std::size_t end = i + 1;
            while (end < m_statements.size() && m_statements[end].kind == Kind::KeyValue)
                ++end;
            return Region{i, end};
        }
        return std::nullopt;
    }

    // "key = ..." and "key.more = ..." within our table, and the tables below it.
    void dropKey(const std::string &key)
    {
        Path below = m_entryPath;
        below.push_back(key);
        bool hasTable = false;
        Path table;
        std::vector<std::pair<std::size_t, std::size_t>> spans;
        for (const TomlStatement &statement : m_statements) {
            if (statement.kind != Kind::KeyValue)
                table = statement.path;
            Path full = table;
            if (statement.kind == Kind::KeyValue)
                full.insert(full.end(), statement.path.begin(), statement.path.end());
            if (!startsWith(full, below))
                continue;
            hasTable = hasTable || statement.kind != Kind::KeyValue;
            spans.emplace_back(lineBegin(m_text, statement.begin), nextLine(m_text, statement.end));
        }
        for (auto it = spans.rbegin(); it != spans.rend(); ++it)
            m_text.erase(it->first, it->second - it->first);
        if (hasTable)
            closeGap(spans.front().first);
        rescan();
    }

    Base::Result<void> setKey(const std::string &key, const Json &value, bool isThere)
    {
        const auto found = region();
        if (!found)
            return unusual();
        for (std::size_t i = found->header + 1; i < found->end; ++i) {
            const TomlStatement &statement = m_statements[i];
            if (statement.path != Path{key})
                continue;
            m_text.replace(statement.valueBegin, statement.end - statement.valueBegin,
                           valueText(value));
            rescan();
            return {};
        }
        if (isThere)
            return unusual();
        const TomlStatement &last = m_statements[found->end - 1];
        const std::string indent(indentAt(m_text, last.begin));
        m_text.insert(lineEnd(m_text, last.end),
                      m_layout.lineEnd + indent + keyText(key) + " = " + valueText(value));
        rescan();
        return {};
    }

    Base::Result<void> unusual() const
    {
        std::size_t where = 0;
        for (const TomlStatement &statement : m_statements) {
            if (std::find(statement.path.begin(), statement.path.end(), kServerKey)
                != statement.path.end())
                where = statement.begin;
        }
        return Base::fail(ErrorKind::InvalidArgument,
                          positionText(m_text, where)
                              + ": the entry is written in a form that cannot be changed safely.",
                          "Remove it by hand and connect again.");
    }

    // One of two blank lines that meet where something was taken out, or the one at the end.
    void closeGap(std::size_t at)
    {
        const std::size_t begin = at == 0 ? 0 : lineBegin(m_text, at - 1);
        const auto isBlankLine = [this](std::size_t from) {
            const std::string_view rest = std::string_view(m_text).substr(from);
            return rest.starts_with('\n') || rest.starts_with("\r\n");
        };
        if (begin < at && isBlankLine(begin) && (at >= m_text.size() || isBlankLine(at)))
            m_text.erase(begin, at - begin);
    }

    std::string m_text;
    Path m_entryPath;
    Layout m_layout;
    std::vector<TomlStatement> m_statements;
};

} // namespace

Base::Result<std::string> withTomlEntry(std::string_view text, const EntryChange &change)
{
    const auto config = readToml(text);
    if (!config)
        return tl::unexpected(config.error());
    const std::string containerKey(change.container);
    const Json &container = Base::member(*config, containerKey.c_str());
    if (!container.is_null() && !container.is_object())
        return Base::fail(ErrorKind::InvalidArgument, containerKey + " is not a table.");
    Editor editor(text, change.container);
    const Json *entry = findEntry(*config, change.container);
    if (!entry) {
        for (const TomlStatement &statement : tomlStatements(text)) {
            if (statement.kind == Kind::KeyValue && statement.path == Path{containerKey})
                return Base::fail(ErrorKind::InvalidArgument,
                                  positionText(text, statement.begin) + ": " + containerKey
                                      + " is written as one value, to which nothing can be added.",
                                  "Write it as tables: [" + containerKey + ".NAME]");
        }
        editor.append(change.set);
        return editor.text();
    }
    if (!entry->is_object())
        return Base::fail(ErrorKind::InvalidArgument,
                          containerKey + '.' + std::string(kServerKey) + " is not a table.",
                          "Remove it by hand and connect again.");
    if (auto done = editor.change(*entry, change); !done)
        return tl::unexpected(done.error());
    return editor.text();
}

Base::Result<std::string> withoutTomlEntry(std::string_view text, std::string_view container)
{
    if (const auto config = readToml(text); !config)
        return tl::unexpected(config.error());
    Editor editor(text, container);
    editor.removeEntry();
    return editor.text();
}

} // namespace Connect
