// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "base/secret.h"

#include <QByteArray>
#include <QNetworkAccessManager>
#include <QUrl>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace Turso
{

struct SignInAnswer {
    int status = 0; ///< any; redirects are answers as well
    bool isJson = false;
    std::string challenge = {}; ///< WWW-Authenticate
    std::string body = {};
};

/// The network as a sign-in may use it, whoever asks it: nothing is followed, no cookie is kept,
/// answers are short and come in time, and plain http is spoken with this machine only, and only
/// for a resource that is on it. One thread.
class SignInNetwork final : public QNetworkAccessManager
{
    Q_OBJECT
public:
    static constexpr qint64 kMostBytes = 256 * 1024;

    SignInNetwork(QUrl resource, std::chrono::milliseconds timeout);

    using Done = std::function<void(Base::Result<SignInAnswer>)>;
    /// Called once, later; not after this has gone.
    void ask(const QUrl &url, Done done);
    void send(const QUrl &url, const QByteArray &contentType, const QByteArray &body, Done done);

    /// How this client proves itself to `endpoint`, as the Authorization field has it.
    void setAuthorization(const QUrl &endpoint, std::shared_ptr<const Base::Secret> authorization);

    /// Of a finished reply. UpstreamError: there is no answer, or it is too long.
    static Base::Result<SignInAnswer> answerOf(QNetworkReply *reply);

protected:
    QNetworkReply *createRequest(Operation operation, const QNetworkRequest &original,
                                 QIODevice *body) override;

private:
    void watch(QNetworkReply *reply, Done done);

    const QUrl m_resource;
    const std::chrono::milliseconds m_timeout;
    QUrl m_endpoint;
    std::shared_ptr<const Base::Secret> m_authorization;
};

} // namespace Turso
