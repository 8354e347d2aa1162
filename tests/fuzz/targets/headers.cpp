// SPDX-License-Identifier: GPL-3.0-or-later
// Input: a head in lines, "METHOD TARGET PORT" and then "Field: value" with any bytes in it. The
// guard against a second opinion, and every value through the codec of Mcp-Name.
#include "check.h"

#include "mcp/protocol/headervalue.h"
#include "mcp/transport/requestguard.h"

#include <QByteArray>

#include <algorithm>
#include <array>
#include <string>

namespace
{

using Mcp::HttpRequest;

constexpr std::string_view kAllowed = "http://inspector.example:6274";

std::string lower(std::string text)
{
    for (char &c : text) {
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c + 32);
    }
    return text;
}

std::string base64(std::string_view bytes)
{
    constexpr std::string_view kAlphabet
        = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
        unsigned long bits = 0;
        for (std::size_t i = 0; i < 3; ++i)
            bits = bits << 8 | (i < count ? static_cast<unsigned char>(bytes[at + i]) : 0U);
        for (std::size_t i = 0; i < 4; ++i)
            out += i <= count ? kAlphabet[bits >> (18 - 6 * i) & 63] : '=';
    }
    return out;
}

bool isPlain(std::string_view text)
{
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= 0x20 && c < 0x7F) || c == '\t'; });
}

bool isUtf8(const std::string &text)
{
    return QByteArray::fromStdString(text).isValidUtf8();
}

void checkCodec(const std::string &value)
{
    const auto decoded = Mcp::decodeHeaderValue(value);
    CHECK(!decoded || isPlain(value));
    const bool marked
        = value.size() >= 11 && value.starts_with("=?base64?") && value.ends_with("?=");
    if (decoded && marked)
        CHECK("=?base64?" + base64(*decoded) + "?=" == value);
    if (!marked)
        CHECK(decoded.has_value() == isPlain(value) && (!decoded || *decoded == value));
    // The codec carries UTF-8: nothing else may come out of it.
    CHECK(!decoded || isUtf8(*decoded));
    const auto back = Mcp::decodeHeaderValue("=?base64?" + base64(value) + "?=");
    CHECK(back.has_value() == isUtf8(value));
    CHECK(!back || *back == value);
}

// The second opinion: written from the contract, with sets of whole strings instead of a parser.
bool isOwn(std::string text, std::string_view before, unsigned port)
{
    text = lower(std::move(text));
    for (const char *name : {"localhost", "127.0.0.1", "[::1]"}) {
        const std::string authority = std::string(before) + name;
        if (text == authority + ':' + std::to_string(port) || (port == 80 && text == authority))
            return true;
    }
    return false;
}

int expectedStatus(const HttpRequest &request, unsigned port)
{
    if (request.host.count != 1)
        return 400;
    if (!isOwn(request.host.text, "", port))
        return 403;
    if (request.origin.count > 1)
        return 403;
    if (request.origin.count == 1 && request.origin.text != kAllowed
        && !isOwn(request.origin.text, "http://", port))
        return 403;
    if (request.target != "/mcp" && !request.target.starts_with("/mcp?"))
        return 404;
    if (request.method != "POST" && request.method != "GET" && request.method != "DELETE")
        return 405;
    if (request.method == "POST") {
        std::string type = lower(request.contentType.text);
        type.resize(std::min(type.find(';'), type.size()));
        type.resize(type.find_last_not_of(" \t") + 1);
        if (request.contentType.count != 1 || type != "application/json")
            return 415;
    }
    return 0;
}

class OneToken final : public Mcp::Authenticator
{
public:
    std::optional<Mcp::Principal> byBearer(std::string_view token) override
    {
        CHECK(!token.empty());
        CHECK(token.find_first_of(" ,\t") == std::string_view::npos && isPlain(token));
        if (token != "alice")
            return std::nullopt;
        return Mcp::Principal{"alice", "Alice"};
    }
    Mcp::Principal byPeer(const Mcp::PeerProgram &) override { return {}; }
};

void checkGuard(const HttpRequest &request, std::uint16_t port)
{
    Mcp::GuardRules rules{.port = port, .allowedOrigins = {std::string(kAllowed)}};
    const Mcp::GuardVerdict open = Mcp::guardRequest(request, rules);
    const int status = expectedStatus(request, port);
    CHECK(open.status == status);
    CHECK(open.passes() == (status == 0));
    CHECK(open.principal.id == (status == 0 ? "anonymous" : ""));

    OneToken tokens;
    rules.authenticator = &tokens;
    const Mcp::GuardVerdict guarded = Mcp::guardRequest(request, rules);
    // A token opens nothing that is closed without one, and nothing is open without it.
    if (status == 400 || status == 403 || status == 404)
        CHECK(guarded.status == status);
    CHECK(!guarded.passes() || (status == 0 && guarded.principal.id == "alice"));
    CHECK(!guarded.passes() || request.authorization.count == 1);
    if (request.authorization.count == 1 && lower(request.authorization.text) == "bearer alice"
        && request.authorization.text.ends_with("alice"))
        CHECK(guarded.status == status);
}

Mcp::HeaderField *fieldOf(HttpRequest &request, std::string_view name)
{
    const std::array<std::pair<std::string_view, Mcp::HeaderField *>, 5> fields{{
        {"host", &request.host},
        {"origin", &request.origin},
        {"authorization", &request.authorization},
        {"content-type", &request.contentType},
        {"mcp-name", &request.mcpName},
    }};
    for (const auto &[key, field] : fields) {
        if (name == key)
            return field;
    }
    return nullptr;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size)
{
    std::string_view rest(reinterpret_cast<const char *>(data), size);
    HttpRequest request;
    const std::string_view first = Fuzz::takeLine(rest);
    const std::size_t space = first.find(' ');
    const std::size_t last = first.rfind(' ');
    std::uint16_t port = 7777;
    if (space != std::string_view::npos && last > space) {
        request.target = first.substr(space + 1, last - space - 1);
        port = static_cast<std::uint16_t>(std::atoi(std::string(first.substr(last)).c_str()));
    }
    request.method = first.substr(0, space);
    while (!rest.empty()) {
        const std::string_view line = Fuzz::takeLine(rest);
        const std::size_t colon = line.find(": ");
        if (colon == std::string_view::npos)
            continue;
        const std::string value(line.substr(colon + 2));
        if (Mcp::HeaderField *field = fieldOf(request, lower(std::string(line.substr(0, colon)))))
            field->add(value);
        checkCodec(value);
    }
    checkGuard(request, port);
    return 0;
}
