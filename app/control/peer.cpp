// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/peer.h"

#include "base/logging.h"
#include "control/codec.h"
#include "control/fields.h"

#include <algorithm>
#include <utility>

namespace Control
{

using Base::ErrorKind;
using Base::Json;
using Base::Result;

namespace
{

// JSON-RPC 2.0 section 5.1; -32000 is the first of the codes left to the application.
constexpr int kParseError = -32700;
constexpr int kInvalidRequest = -32600;
constexpr int kMethodNotFound = -32601;
constexpr int kApplicationError = -32000;

bool isRequestId(const Json &id)
{
    return id.is_string() || id.is_number_integer();
}

} // namespace

Peer::Peer(std::unique_ptr<QLocalSocket> socket, Door door, const Service &service,
           const Base::Secret &operatorKey, QObject *parent)
    : QObject(parent)
    , m_socket(std::move(socket))
    , m_door(door)
    , m_service(service)
    , m_operatorKey(operatorKey)
    , m_mayDecide(door == Door::Pair)
{
    m_socket->setReadBufferSize(kMaxLine);
    connect(m_socket.get(), &QLocalSocket::readyRead, this, &Peer::readLines);
    connect(m_socket.get(), &QLocalSocket::disconnected, this, &Peer::gone, Qt::QueuedConnection);
    // What came before we listened is not announced again.
    QMetaObject::invokeMethod(this, &Peer::readLines, Qt::QueuedConnection);
}

Peer::~Peer()
{
    m_socket->disconnect(this);
}

QByteArray Peer::notification(const char *method, Json params)
{
    const Json message = {{"jsonrpc", "2.0"}, {"method", method}, {"params", std::move(params)}};
    return QByteArray::fromStdString(Base::dumpJson(message) + '\n');
}

void Peer::send(const QByteArray &line)
{
    if (m_closed)
        return;
    const qint64 unsent = m_socket->bytesToWrite();
    if (unsent == 0)
        m_longestUnsent = 0;
    // One long line, such as an answer that was asked for, takes its time and is no sign of a
    // client that does not read.
    if (unsent > kMaxUnsent + m_longestUnsent) {
        qCInfo(logControl, "A client that does not read was dropped.");
        return drop();
    }
    m_longestUnsent = std::max<qint64>(m_longestUnsent, line.size());
    m_socket->write(line);
}

void Peer::sendJson(const Json &message)
{
    send(QByteArray::fromStdString(Base::dumpJson(message) + '\n'));
}

void Peer::drop()
{
    if (std::exchange(m_closed, true))
        return;
    // Queued, because whoever sends may be walking over the list of peers.
    QMetaObject::invokeMethod(
        this, [this] { m_socket->abort(); }, Qt::QueuedConnection);
}

void Peer::closeAfterWriting()
{
    if (std::exchange(m_closed, true))
        return;
    m_socket->disconnectFromServer();
}

void Peer::readLines()
{
    while (!m_closed && m_socket->bytesAvailable() > 0) {
        const qsizetype searched = m_input.size();
        m_input += m_socket->read(kMaxLine);
        qsizetype begin = 0;
        qsizetype end = m_input.indexOf('\n', searched);
        while (end >= 0 && !m_closed) {
            const QByteArrayView line(m_input.constData() + begin, end - begin);
            if (line.size() > kMaxLine)
                break;
            takeLine(std::string_view(line.data(), static_cast<std::size_t>(line.size())));
            begin = end + 1;
            end = m_input.indexOf('\n', begin);
        }
        m_input.remove(0, begin);
        if (m_closed || m_input.size() <= kMaxLine)
            continue;
        fail(nullptr, kInvalidRequest, "A line is longer than 1 MiB.");
        closeAfterWriting();
    }
}

void Peer::takeLine(std::string_view line)
{
    auto message = Base::parseJson(line);
    if (!message)
        return fail(nullptr, kParseError, "The line is not JSON.");
    const Json id = Base::member(*message, "id");
    const auto method = Base::stringMember(*message, "method");
    if (!method || Base::stringMember(*message, "jsonrpc") != "2.0")
        return fail(isRequestId(id) ? id : Json(nullptr), kInvalidRequest,
                    "The line is not a JSON-RPC 2.0 request.");
    if (!message->contains("id"))
        return; // a notification: there is none that a client could send
    if (!isRequestId(id))
        return fail(nullptr, kInvalidRequest, "The id must be a text or a whole number.");
    const auto params = message->find("params");
    takeRequest(*method, params == message->end() ? Json::object() : *params, id);
}

void Peer::takeRequest(const std::string &name, const Json &params, Json id)
{
    const Method *method = findMethod(name);
    if (!method)
        return fail(id, kMethodNotFound, "There is no such method.");
    if (name == "hello") {
        answer(id, hello(params));
        if (m_wrongKeys >= kMaxWrongKeys)
            closeAfterWriting();
        return;
    }
    if (name == "subscribe")
        return answer(id, subscribe(params));
    if (name == "window.open")
        return answer(id, openWindow(params));
    if (m_openRequests >= kMaxOpenRequests)
        return answer(id,
                      Base::fail(ErrorKind::LimitExceeded,
                                 "This client has 64 unanswered requests already."));
    ++m_openRequests;
    m_service.perform(*method, params, m_mayDecide, this,
                      [this, id = std::move(id)](const Result<Json> &result) {
                          --m_openRequests;
                          answer(id, result);
                      });
}

Result<Json> Peer::openWindow(const Json &params)
{
    Fields fields(params, "the parameters");
    fields.allowOnly({"page"});
    const std::string page = fields.text("page");
    if (!fields.isValid())
        return fields.failure();
    if (page != "live" && page != "agents" && page != "connections")
        return Base::fail(ErrorKind::InvalidArgument, "There is no page \"" + page + "\".");
    Q_EMIT windowWanted(QString::fromStdString(page));
    return Json::object();
}

Result<Json> Peer::hello(const Json &params)
{
    Fields fields(params, "the parameters");
    fields.allowOnly({"operator_key"});
    const auto key = fields.optionalText("operator_key");
    if (!fields.isValid())
        return fields.failure();
    if (key) {
        const bool right = !m_operatorKey.isEmpty() && m_operatorKey.equals(*key);
        if (!right) {
            ++m_wrongKeys;
            return Base::fail(ErrorKind::NotGranted,
                              m_operatorKey.isEmpty()
                                  ? "The app was started without an operator key."
                                  : "That is not the operator key that the app was started with.",
                              Service::mayNotDecide().value().hint);
        }
        m_mayDecide = true;
    }
    const Gateway::Status status = m_service.desk().status();
    return Json{
        {"version", status.version}, {"profile", status.profile}, {"may_decide", m_mayDecide}};
}

Result<Json> Peer::subscribe(const Json &params)
{
    Fields fields(params, "the parameters");
    fields.allowOnly({"topics"});
    unsigned topics = 0;
    for (const std::string &topic : fields.texts("topics")) {
        if (topic == "calls")
            topics |= Calls;
        else if (topic == "approvals")
            topics |= Approvals;
        else if (topic == "status")
            topics |= Status;
        else
            fields.reject("There is no topic named \"" + topic + "\".");
    }
    if (!fields.isValid())
        return fields.failure();
    const unsigned added = topics & ~m_topics;
    m_topics |= topics;
    // After the answer, which is written when this returns.
    QMetaObject::invokeMethod(
        this, [this, added] { Q_EMIT subscribed(added); }, Qt::QueuedConnection);
    return Json::object();
}

void Peer::answer(const Json &id, const Result<Json> &result)
{
    if (result)
        return sendJson({{"jsonrpc", "2.0"}, {"id", id}, {"result", *result}});
    const Base::Error &error = result.error();
    sendJson({{"jsonrpc", "2.0"},
              {"id", id},
              {"error",
               {{"code", kApplicationError},
                {"message", error.message},
                {"data",
                 {{"code", std::string(errorCode(error.kind))},
                  {"message", error.message},
                  {"hint", error.hint}}}}}});
}

void Peer::fail(const Json &id, int code, const char *message)
{
    sendJson({{"jsonrpc", "2.0"}, {"id", id}, {"error", {{"code", code}, {"message", message}}}});
}

} // namespace Control
