// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/sqlclient/hranatext.h"

#include "base/json.h"
#include "turso/valuetext.h"

#include <charconv>
#include <type_traits>

namespace Turso::Remote
{

namespace
{

void appendDouble(std::string &out, double value)
{
    char digits[40];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

void appendHrana(std::string &out, const Value &value)
{
    std::visit(
        [&out](const auto &held) {
            using Held = std::decay_t<decltype(held)>;
            if constexpr (std::is_same_v<Held, std::monostate>) {
                out += R"({"type":"null"})";
            } else if constexpr (std::is_same_v<Held, std::int64_t>) {
                out += R"({"type":"integer","value":")" + std::to_string(held) + "\"}";
            } else if constexpr (std::is_same_v<Held, double>) {
                out += R"({"type":"float","value":)";
                appendDouble(out, held);
                out += '}';
            } else if constexpr (std::is_same_v<Held, Blob>) {
                out += R"({"type":"blob","base64":")";
                appendBase64(out, held.bytes);
                out += "\"}";
            } else {
                out += R"({"type":"text","value":)";
                Base::appendQuoted(out, held);
                out += '}';
            }
        },
        value);
}

void appendArguments(std::string &out, const std::vector<Value> &values)
{
    if (values.empty())
        return;
    out += ",\"args\":[";
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i > 0)
            out += ',';
        appendHrana(out, values[i]);
    }
    out += ']';
}

void appendArguments(std::string &out, const std::vector<std::pair<std::string, Value>> &values)
{
    if (values.empty())
        return;
    out += ",\"named_args\":[";
    for (std::size_t i = 0; i < values.size(); ++i) {
        out += i > 0 ? ",{\"name\":" : "{\"name\":";
        Base::appendQuoted(out, values[i].first);
        out += ",\"value\":";
        appendHrana(out, values[i].second);
        out += '}';
    }
    out += ']';
}

std::string both(const char *type, const std::string &one, const std::string &other)
{
    return std::string(R"({"type":")") + type + R"(","conds":[)" + one + ',' + other + "]}";
}

std::string batonMember(const std::string &baton)
{
    return baton.empty() ? "{" : "{\"baton\":" + Base::quoteJson(baton) + ',';
}

} // namespace

void appendStatement(std::string &out, std::string_view sql, const Arguments &arguments)
{
    out += "{\"sql\":";
    Base::appendQuoted(out, sql);
    std::visit([&out](const auto &values) { appendArguments(out, values); }, arguments);
    out += '}';
}

std::string executeRequest(std::string_view sql, const Arguments &arguments)
{
    std::string text = R"({"type":"execute","stmt":)";
    appendStatement(text, sql, arguments);
    return text + '}';
}

std::string describeRequest(std::string_view sql)
{
    return R"({"type":"describe","sql":)" + Base::quoteJson(sql) + '}';
}

std::string pipelineBody(const std::string &baton, std::string_view requests)
{
    std::string text = batonMember(baton);
    text += "\"requests\":[";
    text += requests;
    return text + "]}";
}

std::string okOf(std::size_t step)
{
    return R"({"type":"ok","step":)" + std::to_string(step) + '}';
}

std::string notOf(const std::string &condition)
{
    return R"({"type":"not","cond":)" + condition + '}';
}

std::string orOf(const std::string &one, const std::string &other)
{
    return both("or", one, other);
}

std::string andOf(const std::string &one, const std::string &other)
{
    return both("and", one, other);
}

std::size_t BatchText::add(std::string_view sql, const std::string &condition,
                           const Arguments &arguments)
{
    m_steps += m_size > 0 ? ",{" : "{";
    if (!condition.empty())
        m_steps += "\"condition\":" + condition + ',';
    m_steps += "\"stmt\":";
    appendStatement(m_steps, sql, arguments);
    m_steps += '}';
    return m_size++;
}

std::size_t BatchText::addOwn(const std::string &sql, const std::string &condition,
                              const Arguments &arguments)
{
    return add(sql + ' ' + std::string(kOwnMark), condition, arguments);
}

std::string BatchText::cursorBody(const std::string &baton) const
{
    return batonMember(baton) + "\"batch\":" + batch() + '}';
}

} // namespace Turso::Remote
