// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/hrana/protocol.h"

#include "base/json.h"
#include "turso/hrana/base64.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace Turso::Hrana
{

using Base::Json;

namespace
{

/// Reads values out of JSON and remembers the first thing that is wrong.
class Reader
{
public:
    bool failed() const { return !m_error.empty(); }
    const std::string &error() const { return m_error; }
    /// True if it is a variant that nobody knows, whose name ends where the error is.
    bool isVariant() const { return m_isVariant; }

    std::optional<std::string> baton(const Json &body);
    Request request(const Json &json);
    Batch batch(const Json &json);

private:
    void fail(std::string what)
    {
        if (m_error.empty())
            m_error = std::move(what);
    }
    const Json &need(const Json &object, const char *key);
    bool isObject(const Json &json, const char *expected);
    std::string tag(const Json &object);
    void unknownVariant(const std::string &name, const char *expected);
    std::string text(const Json &json);
    std::optional<std::string> optionalText(const Json &object, const char *key);
    std::int64_t number(const Json &json, const char *type);
    SqlText sqlText(const Json &object);
    Statement statement(const Json &json);
    Condition condition(const Json &json);
    std::vector<Condition> conditions(const Json &json);
    Value value(const Json &json);
    Value integer(const Json &json);
    Value real(const Json &json);
    Value blob(const Json &json);

    std::string m_error;
    bool m_isVariant = false;
};

/// As serde names what it did not expect.
std::string unexpected(const Json &json)
{
    switch (json.type()) {
    case Json::value_t::null:
        return "null";
    case Json::value_t::boolean:
        return std::string("boolean `") + (json.get<bool>() ? "true`" : "false`");
    case Json::value_t::string:
        return "string " + Base::dumpJson(json);
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
        return "integer `" + Base::dumpJson(json) + "`";
    case Json::value_t::number_float:
        return "floating point `" + Base::dumpJson(json) + "`";
    case Json::value_t::array:
        return "sequence";
    default:
        return "map";
    }
}

const Json &Reader::need(const Json &object, const char *key)
{
    const Json &found = Base::member(object, key);
    if (found.is_null() && !object.contains(key))
        fail(std::string("missing field `") + key + "`");
    return found;
}

bool Reader::isObject(const Json &json, const char *expected)
{
    if (json.is_object())
        return true;
    fail("invalid type: " + unexpected(json) + ", expected " + expected);
    return false;
}

std::string Reader::tag(const Json &object)
{
    return isObject(object, "internally tagged enum") ? text(need(object, "type")) : std::string();
}

void Reader::unknownVariant(const std::string &name, const char *expected)
{
    if (failed())
        return;
    fail("unknown variant `" + name + "`, expected one of " + expected);
    m_isVariant = true;
}

std::string Reader::text(const Json &json)
{
    if (json.is_string())
        return json.get<std::string>();
    fail("invalid type: " + unexpected(json) + ", expected a string");
    return {};
}

std::optional<std::string> Reader::optionalText(const Json &object, const char *key)
{
    const Json &found = Base::member(object, key);
    return found.is_null() ? std::nullopt : std::optional(text(found));
}

std::int64_t Reader::number(const Json &json, const char *type)
{
    if (json.is_number_integer())
        return json.get<std::int64_t>();
    fail("invalid type: " + unexpected(json) + ", expected " + type);
    return 0;
}

std::optional<std::string> Reader::baton(const Json &body)
{
    return optionalText(body, "baton");
}

SqlText Reader::sqlText(const Json &object)
{
    SqlText read;
    read.sql = optionalText(object, "sql");
    if (const Json &id = Base::member(object, "sql_id"); !id.is_null())
        read.sqlId = number(id, "i32");
    return read;
}

Statement Reader::statement(const Json &json)
{
    Statement read;
    if (!isObject(json, "struct Stmt"))
        return read;
    read.text = sqlText(json);
    for (const Json &argument : Base::member(json, "args"))
        read.args.push_back(value(argument));
    for (const Json &argument : Base::member(json, "named_args")) {
        if (!isObject(argument, "struct NamedArg"))
            break;
        std::string name = text(need(argument, "name"));
        read.namedArgs.emplace_back(std::move(name), value(need(argument, "value")));
    }
    return read;
}

Value Reader::integer(const Json &json)
{
    if (!json.is_string()) {
        fail("invalid type: " + unexpected(json) + ", expected a borrowed string");
        return {};
    }
    const auto &digits = json.get_ref<const std::string &>();
    std::int64_t number = 0;
    const char *end = digits.data() + digits.size();
    const char *begin = digits.data() + (digits.starts_with('+') ? 1 : 0);
    const auto read = std::from_chars(begin, end, number);
    if (read.ec != std::errc() || read.ptr != end)
        fail("invalid value: " + unexpected(json) + ", expected decimal integer as a string");
    return number;
}

Value Reader::real(const Json &json)
{
    if (json.is_number())
        return json.get<double>();
    fail("invalid type: " + unexpected(json) + ", expected f64");
    return {};
}

Value Reader::blob(const Json &json)
{
    if (json.is_string()) {
        if (auto bytes = fromBase64(json.get_ref<const std::string &>()))
            return Blob{std::move(*bytes)};
        fail("invalid value: " + unexpected(json) + ", expected binary data encoded as base64");
        return {};
    }
    fail("invalid type: " + unexpected(json) + ", expected a borrowed string");
    return {};
}

Value Reader::value(const Json &json)
{
    const std::string type = tag(json);
    if (type == "integer")
        return integer(need(json, "value"));
    if (type == "float")
        return real(need(json, "value"));
    if (type == "text")
        return text(need(json, "value"));
    if (type == "blob")
        return blob(need(json, "base64"));
    if (type != "null")
        unknownVariant(type, "`null`, `integer`, `float`, `text`, `blob`");
    m_isVariant = false; // inside a request, which is where the error is
    return {};
}

std::vector<Condition> Reader::conditions(const Json &json)
{
    std::vector<Condition> all;
    if (!json.is_array())
        fail("invalid type: " + unexpected(json) + ", expected a sequence");
    else
        for (const Json &part : json)
            all.push_back(condition(part));
    return all;
}

Condition Reader::condition(const Json &json)
{
    const std::string type = tag(json);
    Condition read;
    const auto step = [&](Condition::Type kind) {
        read.type = kind;
        const std::int64_t index = number(need(json, "step"), "u32");
        read.step
            = index < 0 ? std::numeric_limits<std::size_t>::max() : static_cast<std::size_t>(index);
        return read;
    };
    if (type == "ok")
        return step(Condition::Ok);
    if (type == "error")
        return step(Condition::Error);
    if (type == "not") {
        read.type = Condition::Not;
        read.parts.push_back(condition(need(json, "cond")));
        return read;
    }
    if (type == "and" || type == "or") {
        read.type = type == "and" ? Condition::And : Condition::Or;
        read.parts = conditions(need(json, "conds"));
        return read;
    }
    if (type == "is_autocommit")
        read.type = Condition::IsAutocommit;
    else
        unknownVariant(type, "`none`, `ok`, `error`, `not`, `and`, `or`, `is_autocommit`");
    m_isVariant = false;
    return read;
}

Batch Reader::batch(const Json &json)
{
    Batch read;
    if (!isObject(json, "struct Batch"))
        return read;
    const Json &steps = need(json, "steps");
    if (!failed() && !steps.is_array())
        fail("invalid type: " + unexpected(steps) + ", expected a sequence");
    for (const Json &step : steps) {
        if (failed() || !isObject(step, "struct BatchStep"))
            break;
        Step &added = read.emplace_back();
        if (const Json &found = Base::member(step, "condition"); !found.is_null())
            added.condition = condition(found);
        added.statement = statement(need(step, "stmt"));
    }
    return read;
}

Request Reader::request(const Json &json)
{
    static constexpr std::pair<std::string_view, Request::Type> kTypes[]
        = {{"close", Request::Close},        {"execute", Request::Execute},
           {"batch", Request::RunBatch},     {"sequence", Request::Sequence},
           {"describe", Request::Describe},  {"store_sql", Request::StoreSql},
           {"close_sql", Request::CloseSql}, {"get_autocommit", Request::GetAutocommit}};
    Request read;
    const std::string type = tag(json);
    const auto found = std::find_if(std::begin(kTypes), std::end(kTypes),
                                    [&type](const auto &pair) { return pair.first == type; });
    if (found == std::end(kTypes)) {
        unknownVariant(type,
                       "`close`, `execute`, `batch`, `sequence`, `describe`, `store_sql`, "
                       "`close_sql`, `get_autocommit`");
        return read;
    }
    read.type = found->second;
    if (read.type == Request::Execute)
        read.statement = statement(need(json, "stmt"));
    else if (read.type == Request::RunBatch)
        read.batch = batch(need(json, "batch"));
    else if (read.type != Request::Close && read.type != Request::GetAutocommit)
        read.text = sqlText(json);
    if (read.type == Request::StoreSql || read.type == Request::CloseSql)
        need(json, "sql_id");
    if (read.type == Request::StoreSql)
        need(json, "sql");
    return read;
}

/// Where the `index`th element of the array under `key` of the outermost object ends. The text is
/// valid JSON.
std::size_t endOfElement(std::string_view json, std::size_t index)
{
    int depth = 0;
    std::size_t ended = 0;
    for (std::size_t i = 0; i < json.size(); ++i) {
        if (json[i] == '"') {
            while (++i < json.size() && json[i] != '"')
                i += json[i] == '\\' ? 1 : 0;
            continue;
        }
        if (json[i] == '{' || json[i] == '[')
            ++depth;
        else if ((json[i] == '}' || json[i] == ']') && --depth == 2 && ended++ == index)
            return i + 1;
    }
    return json.size();
}

std::string placed(const std::string &what, std::string_view body, std::size_t bytes)
{
    const std::string_view before = body.substr(0, bytes);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const std::size_t lineEnd = before.rfind('\n');
    const std::size_t column
        = lineEnd == std::string_view::npos ? before.size() : before.size() - lineEnd - 1;
    return "Cannot deserialize client message from JSON: " + what + " at line "
        + std::to_string(line) + " column " + std::to_string(column);
}

/// Of a text that is no JSON. The position is that of its first character, but for what is no value
/// at all; nobody reads it but people.
std::string notJson(std::string_view body)
{
    static constexpr std::string_view kLiterals[] = {"null", "true", "false"};
    const std::size_t at = body.find_first_not_of(" \t\r\n");
    if (at == std::string_view::npos)
        return placed("EOF while parsing a value", body, body.size());
    const std::string_view rest = body.substr(at);
    for (const std::string_view literal : kLiterals) {
        if (rest.front() != literal.front())
            continue;
        std::size_t same = 0;
        while (same < std::min(rest.size(), literal.size()) && rest[same] == literal[same])
            ++same;
        return placed("expected ident", body, at + same + 1);
    }
    return rest.front() == '{' || rest.front() == '['
        ? placed("the JSON cannot be read", body, body.size())
        : placed("expected value", body, at + 1);
}

tl::expected<Json, std::string> parsed(std::string_view body, const char *expected)
{
    auto json = Base::parseJson(body);
    if (!json)
        return tl::unexpected(notJson(body));
    if (!json->is_object())
        return tl::unexpected(placed(
            "invalid type: " + unexpected(*json) + ", expected " + expected, body, body.size()));
    return std::move(*json);
}

} // namespace

tl::expected<PipelineBody, std::string> readPipeline(std::string_view body)
{
    const auto json = parsed(body, "struct PipelineReqBody");
    if (!json)
        return tl::unexpected(json.error());
    Reader reader;
    PipelineBody read;
    read.baton = reader.baton(*json);
    const Json &requests = Base::member(*json, "requests");
    if (!requests.is_array()) {
        const std::string what = json->contains("requests")
            ? "invalid type: " + unexpected(requests) + ", expected a sequence"
            : "missing field `requests`";
        return tl::unexpected(placed(what, body, body.size()));
    }
    for (const Json &request : requests) {
        read.requests.push_back(reader.request(request));
        if (!reader.failed())
            continue;
        const std::size_t end = endOfElement(body, read.requests.size() - 1);
        if (!reader.isVariant())
            return tl::unexpected(placed(reader.error(), body, end + 1));
        const std::size_t quote = body.substr(0, end).rfind('"');
        return tl::unexpected(placed(reader.error(), body, quote + 1));
    }
    if (reader.failed())
        return tl::unexpected(placed(reader.error(), body, body.size()));
    return read;
}

tl::expected<CursorBody, std::string> readCursor(std::string_view body)
{
    const auto json = parsed(body, "struct CursorReqBody");
    if (!json)
        return tl::unexpected(json.error());
    Reader reader;
    CursorBody read;
    read.baton = reader.baton(*json);
    if (!json->contains("batch"))
        return tl::unexpected(placed("missing field `batch`", body, body.size()));
    read.batch = reader.batch(Base::member(*json, "batch"));
    if (reader.failed())
        return tl::unexpected(placed(reader.error(), body, body.size()));
    return read;
}

} // namespace Turso::Hrana
