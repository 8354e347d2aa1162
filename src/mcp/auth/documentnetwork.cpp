// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/auth/documentnetwork.h"

#include <QHostInfo>
#include <QNetworkProxy>
#include <QNetworkReply>
#include <QTimer>

#include <memory>
#include <utility>

namespace Mcp::Auth
{

using Base::ErrorKind;

InternetDocuments::InternetDocuments(QSslConfiguration tls)
    : m_tls(std::move(tls))
{
    // A proxy would look the name up again, and may come to another answer than the guard.
    m_network.setProxy(QNetworkProxy::NoProxy);
    m_network.setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
    m_network.setAutoDeleteReplies(true);
}

void InternetDocuments::resolve(const QString &host, Addresses found)
{
    QHostInfo::lookupHost(host, this, [found = std::move(found)](const QHostInfo &info) {
        if (info.error() != QHostInfo::NoError)
            return found(Base::fail(ErrorKind::NotFound, info.errorString().toStdString()));
        found(std::vector<QHostAddress>(info.addresses().begin(), info.addresses().end()));
    });
}

void InternetDocuments::fetch(const QUrl &url, const QHostAddress &address, Fetched fetched)
{
    QUrl pinned = url;
    pinned.setHost(address.toString());
    QNetworkRequest request(pinned);
    request.setPeerVerifyName(url.host());
    request.setSslConfiguration(m_tls);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    request.setRawHeader("Host", url.authority().toLatin1());
    request.setRawHeader("Accept", "application/json");
    request.setRawHeader("Accept-Encoding", "identity"); // small stays small
    request.setRawHeader("User-Agent", "Turso-Companion");
    QNetworkReply *reply = m_network.get(request);
    reply->setReadBufferSize(kMostBytes + 1);
    // A transfer timeout would begin anew with every byte.
    QTimer::singleShot(kTimeoutMs, reply, &QNetworkReply::abort);
    const auto body = std::make_shared<QByteArray>();
    const auto read = [reply, body] {
        body->append(reply->read(kMostBytes + 1 - body->size()));
        return body->size() <= kMostBytes;
    };
    connect(reply, &QNetworkReply::readyRead, reply, [reply, read] {
        if (!read())
            reply->abort();
    });
    connect(reply, &QNetworkReply::finished, this,
            [reply, read, body, url, fetched = std::move(fetched)] {
                const QString host = url.host();
                const QVariant status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute);
                if (!(reply->isOpen() ? read() : body->size() <= kMostBytes))
                    return fetched(Base::fail(ErrorKind::UpstreamError,
                                              "Its document at " + url.toString().toStdString()
                                                  + " is larger than 5 KiB."));
                if (reply->error() == QNetworkReply::OperationCanceledError)
                    return fetched(
                        Base::fail(ErrorKind::UpstreamError,
                                   host.toStdString() + " did not answer within 5 seconds."));
                if (!status.isValid())
                    return fetched(Base::fail(ErrorKind::UpstreamError,
                                              host.toStdString() + " could not be asked: "
                                                  + reply->errorString().toStdString() + '.'));
                fetched(FetchedDocument{
                    status.toInt(), reply->rawHeader("Content-Type").toStdString(),
                    reply->rawHeader("Cache-Control").toStdString(), body->toStdString()});
            });
}

} // namespace Mcp::Auth
