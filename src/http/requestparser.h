// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/message.h"

#include <cstdint>
#include <memory>
#include <string_view>

namespace Http
{

struct ParserLimits {
    std::uint32_t headBytes = 16 * 1024; ///< request line and fields; also the longest chunk line
    std::uint64_t bodyBytes = 8 * 1024 * 1024;
};

/// HTTP/1.x requests out of bytes; no sockets. Boost.Beast does the parsing, strictly: what is
/// ambiguous (two lengths, length and chunks, other codings, bare line feeds) is refused, and
/// trailers are dropped. Fills one Message again and again.
class RequestParser
{
public:
    enum State {
        NeedMore, ///< not even the head is complete
        HeadReady, ///< reported once per request; go on with the same bytes
        NeedBody,
        Done,
        HeadTooLarge, ///< 431
        BodyTooLarge, ///< 413; the head was read
        Malformed, ///< 400
    };
    struct Step {
        State state;
        std::size_t consumed; ///< bytes that must not be given again
    };

    RequestParser(Message &request, const ParserLimits &limits);
    ~RequestParser();

    Step feed(std::string_view bytes);
    /// Makes ready for the next request and clears the Message.
    void reset();

private:
    class Reader;
    Message &m_request;
    ParserLimits m_limits;
    std::unique_ptr<Reader> m_reader;
};

} // namespace Http
