// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mcp/server/httpendpoint.h"
#include "mcp/server/outlet.h"
#include "mcp/transport/httpoptions.h"
#include "mcp/transport/outputwatch.h"
#include "mcp/transport/requestguard.h"
#include "mcp/transport/requestparser.h"

#include <QTcpSocket>

namespace Mcp
{

/// What the connections of one listener share. Lives in the listener.
struct HttpShared {
    Server &server;
    HttpEndpoint endpoint;
    HttpOptions options;
    GuardRules rules;
    Deadline deadline;
};

/// One client's TCP connection: requests in, answers out, strictly in order, one held at a time.
/// Everything that ends it comes down to `closed`, emitted once, from the event loop and never from
/// inside an Outlet function.
class HttpConnection final : public QObject, public HttpOutlet
{
    Q_OBJECT

public:
    /// Takes over the socket.
    HttpConnection(QTcpSocket *socket, HttpShared &shared, QObject *parent);
    ~HttpConnection() override;

    bool canStream() const override;
    void notify(std::string_view message) override;
    void finish(std::string_view message) override;
    void refuse(int status, std::string_view message) override;
    void endStream() override;
    void sendEvent(std::string_view id, std::string_view message) override;
    void answer(const HttpAnswer &answer) override;
    void openStream() override;

    /// Acts on limits that have passed; answers the next one, or SteadyTime::max().
    SteadyTime checkLimits(SteadyTime now);
    /// Sends what is waiting, then closes. What is still held is given up.
    void close();
    /// Closes at once.
    void abort();

    /// Who sent the last request that passed the guard; an empty id before.
    const Principal &principal() const { return m_principal; }

Q_SIGNALS:
    void closed();
    void principalChanged(const Mcp::Principal &before);

private:
    enum State {
        Waiting, // for a request's first byte
        Receiving, // part of a request is here
        Holding, // the answer is being made
        Streaming, // its event stream is open
        Draining, // refused; reads on so that the client sees why
        Closing,
    };

    void readSocket();
    void process();
    bool step();
    RequestParser::State feedParser();
    bool admit(bool mayContinue);
    void turnDown(const GuardVerdict &verdict, bool mayContinue);
    void sendRefusal(const GuardVerdict &verdict);
    void serve();
    void refuse(const GuardVerdict &verdict);
    void refuseRequest(int status, std::string_view reason);
    void sendAnswer(const HttpAnswer &answer, std::string_view challenge);
    void sendChunk(std::string_view event);
    void endChunks();
    void requestDone();
    void write(std::string_view text);
    void becomeIdle(SteadyTime now);
    void drain();
    void giveUp();

    QTcpSocket *m_socket;
    HttpShared &m_shared;
    HttpRequest m_request;
    RequestParser m_parser;
    Principal m_principal;
    OutputWatch m_output;
    std::string m_in;
    std::size_t m_at = 0; // what of m_in was consumed; all of it: m_in is empty
    std::string m_out;
    State m_state = Waiting;
    SteadyTime m_since; // when the state's clock started
    long long m_drained = 0;
    bool m_admitted = false; // the guard has passed the current request
    bool m_processing = false; // process() is on the stack
    bool m_keepAlive = true;
    bool m_closedTold = false;
    bool m_ending = false; // giveUp() is on its way
};

} // namespace Mcp
