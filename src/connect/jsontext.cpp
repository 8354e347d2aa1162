// SPDX-License-Identifier: GPL-3.0-or-later
#include "connect/jsontext.h"

#include <algorithm>

namespace Connect
{

using Base::ErrorKind;

namespace
{

bool isBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

// Recursive descent; every function returns false once `m_problem` is set.
class Scanner
{
public:
    Scanner(std::string_view text, Dialect dialect)
        : m_text(text)
        , m_dialect(dialect)
    {
        m_found.plain = text;
        m_at = byteOrderMark(text).size();
        std::fill_n(m_found.plain.begin(), m_at, ' ');
    }

    Base::Result<JsonText> run()
    {
        if (scanDocument())
            return std::move(m_found);
        return Base::fail(ErrorKind::InvalidArgument,
                          positionText(m_text, m_at) + ": " + m_problem);
    }

private:
    bool scanDocument()
    {
        if (!skipBlanks())
            return false;
        if (m_at == m_text.size())
            return true;
        JsonNode root;
        if (!scanValue(root, 0) || !skipBlanks())
            return false;
        m_found.root = std::move(root);
        return m_at == m_text.size() || wrong("there is something behind the end");
    }

    bool wrong(std::string problem)
    {
        m_problem = std::move(problem);
        return false;
    }

    bool isAt(std::string_view word) const { return m_text.substr(m_at).starts_with(word); }
    char here() const { return m_at < m_text.size() ? m_text[m_at] : '\0'; }

    void blankOut(std::size_t from, std::size_t to)
    {
        for (std::size_t i = from; i < to; ++i) {
            if (!isBlank(m_found.plain[i]))
                m_found.plain[i] = ' ';
        }
    }

    bool skipBlanks()
    {
        for (;;) {
            while (m_at < m_text.size() && isBlank(m_text[m_at]))
                ++m_at;
            const bool isLine = isAt("//");
            if (!isLine && !isAt("/*"))
                return true;
            if (m_dialect == Dialect::Json)
                return wrong("there is a comment, which this file may not have");
            const std::size_t begin = m_at;
            const std::size_t close = m_text.find(isLine ? "\n" : "*/", m_at + 2);
            if (!isLine && close == std::string_view::npos)
                return wrong("this comment does not end");
            m_at = close == std::string_view::npos ? m_text.size() : close + (isLine ? 0 : 2);
            blankOut(begin, m_at);
            m_found.comments.emplace_back(begin, m_at);
        }
    }

    bool scanValue(JsonNode &node, int depth)
    {
        node.begin = m_at;
        bool good = false;
        switch (here()) {
        case '{':
        case '[':
            if (depth >= Base::kMaxJsonDepth)
                return wrong("it is nested too deep");
            node.isObject = here() == '{';
            good = scanItems(node, depth);
            break;
        case '"': {
            std::string ignored;
            good = scanString(ignored);
            break;
        }
        default:
            good = scanWord() || scanNumber();
            if (!good && m_problem.empty())
                wrong(m_at == m_text.size() ? "the end comes too early" : "a value is missing");
        }
        node.end = m_at;
        return good;
    }

    bool scanItems(JsonNode &node, int depth)
    {
        const char closing = node.isObject ? '}' : ']';
        ++m_at;
        std::optional<std::size_t> comma;
        for (bool first = true;; first = false) {
            if (!skipBlanks())
                return false;
            if (here() == closing && (first || comma)) {
                if (comma && m_dialect != Dialect::Jsonc)
                    return wrong("there is a comma too many before this");
                if (comma)
                    m_found.plain[*comma] = ' ';
                ++m_at;
                return true;
            }
            comma.reset();
            JsonMember member;
            if (node.isObject && !scanKey(member))
                return false;
            if (!scanValue(member.value, depth + 1) || !skipBlanks())
                return false;
            if (here() == ',') {
                member.comma = comma = m_at;
                ++m_at;
            }
            if (node.isObject)
                node.members.push_back(std::move(member));
            if (!comma && here() == closing) {
                ++m_at;
                return true;
            }
            if (!comma)
                return wrong(m_at == m_text.size() ? "the end comes too early"
                                                   : "a comma or a bracket is missing before this");
        }
    }

    bool scanKey(JsonMember &member)
    {
        member.begin = m_at;
        if (here() != '"')
            return wrong(m_at == m_text.size() ? "the end comes too early"
                                               : "a name in quotes is missing");
        if (!scanString(member.key) || !skipBlanks())
            return false;
        if (here() != ':')
            return wrong("a colon is missing");
        ++m_at;
        return skipBlanks();
    }

    bool scanString(std::string &out)
    {
        const std::size_t begin = m_at++;
        while (m_at < m_text.size() && m_text[m_at] != '"') {
            const auto c = static_cast<unsigned char>(m_text[m_at]);
            if (c < 0x20)
                return wrong(c == '\n' || c == '\r' ? "this line has a quote that does not end"
                                                    : "there is a control character in a string");
            m_at += c == '\\' ? 2 : 1;
        }
        if (m_at >= m_text.size()) {
            m_at = m_text.size();
            return wrong("a string does not end");
        }
        ++m_at;
        // The library knows escapes, surrogates and UTF-8.
        const auto value = Base::parseJson(m_text.substr(begin, m_at - begin));
        if (!value) {
            m_at = begin;
            return wrong("this string has a bad escape, or is not UTF-8");
        }
        out = value->get<std::string>();
        return true;
    }

    bool scanWord()
    {
        for (const std::string_view word : {"true", "false", "null"}) {
            if (isAt(word)) {
                m_at += word.size();
                return true;
            }
        }
        return false;
    }

    bool digits()
    {
        const std::size_t begin = m_at;
        while (isDigit(here()))
            ++m_at;
        return m_at > begin;
    }

    bool scanNumber()
    {
        if (here() != '-' && !isDigit(here()))
            return false;
        if (here() == '-')
            ++m_at;
        if (here() == '0')
            ++m_at;
        else if (!digits())
            return wrong("a number is not complete");
        if (here() == '.') {
            ++m_at;
            if (!digits())
                return wrong("a number is not complete");
        }
        if (here() == 'e' || here() == 'E') {
            ++m_at;
            if (here() == '+' || here() == '-')
                ++m_at;
            if (!digits())
                return wrong("a number is not complete");
        }
        return true;
    }

    const std::string_view m_text;
    const Dialect m_dialect;
    std::size_t m_at = 0;
    std::string m_problem;
    JsonText m_found;
};

} // namespace

std::string_view byteOrderMark(std::string_view text)
{
    constexpr std::string_view kMark = "\xEF\xBB\xBF";
    return text.starts_with(kMark) ? kMark : std::string_view();
}

std::string positionText(std::string_view text, std::size_t offset)
{
    const std::string_view before = text.substr(0, offset);
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    std::size_t begin = before.rfind('\n') + 1; // 0 where there is none
    if (begin == 0)
        begin = std::min(byteOrderMark(text).size(), before.size());
    const auto column = std::count_if(before.begin() + static_cast<std::ptrdiff_t>(begin),
                                      before.end(), [](char c) { return (c & 0xC0) != 0x80; })
        + 1;
    return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

const JsonMember *JsonNode::find(std::string_view key) const
{
    const auto it = std::find_if(members.rbegin(), members.rend(),
                                 [key](const JsonMember &member) { return member.key == key; });
    return it == members.rend() ? nullptr : &*it;
}

std::optional<std::size_t> JsonText::lineEndBehind(std::size_t offset) const
{
    // In `plain` comments are blanks, and keep their line ends.
    for (std::size_t at = offset; at < plain.size(); ++at) {
        const auto comment = std::find_if(comments.begin(), comments.end(), [at](const auto &span) {
            return span.first <= at && at < span.second;
        });
        if (plain[at] == '\n' && comment != comments.end())
            return std::nullopt; // in the middle of a comment
        if (plain[at] == '\n')
            return at > offset && plain[at - 1] == '\r' ? at - 1 : at;
        if (!isBlank(plain[at]))
            return std::nullopt;
    }
    return std::nullopt;
}

Base::Result<JsonText> scanJson(std::string_view text, Dialect dialect)
{
    return Scanner(text, dialect).run();
}

} // namespace Connect
