// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/sqlclient/wireconnection.h"

#include <QSslSocket>

#include <chrono>

namespace Turso::Remote
{

namespace beast = boost::beast;
namespace http = boost::beast::http;
using How = ExchangeEnd::How;

namespace
{

constexpr std::uint32_t kMaxHead = 32 * 1024;
constexpr qint64 kReadBytes = 64 * 1024;
constexpr qint64 kReadBuffer = 256 * 1024; // beyond that the server has to wait
constexpr std::chrono::seconds kIdleTime{20};

} // namespace

WireConnection::WireConnection(QObject *parent)
    : QObject(parent)
{
    m_idle.setSingleShot(true);
    connect(&m_idle, &QTimer::timeout, this, [this] { Q_EMIT freed(false); });
}

WireConnection::~WireConnection()
{
    close();
}

void WireConnection::run(const ServerAddress &address, ExchangePtr exchange)
{
    if (m_ready) {
        m_socket->waitForReadyRead(0); // has the server closed it, without our having looked?
        if (m_socket->state() != QAbstractSocket::ConnectedState || m_socket->bytesAvailable() > 0)
            close();
    }
    m_used = m_ready;
    m_exchange = std::move(exchange);
    m_sent = m_gotSome = false;
    m_body.clear();
    m_unread.clear();
    resetParser();
    m_idle.stop();
    auto text = requestText(address, *m_exchange);
    if (!text) {
        QMetaObject::invokeMethod(
            this,
            [this] {
                finish({How::NotSent, 0, {}, "cannot be sent a value with a line break"}, false);
            },
            Qt::QueuedConnection);
        return;
    }
    m_text = std::move(*text);
    if (m_ready)
        return sendNow();
    open(address);
}

void WireConnection::open(const ServerAddress &address)
{
    const QString host = QString::fromStdString(address.host);
    if (address.isTls) {
        auto tls = std::make_unique<QSslSocket>();
        connect(tls.get(), &QSslSocket::encrypted, this, &WireConnection::sendNow);
        m_socket = std::move(tls);
    } else {
        m_socket = std::make_unique<QTcpSocket>();
        connect(m_socket.get(), &QTcpSocket::connected, this, &WireConnection::sendNow);
    }
    connect(m_socket.get(), &QTcpSocket::readyRead, this, &WireConnection::readMore);
    // Queued: a failure may be told while connectToHost() has not returned.
    connect(
        m_socket.get(), &QTcpSocket::errorOccurred, this,
        [this, socket = m_socket.get()] {
            if (socket == m_socket.get())
                connectionEnded();
        },
        Qt::QueuedConnection);
    m_socket->setReadBufferSize(kReadBuffer);
    if (auto *tls = qobject_cast<QSslSocket *>(m_socket.get()))
        tls->connectToHostEncrypted(host, address.port);
    else
        m_socket->connectToHost(host, address.port);
}

void WireConnection::sendNow()
{
    m_ready = true;
    if (!m_exchange)
        return;
    m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    m_sent = true;
    m_socket->write(m_text.data(), static_cast<qint64>(m_text.size()));
    m_socket->flush();
    m_text.clear();
}

void WireConnection::readMore()
{
    while (m_socket && m_socket->bytesAvailable() > 0) {
        if (!m_exchange) { // nobody has asked
            close();
            return;
        }
        const QByteArray bytes = m_socket->read(kReadBytes);
        if (m_unread.isEmpty())
            m_unread = bytes;
        else
            m_unread.append(bytes);
        m_gotSome = true;
        if (!take())
            return;
    }
}

bool WireConnection::take()
{
    while (!m_unread.isEmpty()) {
        beast::error_code error;
        const auto used = m_parser->put(
            boost::asio::buffer(m_unread.constData(), static_cast<std::size_t>(m_unread.size())),
            error);
        m_unread.remove(0, static_cast<qsizetype>(used));
        if (error && error != http::error::need_more) {
            finish({How::Cut, 0, {}, "answered what is not HTTP"}, false);
            return false;
        }
        if (m_parser->is_header_done() && m_parser->get().result_int() >= 200 && !passOn())
            return false;
        if (m_parser->is_done()) {
            if (m_parser->get().result_int() >= 200) {
                answered();
                return false;
            }
            resetParser(); // an interim response (100, 103) is not the answer
            continue;
        }
        if (used == 0 || error == http::error::need_more)
            return true;
    }
    return true;
}

bool WireConnection::passOn()
{
    std::string &bytes = m_parser->get().body();
    if (bytes.empty())
        return true;
    if (m_exchange->onBytes && m_parser->get().result_int() == 200) {
        const ExchangePtr exchange = m_exchange; // it may be dropped by who reads
        const bool goOn = exchange->onBytes(bytes);
        if (!m_exchange)
            return false;
        bytes.clear();
        if (goOn)
            return true;
        finish({How::Stopped, 200}, false);
        return false;
    }
    if (m_body.size() + bytes.size() > m_exchange->maxBytes) {
        finish({How::Cut,
                static_cast<int>(m_parser->get().result_int()),
                {},
                "answered more than can be taken"},
               false);
        return false;
    }
    m_body += bytes;
    bytes.clear();
    return true;
}

void WireConnection::answered()
{
    const bool reusable = m_parser->get().keep_alive() && m_unread.isEmpty()
        && m_socket->state() == QAbstractSocket::ConnectedState;
    finish({How::Whole, static_cast<int>(m_parser->get().result_int()), std::move(m_body)},
           reusable);
}

void WireConnection::connectionEnded()
{
    if (!m_socket)
        return;
    if (!m_exchange)
        return Q_EMIT freed(false);
    readMore();
    if (!m_exchange || !m_socket)
        return;
    const QString why = m_socket->errorString();
    const bool closed = m_socket->error() == QAbstractSocket::RemoteHostClosedError;
    if (!m_sent)
        return finish({How::NotSent, 0, {}, "cannot be reached (" + why.toStdString() + ')'},
                      false);
    if (closed && m_parser->is_header_done() && m_parser->need_eof()) {
        beast::error_code error;
        m_parser->put_eof(error);
        if (!error && passOn())
            answered();
        return;
    }
    ExchangeEnd end{How::Cut, 0, {}, "closed the connection instead of answering"};
    end.wasStale = m_used && !m_gotSome;
    finish(std::move(end), false);
}

void WireConnection::finish(ExchangeEnd end, bool reusable)
{
    const ExchangePtr exchange = std::move(m_exchange);
    m_exchange.reset();
    m_body.clear();
    if (!reusable)
        close();
    else
        m_idle.start(kIdleTime);
    // Free first: what follows may be the next request.
    Q_EMIT freed(reusable);
    exchange->onEnd(std::move(end));
}

bool WireConnection::drop()
{
    const bool sent = m_sent;
    m_exchange.reset();
    close();
    Q_EMIT freed(false);
    return sent;
}

void WireConnection::resetParser()
{
    m_parser.emplace();
    m_parser->eager(true);
    m_parser->header_limit(kMaxHead);
    m_parser->body_limit(boost::none); // it is passed on, or counted, as it comes
}

void WireConnection::close()
{
    m_ready = false;
    m_idle.stop();
    if (!m_socket)
        return;
    m_socket->disconnect(this);
    m_socket->abort();
    m_socket.release()->deleteLater(); // it may be what called
}

} // namespace Turso::Remote
