// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/signin/callback.h"

#include "base/secret.h"
#include "http/form.h"
#include "http/page.h"

#include <QTimer>

#include <utility>

namespace Turso
{

namespace
{

constexpr char kPath[] = "/callback";
constexpr auto kLinger = std::chrono::milliseconds(3'000);

Http::ServerOptions optionsFor(std::uint16_t port)
{
    Http::ServerOptions options;
    options.port = port;
    options.withIPv6 = false;
    options.parser = {.headBytes = 16 * 1024, .bodyBytes = 0};
    options.limits.connections = 32;
    options.limits.halfSent = Http::milliseconds(5'000);
    options.limits.idle = Http::milliseconds(5'000);
    options.limits.stalled = Http::milliseconds(5'000);
    return options;
}

void answer(Http::Exchange &exchange, int status, const std::string &title, const std::string &text)
{
    auto page = Http::pageResponse(
        {.status = status, .title = title, .body = "<p>" + Http::htmlEscaped(text) + "</p>"});
    if (status == 405)
        page.fields.emplace_back("Allow", "GET");
    exchange.answer(std::move(page));
}

} // namespace

Callback::Callback()
    : m_server(std::make_unique<Http::Server>(optionsFor(0)))
{
    m_server->add(*this);
}

Base::Result<std::uint16_t> Callback::listen(std::uint16_t port)
{
    if (port != 0) {
        m_server = std::make_unique<Http::Server>(optionsFor(port));
        m_server->add(*this);
    }
    auto got = m_server->listen();
    if (got)
        m_host = "127.0.0.1:" + std::to_string(*got);
    return got;
}

QString Callback::address() const
{
    return QString::fromStdString("http://" + m_host + kPath);
}

void Callback::expect(Expected expected, Came came)
{
    m_expected = std::move(expected);
    m_came = std::move(came);
}

bool Callback::serves(const Http::Request &) const
{
    return true;
}

void Callback::serve(std::shared_ptr<Http::Exchange> exchange)
{
    const Http::Request &request = exchange->request();
    if (request.header("host") != m_host)
        return answer(*exchange, 403, "Not here", "This is another computer's address.");
    if (request.path != kPath)
        return answer(*exchange, 404, "Nothing is here", "Sign-ins end at another address.");
    if (request.method != "GET")
        return answer(*exchange, 405, "Not like this", "A browser comes here by itself.");
    take(exchange);
}

void Callback::take(const std::shared_ptr<Http::Exchange> &exchange)
{
    const auto form = Http::Form::parse(exchange->request().query);
    const auto stale = [&exchange] {
        answer(*exchange, 400, "This sign-in is not waited for",
               "The page is of another sign-in, or of one that is over. Nothing was changed. If "
               "Turso Companion still waits, go on in the page that it opened.");
    };
    if (!form || !form->all("resource").empty())
        return answer(*exchange, 400, "This answer cannot be read",
                      "What the sign-in server sent back is not well-formed. Nothing was changed.");
    if (!m_came || !Base::constantTimeEquals((*form)["state"], m_expected.state))
        return stale();
    m_held = exchange;
    const Came came = std::exchange(m_came, nullptr); // one use
    const std::string &issuer = (*form)["iss"];
    if (issuer.empty() ? m_expected.namesItself : issuer != m_expected.issuer)
        return came(Base::fail(Base::ErrorKind::Unauthorized,
                               "The answer to the sign-in is not from " + m_expected.issuer
                                   + ", where it began. Nothing was accepted.",
                               "Sign in again, and look at the address of the page."));
    came(CallbackAnswer{(*form)["code"], (*form)["error"], (*form)["error_description"]});
}

void Callback::tell(const std::string &title, const std::string &text)
{
    if (const auto held = std::exchange(m_held, nullptr))
        answer(*held, 200, title, text);
}

bool Callback::sendOn(const QString &url)
{
    const auto held = std::exchange(m_held, nullptr);
    if (held)
        held->answer({.status = 302,
                      .fields = {{"Location", url.toStdString()},
                                 {"Referrer-Policy", "no-referrer"},
                                 {"Cache-Control", "no-store"}}});
    return held != nullptr;
}

void Callback::conclude(std::shared_ptr<Callback> callback, const std::string &title,
                        const std::string &text)
{
    callback->m_came = nullptr;
    callback->tell(title, text);
    callback->m_server->close();
    QTimer::singleShot(kLinger, [callback = std::move(callback)] {});
}

} // namespace Turso
