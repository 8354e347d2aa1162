// SPDX-License-Identifier: GPL-3.0-or-later
// Input: a line whose characters say how large the pieces are (an empty one: single bytes), then
// the bytes of a connection. What comes out must not depend on the pieces, and must be what a
// second, plainer reading of the same bytes finds.
#include "check.h"

#include "http/requestparser.h"
#include "mcp/protocol/httprequest.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace
{

using Http::RequestParser;
using Mcp::HttpRequest;

// Small, so that inputs reach them.
constexpr Http::ParserLimits kLimits{.headBytes = 400, .bodyBytes = 600};

struct Seen {
    bool hasHead = false;
    bool done = false;
    std::size_t headBytes = 0; // consumed when the head was reported
    std::size_t bytes = 0; // consumed in all
    HttpRequest request;
    RequestParser::State state = RequestParser::NeedMore;
};

bool sameField(const Mcp::HeaderField &a, const Mcp::HeaderField &b)
{
    return a.text == b.text && a.count == b.count;
}

bool sameHead(const HttpRequest &a, const HttpRequest &b)
{
    return a.method == b.method && a.target == b.target && a.http10 == b.http10
        && a.keepAlive == b.keepAlive && a.expectsContinue == b.expectsContinue
        && sameField(a.host, b.host) && sameField(a.origin, b.origin)
        && sameField(a.authorization, b.authorization) && sameField(a.contentType, b.contentType)
        && sameField(a.accept, b.accept) && sameField(a.session, b.session)
        && sameField(a.protocolVersion, b.protocolVersion) && sameField(a.mcpMethod, b.mcpMethod)
        && sameField(a.mcpName, b.mcpName);
}

bool wantsMore(RequestParser::State state)
{
    return state == RequestParser::NeedMore || state == RequestParser::NeedBody
        || state == RequestParser::HeadReady;
}

std::size_t headSize(const HttpRequest &request)
{
    return request.method.size() + request.target.size() + request.host.text.size()
        + request.origin.text.size() + request.authorization.text.size()
        + request.contentType.text.size() + request.accept.text.size() + request.session.text.size()
        + request.protocolVersion.text.size() + request.mcpMethod.text.size()
        + request.mcpName.text.size();
}

// Feeds one buffer until it is used up or the request has ended, as a connection does.
void feed(RequestParser &parser, std::string &buffer, HttpRequest &request, Seen &seen)
{
    std::optional<HttpRequest> head;
    if (seen.hasHead)
        head = seen.request;
    do {
        const RequestParser::Step step = parser.feed(buffer);
        CHECK(step.consumed <= buffer.size());
        buffer.erase(0, step.consumed);
        seen.bytes += step.consumed;
        seen.state = step.state;
        CHECK(request.body.size() <= kLimits.bodyBytes);
        CHECK(headSize(request) <= kLimits.headBytes);
        CHECK(step.state != RequestParser::HeadReady || !seen.hasHead); // once per request
        CHECK(step.state != RequestParser::NeedMore || !seen.hasHead);
        CHECK(step.state != RequestParser::NeedBody || seen.hasHead);
        CHECK(step.state != RequestParser::Done || seen.hasHead);
        if (step.state == RequestParser::HeadReady) {
            seen.hasHead = true;
            seen.headBytes = seen.bytes;
            CHECK(seen.headBytes <= kLimits.headBytes);
            seen.request = request;
            CHECK(request.body.empty());
        }
        // What was decided by the head must stay true.
        CHECK(!seen.hasHead || sameHead(seen.request, request));
    } while (seen.state == RequestParser::HeadReady);
    if (seen.state == RequestParser::Done) {
        seen.done = true;
        seen.request = request;
    }
    // Memory is bounded by what is taken at a time and the largest line.
    CHECK(!wantsMore(seen.state) || buffer.size() <= kLimits.headBytes);
}

// The requests of a connection; the last one may be incomplete or refused.
std::vector<Seen> requestsOf(std::string_view bytes, std::string_view pieces)
{
    std::vector<Seen> all;
    HttpRequest request;
    RequestParser parser(request, kLimits);
    std::string buffer;
    Seen seen;
    for (std::size_t piece = 0; !bytes.empty(); ++piece) {
        std::size_t size = bytes.size();
        if (pieces != "all")
            size = pieces.empty() ? 1
                                  : 1 + static_cast<unsigned char>(pieces[piece % pieces.size()]);
        buffer += bytes.substr(0, size);
        bytes.remove_prefix(std::min(size, bytes.size()));
        while (!buffer.empty()) {
            feed(parser, buffer, request, seen);
            if (wantsMore(seen.state))
                break;
            all.push_back(seen);
            if (!seen.done)
                return all;
            seen = {};
            parser.reset();
            CHECK(request.body.empty() && headSize(request) == 0);
        }
    }
    if (seen.bytes > 0)
        all.push_back(seen);
    return all;
}

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string lower(std::string_view text)
{
    std::string out(text);
    for (char &c : out)
        c = lower(c);
    return out;
}

std::string_view trimmed(std::string_view text)
{
    const auto blank = [](char c) {
        return c == ' ' || c == '\t';
    };
    while (!text.empty() && blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && blank(text.back()))
        text.remove_suffix(1);
    return text;
}

// All values of a field in a head, joined; nothing if there is none. `head` has no folded lines.
std::optional<std::string> fieldOf(std::string_view head, std::string_view name)
{
    std::optional<std::string> found;
    while (!head.empty()) {
        const std::string_view line = Fuzz::takeLine(head);
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos || lower(line.substr(0, colon)) != name)
            continue;
        const std::string_view value = trimmed(line.substr(colon + 1, line.size() - colon - 2));
        found = found ? *found + ", " + std::string(value) : std::string(value);
    }
    return found;
}

bool isFolded(std::string_view head)
{
    return head.find("\n ") != std::string_view::npos
        || head.find("\n\t") != std::string_view::npos;
}

void checkHead(std::string_view head, const HttpRequest &request)
{
    CHECK(head.ends_with("\r\n\r\n"));
    CHECK(head.find("\r\n\r\n") == head.size() - 4);
    const std::string_view first = Fuzz::takeLine(head);
    const std::string version = request.http10 ? "1.0" : "1.1";
    CHECK(first == request.method + ' ' + request.target + " HTTP/" + version + '\r');
    if (isFolded(head))
        return;
    const auto agrees = [&](std::string_view name, const Mcp::HeaderField &field) {
        const auto value = fieldOf(head, name);
        return value.has_value() == field.present() && value.value_or("") == field.text;
    };
    CHECK(agrees("host", request.host));
    CHECK(agrees("origin", request.origin));
    CHECK(agrees("authorization", request.authorization));
    CHECK(agrees("content-type", request.contentType));
    CHECK(agrees("accept", request.accept));
    CHECK(agrees("mcp-session-id", request.session));
    CHECK(agrees("mcp-protocol-version", request.protocolVersion));
    CHECK(agrees("mcp-method", request.mcpMethod));
    CHECK(agrees("mcp-name", request.mcpName));
}

// The data of the chunks that `bytes` begins with, and how long all of them are; nothing if they
// are not well-formed.
struct Chunks {
    std::string data;
    std::size_t bytes = 0;
};
std::optional<Chunks> chunksOf(std::string_view bytes)
{
    Chunks chunks;
    for (;;) {
        const std::size_t end = bytes.find("\r\n", chunks.bytes);
        if (end == std::string_view::npos)
            return std::nullopt;
        const std::string digits(bytes.substr(chunks.bytes, end - chunks.bytes));
        char *behind = nullptr;
        const std::size_t size = std::strtoul(digits.c_str(), &behind, 16);
        if (behind == digits.c_str())
            return std::nullopt;
        chunks.bytes = end + 2;
        if (size == 0)
            break;
        if (size > bytes.size() || bytes.substr(chunks.bytes + size).substr(0, 2) != "\r\n")
            return std::nullopt;
        chunks.data += bytes.substr(chunks.bytes, size);
        chunks.bytes += size + 2;
    }
    if (bytes.substr(chunks.bytes).starts_with("\r\n"))
        chunks.bytes += 2;
    else if (const std::size_t end = bytes.find("\r\n\r\n", chunks.bytes); end != std::string::npos)
        chunks.bytes = end + 4;
    else
        return std::nullopt;
    return chunks;
}

// The second reading of a request that starts `bytes`.
void checkReading(std::string_view bytes, const Seen &seen)
{
    if (!seen.hasHead)
        return;
    const std::string_view head = bytes.substr(0, seen.headBytes);
    checkHead(head, seen.request);
    if (!seen.done)
        return;
    const std::string_view body = bytes.substr(seen.headBytes, seen.bytes - seen.headBytes);
    if (isFolded(head))
        return;
    const auto coding = fieldOf(head, "transfer-encoding");
    const auto length = fieldOf(head, "content-length");
    if (!coding) {
        CHECK(body == seen.request.body);
        if (!length)
            CHECK(body.empty());
        else if (length->find_first_not_of("0123456789") == std::string::npos && !length->empty())
            CHECK(std::strtoul(length->c_str(), nullptr, 10) == body.size());
        return;
    }
    CHECK(lower(*coding) == "chunked" && !length && !seen.request.http10);
    const auto chunks = chunksOf(body);
    CHECK(chunks);
    CHECK(chunks->bytes == body.size());
    CHECK(chunks->data == seen.request.body);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size)
{
    std::string_view bytes(reinterpret_cast<const char *>(data), size);
    const std::string_view pieces = Fuzz::takeLine(bytes);
    const std::vector<Seen> whole = requestsOf(bytes, "all");
    const std::vector<Seen> torn = requestsOf(bytes, pieces);

    std::string_view rest = bytes;
    for (const Seen &seen : whole) {
        checkReading(rest, seen);
        rest.remove_prefix(seen.bytes);
    }
    for (std::size_t i = 0; i < std::max(whole.size(), torn.size()); ++i) {
        const Seen a = i < whole.size() ? whole[i] : Seen{};
        const Seen b = i < torn.size() ? torn[i] : Seen{};
        // Only when and why something bad is refused may depend on how much of it was there.
        CHECK(a.done == b.done);
        CHECK(a.hasHead == b.hasHead);
        CHECK(!a.hasHead || sameHead(a.request, b.request));
        CHECK(!a.hasHead || a.headBytes == b.headBytes);
        CHECK(!a.done || (a.bytes == b.bytes && a.request.body == b.request.body));
    }
    return 0;
}
