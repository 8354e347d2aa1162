// SPDX-License-Identifier: GPL-3.0-or-later
// A client of the protocol with as much of it as signing in needs, around the app's own sign-in:
// what the suite's scenarios for authorization are run on. mcp-conformance-client URL; the suite
// says the rest in the environment.
#include "base/json.h"
#include "turso/signin/challenge.h"
#include "turso/signin/cloudsignin.h"

#include <QCoreApplication>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QTemporaryDir>

#include <cstdio>
#include <functional>
#include <memory>
#include <set>
#include <sstream>
#include <string>

namespace
{

using Base::Json;

constexpr int kMostSignIns = 3;
constexpr char kDocument[] = "https://conformance-test.local/client-metadata.json";

std::string unionOf(const std::string &some, const std::string &more)
{
    std::set<std::string> seen;
    std::string all;
    std::istringstream words(some + ' ' + more);
    for (std::string word; words >> word;) {
        if (seen.insert(word).second)
            all += (all.empty() ? "" : " ") + word;
    }
    return all;
}

/// JSON, or the data of an event stream's last event.
Json messageIn(const QByteArray &body)
{
    std::string text = body.toStdString();
    if (const auto data = text.rfind("data: "); !text.starts_with('{') && data != std::string::npos)
        text = text.substr(data + 6);
    const auto message = Base::parseJson(text.substr(0, text.find_last_of('}') + 1));
    return message ? *message : Json();
}

class Client : public QObject
{
public:
    explicit Client(const QString &url)
        : m_url(url)
        , m_revision(
              qEnvironmentVariable("MCP_CONFORMANCE_PROTOCOL_VERSION", QStringLiteral("2025-11-25"))
                  .toStdString())
        , m_isModern(m_revision >= "2026")
    {
        m_network.setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
        m_options.resource = url.toStdString();
        m_options.clientName = "Conformance client";
        m_options.clientDocument = kDocument;
        m_options.registrationsFile
            = m_folder.filePath(QStringLiteral("clients.json")).toStdString();
        m_options.openBrowser = [this](const QString &address) {
            browse(QUrl(address));
        };
        const auto context
            = Base::parseJson(qEnvironmentVariable("MCP_CONFORMANCE_CONTEXT").toStdString());
        if (context && Base::stringMember(*context, "client_id")) {
            m_options.clientId = *Base::stringMember(*context, "client_id");
            m_options.clientSecret = std::make_shared<const Base::Secret>(
                Base::stringMember(*context, "client_secret").value_or(std::string()));
        }
    }

    void start()
    {
        if (m_isModern)
            return list();
        call("initialize",
             {{"protocolVersion", m_revision},
              {"capabilities", Json::object()},
              {"clientInfo", info()}},
             [this](const Json &) {
                 call("notifications/initialized", Json::object(),
                      [this](const Json &) { list(); });
             });
    }

private:
    using Then = std::function<void(const Json &)>;

    static Json info() { return {{"name", "turso-companion-conformance"}, {"version", "1"}}; }
    void list()
    {
        call("tools/list", Json::object(), [this](const Json &) {
            call("tools/call", {{"name", "test-tool"}, {"arguments", Json::object()}},
                 [](const Json &) { QCoreApplication::exit(0); });
        });
    }
    static void fail(const std::string &why)
    {
        std::fprintf(stderr, "%s\n", why.c_str());
        QCoreApplication::exit(1);
    }

    void call(const std::string &method, Json params, const Then &then)
    {
        if (m_isModern)
            params["_meta"] = {{"io.modelcontextprotocol/protocolVersion", m_revision},
                               {"io.modelcontextprotocol/clientInfo", info()},
                               {"io.modelcontextprotocol/clientCapabilities", Json::object()}};
        QNetworkRequest request{QUrl(m_url)};
        request.setHeader(QNetworkRequest::ContentTypeHeader, QByteArray("application/json"));
        request.setRawHeader("Accept", "application/json, text/event-stream");
        request.setRawHeader("MCP-Protocol-Version", QByteArray::fromStdString(m_revision));
        if (m_isModern) {
            request.setRawHeader("Mcp-Method", QByteArray::fromStdString(method));
            if (const auto name = Base::stringMember(params, "name"))
                request.setRawHeader("Mcp-Name", QByteArray::fromStdString(*name));
        }
        if (m_token)
            request.setRawHeader("Authorization",
                                 "Bearer " + QByteArray::fromStdString(m_token->revealForUse()));
        Json message{{"jsonrpc", "2.0"}, {"method", method}, {"params", params}};
        if (!method.starts_with("notifications/"))
            message["id"] = ++m_lastId;
        QNetworkReply *reply = m_network.post(request, QByteArray::fromStdString(message.dump()));
        connect(reply, &QNetworkReply::finished, this, [this, reply, method, params, then] {
            reply->deleteLater();
            answered(
                reply, [this, method, params, then] { call(method, params, then); }, then);
        });
    }

    void answered(QNetworkReply *reply, const std::function<void()> &again, const Then &then)
    {
        const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        const std::string field = reply->rawHeader("WWW-Authenticate").toStdString();
        const auto challenge = Turso::bearerChallenge(field);
        if (status == 401 || (status == 403 && challenge.error == "insufficient_scope")) {
            // Who has more to prove keeps what it has asked for before.
            m_options.scope = status == 403 ? unionOf(m_scope, challenge.scope) : std::string();
            m_scope = unionOf(m_scope, challenge.scope);
            return signIn(field, again);
        }
        const Json message = messageIn(reply->readAll());
        if (status == 202)
            return then(message);
        if (status != 200 || !message.contains("result"))
            return fail("The server answered with " + std::to_string(status) + ".");
        then(message["result"]);
    }

    void signIn(const std::string &field, const std::function<void()> &again)
    {
        if (++m_signIns > kMostSignIns)
            return fail("The server wants ever more.");
        m_options.challenge = field;
        auto *signIn = new Turso::CloudSignIn(m_options, this);
        connect(signIn, &Turso::SignIn::finished, this,
                [this, signIn, again](const Base::Result<Turso::SignedIn> &outcome) {
                    signIn->deleteLater();
                    if (!outcome)
                        return fail(outcome.error().message);
                    m_token = outcome->token;
                    again();
                });
        signIn->start();
    }

    /// What the suite calls a browser: no pages, only where they lead.
    void browse(const QUrl &address)
    {
        QNetworkReply *reply = m_network.get(QNetworkRequest(address));
        connect(reply, &QNetworkReply::finished, this, [this, reply] {
            reply->deleteLater();
            const QUrl next = reply->attribute(QNetworkRequest::RedirectionTargetAttribute).toUrl();
            if (!next.isEmpty())
                browse(next);
        });
    }

    const QString m_url;
    const std::string m_revision;
    const bool m_isModern;
    QTemporaryDir m_folder;
    QNetworkAccessManager m_network;
    Turso::CloudSignInOptions m_options;
    std::shared_ptr<const Base::Secret> m_token;
    std::string m_scope;
    int m_signIns = 0;
    int m_lastId = 0;
};

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    if (QCoreApplication::arguments().size() != 2) {
        std::fputs("mcp-conformance-client URL\n", stderr);
        return 2;
    }
    Client client(QCoreApplication::arguments().at(1));
    client.start();
    return QCoreApplication::exec();
}
