// SPDX-License-Identifier: GPL-3.0-or-later
#include "signin/standin.h"
#include "support/testcase.h"
#include "turso/signin/challenge.h"
#include "turso/signin/cloudsignin.h"
#include "turso/signin/discovery.h"

#include <QPointer>
#include <QSignalSpy>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QUrlQuery>

#include <memory>
#include <optional>

using Base::ErrorKind;
using Support::Browser;
using Support::StandIn;
using namespace std::chrono_literals;

namespace
{

struct SignedInTry {
    std::optional<Base::Result<Turso::SignedIn>> outcome;
    int finished = 0;
    QStringList urls;

    const Base::Error &error() const { return outcome->error(); }
    std::string token() const { return outcome->value().token->revealForUse(); }
};

} // namespace

class CloudSignInTest : public Support::TestCase
{
    Q_OBJECT

private:
    void setUp() override
    {
        server = std::make_unique<StandIn>();
        browser = std::make_unique<Browser>();
        options = {};
        options.resource = server->resource();
        options.timeout = 5s;
        options.openBrowser = [this](const QString &url) {
            browser->open(QUrl::fromEncoded(url.toLatin1()));
        };
    }
    void tearDown() override
    {
        signIn.reset();
        server.reset();
    }

    void begin()
    {
        now = {};
        signIn = std::make_unique<Turso::CloudSignIn>(options);
        QObject::connect(signIn.get(), &Turso::SignIn::ready, signIn.get(),
                         [this](const QString &url) { now.urls.append(url); });
        QObject::connect(signIn.get(), &Turso::SignIn::finished, signIn.get(),
                         [this](const Base::Result<Turso::SignedIn> &outcome) {
                             ++now.finished;
                             now.outcome = outcome;
                         });
        signIn->start();
    }
    bool hasSeen(const std::string &path) const
    {
        return std::find(server->paths.begin(), server->paths.end(), path) != server->paths.end();
    }
    bool isDone()
    {
        return QTest::qWaitFor([this] { return now.outcome.has_value(); }, 20'000);
    }
    bool isShown()
    {
        return QTest::qWaitFor([this] { return browser->shown > 0; }, 10'000);
    }
    void run()
    {
        begin();
        QVERIFY(isDone());
        QCOMPARE(now.finished, 1);
    }
    void expectNo(ErrorKind kind, const char *words)
    {
        QVERIFY(!now.outcome->has_value());
        QVERIFY2(now.error().message.find(words) != std::string::npos, now.error().message.c_str());
        QCOMPARE(int(now.error().kind), int(kind));
    }
    /// What a program on this machine gets for these bytes from the address of the answer.
    QByteArray raw(const QByteArray &bytes)
    {
        const QUrl redirect(
            QUrlQuery(QUrl(now.urls.last()))
                .queryItemValue(QStringLiteral("redirect_uri"), QUrl::FullyDecoded));
        QTcpSocket socket;
        socket.connectToHost(redirect.host(), quint16(redirect.port()));
        QByteArray got;
        connect(&socket, &QTcpSocket::readyRead, &socket, [&] { got += socket.readAll(); });
        connect(&socket, &QTcpSocket::connected, &socket, [&] {
            socket.write(QByteArray(bytes).replace("HOST", redirect.authority().toLatin1()));
        });
        if (!QTest::qWaitFor([&] { return got.contains("\r\n\r\n"); }, 10'000))
            return {};
        return got.left(got.indexOf("\r\n"));
    }

    std::unique_ptr<StandIn> server;
    std::unique_ptr<Browser> browser;
    Turso::CloudSignInOptions options;
    std::unique_ptr<Turso::CloudSignIn> signIn;
    SignedInTry now;

private Q_SLOTS:
    void signsInWithWhatTheServerSays()
    {
        run();
        QVERIFY2(now.outcome->has_value(),
                 now.outcome->has_value() ? "" : now.error().message.c_str());
        QCOMPARE(server->problems, std::vector<std::string>());
        QCOMPARE(now.outcome->value().issuer, server->origin());
        QVERIFY(now.token().starts_with("token-"));
        QVERIFY(now.outcome->value().expiresAt.has_value());
        QCOMPARE(server->lastAuthorize["scope"], std::string("a b")); // the challenge's
        QCOMPARE(now.outcome->value().source.resource, server->resource());
        QCOMPARE(server->paths.front(), std::string("/mcp"));
        QVERIFY(isShown());
        QCOMPARE(browser->status, 200);
        QVERIFY(browser->page.contains(u"You are signed in"));
        QVERIFY(!browser->page.contains(QString::fromStdString(now.token())));
        QVERIFY(!now.urls.first().contains(u"verifier"));
    }
    void eachTryHasItsOwnState()
    {
        run();
        const std::string state = server->lastAuthorize["state"];
        const std::string challenge = server->lastAuthorize["code_challenge"];
        run();
        QVERIFY(server->lastAuthorize["state"] != state);
        QVERIFY(server->lastAuthorize["code_challenge"] != challenge);
        QCOMPARE(server->problems, std::vector<std::string>());
    }
    void carriesCodesThroughAsTheyAre_data()
    {
        QTest::addColumn<QString>("code");
        for (const char *code : {"a+b/c=d%e&f g", "4/0AX4XfWh-x_y~z", "%2F", "a%20b", "+", "ä€"})
            QTest::newRow(code) << QString::fromUtf8(code);
    }
    void carriesCodesThroughAsTheyAre()
    {
        QFETCH(QString, code);
        server->code = code.toStdString();
        run();
        QVERIFY2(now.outcome->has_value(), server->lastToken["code"].c_str());
        QCOMPARE(server->lastToken["code"], code.toStdString());
        QCOMPARE(server->problems, std::vector<std::string>());
    }
    void keepsTheQueryOfAnEndpoint()
    {
        server->authorizeQuery = "?tenant=a%2Bb&state=evil";
        run();
        QVERIFY(now.outcome->has_value());
        QCOMPARE(server->lastAuthorize["tenant"], std::string("a+b"));
        QCOMPARE(server->problems, std::vector<std::string>());
    }
    void findsMetadataWithoutAChallenge()
    {
        server->challenges = false;
        run();
        QVERIFY(now.outcome->has_value());
        QCOMPARE(server->lastAuthorize["scope"], std::string("c d")); // the resource's
    }
    void aWrongStateChangesNothing()
    {
        server->callbackState = std::string(43, 'x');
        begin();
        QVERIFY(isShown());
        QCOMPARE(browser->status, 400);
        QVERIFY(browser->page.contains(u"not waited for"));
        QCOMPARE(now.finished, 0);
        server->callbackState.clear();
        browser->open(QUrl(now.urls.last()));
        QVERIFY(isDone());
        QVERIFY(now.outcome->has_value());
    }
    void anAnswerOfAnotherServerIsRefused_data()
    {
        QTest::addColumn<QString>("iss");
        QTest::addColumn<bool>("namesItself");
        QTest::addColumn<QString>("error");
        QTest::newRow("another") << "https://evil.example" << true << "";
        QTest::newRow("another, unannounced") << "https://evil.example" << false << "";
        QTest::newRow("missing") << "none" << true << "";
        QTest::newRow("error of another") << "https://evil.example" << true << "access_denied";
        QTest::newRow("error without") << "none" << true << "server_error";
    }
    void anAnswerOfAnotherServerIsRefused()
    {
        QFETCH(QString, iss);
        QFETCH(bool, namesItself);
        QFETCH(QString, error);
        server->callbackIss = iss.toStdString();
        server->namesItself = namesItself;
        server->error = error.toStdString();
        run();
        expectNo(ErrorKind::Unauthorized, "is not from");
        QCOMPARE(server->tokens, 0);
        QVERIFY(isShown());
        QVERIFY(browser->page.contains(u"This did not work"));
        QVERIFY(!browser->page.contains(u"Somebody"));
    }
    void aTrailingSlashIsAnotherIssuer()
    {
        server->callbackIss = server->origin() + '/';
        run();
        expectNo(ErrorKind::Unauthorized, "is not from");
    }
    void iss_mayBeMissingWhereNobodyPromisedIt()
    {
        server->callbackIss = "none";
        server->namesItself = false;
        run();
        QVERIFY(now.outcome->has_value());
    }
    void refusalsAreToldInWords_data()
    {
        QTest::addColumn<QString>("error");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("words");
        QTest::newRow("no") << "access_denied" << int(ErrorKind::Denied) << "You said no";
        QTest::newRow("down") << "temporarily_unavailable" << int(ErrorKind::UpstreamError)
                              << "at the moment. It said: Somebody's words";
        QTest::newRow("scope") << "invalid_scope" << int(ErrorKind::UpstreamError)
                               << "(invalid_scope)";
    }
    void refusalsAreToldInWords()
    {
        QFETCH(QString, error);
        QFETCH(int, kind);
        QFETCH(QString, words);
        server->error = error.toStdString();
        run();
        expectNo(ErrorKind(kind), words.toUtf8());
        QCOMPARE(server->tokens, 0);
        QVERIFY(isShown());
        QVERIFY(browser->page.contains(words.toHtmlEscaped()));
    }
    void textOfOthersIsText()
    {
        server->error = "server_error";
        server->errorWords = "<script>alert(1)</script>";
        run();
        QVERIFY(isShown());
        QVERIFY(!browser->page.contains(u"<script>"));
    }
    void metadataThatAreWrongEndIt_data()
    {
        QTest::addColumn<QString>("what");
        QTest::addColumn<QString>("words");
        for (const auto &[what, words] :
             std::initializer_list<std::pair<const char *, const char *>>{
                 {"resource", "calls itself https://evil.example/mcp"},
                 {"issuer", "says that it is http://127.0.0.1:1"},
                 {"S256", "PKCE"}})
            QTest::newRow(what) << what << words;
    }
    void metadataThatAreWrongEndIt()
    {
        QFETCH(QString, what);
        QFETCH(QString, words);
        if (what == u"resource")
            server->resourceName = "https://evil.example/mcp";
        if (what == u"issuer")
            server->metadataIssuer = "http://127.0.0.1:1";
        server->hasS256 = what != u"S256";
        run();
        expectNo(ErrorKind::Unauthorized, words.toUtf8());
        QCOMPARE(browser->opened, 0);
        QCOMPARE(server->registrations, 0);
    }
    void redirectsAreNeverFollowed_data()
    {
        QTest::addColumn<QString>("path");
        for (const char *path :
             {"/about.json", "/.well-known/oauth-authorization-server", "/register", "/token"})
            QTest::newRow(path) << path;
    }
    void redirectsAreNeverFollowed()
    {
        QFETCH(QString, path);
        for (const int status : {301, 302, 307, 308}) {
            server->instead[path.toStdString()]
                = {.status = status, .fields = {{"Location", server->origin() + "/elsewhere"}}};
            run();
            QVERIFY(!now.outcome->has_value());
        }
        for (const std::string &seen : server->paths)
            QVERIFY(seen != "/elsewhere");
    }
    void tokenAnswersThatAreNone_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("type");
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("words");
        const QString good = QStringLiteral("{\"access_token\":\"t\",\"token_type\":\"Bearer\"}");
        QTest::newRow("error") << 400 << "application/json"
                               << "{\"error\":\"invalid_grant\",\"error_description\":\"nope\"}"
                               << "does not take this sign-in (any more). It said: nope";
        QTest::newRow("html") << 200 << "text/html"
                              << "<h1>Hello</h1>"
                              << "HTTP 200";
        QTest::newRow("json as html") << 200 << "text/html" << good << "HTTP 200";
        QTest::newRow("500") << 500 << "text/html"
                             << "<h1>Oh</h1>"
                             << "HTTP 500";
        QTest::newRow("no type") << 200 << "application/json"
                                 << "{\"access_token\":\"t\"}"
                                 << "kind";
        QTest::newRow("another type") << 200 << "application/json"
                                      << "{\"access_token\":\"t\",\"token_type\":\"DPoP\"}"
                                      << "kind";
        QTest::newRow("no token") << 200 << "application/json"
                                  << "{\"token_type\":\"Bearer\"}"
                                  << "kind";
        QTest::newRow("a line break in it")
            << 200 << "application/json"
            << "{\"access_token\":\"a\\r\\nX: y\",\"token_type\":\"Bearer\"}"
            << "kind";
        QTest::newRow("error in 200") << 200 << "application/json"
                                      << "{\"error\":\"invalid_scope\"}"
                                      << "invalid_scope";
        QTest::newRow("too long") << 200 << "application/json" << QString(600 * 1024, u'x')
                                  << "far more";
    }
    void tokenAnswersThatAreNone()
    {
        QFETCH(int, status);
        QFETCH(QString, type);
        QFETCH(QString, body);
        QFETCH(QString, words);
        server->instead["/token"]
            = {.status = status, .contentType = type.toStdString(), .body = body.toStdString()};
        run();
        QVERIFY(!now.outcome->has_value());
        QVERIFY2(now.error().message.find(words.toStdString()) != std::string::npos,
                 now.error().message.c_str());
        QVERIFY(isShown());
        QVERIFY(browser->page.contains(u"This did not work"));
    }
    void aServerThatIsSilentEndsIt_data()
    {
        QTest::addColumn<QString>("path");
        for (const char *path :
             {"/about.json", "/.well-known/oauth-authorization-server", "/register", "/token"})
            QTest::newRow(path) << path;
    }
    void aServerThatIsSilentEndsIt()
    {
        QFETCH(QString, path);
        options.timeout = 200ms;
        server->silent.insert(path.toStdString());
        run();
        // Of its own metadata there may be more in other places.
        expectNo(ErrorKind::UpstreamError, "did not answer in time");
    }
    void expiryIsTakenAsItIs_data()
    {
        QTest::addColumn<QString>("json");
        QTest::addColumn<bool>("isKnown");
        QTest::newRow("number") << "60" << true;
        QTest::newRow("text") << "\"60\"" << true;
        QTest::newRow("missing") << "" << false;
        QTest::newRow("negative") << "-1" << false;
        QTest::newRow("nonsense") << "\"soon\"" << false;
        QTest::newRow("null") << "null" << false;
    }
    void expiryIsTakenAsItIs()
    {
        QFETCH(QString, json);
        QFETCH(bool, isKnown);
        server->expiresIn = json.toStdString();
        run();
        QVERIFY(now.outcome->has_value());
        QCOMPARE(now.outcome->value().expiresAt.has_value(), isKnown);
    }
    void aForgottenRegistrationIsMadeAgainOnce()
    {
        QTemporaryDir folder;
        options.registrationsFile = folder.filePath(QStringLiteral("clients.json")).toStdString();
        run();
        QVERIFY(now.outcome->has_value());
        QCOMPARE(server->registrations, 1);
        run();
        QVERIFY(now.outcome->has_value());
        QCOMPARE(server->registrations, 1); // kept, with its port
        server->forgetClients();
        run();
        QVERIFY2(now.outcome->has_value(),
                 now.outcome->has_value() ? "" : now.error().message.c_str());
        QCOMPARE(server->registrations, 2);
        QCOMPARE(now.urls.size(), 1); // the same page went on
        QCOMPARE(server->problems, std::vector<std::string>());
        server->takesClients = false;
        run();
        expectNo(ErrorKind::Unauthorized, "does not know this app");
        QCOMPARE(server->registrations, 3);
        server->takesClients = true;
        run();
        QVERIFY(now.outcome->has_value());
    }
    void aClientWithASecretProvesItself_data()
    {
        QTest::addColumn<QString>("method");
        QTest::newRow("basic") << "client_secret_basic";
        QTest::newRow("post") << "client_secret_post";
    }
    void aClientWithASecretProvesItself()
    {
        QFETCH(QString, method);
        server->authMethod = method.toStdString();
        run();
        // A secret with a space in it is none.
        QVERIFY(server->lastToken["authorization"].empty());
        QVERIFY(server->lastToken["client_secret"].empty());
        options.clientId = "given";
        options.clientSecret = std::make_shared<const Base::Secret>("s:c+r/e%t");
        run();
        QCOMPARE(server->registrations, 1);
        if (method == u"client_secret_basic")
            QCOMPARE(server->lastToken["authorization"],
                     "Basic " + QByteArray("given:s%3Ac%2Br%2Fe%25t").toBase64().toStdString());
        else
            QCOMPARE(server->lastToken["client_secret"], std::string("s:c+r/e%t"));
    }
    void aServerThatRegistersNobody()
    {
        server->registers = false;
        run();
        expectNo(ErrorKind::Unauthorized, "its operator knows");
    }
    void nobodyComes()
    {
        options.openBrowser = {};
        options.patience = 300ms;
        run();
        expectNo(ErrorKind::Cancelled, "in time");
        QCOMPARE(now.urls.size(), 1); // to be copied
    }
    void itCanBeGivenUpAtAnyMoment_data()
    {
        QTest::addColumn<QString>("silent");
        for (const char *path : {"", "/mcp", "/about.json", "/register", "/authorize", "/token"})
            QTest::newRow(path) << path;
    }
    void itCanBeGivenUpAtAnyMoment()
    {
        QFETCH(QString, silent);
        server->silent.insert(silent.toStdString());
        begin();
        if (!silent.isEmpty())
            QVERIFY(QTest::qWaitFor([&] { return hasSeen(silent.toStdString()); }));
        signIn->cancel();
        signIn->cancel();
        QCOMPARE(now.finished, 1);
        expectNo(ErrorKind::Cancelled, "given up");
        if (silent == u"/token") {
            QVERIFY(isShown());
            QVERIFY(browser->page.contains(u"given up"));
        }
    }
    void itMayGoAtAnyMoment()
    {
        for (const char *path : {"/mcp", "/register", "/token"}) {
            server->silent = {path};
            begin();
            QVERIFY(QTest::qWaitFor([&] { return hasSeen(path); }));
            signIn.reset();
        }
    }
    void itsPortAnswersNobodyElse()
    {
        options.openBrowser = {};
        begin();
        QVERIFY(QTest::qWaitFor([this] { return !now.urls.isEmpty(); }));
        const QByteArray host = "Host: HOST\r\n\r\n";
        QVERIFY(raw("GET / HTTP/1.1\r\n" + host).contains(" 404 "));
        QVERIFY(raw("GET /callback/ HTTP/1.1\r\n" + host).contains(" 404 "));
        QVERIFY(raw("GET /callbackx HTTP/1.1\r\n" + host).contains(" 404 "));
        QVERIFY(raw("POST /callback HTTP/1.1\r\nContent-Length: 0\r\n" + host).contains(" 405 "));
        QVERIFY(raw("GET /callback HTTP/1.1\r\nHost: evil.example\r\n\r\n").contains(" 403 "));
        QVERIFY(raw("GET /callback HTTP/1.1\r\nHost: localhost:1\r\n\r\n").contains(" 403 "));
        QVERIFY(raw("GET /callback HTTP/1.1\r\n\r\n").contains(" 400 "));
        QVERIFY(raw("junk\r\n\r\n").contains(" 400 "));
        QVERIFY(raw("GET /callback?a=%ZZ HTTP/1.1\r\n" + host).contains(" 400 "));
        QVERIFY(raw("GET /callback?code=a&code=b HTTP/1.1\r\n" + host).contains(" 400 "));
        QVERIFY(raw("GET /callback?code=a HTTP/1.1\r\n" + host).contains(" 400 "));
        QVERIFY(raw("GET /callback?" + QByteArray(17'000, 'a') + " HTTP/1.1\r\n" + host)
                    .contains(" 431 "));
        QCOMPARE(now.finished, 0);
        browser->open(QUrl(now.urls.last()));
        QVERIFY(isDone());
        QVERIFY(now.outcome->has_value());
    }
    void anAnswerCountsOnce()
    {
        server->silent.insert("/token");
        begin();
        QVERIFY(QTest::qWaitFor([this] { return hasSeen("/token"); }));
        Browser second;
        second.open(browser->lastCallback);
        QVERIFY(QTest::qWaitFor([&] { return second.shown > 0; }));
        QCOMPARE(second.status, 400);
        QCOMPARE(server->tokens, 0); // it is still being asked: once
        signIn->cancel();
    }
    void challengesAreReadAmongOthers_data()
    {
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("place");
        const auto row = [](const char *name, QString field, const char *place) {
            QTest::newRow(name) << field.replace(u'~', u'"') << QString::fromLatin1(place);
        };
        const auto text = [](const char *field) {
            return QString::fromLatin1(field);
        };
        row("one", text("Bearer resource_metadata=~https://x/y~"), "https://x/y");
        row("after basic", text("Basic realm=~a, b~, bearer  resource_metadata = ~z~"), "z");
        row("before another", text("Bearer resource_metadata=z, DPoP resource_metadata=~no~"), "z");
        row("another's", text("DPoP resource_metadata=~no~"), "");
        row("token68", text("Negotiate abc==, Bearer resource_metadata=~z~"), "z");
        row("escaped", text("Bearer resource_metadata=~a\\bc~"), "abc");
        row("open", text("Bearer resource_metadata=~a"), "a");
        row("junk", text("~~~,=,Bearer"), "");
    }
    void challengesAreReadAmongOthers()
    {
        QFETCH(QString, field);
        QFETCH(QString, place);
        QCOMPARE(Turso::bearerChallenge(field.toStdString()).resourceMetadata, place.toStdString());
    }
    void whatIsKnownOfTursoCountsForTursoOnly_data()
    {
        QTest::addColumn<QString>("resource");
        QTest::addColumn<bool>("isKnown");
        QTest::newRow("Turso") << "https://mcp.turso.ai/mcp" << true;
        QTest::newRow("another") << "https://mcp.turso.ai/other" << false;
        QTest::newRow("look-alike") << "https://mcp.turso.ai.example/mcp" << false;
    }
    void whatIsKnownOfTursoCountsForTursoOnly()
    {
        QFETCH(QString, resource);
        QFETCH(bool, isKnown);
        std::optional<Base::Result<Turso::Discovered>> found;
        const auto nobody = [](const QUrl &, const Turso::SignInNetwork::Done &done) {
            done(Base::fail(ErrorKind::UpstreamError, "not reached"));
        };
        Turso::Discovery::run({QUrl(resource)}, nobody, [&](auto what) { found = what; });
        QVERIFY(found);
        QCOMPARE(found->has_value(), isKnown);
        if (isKnown)
            QCOMPARE(found->value().server.issuer, std::string("https://api.turso.tech"));
        // What it says counts, if it says something.
        Turso::Discovery::run(
            {QUrl(resource)},
            [&](const QUrl &url, const Turso::SignInNetwork::Done &done) {
                if (url.path().contains(u"authorization-server"))
                    done(Turso::SignInAnswer{
                        200, true, {}, "{\"issuer\":\"https://evil.example\"}"});
                else
                    done(Base::fail(ErrorKind::UpstreamError, "not reached"));
            },
            [&](auto what) { found = what; });
        QVERIFY(!found->has_value());
    }
    void metadataOfThreeFormsAreLookedFor()
    {
        const auto places = Turso::serverPlaces(QUrl(QStringLiteral("https://x.example/t1/")));
        QCOMPARE(places.size(), std::size_t(3));
        QCOMPARE(places[0].path(), QStringLiteral("/.well-known/oauth-authorization-server/t1"));
        QCOMPARE(places[1].path(), QStringLiteral("/.well-known/openid-configuration/t1"));
        QCOMPARE(places[2].path(), QStringLiteral("/t1/.well-known/openid-configuration"));
    }
    void plainHttpIsForThisMachine()
    {
        options.resource = "http://example.com/mcp";
        run();
        expectNo(ErrorKind::InvalidArgument, "Nobody signs in");
        const QUrl far(QStringLiteral("https://far.example/mcp"));
        QVERIFY(!Turso::readResource("{\"resource\":\"https://far.example/"
                                     "mcp\",\"authorization_servers\":[\"http://127.0.0.1:9\"]}",
                                     far));
        for (const QUrl &place : Turso::resourcePlaces(far, "http://127.0.0.1:9/x"))
            QCOMPARE(place.host(), far.host());
    }
};

QTEST_GUILESS_MAIN(CloudSignInTest)
#include "tst_cloudsignin.moc"
