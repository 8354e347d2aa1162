// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/deadline.h"
#include "http/exchange.h"
#include "http/outputqueue.h"
#include "http/request.h"
#include "http/server.h"

#include <QPointer>
#include <QTcpSocket>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace Http
{

class Connection;

/// What the connections of one server share. Lives in it.
struct Shared {
    ServerOptions options;
    std::uint16_t port = 0;
    std::vector<Handler *> handlers;
    Deadline deadline;
    long long waiting = 0; ///< bytes of output, of all connections
    std::function<void()> tooMuchWaits;
    std::function<void(Connection *)> closed;
};

/// One request of a connection; outlives it if the handler wants that.
class ConnectionExchange final : public Exchange
{
public:
    ConnectionExchange(Connection *connection, Request &&request);
    ~ConnectionExchange() override;

    const Request &request() const override { return m_request; }
    std::string takeBody() override { return std::exchange(m_request.body, {}); }
    void answer(Response response) override;
    void begin(Response head) override;
    bool write(std::string_view part) override;
    void end() override;
    void cut() override;
    void onGone(std::function<void()> gone) override;
    void onWritable(std::function<void()> writable) override { m_writable = std::move(writable); }

private:
    friend class Connection;
    bool isOver() const { return m_answered || m_connection.isNull(); }
    void clientGone();

    QPointer<Connection> m_connection;
    Request m_request;
    std::function<void()> m_gone;
    std::function<void()> m_writable;
    bool m_begun = false;
    bool m_answered = false;
};

/// One client's TCP connection: requests in, answers out, strictly in order, one at a time.
class Connection final : public QObject
{
    Q_OBJECT

public:
    /// Takes over the socket.
    Connection(QTcpSocket *socket, Shared &shared);
    ~Connection() override;

    /// Acts on limits that have passed; answers the next one, or SteadyTime::max().
    SteadyTime checkLimits(SteadyTime now);
    /// Sends what is waiting, then closes. What is still being made is given up.
    void close();
    /// Closes at once.
    void abort();
    const OutputQueue &output() const { return m_output; }

private:
    friend class ConnectionExchange;
    enum State {
        Waiting, // for a request's first byte
        Receiving, // part of a request is here
        Holding, // the answer is being made
        Streaming, // it is being sent in parts
        Draining, // turned down; reads on so that the client sees why
        Closing,
    };

    void readSocket();
    void process();
    bool step();
    RequestParser::State feedParser();
    bool admit(bool mayContinue);
    void serve();
    void requestDone();
    void becomeIdle(SteadyTime now);
    void turnDown(Response response, bool mayContinue);
    void drain();
    SteadyTime checkProtocol(SteadyTime now);

    void sendResponse(const Request &request, const Response &response);
    void beginStream(const Request &request, const Response &head);
    void sendChunk(std::string_view part);
    void appendCommon(std::string &out, const Request &request, const Response &response) const;
    void endStream();
    void cutStream();
    void send(std::string_view head, std::string_view body = {}, std::string_view tail = {});
    bool isCongested() const;
    void wrote();
    void closeWhenSent();

    QTcpSocket *m_socket;
    Shared &m_shared;
    OutputQueue m_output;
    Request m_request;
    RequestParser m_parser;
    std::weak_ptr<ConnectionExchange> m_exchange;
    Handler *m_handler = nullptr; // whose request this is
    std::string m_in;
    std::size_t m_at = 0; // what of m_in was consumed; all of it: m_in is empty
    State m_state = Waiting;
    SteadyTime m_since; // when the state's clock started
    long long m_drained = 0;
    bool m_admitted = false;
    bool m_processing = false; // process() is on the stack
    bool m_keepAlive = true;
    bool m_chunked = true;
    bool m_wasCongested = false; // somebody waits to write on
    bool m_closing = false;
    bool m_ending = false; // its end is on its way
};

} // namespace Http
