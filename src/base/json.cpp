// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/json.h"

namespace Base
{

Result<Json> parseJson(std::string_view text)
{
    bool tooDeep = false;
    const Json::parser_callback_t guard = [&tooDeep](int depth, Json::parse_event_t event, Json &) {
        // Throwing is the parser's only way to stop early; it is caught below. `depth` counts what
        // is open around the value that starts.
        if (depth >= kMaxJsonDepth
            && (event == Json::parse_event_t::object_start
                || event == Json::parse_event_t::array_start)) {
            tooDeep = true;
            throw kMaxJsonDepth;
        }
        return true;
    };
    try {
        Json value = Json::parse(text.begin(), text.end(), guard, true);
        if (value.is_discarded())
            return fail(ErrorKind::InvalidArgument, "The text is not valid JSON.");
        return value;
    } catch (const Json::exception &) {
        return fail(ErrorKind::InvalidArgument, "The text is not valid JSON.");
    } catch (int) {
        return fail(ErrorKind::InvalidArgument, "The JSON is nested more than 64 levels deep.");
    }
}

std::string dumpJson(const Json &value)
{
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

namespace
{

// Length of the valid UTF-8 sequence at the start of `text`, or 0. RFC 3629: no overlongs, no
// surrogates.
std::size_t utf8Length(std::string_view text)
{
    const auto at = [&](std::size_t i) {
        return static_cast<unsigned char>(text[i]);
    };
    const auto tail = [&](std::size_t i) {
        return i < text.size() && (at(i) & 0xC0) == 0x80;
    };
    const unsigned char lead = at(0);
    if (lead < 0x80)
        return 1;
    if (lead >= 0xC2 && lead <= 0xDF)
        return tail(1) ? 2 : 0;
    if (lead >= 0xE0 && lead <= 0xEF) {
        if (!tail(1) || !tail(2))
            return 0;
        if ((lead == 0xE0 && at(1) < 0xA0) || (lead == 0xED && at(1) > 0x9F))
            return 0;
        return 3;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        if (!tail(1) || !tail(2) || !tail(3))
            return 0;
        if ((lead == 0xF0 && at(1) < 0x90) || (lead == 0xF4 && at(1) > 0x8F))
            return 0;
        return 4;
    }
    return 0;
}

void appendEscape(std::string &out, unsigned char c)
{
    static constexpr char kHex[] = "0123456789abcdef";
    switch (c) {
    case '"':
        out += "\\\"";
        break;
    case '\\':
        out += "\\\\";
        break;
    case '\n':
        out += "\\n";
        break;
    case '\r':
        out += "\\r";
        break;
    case '\t':
        out += "\\t";
        break;
    default:
        out += "\\u00";
        out += kHex[c >> 4];
        out += kHex[c & 15];
    }
}

} // namespace

void appendQuoted(std::string &out, std::string_view text)
{
    out += '"';
    std::size_t from = 0;
    for (std::size_t i = 0; i < text.size();) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
            ++i;
            continue;
        }
        const std::size_t length = utf8Length(text.substr(i));
        if (length > 1) {
            i += length;
            continue;
        }
        out.append(text, from, i - from);
        if (length == 1)
            appendEscape(out, c);
        else
            out += "\xEF\xBF\xBD";
        from = ++i;
    }
    out.append(text, from);
    out += '"';
}

std::string quoteJson(std::string_view text)
{
    std::string out;
    out.reserve(text.size() + 2);
    appendQuoted(out, text);
    return out;
}

const Json &member(const Json &object, const char *key)
{
    static const Json kNull;
    if (!object.is_object())
        return kNull;
    const auto it = object.find(key);
    return it == object.end() ? kNull : *it;
}

std::optional<std::string> stringMember(const Json &object, const char *key)
{
    const Json &value = member(object, key);
    if (!value.is_string())
        return std::nullopt;
    return value.get<std::string>();
}

std::optional<bool> boolMember(const Json &object, const char *key)
{
    const Json &value = member(object, key);
    if (!value.is_boolean())
        return std::nullopt;
    return value.get<bool>();
}

std::optional<long long> integerMember(const Json &object, const char *key)
{
    const Json &value = member(object, key);
    if (value.is_number_unsigned() && value.get<unsigned long long>() > 9223372036854775807ULL)
        return std::nullopt;
    if (!value.is_number_integer())
        return std::nullopt;
    return value.get<long long>();
}

} // namespace Base
