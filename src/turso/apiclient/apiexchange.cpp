// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/apiclient/apiexchange.h"

#include "turso/apiclient/apiresponse.h"

#include <QSslSocket>

#include <algorithm>
#include <array>

namespace Turso
{

using Base::ErrorKind;
using std::chrono::milliseconds;

namespace
{

constexpr std::array kPauses = {milliseconds(250), milliseconds(1'000), milliseconds(3'000)};
constexpr milliseconds kLongestRetryAfter{60'000};
constexpr milliseconds kBusyPause{1'000}; // a 429 that does not say how long

bool isBusy(int status)
{
    return status == 429 || status == 502 || status == 503 || status == 504;
}

/// A line break in a field would begin a request of somebody else's.
bool isOneLine(std::string_view text)
{
    return std::none_of(text.begin(), text.end(),
                        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

bool canBeSent(const ApiRequest &request)
{
    const auto fieldIsFine = [](const auto &field) {
        return isOneLine(field.first) && isOneLine(field.second);
    };
    return isOneLine(request.method) && isOneLine(request.path) && request.path.starts_with('/')
        && request.path.find(' ') == std::string::npos
        && std::all_of(request.headers.begin(), request.headers.end(), fieldIsFine)
        && (!request.authorization || isOneLine(request.authorization->revealForUse()));
}

std::string outcome(bool sent)
{
    return sent ? R"({"outcome":"unknown"})" : R"({"outcome":"not_run"})";
}

} // namespace

ApiExchange::ApiExchange(ApiClient &client, ApiRequest request, Base::CancelToken cancel)
    : QObject(&client)
    , m_client(client)
    , m_request(std::move(request))
    , m_url(QString::fromStdString(client.baseUrl()), QUrl::StrictMode)
{
    m_promise.start();
    m_timeout.setSingleShot(true);
    m_pause.setSingleShot(true);
    connect(&m_timeout, &QTimer::timeout, this,
            [this] { failed("did not answer in time", false); });
    connect(&m_pause, &QTimer::timeout, this, &ApiExchange::connectNow);
    m_timeout.start(m_request.timeout);
    m_cancel = cancel.onCancel([this] {
        // From any thread. The registration goes before this object does.
        QMetaObject::invokeMethod(
            this,
            [this] {
                finish(Base::fail(ErrorKind::Cancelled, "The request was cancelled.", {},
                                  outcome(m_sent)));
            },
            Qt::QueuedConnection);
    });
}

ApiExchange::~ApiExchange()
{
    m_cancel = {};
    if (m_socket)
        m_socket->disconnect(this);
    if (!m_done) {
        m_promise.addResult(Base::fail(ErrorKind::Cancelled, "The connection was given up."));
        m_promise.finish();
    }
}

void ApiExchange::start()
{
    m_running = true;
    m_pause.start(0); // not before send() has returned
}

void ApiExchange::connectNow()
{
    const bool isWeb
        = m_url.scheme() == QLatin1String("https") || m_url.scheme() == QLatin1String("http");
    if (!m_url.isValid() || !isWeb || m_url.host().isEmpty())
        return finish(Base::fail(ErrorKind::InvalidArgument,
                                 "\"" + m_client.baseUrl() + "\" is not the URL of a server."));
    if (!canBeSent(m_request))
        return finish(Base::fail(ErrorKind::InvalidArgument,
                                 "A value with a line break or a control character cannot be sent "
                                 "to a server."));
    const auto now = ApiClient::Clock::now();
    if (m_client.notBefore() > now) {
        m_pause.start(std::chrono::ceil<milliseconds>(m_client.notBefore() - now));
        return;
    }
    drop();
    m_sent = false;
    ++m_tries;
    m_response = std::make_unique<ApiResponse>(m_request.maxBytes);
    const bool isTls = m_url.scheme() == QLatin1String("https");
    const auto port = static_cast<quint16>(m_url.port(isTls ? 443 : 80));
    if (isTls) {
        auto tls = std::make_unique<QSslSocket>();
        connect(tls.get(), &QSslSocket::encrypted, this, &ApiExchange::sendHead);
        tls->connectToHostEncrypted(m_url.host(), port);
        m_socket = std::move(tls);
    } else {
        m_socket = std::make_unique<QTcpSocket>();
        connect(m_socket.get(), &QTcpSocket::connected, this, &ApiExchange::sendHead);
        m_socket->connectToHost(m_url.host(), port);
    }
    connect(m_socket.get(), &QTcpSocket::readyRead, this, &ApiExchange::readMore);
    connect(m_socket.get(), &QTcpSocket::errorOccurred, this, &ApiExchange::connectionEnded);
}

std::string ApiExchange::head() const
{
    std::string host = m_url.host(QUrl::FullyEncoded).toStdString();
    if (m_url.host().contains(QLatin1Char(':')))
        host = '[' + host + ']';
    if (m_url.port() > 0)
        host += ':' + std::to_string(m_url.port());
    std::string fields;
    for (const auto &[name, value] : m_request.headers) {
        if (name == "Host")
            host = value;
        else
            fields += name + ": " + value + "\r\n";
    }
    std::string head = m_request.method + ' ' + m_request.path + " HTTP/1.1\r\nHost: " + host
        + "\r\nUser-Agent: turso-companion/" COMPANION_VERSION
          "\r\nAccept: application/json\r\nAccept-Encoding: identity\r\nConnection: close\r\n"
        + fields;
    if (m_request.authorization)
        head += "Authorization: " + m_request.authorization->revealForUse() + "\r\n";
    if (!m_request.body.empty())
        head += "Content-Type: application/json\r\n";
    if (!m_request.body.empty() || m_request.method != "GET")
        head += "Content-Length: " + std::to_string(m_request.body.size()) + "\r\n";
    return head + "\r\n";
}

void ApiExchange::sendHead()
{
    std::string bytes = head();
    bytes += m_request.body;
    m_sent = true;
    m_socket->write(bytes.data(), static_cast<qint64>(bytes.size()));
}

void ApiExchange::readMore()
{
    while (m_socket && m_socket->bytesAvailable() > 0) {
        const QByteArray bytes = m_socket->read(64 * 1024);
        switch (m_response->take({bytes.constData(), static_cast<std::size_t>(bytes.size())})) {
        case ApiResponse::State::NeedsMore:
            break;
        case ApiResponse::State::Complete:
            return answered();
        case ApiResponse::State::Broken:
            return failed("answered what is not HTTP", false);
        case ApiResponse::State::TooLong:
            return failed("answered more than can be taken", false);
        }
    }
}

void ApiExchange::connectionEnded()
{
    if (m_done || !m_socket)
        return;
    readMore();
    if (m_done || !m_socket || m_pause.isActive())
        return;
    if (m_sent) {
        if (m_socket->error() == QAbstractSocket::RemoteHostClosedError
            && m_response->end() == ApiResponse::State::Complete)
            return answered();
        return failed("closed the connection instead of answering", true);
    }
    failed("cannot be reached (" + m_socket->errorString().toStdString() + ")", true);
}

void ApiExchange::answered()
{
    const ApiAnswer answer = m_response->answer();
    if (isBusy(answer.status)) {
        const auto after = m_response->retryAfter();
        const auto pause = after.value_or(answer.status == 429 ? kBusyPause : milliseconds(0));
        if (pause <= kLongestRetryAfter) {
            if (answer.status == 429)
                m_client.noteBusy(pause);
            if (tryAgain(pause))
                return;
        }
    }
    finish(answer);
}

bool ApiExchange::tryAgain(milliseconds leastPause)
{
    const auto tried = static_cast<std::size_t>(m_tries - 1);
    if (m_request.method != "GET" || tried >= kPauses.size())
        return false;
    const auto pause = std::max(kPauses[tried], leastPause);
    if (pause >= milliseconds(m_timeout.remainingTime()))
        return false;
    drop();
    m_pause.start(pause);
    return true;
}

void ApiExchange::failed(const std::string &sentence, bool again)
{
    if (again && tryAgain(milliseconds(0)))
        return;
    finish(Base::fail(ErrorKind::UpstreamError, m_url.host().toStdString() + ' ' + sentence + '.',
                      m_sent ? "What became of the request is not known."
                             : "See whether it runs and can be reached from here.",
                      outcome(m_sent)));
}

void ApiExchange::finish(Base::Result<ApiAnswer> result)
{
    if (m_done)
        return;
    m_done = true;
    m_timeout.stop();
    m_pause.stop();
    drop();
    m_promise.addResult(std::move(result));
    m_promise.finish();
    std::erase(m_client.m_waiting, this);
    if (m_running)
        --m_client.m_running;
    m_client.startNext();
    deleteLater();
}

void ApiExchange::drop()
{
    if (!m_socket)
        return;
    m_socket->disconnect(this);
    m_socket->abort();
    m_socket.release()->deleteLater(); // it may be what called
}

} // namespace Turso
