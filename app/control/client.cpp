// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/client.h"

#include "control/codec.h"

#include <algorithm>
#include <utility>

namespace Control
{

using Base::ErrorKind;
using Base::Json;
using Base::Result;

namespace
{

// The app is trusted, but a line that never ends must not eat the memory of a window.
constexpr qsizetype kMaxLine = 64 * 1024 * 1024;

Base::Error errorFrom(const Json &error)
{
    constexpr long long kMethodNotFound = -32601;
    constexpr long long kInvalidParams = -32602;
    Base::Error result;
    result.message
        = Base::stringMember(error, "message").value_or("The app answered with an error.");
    const Json &data = Base::member(error, "data");
    result.hint = Base::stringMember(data, "hint").value_or("");
    const long long code = Base::integerMember(error, "code").value_or(0);
    if (code == kMethodNotFound)
        result.kind = ErrorKind::Unsupported;
    else if (code == kInvalidParams)
        result.kind = ErrorKind::InvalidArgument;
    else
        result.kind = errorKindFrom(Base::stringMember(data, "code").value_or(""));
    if (auto message = Base::stringMember(data, "message"); message && !message->empty())
        result.message = std::move(*message);
    return result;
}

} // namespace

void Client::Waiting::answer(Result<Json> result) const
{
    if (callback && (!hasContext || context))
        callback(std::move(result));
}

Client::Client(std::unique_ptr<QIODevice> device, QObject *parent)
    : QObject(parent)
    , m_device(std::move(device))
{
    connect(m_device.get(), &QIODevice::readyRead, this, &Client::readLines);
    // Queued: an answer that is already in the buffer is read before the end is told, and nothing
    // is told before whoever made this client has had the time to listen.
    const auto end = [this] {
        finish();
    };
    connect(m_device.get(), &QIODevice::readChannelFinished, this, end, Qt::QueuedConnection);
    if (auto *socket = qobject_cast<QLocalSocket *>(m_device.get())) {
        connect(socket, &QLocalSocket::errorOccurred, this, end, Qt::QueuedConnection);
        connect(socket, &QLocalSocket::connected, this,
                [this] { m_device->write(std::exchange(m_output, {})); });
        if (socket->state() == QLocalSocket::UnconnectedState)
            QMetaObject::invokeMethod(this, end, Qt::QueuedConnection);
    } else if (!m_device->isOpen()) {
        QMetaObject::invokeMethod(this, end, Qt::QueuedConnection);
    }
    // What had arrived before this client existed is not announced again.
    QMetaObject::invokeMethod(this, &Client::readLines, Qt::QueuedConnection);
}

Client::~Client()
{
    m_device->disconnect(this);
    // A device must not go while it is telling us something.
    if (m_inDevice)
        m_device.release()->deleteLater();
}

std::unique_ptr<Client> Client::toSocket(const std::string &path)
{
    auto socket = std::make_unique<QLocalSocket>();
    socket->connectToServer(QString::fromStdString(path));
    return std::make_unique<Client>(std::move(socket));
}

std::unique_ptr<Client> Client::onDescriptor(int descriptor)
{
    auto socket = std::make_unique<QLocalSocket>();
    if (!socket->setSocketDescriptor(descriptor))
        return nullptr;
    return std::make_unique<Client>(std::move(socket));
}

void Client::call(const std::string &method, Json params, Callback callback, QObject *context)
{
    const qint64 id = ++m_lastId;
    m_waiting.insert(id, {std::move(callback), context, context != nullptr});
    if (!m_open) {
        QMetaObject::invokeMethod(this, &Client::finish, Qt::QueuedConnection);
        return;
    }
    const Json message
        = {{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", std::move(params)}};
    const QByteArray line = QByteArray::fromStdString(Base::dumpJson(message) + '\n');
    const auto *socket = qobject_cast<QLocalSocket *>(m_device.get());
    if (socket && socket->state() != QLocalSocket::ConnectedState)
        m_output += line; // written when it connects; if it does not, the end is on its way
    else
        m_device->write(line);
}

void Client::readLines()
{
    if (!m_open || !m_device->isOpen())
        return;
    // Taken out of the member: a callback may end this client.
    QByteArray input = std::exchange(m_input, {});
    qsizetype searched = input.size();
    input += m_device->readAll();
    qsizetype begin = 0;
    const QPointer<Client> self(this);
    for (;;) {
        const qsizetype end = input.indexOf('\n', searched);
        if (end < 0)
            break;
        const auto size = static_cast<std::size_t>(end - begin);
        m_inDevice = true;
        takeMessage(std::string_view(input.constData() + begin, size));
        if (!self)
            return;
        m_inDevice = false;
        if (!m_open)
            return;
        begin = searched = end + 1;
    }
    m_input = begin == 0 ? std::move(input) : input.mid(begin);
    if (m_input.size() > kMaxLine)
        end();
}

void Client::takeMessage(std::string_view line)
{
    auto message = Base::parseJson(line);
    if (!message || !message->is_object())
        return end();
    if (auto method = Base::stringMember(*message, "method")) {
        if (!message->contains("id"))
            Q_EMIT notified({std::move(*method), Base::member(*message, "params")});
        return;
    }
    const auto id = Base::integerMember(*message, "id");
    const auto it = id ? m_waiting.constFind(*id) : m_waiting.constEnd();
    if (it == m_waiting.constEnd())
        return;
    const Waiting waiting = m_waiting.take(*id);
    const Json &error = Base::member(*message, "error");
    if (error.is_object())
        waiting.answer(tl::unexpected<Base::Error>(errorFrom(error)));
    else
        waiting.answer(Base::member(*message, "result"));
}

void Client::finish()
{
    const QPointer<Client> self(this);
    readLines();
    if (self)
        end();
}

void Client::end()
{
    const QPointer<Client> self(this);
    const bool wasOpen = std::exchange(m_open, false);
    QList<qint64> ids = m_waiting.keys();
    std::sort(ids.begin(), ids.end());
    for (const qint64 id : std::as_const(ids)) {
        m_waiting.take(id).answer(Base::fail(
            ErrorKind::Cancelled, "Turso Companion is not running, or has ended the connection."));
        if (!self)
            return;
    }
    if (wasOpen) {
        m_device->disconnect(this);
        m_device->close();
        Q_EMIT closed();
    }
}

} // namespace Control
