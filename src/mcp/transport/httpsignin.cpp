// SPDX-License-Identifier: GPL-3.0-or-later
// Requests to the authorization server: the only ones that need no token.
#include "http/reply.h"
#include "mcp/transport/httpconnection.h"
#include "mcp/transport/socketuser.h"

#include "base/logging.h"

#include <QPointer>

namespace Mcp
{

void HttpConnection::serveSignIn()
{
    const std::string_view target = m_request.target;
    const std::size_t mark = std::min(target.find('?'), target.size());
    if (!target.starts_with("/.well-known/") && !isOfThisUser(*m_socket)) {
        qCWarning(logMcp, "A sign-in by a process of another user was turned away.");
        return answerSignIn({.status = 403,
                             .contentType = "text/plain; charset=utf-8",
                             .body = "Turso Companion is another user's.\n"});
    }
    const Auth::Request request{.method = m_request.method,
                                .path = std::string(target.substr(0, mark)),
                                .query
                                = std::string(target.substr(std::min(mark + 1, target.size()))),
                                .host = m_request.host.text,
                                .fetchDest = m_request.fetchDest.text,
                                .contentType = m_request.contentType.text,
                                .body = std::move(m_request.body)};
    // It may be answered long after this connection has gone.
    QPointer<HttpConnection> self(this);
    std::function<void()> gone;
    m_http.signIn->serve(
        request,
        [self](const Auth::Reply &reply) {
            if (self)
                self->answerSignIn(reply);
        },
        &gone);
    if (m_state == Holding && m_isSignIn)
        m_signInGone = std::move(gone);
}

void HttpConnection::answerSignIn(const Auth::Reply &reply)
{
    if (m_state != Holding)
        return;
    m_signInGone = {};
    m_isSignIn = false;
    m_out.clear();
    Http::appendStatusLine(m_out, reply.status);
    if (!reply.contentType.empty())
        Http::appendField(m_out, "Content-Type: ", reply.contentType);
    for (const auto &[name, value] : reply.fields)
        Http::appendField(m_out, name + ": ", value);
    if (const std::string_view origin = readableBy(); !origin.empty()) {
        Http::appendField(m_out, "Access-Control-Allow-Origin: ", origin);
        m_out += "Vary: Origin\r\n";
    }
    if (!m_keepAlive)
        m_out += "Connection: close\r\n";
    Http::appendLength(m_out, reply.body.size());
    m_out += "\r\n";
    sendBehindHead(reply.body, {});
    requestDone();
}

} // namespace Mcp
