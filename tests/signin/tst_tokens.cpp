// SPDX-License-Identifier: GPL-3.0-or-later
// What comes after a sign-in (renewal, the end of a token), and the token that needs none: the
// command line's.
#include "base/json.h"
#include "signin/standin.h"
#include "support/testcase.h"
#include "turso/apiclient/apiclient.h"
#include "turso/signin/cliaccount.h"
#include "turso/signin/cloudsignin.h"
#include "turso/signin/keychainstore.h"
#include "turso/signin/tokenrenewal.h"

#include <QFile>
#include <QTemporaryDir>

#include <map>
#include <memory>
#include <optional>

using Base::ErrorKind;
using Support::StandIn;
using namespace std::chrono_literals;

namespace
{

/// A store that notes what is done to it, in which order.
class NotingStore final : public Turso::SecretStore
{
public:
    Base::Pending<Turso::Kept> write(Turso::SecretName name, Base::Secret secret) override
    {
        kept[name.account] = secret.revealForUse();
        ++writes;
        return Base::readyNow<Turso::Kept>(Turso::Kept{.inKeychain = true});
    }
    Base::Pending<std::shared_ptr<const Base::Secret>> read(Turso::SecretName name) override
    {
        using Read = std::shared_ptr<const Base::Secret>;
        if (!kept.contains(name.account))
            return Base::readyNow<Read>(Base::fail(ErrorKind::NotFound, "none"));
        return Base::readyNow<Read>(std::make_shared<const Base::Secret>(kept[name.account]));
    }
    Base::Pending<bool> remove(Turso::SecretName name) override
    {
        kept.erase(name.account);
        return Base::readyNow<bool>(true);
    }

    std::map<std::string, std::string> kept;
    int writes = 0;
};

/// Turso's API for tokens, in the shapes that it has.
class TokenApi final : public Http::Handler
{
public:
    TokenApi()
        : m_server(Http::ServerOptions{})
    {
        m_server.add(*this);
        if (!m_server.listen())
            qFatal("no port");
    }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(m_server.port()); }
    bool serves(const Http::Request &) const override { return true; }
    void serve(std::shared_ptr<Http::Exchange> exchange) override
    {
        const Http::Request &request = exchange->request();
        asked.push_back(request.method + ' ' + request.path);
        authorization = request.header("authorization");
        body = request.body;
        const auto found = answers.find(request.path.substr(0, 3));
        exchange->answer(found == answers.end() ? Http::Response{.status = 404} : found->second);
    }

    std::map<std::string, Http::Response> answers; ///< by "/v1", "/v2"
    std::vector<std::string> asked;
    std::string authorization;
    std::string body;

private:
    Http::Server m_server;
};

template <typename T>
std::optional<Base::Result<T>> waited(const Base::Pending<T> &pending)
{
    if (!QTest::qWaitFor([&pending] { return pending.isFinished(); }, 20'000))
        return std::nullopt;
    return Base::resultOf(pending);
}

} // namespace

class TokensTest : public Support::TestCase
{
    Q_OBJECT

private:
    void setUp() override
    {
        server = std::make_unique<StandIn>();
        server->refreshes = true;
        store = std::make_unique<NotingStore>();
        Turso::CloudSignInOptions options;
        options.resource = server->resource();
        Support::Browser browser;
        options.openBrowser = [&browser](const QString &url) {
            browser.open(QUrl::fromEncoded(url.toLatin1()));
        };
        Turso::CloudSignIn signIn(options);
        std::optional<Base::Result<Turso::SignedIn>> outcome;
        connect(&signIn, &Turso::SignIn::finished, &signIn,
                [&](const auto &what) { outcome = what; });
        signIn.start();
        QVERIFY(QTest::qWaitFor([&] { return outcome.has_value(); }, 20'000));
        QVERIFY(outcome->has_value());
        signedIn = **outcome;
        store->kept[kName.account] = signedIn.refreshToken->revealForUse();
        renewal = std::make_unique<Turso::TokenRenewal>(*store, kName, signedIn.source, clock, 2s);
    }
    void tearDown() override { renewal.reset(); }

    static std::string settings(const QTemporaryDir &folder, const QByteArray &text,
                                QFileDevice::Permissions mode)
    {
        QFile file(folder.filePath(QStringLiteral("settings.json")));
        if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate)
            || file.write(text) != text.size() || !file.setPermissions(mode))
            qFatal("no settings");
        return folder.path().toStdString();
    }

    static constexpr auto kOwn = QFileDevice::ReadOwner | QFileDevice::WriteOwner;
    const Turso::SecretName kName{"https://issuer.example", "organization acme (renewal)"};
    const Base::SystemClock clock;
    std::unique_ptr<StandIn> server;
    std::unique_ptr<NotingStore> store;
    Turso::SignedIn signedIn;
    std::unique_ptr<Turso::TokenRenewal> renewal;

private Q_SLOTS:
    void eachRenewalUsesTheNewestToken()
    {
        std::string last = signedIn.token->revealForUse();
        for (int i = 1; i <= 3; ++i) {
            const auto renewed = waited(renewal->renew());
            QVERIFY(renewed && *renewed);
            QVERIFY((*renewed)->token->revealForUse() != last);
            last = (*renewed)->token->revealForUse();
            QCOMPARE(store->writes, i); // stored before its token is used
            QCOMPARE(store->kept[kName.account], server->liveRefresh);
        }
        QCOMPARE(server->problems, std::vector<std::string>());
    }
    void whoeverAsksMeanwhileGetsTheSame()
    {
        const auto first = renewal->renew();
        const auto second = renewal->renew();
        const auto one = waited(first);
        const auto two = waited(second);
        QVERIFY(one && two && *one && *two);
        QVERIFY(**one == **two);
        QCOMPARE(server->tokens, 2); // the sign-in's, and one
    }
    void aFailedRenewalIsNotForEver()
    {
        server->instead["/token"] = {.status = 503, .contentType = "text/html", .body = "busy"};
        const auto failed = waited(renewal->renew());
        QVERIFY(failed && !*failed);
        QCOMPARE(int(failed->error().kind), int(ErrorKind::UpstreamError));
        server->instead.clear();
        const auto renewed = waited(renewal->renew());
        QVERIFY(renewed && *renewed);
        QCOMPARE(server->problems, std::vector<std::string>());
    }
    void whatIsRefusedIsForgotten()
    {
        server->liveRefresh = "another";
        const auto refused = waited(renewal->renew());
        QVERIFY(refused && !*refused);
        QCOMPARE(int(refused->error().kind), int(ErrorKind::Unauthorized));
        QVERIFY(store->kept.empty());
        const auto none = waited(renewal->renew());
        QVERIFY(none && !*none);
        QCOMPARE(int(none->error().kind), int(ErrorKind::NotFound));
    }
    void aSilentServerEndsARenewal()
    {
        server->silent.insert("/token");
        const auto late = waited(renewal->renew());
        QVERIFY(late && !*late);
        QVERIFY(late->error().message.find("in time") != std::string::npos);
        QVERIFY(!store->kept.empty());
    }
    void tokensCanBeEnded()
    {
        const auto ended = waited(Turso::revokeToken(signedIn.source, signedIn.token));
        QVERIFY(ended && *ended && **ended);
        QVERIFY(server->ended.contains(signedIn.token->revealForUse()));
        server->instead["/revoke"] = {.status = 500};
        const auto failed = waited(Turso::revokeToken(signedIn.source, signedIn.token));
        QVERIFY(failed && !*failed);
        auto source = signedIn.source;
        source.revocationEndpoint.clear();
        const auto none = waited(Turso::revokeToken(source, signedIn.token));
        QVERIFY(none && *none && !**none);
        QCOMPARE(server->problems, std::vector<std::string>());
    }

    void theCommandLinesAccountWithoutItsToken()
    {
        const QTemporaryDir folder;
        const Turso::CliSettings none(folder.path().toStdString());
        QVERIFY(none.account() && !none.account()->found);
        QCOMPARE(int(none.token().error().kind), int(ErrorKind::NotFound));
        const Turso::CliSettings cli(settings(
            folder,
            "{\"token\":\"eyJ.a.b\",\"username\":\"ada\",\"organization\":\"acme\",\"other\":[1]}",
            kOwn));
        const Turso::CliAccount ada{true, "ada", "acme", "https://api.turso.tech"};
        QCOMPARE(cli.account().value(), ada);
        QCOMPARE(cli.token().value()->revealForUse(), std::string("eyJ.a.b"));
        settings(folder,
                 "{\"TOKEN\":\"t\",\"baseurl\":\"http://127.0.0.1:8080/\",\"organization\":7}",
                 kOwn);
        const Turso::CliAccount local{true, "", "", "http://127.0.0.1:8080"};
        QCOMPARE(cli.account().value(), local);
    }
    void settingsOfOthersDoNotCount()
    {
        const QTemporaryDir folder;
        const QByteArray text = "{\"token\":\"t\"}";
        const Turso::CliSettings cli(settings(folder, text, kOwn | QFileDevice::ReadOther));
        QCOMPARE(int(cli.account().error().kind), int(ErrorKind::Unauthorized));
        QVERIFY(!cli.token());
        settings(folder, text, kOwn | QFileDevice::WriteGroup);
        QVERIFY(!cli.token());
        settings(folder, "{\"token\":\"t\",\"baseURL\":\"http://example.com\"}", kOwn);
        QCOMPARE(int(cli.token().error().kind), int(ErrorKind::InvalidArgument));
        settings(folder, "{", kOwn);
        QCOMPARE(int(cli.account().error().kind), int(ErrorKind::InvalidArgument));
        settings(folder, "", kOwn);
        QVERIFY(cli.account() && !cli.account()->found);
    }

    void aTokenIsMintedInEitherShape_data()
    {
        QTest::addColumn<QString>("version");
        QTest::addColumn<QString>("answer");
        QTest::newRow("flat") << "/v1"
                              << "{\"name\":\"n\",\"id\":\"i\",\"token\":\"eyJ\"}";
        QTest::newRow("nested at v1")
            << "/v1"
            << "{\"token\":{\"name\":\"n\",\"id\":\"i\",\"value\":\"eyJ\"}}";
        QTest::newRow("nested at v2")
            << "/v2"
            << "{\"token\":{\"name\":\"n\",\"id\":\"i\",\"value\":\"eyJ\"}}";
    }
    void aTokenIsMintedInEitherShape()
    {
        QFETCH(QString, version);
        QFETCH(QString, answer);
        TokenApi api;
        api.answers[version.toStdString()]
            = {.status = 200, .contentType = "application/json", .body = answer.toStdString()};
        Turso::ApiClient client(api.url());
        const auto made = waited(
            Turso::mintApiToken(client, std::make_shared<const Base::Secret>("session"),
                                {.name = "Turso Companion (päck)", .organization = "acme"}));
        QVERIFY(made && *made);
        QCOMPARE((*made)->token->revealForUse(), std::string("eyJ"));
        QCOMPARE((*made)->id, std::string("i"));
        QCOMPARE(api.authorization, std::string("Bearer session"));
        QCOMPARE(api.body, std::string("{\"organization\":\"acme\"}"));
        QCOMPARE(api.asked.back(),
                 "POST " + version.toStdString()
                     + "/auth/api-tokens/Turso%20Companion%20%28p%C3%A4ck%29");
    }
    void refusalsOfMintingSayWhatToDo_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("kind");
        for (const auto &[status, kind] : {std::pair{401, ErrorKind::Unauthorized},
                                           {403, ErrorKind::NotGranted},
                                           {404, ErrorKind::NotFound},
                                           {409, ErrorKind::AlreadyExists},
                                           {500, ErrorKind::UpstreamError},
                                           {302, ErrorKind::UpstreamError}})
            QTest::addRow("%d", status) << status << int(kind);
    }
    void refusalsOfMintingSayWhatToDo()
    {
        QFETCH(int, status);
        QFETCH(int, kind);
        TokenApi api;
        api.answers["/v1"] = {.status = status,
                              .contentType = "application/json",
                              .body = "{\"error\":\"because\"}",
                              .fields = {{"Location", "/v1/elsewhere"}}};
        Turso::ApiClient client(api.url());
        const auto made
            = waited(Turso::mintApiToken(client, std::make_shared<const Base::Secret>("session"),
                                         {.name = "n", .organization = "acme"}));
        QVERIFY(made && !*made);
        QCOMPARE(int(made->error().kind), kind);
        QVERIFY(made->error().message.find("because") != std::string::npos);
        QVERIFY(made->error().message.find("session ") == std::string::npos || status == 401);
        QCOMPARE(api.asked.size(), std::size_t(1));
    }
    void tokensForEverythingAreNotMade()
    {
        Turso::ApiClient client("http://127.0.0.1:1");
        const auto made
            = waited(Turso::mintApiToken(client, std::make_shared<const Base::Secret>("session"),
                                         {.name = "n", .organization = {}}));
        QVERIFY(made && !*made);
        QCOMPARE(int(made->error().kind), int(ErrorKind::InvalidArgument));
    }
};

QTEST_GUILESS_MAIN(TokensTest)
#include "tst_tokens.moc"
