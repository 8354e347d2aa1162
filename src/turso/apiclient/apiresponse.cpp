// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/apiclient/apiresponse.h"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <QByteArray>
#include <QDateTime>

#include <algorithm>

namespace Turso
{

namespace beast = boost::beast;
namespace http = boost::beast::http;

namespace
{

constexpr std::uint32_t kMaxHead = 32 * 1024;

std::string fieldOf(const http::response_parser<http::string_body> &parser, http::field field)
{
    const auto value = parser.get()[field];
    return {value.data(), value.size()};
}

} // namespace

struct ApiResponse::Private {
    explicit Private(std::size_t limit)
        : maxBytes(limit)
    {
        reset();
    }
    void reset()
    {
        parser.emplace();
        parser->eager(true);
        parser->header_limit(kMaxHead);
        parser->body_limit(maxBytes);
    }
    State stateOf(const beast::error_code &error) const
    {
        if (error == http::error::body_limit)
            return State::TooLong;
        if (error && error != http::error::need_more)
            return State::Broken;
        return parser->is_done() ? State::Complete : State::NeedsMore;
    }

    std::size_t maxBytes;
    std::optional<http::response_parser<http::string_body>> parser;
    QByteArray unread;
};

ApiResponse::ApiResponse(std::size_t maxBytes)
    : d(std::make_unique<Private>(maxBytes))
{
}

ApiResponse::~ApiResponse() = default;

ApiResponse::State ApiResponse::take(std::string_view bytes)
{
    d->unread.append(bytes.data(), static_cast<qsizetype>(bytes.size()));
    for (;;) {
        beast::error_code error;
        const auto used = d->parser->put(
            boost::asio::buffer(d->unread.constData(), static_cast<std::size_t>(d->unread.size())),
            error);
        d->unread.remove(0, static_cast<qsizetype>(used));
        const State state = d->stateOf(error);
        // An interim response (100, 103) is not the answer.
        if (state != State::Complete || d->parser->get().result_int() >= 200)
            return state;
        d->reset();
        if (d->unread.isEmpty())
            return State::NeedsMore;
    }
}

ApiResponse::State ApiResponse::end()
{
    if (!d->parser->got_some())
        return State::Broken;
    beast::error_code error;
    d->parser->put_eof(error);
    return error ? State::Broken : State::Complete;
}

ApiAnswer ApiResponse::answer() const
{
    ApiAnswer answer;
    answer.status = static_cast<int>(d->parser->get().result_int());
    answer.contentType = fieldOf(*d->parser, http::field::content_type);
    answer.contentType.resize(
        std::min(answer.contentType.find_first_of("; \t"), answer.contentType.size()));
    std::transform(answer.contentType.begin(), answer.contentType.end(), answer.contentType.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    answer.body = d->parser->get().body();
    return answer;
}

std::optional<std::chrono::milliseconds> ApiResponse::retryAfter() const
{
    const QString value = QString::fromStdString(fieldOf(*d->parser, http::field::retry_after));
    bool isNumber = false;
    const qint64 seconds = value.toLongLong(&isNumber);
    if (isNumber && seconds >= 0 && seconds < 1'000'000)
        return std::chrono::seconds(seconds);
    const QDateTime date = QDateTime::fromString(value, Qt::RFC2822Date);
    if (!date.isValid())
        return std::nullopt;
    return std::chrono::milliseconds(
        std::max<qint64>(0, QDateTime::currentDateTimeUtc().msecsTo(date)));
}

} // namespace Turso
