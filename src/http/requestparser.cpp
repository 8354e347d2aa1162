// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/requestparser.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/http/verb.hpp>

#include <algorithm>
#include <optional>

namespace Http
{

namespace http = boost::beast::http;
using boost::beast::error_code;

namespace
{

constexpr std::uint64_t kReservedBody = 1024 * 1024;
// The shortest end of a chunked body. Beast before Boost 1.86 trips over its own assertion when it
// is given a part of it twice (boostorg/beast, pull request 2861).
constexpr std::size_t kChunksEnd = std::string_view("0\r\n\r\n").size();

std::string_view view(boost::beast::string_view text)
{
    return {text.data(), text.size()};
}

bool equalsLower(boost::beast::string_view text, std::string_view lowerCase)
{
    return boost::beast::iequals(text, {lowerCase.data(), lowerCase.size()});
}

class Fields final : public http::basic_parser<true>
{
public:
    explicit Fields(Message &request)
        : m_request(request)
    {
    }

private:
    void on_request_impl(http::verb, boost::beast::string_view method,
                         boost::beast::string_view target, int version, error_code &ec) override
    {
        if (version != 10 && version != 11)
            ec = http::error::bad_version;
        m_request.method = view(method);
        m_request.target = view(target);
        m_request.http10 = version == 10;
    }
    void on_response_impl(int, boost::beast::string_view, int, error_code &) override { }
    void on_field_impl(http::field id, boost::beast::string_view name,
                       boost::beast::string_view value, error_code &ec) override
    {
        if (is_header_done())
            return; // a trailer: the request was let in by its head, which nothing changes any more
        // Beast overlooks codings that it does not know, and with them where the body ends.
        if (id == http::field::transfer_encoding
            && (m_request.http10 || !equalsLower(value, "chunked")))
            ec = http::error::bad_transfer_encoding;
        if (!m_request.addField(view(name), view(value)))
            ec = http::error::header_limit;
        if (id == http::field::expect && equalsLower(value, "100-continue"))
            m_request.expectsContinue = true;
    }
    void on_header_impl(error_code &) override { }
    void on_body_init_impl(const boost::optional<std::uint64_t> &length, error_code &) override
    {
        // What is announced is believed up to a point: announcing costs a client nothing.
        if (length)
            m_request.body.reserve(static_cast<std::size_t>(std::min(*length, kReservedBody)));
    }
    std::size_t on_body_impl(boost::beast::string_view body, error_code &) override
    {
        m_request.body.append(body.data(), body.size());
        return body.size();
    }
    void on_chunk_header_impl(std::uint64_t, boost::beast::string_view, error_code &) override { }
    std::size_t on_chunk_body_impl(std::uint64_t, boost::beast::string_view body,
                                   error_code &) override
    {
        m_request.body.append(body.data(), body.size());
        return body.size();
    }
    void on_finish_impl(error_code &) override { }

    Message &m_request;
};

} // namespace

class RequestParser::Reader
{
public:
    std::optional<Fields> fields;
    bool headReported = false;
    std::size_t headBytes = 0; // consumed of the head so far
};

RequestParser::RequestParser(Message &request, const ParserLimits &limits)
    : m_request(request)
    , m_limits(limits)
    , m_reader(std::make_unique<Reader>())
{
    reset();
}

RequestParser::~RequestParser() = default;

void RequestParser::reset()
{
    m_request.clear();
    m_reader->headReported = false;
    m_reader->headBytes = 0;
    m_reader->fields.emplace(m_request);
    // Beast counts the request line and the fields apart, and how depends on the pieces: feed()
    // counts before it does.
    m_reader->fields->header_limit(m_limits.headBytes + 64);
    m_reader->fields->body_limit(m_limits.bodyBytes);
}

RequestParser::Step RequestParser::feed(std::string_view bytes)
{
    Fields &fields = *m_reader->fields;
    // Head and body in two steps: what must not come in is refused before its body is kept.
    fields.eager(m_reader->headReported);
    const std::size_t least = m_reader->headReported && fields.chunked() ? kChunksEnd : 1;
    std::size_t consumed = 0;
    // The head must be in its first bytes, and no line of chunks gets longer by coming all at once.
    while (!fields.is_done() && bytes.size() - consumed >= least) {
        const std::string_view portion
            = bytes.substr(consumed, m_limits.headBytes - m_reader->headBytes);
        error_code ec;
        const std::size_t taken
            = fields.put(boost::asio::const_buffer(portion.data(), portion.size()), ec);
        consumed += taken;
        if (!m_reader->headReported)
            m_reader->headBytes += taken;
        if (ec == http::error::body_limit)
            return {BodyTooLarge, consumed};
        if (ec == http::error::header_limit)
            return {HeadTooLarge, consumed};
        if (ec && ec != http::error::need_more)
            return {Malformed, consumed};
        if (fields.is_header_done() && !m_reader->headReported) {
            m_reader->headReported = true;
            m_reader->headBytes = 0;
            m_request.keepAlive = fields.keep_alive() && !m_request.http10;
            return {HeadReady, consumed};
        }
        if (taken == 0)
            break;
    }
    if (fields.is_done())
        return {Done, consumed};
    // Lines are taken as a whole or not at all; this much without an end is no line.
    if (m_reader->headBytes + bytes.size() - consumed > m_limits.headBytes)
        return {HeadTooLarge, consumed};
    return {m_reader->headReported ? NeedBody : NeedMore, consumed};
}

} // namespace Http
