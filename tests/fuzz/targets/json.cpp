// SPDX-License-Identifier: GPL-3.0-or-later
// Input: the text of a message. Parsing, taking apart, and the id on its way back.
#include "check.h"

#include "mcp/jsonrpc/message.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace
{

using Base::Json;

// Reads along without building anything: how deep the text is nested, and how the number is
// written that the last "id" of the outermost object holds.
class Reader final : public nlohmann::json_sax<Json>
{
public:
    int deepest = 0;
    std::string number;

    bool null() override { return value({}); }
    bool boolean(bool) override { return value({}); }
    bool number_integer(number_integer_t) override { return value({}); }
    bool number_unsigned(number_unsigned_t) override { return value({}); }
    bool number_float(number_float_t, const string_t &text) override { return value(text); }
    bool string(string_t &) override { return value({}); }
    bool binary(binary_t &) override { return value({}); }
    bool start_object(std::size_t) override { return open('{'); }
    bool start_array(std::size_t) override { return open('['); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool key(string_t &name) override
    {
        m_isId = m_open == 1 && name == "id";
        return true;
    }
    bool parse_error(std::size_t, const std::string &, const nlohmann::detail::exception &) override
    {
        return false;
    }

private:
    bool value(const std::string &text)
    {
        if (m_isId && m_open == 1)
            number = text;
        return true;
    }
    bool open(char)
    {
        value({});
        deepest = std::max(deepest, ++m_open);
        return true;
    }
    bool close()
    {
        --m_open;
        return true;
    }

    int m_open = 0;
    bool m_isId = false;
};

// What the answers say the id is.
Json echoed(const std::string &answer)
{
    Json json = Json::parse(answer, nullptr, false);
    CHECK(json.is_object());
    CHECK(json["jsonrpc"] == "2.0");
    CHECK(answer.find('\n') == std::string::npos);
    return json.contains("id") ? json["id"] : Json();
}

void checkEcho(const std::string &raw, const Json &id)
{
    CHECK(Json::parse(raw, nullptr, false) == id);
    CHECK(echoed(Mcp::responseText(raw, "{}")) == id);
    const std::string error = Mcp::errorText({-32600, "\x80 \" \\ \n \x01", R"({"a":1})", raw});
    CHECK(echoed(error) == id);
    CHECK(
        echoed(Mcp::notificationText("notifications/progress", R"({"a":)" + raw + "}")).is_null());
}

// An id comes back with its type and value, and a number beyond 64 bits with its digits.
void checkMessage(const Json &value, std::string_view text, const std::string &number)
{
    const auto message = Mcp::decodeMessage(Json(value), text);
    const Json id = value.is_object() && value.contains("id") ? value["id"] : Json();
    const bool usable = id.is_string() || id.is_number();
    const std::string &raw = message ? message->id : message.error().id;
    CHECK(raw.empty() || usable);
    if (!raw.empty())
        checkEcho(raw, id);
    if (!raw.empty() && id.is_number_float() && !text.empty())
        CHECK(raw == number);
    if (!message) {
        CHECK(Base::parseJson(Mcp::errorText(message.error())));
        return;
    }
    CHECK(value.is_object() && value["jsonrpc"] == "2.0");
    CHECK(usable == !message->id.empty());
    CHECK(message->params.is_null() || message->params.is_object());
    CHECK((message->kind == Mcp::Message::Response) == !value.contains("method"));
    if (message->kind == Mcp::Message::Response)
        return;
    CHECK(value["method"] == message->method);
    CHECK((message->kind == Mcp::Message::Request) == usable);
    if (value.contains("params"))
        CHECK(message->params == value["params"]);
}

// Every member of the outermost object is found where it stands.
void checkMembers(const Json &value, std::string_view text)
{
    for (const auto &item : value.items()) {
        const std::string_view raw = Mcp::rawMember(text, item.key());
        CHECK(!raw.empty());
        CHECK(Json::parse(raw, nullptr, false) == item.value());
    }
    CHECK(Mcp::rawMember(text, "no such member").empty() || value.contains("no such member"));
}

void checkText(std::string_view text)
{
    const std::string quoted = Base::quoteJson(text);
    const Json back = Json::parse(quoted, nullptr, false);
    CHECK(back.is_string());
    CHECK(quoted.find_first_of("\n\r") == std::string::npos);
    // nlohmann's writer agrees where the text is valid; what is not may be replaced differently.
    const std::string dumped = Json(text).dump(-1, ' ', false, Json::error_handler_t::ignore);
    if (Json::parse(dumped) == text)
        CHECK(back == text);
    CHECK(Json::parse(Base::dumpJson(Json(text)), nullptr, false).is_string());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char *>(data), size);
    checkText(text);
    Reader reader;
    const bool valid = Json::sax_parse(text, &reader);
    const auto value = Base::parseJson(text);
    CHECK(value.has_value() == (valid && reader.deepest <= Base::kMaxJsonDepth));
    if (!value)
        return 0;
    CHECK(*value == Json::parse(text));
    const std::string dumped = Base::dumpJson(*value);
    CHECK(dumped.find_first_of("\n\r") == std::string::npos);
    CHECK(Base::parseJson(dumped) == *value);

    checkMessage(*value, text, reader.number);
    if (value->is_object())
        checkMembers(*value, text);
    if (value->is_array()) {
        for (const Json &item : *value)
            checkMessage(item, {}, {});
    }
    if (const std::string token = Mcp::rawToken(*value); !token.empty())
        CHECK(Json::parse(token, nullptr, false) == *value);
    return 0;
}
