// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/cloud/api.h"

#include "turso/cloud/flow.h"

namespace Turso::CloudApi
{

using Base::ErrorKind;
using Base::Json;
using Base::Pending;
using Base::Result;

namespace
{

constexpr std::size_t kMostBytes = 64UL * 1024 * 1024; // ten thousand databases in one list

/// A server that repeats the token in what it says does not bring it into a log.
ApiAnswer without(const Base::Secret &token, ApiAnswer answer)
{
    const std::string &text = token.revealForUse();
    if (text.empty())
        return answer;
    for (auto at = answer.body.find(text); at != std::string::npos; at = answer.body.find(text, at))
        answer.body.replace(at, text.size(), "...");
    return answer;
}

} // namespace

std::string percentEncoded(std::string_view text)
{
    static constexpr char kHex[] = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        const bool isPlain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
            || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
        if (isPlain) {
            encoded += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        encoded += '%';
        encoded += kHex[byte >> 4];
        encoded += kHex[byte & 15];
    }
    return encoded;
}

Api::Api(std::string baseUrl, std::string organization, TokenSource token, Renewal renew,
         QObject *parent)
    : QObject(parent)
    , m_client(std::move(baseUrl))
    , m_organization(std::move(organization))
    , m_source(std::move(token))
    , m_renew(std::move(renew))
{
}

std::shared_ptr<const Base::Secret> Api::current()
{
    auto token = m_source ? m_source() : nullptr;
    if (token && token->isEmpty())
        token.reset();
    if (token != m_token) {
        m_token = token;
        m_field = token ? std::make_shared<const Base::Secret>("Bearer " + token->revealForUse())
                        : nullptr;
        m_claims = token ? claimsOf(token->revealForUse()) : Claims();
    }
    return m_token;
}

std::string Api::path(std::string_view rest) const
{
    std::string path = "/v1";
    if (!m_organization.empty())
        path += "/organizations/" + percentEncoded(m_organization);
    return path.append(rest);
}

const Claims &Api::claims()
{
    current();
    return m_claims;
}

Pending<Json> Api::get(std::string path, Asked asked)
{
    return send("GET", std::move(path), {}, std::move(asked));
}

Pending<Json> Api::send(std::string method, std::string path, const Json &body, Asked asked)
{
    ApiRequest request;
    request.method = std::move(method);
    request.path = std::move(path);
    if (!body.is_null())
        request.body = Base::dumpJson(body);
    request.maxBytes = kMostBytes;
    return sent(std::move(request), std::move(asked), m_renew != nullptr);
}

Pending<Json> Api::sent(ApiRequest request, Asked asked, bool mayRenew)
{
    const auto token = current();
    if (!token)
        return Base::readyNow<Json>(Base::fail(ErrorKind::Unauthorized,
                                               "The connection to Turso Cloud is signed out.",
                                               "A person can sign in again (Connections)."));
    request.authorization = m_field;
    const auto again = [this, request, asked](const Result<ApiAnswer> &answer,
                                              const std::shared_ptr<const Base::Secret> &refused) {
        // Perhaps somebody else had it renewed meanwhile.
        const auto renewed = current() == refused ? m_renew() : Base::readyNow<bool>(true);
        return afterwards(renewed, this,
                          [this, request, asked, answer, refused](const Result<bool> &isNew) {
                              if (!isNew)
                                  return Base::readyNow<Json>(tl::unexpected(isNew.error()));
                              return *isNew ? sent(request, asked, false)
                                            : Base::readyNow<Json>(read(refused, *answer, asked));
                          });
    };
    return afterwards(m_client.send(request), this,
                      [this, token, asked, again, mayRenew](const Result<ApiAnswer> &answer) {
                          if (!answer)
                              return Base::readyNow<Json>(tl::unexpected(answer.error()));
                          if (answer->status == 401 && mayRenew)
                              return again(answer, token);
                          return Base::readyNow<Json>(read(token, *answer, asked));
                      });
}

Result<Json> Api::read(const std::shared_ptr<const Base::Secret> &token, const ApiAnswer &answer,
                       const Asked &asked)
{
    const bool isFine = answer.status >= 200 && answer.status < 300;
    if (isFine && answer.body.empty())
        return Json();
    if (isFine) {
        // Whatever the content type says: Turso answers JSON.
        auto body = Base::parseJson(answer.body);
        if (body)
            return body;
        return tl::unexpected(strangeAnswer(asked, "it is no JSON"));
    }
    Base::Error error = refusalOf(without(*token, answer), asked, m_claims);
    if (answer.status == 401 && token == m_token) {
        m_refused = token;
        Q_EMIT refused(QString::fromStdString(error.message + " " + error.hint));
    }
    return tl::unexpected(std::move(error));
}

} // namespace Turso::CloudApi
