// SPDX-License-Identifier: GPL-3.0-or-later
#include "connect/jsonedit.h"

#include "connect/jsontext.h"
#include "connect/layout.h"

#include <algorithm>
#include <functional>

namespace Connect
{

using Base::ErrorKind;
using Base::Json;

namespace
{

constexpr std::string_view kBlanks = " \t\r\n";

// Writes a value whose first line begins at `indent`; all on one line if `pretty` is false.
using Writer = std::function<std::string(const std::string &indent, bool pretty)>;

std::string valueText(const Json &value)
{
    if (!value.is_array() || value.empty())
        return Base::dumpJson(value);
    std::string text = "[";
    for (const Json &item : value)
        text += (text.size() > 1 ? ", " : "") + Base::dumpJson(item);
    return text + ']';
}

Writer scalarWriter(const Json &value)
{
    return [text = valueText(value)](const std::string &, bool) {
        return text;
    };
}

Writer objectWriter(const Layout &layout, std::vector<std::pair<std::string, Writer>> members)
{
    return [layout, members = std::move(members)](const std::string &indent, bool pretty) {
        const std::string inner = indent + layout.unit;
        std::string text = "{";
        for (const auto &[key, writer] : members) {
            if (text.size() > 1)
                text += pretty ? "," : ", ";
            if (pretty)
                text += layout.lineEnd + inner;
            text += Base::quoteJson(key) + ": " + writer(inner, pretty);
        }
        if (pretty && text.size() > 1)
            text += layout.lineEnd + indent;
        return text + '}';
    };
}

Writer entryWriter(const Layout &layout, const Members &members)
{
    std::vector<std::pair<std::string, Writer>> writers;
    for (const auto &[key, value] : members)
        writers.emplace_back(key, scalarWriter(value));
    return objectWriter(layout, std::move(writers));
}

bool isBlankBetween(std::string_view text, std::size_t from, std::size_t to)
{
    return text.substr(from, to - from).find_first_not_of(kBlanks) == std::string_view::npos;
}

// Whether nothing but its indentation stands before `offset` on its line.
bool beginsLine(std::string_view text, std::size_t offset)
{
    const std::string_view indent = indentAt(text, offset);
    const std::size_t begin = offset - indent.size();
    return indent.data() + indent.size() == text.data() + offset && begin > 0
        && text[begin - 1] == '\n';
}

// The text and where everything in it is. Each change scans again: our entry has few members.
class Editor
{
public:
    static Base::Result<Editor> open(std::string_view text, Dialect dialect)
    {
        Editor editor{std::string(text), dialect};
        if (auto scanned = editor.scan(); !scanned)
            return tl::unexpected(scanned.error());
        return editor;
    }

    const std::string &text() const { return m_text; }
    const JsonText &found() const { return m_found; }
    const Layout &layout() const { return m_layout; }

    // The object behind these keys; null if it is not there.
    const JsonNode *object(std::initializer_list<std::string_view> path) const
    {
        const JsonNode *node = m_found.root ? &*m_found.root : nullptr;
        for (const std::string_view key : path) {
            const JsonMember *next = node ? node->find(key) : nullptr;
            node = next ? &next->value : nullptr;
        }
        return node;
    }

    Base::Result<void> insert(const JsonNode &into, std::string_view key, const Writer &writer);
    Base::Result<void> replace(const JsonNode &value, const std::string &by)
    {
        return splice({{value.begin, value.end - value.begin, by}});
    }
    Base::Result<void> remove(const JsonNode &from, std::size_t index);

    // All members of that name.
    Base::Result<void> removeAll(std::initializer_list<std::string_view> path, std::string_view key)
    {
        for (;;) {
            const JsonNode *from = object(path);
            const JsonMember *member = from ? from->find(key) : nullptr;
            if (!member)
                return {};
            const auto index = static_cast<std::size_t>(member - from->members.data());
            if (auto done = remove(*from, index); !done)
                return done;
        }
    }

private:
    struct Splice {
        std::size_t at;
        std::size_t length;
        std::string text;
    };

    Editor(std::string text, Dialect dialect)
        : m_text(std::move(text))
        , m_dialect(dialect)
        , m_layout(Layout::of(m_text))
    {
    }

    Base::Result<void> scan()
    {
        auto found = scanJson(m_text, m_dialect);
        if (!found)
            return tl::unexpected(found.error());
        m_found = std::move(*found);
        return {};
    }

    // In ascending order, not overlapping.
    Base::Result<void> splice(const std::vector<Splice> &splices)
    {
        for (auto it = splices.rbegin(); it != splices.rend(); ++it)
            m_text.replace(it->at, it->length, it->text);
        return scan();
    }

    std::string m_text;
    Dialect m_dialect;
    Layout m_layout;
    JsonText m_found;
};

Base::Result<void> Editor::insert(const JsonNode &into, std::string_view key, const Writer &writer)
{
    const std::string indent(indentAt(m_text, into.begin));
    const auto member = [&](const std::string &at, bool pretty) {
        return Base::quoteJson(key) + ": " + writer(at, pretty);
    };
    if (into.members.empty()) {
        const std::string inner = indent + m_layout.unit;
        const std::size_t open = into.begin + 1;
        if (const auto lineEnd = m_found.lineEndBehind(open); lineEnd && *lineEnd < into.end)
            return splice({{*lineEnd, 0, m_layout.lineEnd + inner + member(inner, true)}});
        if (m_layout.isOneLine)
            return splice({{open, 0, member(inner, false)}});
        const std::size_t close = into.end - 1;
        const bool isBlank = isBlankBetween(m_text, open, close);
        return splice(
            {{open, isBlank ? close - open : 0,
              m_layout.lineEnd + inner + member(inner, true) + m_layout.lineEnd + indent}});
    }
    const JsonMember &last = into.members.back();
    const std::string inner = beginsLine(m_text, last.begin)
        ? std::string(indentAt(m_text, last.begin))
        : indent + m_layout.unit;
    const std::size_t behind = last.comma ? *last.comma + 1 : last.value.end;
    const std::string tail = last.comma ? "," : "";
    const Splice comma{last.value.end, 0, ","};
    std::vector<Splice> splices;
    if (!last.comma)
        splices.push_back(comma);
    if (const auto lineEnd = m_found.lineEndBehind(behind); lineEnd && *lineEnd < into.end)
        splices.push_back({*lineEnd, 0, m_layout.lineEnd + inner + member(inner, true) + tail});
    else if (m_text.find('\n', into.begin) < last.value.begin && beginsLine(m_text, last.begin))
        splices.push_back({behind, 0, m_layout.lineEnd + inner + member(inner, true) + tail});
    else
        splices.push_back({behind, 0, ' ' + member(inner, false) + tail});
    return splice(splices);
}

Base::Result<void> Editor::remove(const JsonNode &from, std::size_t index)
{
    const JsonMember &member = from.members[index];
    const JsonMember *previous = index > 0 ? &from.members[index - 1] : nullptr;
    const std::size_t end = member.comma ? *member.comma + 1 : member.value.end;
    // Alone on its lines, without a comment behind it.
    const std::size_t next = m_text.find_first_not_of(" \t\r", end);
    const bool ownLines
        = beginsLine(m_text, member.begin) && next < m_text.size() && m_text[next] == '\n';
    std::size_t begin = member.begin;
    if (ownLines) {
        begin = m_text.rfind('\n', member.begin);
        if (begin > 0 && m_text[begin - 1] == '\r')
            --begin;
    }
    if (!previous && index + 1 == from.members.size()
        && isBlankBetween(m_text, from.begin + 1, member.begin)
        && isBlankBetween(m_text, end, from.end - 1))
        return splice({{from.begin + 1, from.end - from.begin - 2, ""}}); // nothing is left in it
    if (member.comma && !ownLines) {
        const std::size_t blanks = std::min(m_text.find_first_not_of(" \t", end), m_text.size());
        return splice({{begin, blanks - begin, ""}});
    }
    if (member.comma || !previous)
        return splice({{begin, end - begin, ""}});
    // The last one: the comma before it goes as well.
    const std::size_t comma = *previous->comma;
    if (!ownLines && isBlankBetween(m_text, comma + 1, member.begin))
        return splice({{comma, end - comma, ""}});
    return splice({{comma, 1, ""}, {begin, end - begin, ""}});
}

Base::Result<void> notAnObject(std::string_view text, const JsonNode &node, std::string_view what)
{
    return Base::fail(ErrorKind::InvalidArgument,
                      positionText(text, node.begin) + ": " + std::string(what)
                          + " is not an object.");
}

std::string freshDocument(std::string_view text, const EntryChange &change)
{
    const Layout layout = Layout::of(text);
    const std::string_view mark = byteOrderMark(text);
    const std::string_view rest = text.substr(mark.size());
    // Comments stay; blanks alone do not.
    std::string before(
        rest.find_first_not_of(kBlanks) == std::string_view::npos ? std::string_view() : rest);
    if (!before.empty() && before.back() != '\n')
        before += layout.lineEnd;
    const Writer container
        = objectWriter(layout, {{std::string(kServerKey), entryWriter(layout, change.set)}});
    const Writer root = objectWriter(layout, {{std::string(change.container), container}});
    return std::string(mark) + before + root("", true) + layout.lineEnd;
}

Base::Result<void> setMember(Editor &editor, std::string_view container, const std::string &key,
                             const Json &value)
{
    const JsonNode *entry = editor.object({container, kServerKey});
    const JsonMember *member = entry->find(key);
    if (!member)
        return editor.insert(*entry, key, scalarWriter(value));
    const auto now = Base::parseJson(
        std::string_view(editor.found().plain)
            .substr(member->value.begin, member->value.end - member->value.begin));
    if (now && *now == value)
        return {};
    return editor.replace(member->value, valueText(value));
}

Base::Result<void> changeEntry(Editor &editor, const EntryChange &change)
{
    for (const std::string &key : change.drop) {
        if (auto done = editor.removeAll({change.container, kServerKey}, key); !done)
            return done;
    }
    for (const auto &[key, value] : change.set) {
        if (auto done = setMember(editor, change.container, key, value); !done)
            return done;
    }
    return {};
}

Base::Result<void> putEntry(Editor &editor, const EntryChange &change)
{
    const JsonNode *root = editor.object({});
    if (!root->isObject)
        return notAnObject(editor.text(), *root, "what stands in it");
    const Layout &layout = editor.layout();
    const Writer entryText = entryWriter(layout, change.set);
    const JsonNode *container = editor.object({change.container});
    if (!container)
        return editor.insert(*root, change.container,
                             objectWriter(layout, {{std::string(kServerKey), entryText}}));
    if (!container->isObject)
        return notAnObject(editor.text(), *container, change.container);
    const JsonNode *entry = editor.object({change.container, kServerKey});
    if (!entry)
        return editor.insert(*container, kServerKey, entryText);
    if (!entry->isObject)
        return editor.replace(
            *entry,
            entryText(std::string(indentAt(editor.text(), entry->begin)), !layout.isOneLine));
    return changeEntry(editor, change);
}

} // namespace

Base::Result<std::string> withJsonEntry(std::string_view text, Dialect dialect,
                                        const EntryChange &change)
{
    auto editor = Editor::open(text, dialect);
    if (!editor)
        return tl::unexpected(editor.error());
    if (!editor->found().root)
        return freshDocument(text, change);
    if (auto put = putEntry(*editor, change); !put)
        return tl::unexpected(put.error());
    return editor->text();
}

Base::Result<std::string> withoutJsonEntry(std::string_view text, Dialect dialect,
                                           std::string_view container, bool dropEmptyContainer)
{
    auto editor = Editor::open(text, dialect);
    if (!editor)
        return tl::unexpected(editor.error());
    const bool hadEntry = editor->object({container, kServerKey}) != nullptr;
    if (auto done = editor->removeAll({container}, kServerKey); !done)
        return tl::unexpected(done.error());
    const JsonNode *left = editor->object({container});
    if (hadEntry && dropEmptyContainer && left && left->isObject && left->members.empty()) {
        if (auto done = editor->removeAll({}, container); !done)
            return tl::unexpected(done.error());
    }
    return editor->text();
}

} // namespace Connect
