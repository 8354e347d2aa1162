// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/async.h"
#include "base/json.h"
#include "turso/cloud/refusal.h"

#include <QObject>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace Turso::CloudApi
{

using TokenSource = std::function<std::shared_ptr<const Base::Secret>()>;
/// See CloudOptions::renew.
using Renewal = std::function<Base::Pending<bool>()>;

/// `text` as one segment of a path, or as a value of a query.
std::string percentEncoded(std::string_view text);

/// The Platform API as one token sees it: adds the token, reads JSON, and makes errors of what is
/// not 200. A GET may be sent again (ApiClient); anything else only with a renewed token after a
/// 401, which says that nothing was done. The gateway thread.
class Api : public QObject
{
    Q_OBJECT
public:
    /// `token` answers null while nobody is signed in; every request is then Unauthorized without
    /// being sent.
    /// `organization`: its slug, or empty: the personal account.
    Api(std::string baseUrl, std::string organization, TokenSource token, Renewal renew = {},
        QObject *parent = nullptr);

    /// Errors: those of refusalOf(); UpstreamError for what is no JSON.
    Base::Pending<Base::Json> get(std::string path, Asked asked);
    /// `body` null: none is sent. The answer's body is null where it is empty.
    Base::Pending<Base::Json> send(std::string method, std::string path, const Base::Json &body,
                                   Asked asked);

    /// "/v1/organizations/acme" and what comes behind it: "/databases".
    std::string path(std::string_view rest) const;

    /// Of the token that there is now.
    const Claims &claims();
    std::shared_ptr<const Base::Secret> token() { return current(); }
    const std::string &baseUrl() const { return m_client.baseUrl(); }
    /// True after a 401 to the token that there is now.
    bool isRefused() const { return m_refused != nullptr && m_refused == m_token; }

Q_SIGNALS:
    /// The server did not take the token: `sentence` says what to do.
    void refused(const QString &sentence);

private:
    std::shared_ptr<const Base::Secret> current();
    Base::Pending<Base::Json> sent(ApiRequest request, Asked asked, bool mayRenew);
    Base::Result<Base::Json> read(const std::shared_ptr<const Base::Secret> &token,
                                  const ApiAnswer &answer, const Asked &asked);

    ApiClient m_client;
    const std::string m_organization;
    const TokenSource m_source;
    const Renewal m_renew;
    std::shared_ptr<const Base::Secret> m_token; ///< the source's, when it was last asked
    std::shared_ptr<const Base::Secret> m_field; ///< "Bearer " and the token
    std::shared_ptr<const Base::Secret> m_refused;
    Claims m_claims;
};

} // namespace Turso::CloudApi
