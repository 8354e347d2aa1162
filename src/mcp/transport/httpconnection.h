// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/requestparser.h"
#include "mcp/auth/authorizationserver.h"
#include "mcp/server/httpendpoint.h"
#include "mcp/server/outlet.h"
#include "mcp/transport/connection.h"
#include "mcp/transport/httpreply.h"
#include "mcp/transport/requestguard.h"

#include <QTcpSocket>

namespace Mcp
{

using Http::RequestParser;

/// What the HTTP connections of one listener share. Lives in the listener.
struct HttpShared {
    HttpEndpoint endpoint;
    HttpOptions options;
    GuardRules rules;
    Auth::AuthorizationServer *signIn = nullptr; ///< or null: agents come with tokens only
};

/// One client's TCP connection: requests in, answers out, strictly in order, one held at a time.
class HttpConnection final : public Connection, public HttpOutlet
{
    Q_OBJECT

public:
    /// Takes over the socket.
    HttpConnection(QTcpSocket *socket, HttpShared &http, ConnectionShared &shared);
    ~HttpConnection() override;

    bool canStream() const override;
    void notify(std::string_view message) override;
    void finish(std::string_view message) override;
    void refuse(int status, std::string_view message) override;
    void endStream() override;
    void answer(const HttpAnswer &answer) override;
    void openStream() override;
    void sendEvent(std::string_view id, std::string_view message) override;

protected:
    Outlet &outlet() override { return *this; }
    void stopServing() override;
    void outputTaken() override;
    SteadyTime checkProtocol(SteadyTime now) override;

private:
    enum State {
        Waiting, // for a request's first byte
        Receiving, // part of a request is here
        Holding, // the answer is being made
        Streaming, // its event stream is open
        Draining, // turned down; reads on so that the client sees why
        Closing,
    };

    void readSocket();
    void process();
    bool step();
    RequestParser::State feedParser();
    bool admit(bool mayContinue);
    void serve();
    void serveSignIn();
    void answerSignIn(const Auth::Reply &reply);
    void requestDone();
    void becomeIdle(SteadyTime now);
    void turnDown(const GuardVerdict &verdict, bool mayContinue);
    void turnDown(int status, std::string_view reason);
    void drain();

    void sendVerdict(const GuardVerdict &verdict);
    void sendReply(ReplyHead head, std::string_view body);
    void sendFrame(std::string_view fields, std::string_view message, bool last = false);
    void sendBehindHead(std::string_view body, std::string_view tail);
    std::string_view readableBy() const;

    QTcpSocket *m_socket;
    HttpShared &m_http;
    HttpRequest m_request;
    RequestParser m_parser;
    std::string m_in;
    std::size_t m_at = 0; // what of m_in was consumed; all of it: m_in is empty
    std::string m_out; // the head of what is being sent
    State m_state = Waiting;
    SteadyTime m_since; // when the state's clock started
    long long m_drained = 0;
    bool m_isSignIn = false; // the current request is for the authorization server
    std::function<void()> m_signInGone; // whom to tell when the client leaves before the answer
    bool m_admitted = false; // the guard has passed the current request
    bool m_processing = false; // process() is on the stack
    bool m_keepAlive = true;
};

} // namespace Mcp
