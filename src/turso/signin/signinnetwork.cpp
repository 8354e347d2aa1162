// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/signin/signinnetwork.h"

#include "turso/signin/address.h"

#include <QNetworkReply>
#include <QTimer>

#include <utility>

namespace Turso
{

namespace
{

constexpr char kEnd[] = "companionEnd"; ///< why we ended a reply
constexpr int kLate = 1;
constexpr int kLong = 2;

void endAs(QNetworkReply *reply, int why)
{
    if (reply->isFinished())
        return;
    reply->setProperty(kEnd, why);
    reply->abort();
}

bool isJsonType(const QByteArray &field)
{
    const QByteArray type = field.split(';').first().trimmed().toLower();
    return type == "application/json"
        || (type.startsWith("application/") && type.endsWith("+json"));
}

} // namespace

SignInNetwork::SignInNetwork(QUrl resource, std::chrono::milliseconds timeout)
    : m_resource(std::move(resource))
    , m_timeout(timeout)
{
    setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
}

void SignInNetwork::setAuthorization(const QUrl &endpoint,
                                     std::shared_ptr<const Base::Secret> authorization)
{
    m_endpoint = endpoint;
    m_authorization = std::move(authorization);
}

QNetworkReply *SignInNetwork::createRequest(Operation operation, const QNetworkRequest &original,
                                            QIODevice *body)
{
    QNetworkRequest request(original);
    if (!isFit(request.url(), m_resource))
        request.setUrl(QUrl()); // fails by itself
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute,
                         QNetworkRequest::ManualRedirectPolicy);
    request.setAttribute(QNetworkRequest::CacheLoadControlAttribute,
                         QNetworkRequest::AlwaysNetwork);
    request.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
    request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    request.setRawHeader("Accept", "application/json");
    request.setRawHeader("Accept-Encoding", "identity"); // small stays small
    request.setRawHeader("User-Agent", "Turso-Companion");
    if (m_authorization && request.url() == m_endpoint)
        request.setRawHeader("Authorization",
                             QByteArray::fromStdString(m_authorization->revealForUse()));
    QNetworkReply *reply = QNetworkAccessManager::createRequest(operation, request, body);
    // A transfer timeout would begin anew with every byte.
    QTimer::singleShot(m_timeout, reply, [reply] { endAs(reply, kLate); });
    connect(reply, &QNetworkReply::downloadProgress, reply, [reply](qint64 received, qint64) {
        if (received > kMostBytes)
            endAs(reply, kLong);
    });
    return reply;
}

Base::Result<SignInAnswer> SignInNetwork::answerOf(QNetworkReply *reply)
{
    const std::string host = reply->url().host().toStdString();
    const auto failed = [](std::string message) {
        return Base::fail(Base::ErrorKind::UpstreamError, std::move(message),
                          "See whether this computer is connected, then try again.");
    };
    if (reply->property(kEnd).toInt() == kLate)
        return failed(host + " did not answer in time.");
    if (reply->property(kEnd).toInt() == kLong
        || (reply->isOpen() && reply->bytesAvailable() > kMostBytes))
        return failed(host + " answered with far more than it should.");
    const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (status == 0)
        return failed(host + " could not be reached: "
                      + plainWords(reply->errorString().toStdString()) + '.');
    return SignInAnswer{.status = status,
                        .isJson = isJsonType(reply->rawHeader("Content-Type")),
                        .challenge = reply->rawHeader("WWW-Authenticate").toStdString(),
                        .body
                        = reply->isOpen() ? reply->read(kMostBytes).toStdString() : std::string()};
}

void SignInNetwork::watch(QNetworkReply *reply, Done done)
{
    connect(reply, &QNetworkReply::finished, this, [reply, done = std::move(done)] {
        reply->deleteLater();
        done(answerOf(reply));
    });
}

void SignInNetwork::ask(const QUrl &url, Done done)
{
    watch(get(QNetworkRequest(url)), std::move(done));
}

void SignInNetwork::send(const QUrl &url, const QByteArray &contentType, const QByteArray &body,
                         Done done)
{
    QNetworkRequest request(url);
    request.setHeader(QNetworkRequest::ContentTypeHeader, contentType);
    watch(post(request, body), std::move(done));
}

} // namespace Turso
