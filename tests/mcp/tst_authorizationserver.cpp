// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/auth/authorizationserver.h"
#include "mcp/auth/metadata.h"
#include "mcp/auth/redirect.h"
#include "support/testcase.h"

#include <QRegularExpression>
#include <QTemporaryDir>

#include <set>

using namespace Mcp::Auth;
using Base::Json;

namespace
{

constexpr std::uint16_t kPort = 4711;
const std::string kHost = "127.0.0.1:4711";
const std::string kVerifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const std::string kRedirect = "http://127.0.0.1:9999/callback";

class TestClock final : public Base::Clock
{
public:
    Base::Millis now() const override { return time; }
    Base::Millis time = 1'800'000'000'000;
};

class Desk final : public ConsentDesk
{
public:
    void ask(const ConsentQuestion &question) override { questions.push_back(question); }
    void withdraw(const std::string &id) override { withdrawn.push_back(id); }
    bool isLive(const std::string &grantId) const override { return !revoked.contains(grantId); }

    std::vector<ConsentQuestion> questions;
    std::vector<std::string> withdrawn;
    std::set<std::string> revoked;
};

std::string encoded(const std::vector<std::pair<std::string, std::string>> &fields)
{
    std::string text;
    for (const auto &[name, value] : fields) {
        text += (text.empty() ? "" : "&") + name + '='
            + QByteArray::fromStdString(value).toPercentEncoding().toStdString();
    }
    return text;
}

std::string field(const Reply &reply, std::string_view name)
{
    for (const auto &[key, value] : reply.fields) {
        if (key == name)
            return value;
    }
    return {};
}

std::string parameterOf(const std::string &uri, std::string_view name)
{
    const auto form = Form::parse(uri.substr(std::min(uri.find('?') + 1, uri.size())));
    return form ? (*form)[name] : std::string();
}

std::string member(const Reply &reply, const char *key)
{
    const auto json = Base::parseJson(reply.body);
    return json ? Base::stringMember(*json, key).value_or(std::string()) : std::string();
}

using Fields = std::vector<std::pair<std::string, std::string>>;

} // namespace

class tst_AuthorizationServer : public Support::TestCase
{
    Q_OBJECT

    void setUp() override
    {
        server.reset(); // it writes what it has not yet
        folder = std::make_unique<QTemporaryDir>();
        desk = Desk();
        start();
    }
    void start()
    {
        server = std::make_unique<AuthorizationServer>(
            AuthorizationServerOptions{
                kPort, folder->filePath(QStringLiteral("signins.json")).toStdString(),
                std::string(32, 'k')},
            desk, nullptr, clock);
        QVERIFY(server->load());
    }

    Reply ask(Request request)
    {
        if (request.host.empty())
            request.host = kHost;
        last = {};
        isAnswered = false;
        gone = {};
        server->serve(
            request,
            [this](Reply reply) {
                QVERIFY(!isAnswered);
                isAnswered = true;
                last = std::move(reply);
            },
            &gone);
        return last;
    }
    Reply get(const std::string &path, const std::string &query = {})
    {
        return ask({.method = "GET", .path = path, .query = query});
    }
    Reply post(const std::string &path, const Fields &fields)
    {
        return ask({.method = "POST",
                    .path = path,
                    .contentType = "application/x-www-form-urlencoded",
                    .body = encoded(fields)});
    }
    Reply registering(const Json &metadata)
    {
        return ask({.method = "POST",
                    .path = "/register",
                    .contentType = "application/json",
                    .body = Base::dumpJson(metadata)});
    }
    std::string client(const std::string &redirect = kRedirect, const std::string &name = "Agent")
    {
        const Reply reply = registering({{"client_name", name}, {"redirect_uris", {redirect}}});
        return member(reply, "client_id");
    }
    static Fields authorizeFields(const std::string &id)
    {
        return {{"response_type", "code"},
                {"client_id", id},
                {"redirect_uri", kRedirect},
                {"code_challenge", *s256(kVerifier)},
                {"code_challenge_method", "S256"},
                {"state", "a state & more"},
                {"scope", "db:read"},
                {"resource", "http://127.0.0.1:4711/mcp"}};
    }
    static Fields changed(Fields fields, const std::string &name, const std::string &value)
    {
        for (auto &[key, old] : fields) {
            if (key == name)
                old = value;
        }
        return fields;
    }
    static std::string ticketIn(const Reply &page)
    {
        static const QRegularExpression kTicket(QStringLiteral("ticket=([A-Za-z0-9_-]+)"));
        return kTicket.match(QString::fromStdString(page.body)).captured(1).toStdString();
    }
    /// Opens the page, lets the person say yes; the address that the browser is sent to.
    std::string approvedRedirect(const Fields &fields, const std::string &grant = "grant_1")
    {
        const std::string ticket = ticketIn(get("/authorize", encoded(fields)));
        get("/authorize/wait", "ticket=" + ticket);
        if (isAnswered || desk.questions.empty())
            return {};
        server->decide(desk.questions.back().id, Consent{grant, "db:read"});
        return field(last, "Location");
    }
    std::string code(const std::string &id)
    {
        return parameterOf(approvedRedirect(authorizeFields(id)), "code");
    }
    static Fields redeemFields(const std::string &id, const std::string &code)
    {
        return {{"grant_type", "authorization_code"},
                {"client_id", id},
                {"code", code},
                {"redirect_uri", kRedirect},
                {"code_verifier", kVerifier},
                {"resource", "http://localhost:4711/mcp"}};
    }
    Reply tokens(const std::string &id) { return post("/token", redeemFields(id, code(id))); }
    Reply refresh(const std::string &id, const std::string &token)
    {
        return post("/token",
                    {{"grant_type", "refresh_token"}, {"client_id", id}, {"refresh_token", token}});
    }

    TestClock clock;
    Desk desk;
    std::unique_ptr<QTemporaryDir> folder;
    std::unique_ptr<AuthorizationServer> server;
    Reply last;
    bool isAnswered = false;
    std::function<void()> gone;

private Q_SLOTS:
    void metadataNamesTheHostThatWasDialled()
    {
        for (const char *host : {"127.0.0.1:4711", "localhost:4711", "[::1]:4711"}) {
            const Reply reply = ask({.method = "GET",
                                     .path = "/.well-known/oauth-protected-resource/mcp",
                                     .host = host});
            QCOMPARE(member(reply, "resource"), "http://" + std::string(host) + "/mcp");
            QVERIFY(reply.body.find("\"authorization_servers\":[\"http://127.0.0.1:4711\"]")
                    != std::string::npos);
            const Reply issuer = ask(
                {.method = "GET", .path = "/.well-known/oauth-authorization-server", .host = host});
            QCOMPARE(member(issuer, "issuer"), "http://127.0.0.1:4711");
        }
    }

    void aPersonsYesBecomesTokens()
    {
        const std::string id = client();
        const Reply page = get("/authorize", encoded(authorizeFields(id)));
        QCOMPARE(page.status, 200);
        QVERIFY(page.body.find("Continue in Turso Companion") != std::string::npos);
        QVERIFY(field(page, "Content-Security-Policy").find("frame-ancestors 'none'")
                != std::string::npos);
        QCOMPARE(desk.questions.size(), std::size_t(1));
        QCOMPARE(desk.questions[0].client.name, "Agent");
        QCOMPARE(desk.questions[0].redirectOwner, "127.0.0.1:9999, a program on this computer");
        get("/authorize/wait", "ticket=" + ticketIn(page));
        QVERIFY(!isAnswered);
        QVERIFY(server->decide(desk.questions[0].id, Consent{"grant_1", "db:read"}));
        QVERIFY(isAnswered);
        QCOMPARE(last.status, 302);
        const std::string target = field(last, "Location");
        QVERIFY(target.starts_with(kRedirect + "?code="));
        QCOMPARE(parameterOf(target, "state"), "a state & more");
        QCOMPARE(parameterOf(target, "iss"), "http://127.0.0.1:4711");
        const Reply reply = post("/token", redeemFields(id, parameterOf(target, "code")));
        QCOMPARE(reply.status, 200);
        QCOMPARE(field(reply, "Cache-Control"), "no-store");
        QCOMPARE(member(reply, "token_type"), "Bearer");
        QCOMPARE(member(reply, "scope"), "db:read");
        const auto found = server->find(member(reply, "access_token"));
        QVERIFY(found);
        QCOMPARE(found->grantId, "grant_1");
        QCOMPARE(found->clientId, id);
    }

    void anAgentStaysSignedInOverARestart()
    {
        const std::string id = client();
        const Reply first = tokens(id);
        start();
        QVERIFY(server->find(member(first, "access_token")));
        const Reply second = refresh(id, member(first, "refresh_token"));
        QCOMPARE(second.status, 200);
        start();
        QVERIFY(server->find(member(second, "access_token")));
        QCOMPARE(refresh(id, member(second, "refresh_token")).status, 200);
        // Known again without registering.
        QCOMPARE(get("/authorize", encoded(authorizeFields(id))).status, 200);
        QFile file(folder->filePath(QStringLiteral("signins.json")));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const std::string text = file.readAll().toStdString();
        for (const Reply *reply : {&first, &second}) {
            QVERIFY(text.find(member(*reply, "access_token")) == std::string::npos);
            QVERIFY(text.find(member(*reply, "refresh_token")) == std::string::npos);
        }
        QCOMPARE(file.permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
    }

    void twoThatRefreshAtOnceBothStaySignedIn()
    {
        const std::string id = client();
        const std::string token = member(tokens(id), "refresh_token");
        const Reply one = refresh(id, token);
        clock.time += 59'000;
        const Reply two = refresh(id, token);
        QCOMPARE(two.status, 200);
        QCOMPARE(member(one, "refresh_token"), member(two, "refresh_token"));
        QVERIFY(member(one, "access_token") != member(two, "access_token"));
        QVERIFY(server->find(member(one, "access_token")));
        QVERIFY(server->find(member(two, "access_token")));
        QCOMPARE(refresh(id, member(one, "refresh_token")).status, 200);
    }

    void anOldRefreshTokenEndsItsFamily()
    {
        const std::string id = client();
        const std::string token = member(tokens(id), "refresh_token");
        const Reply next = refresh(id, token);
        clock.time += 60'001;
        QCOMPARE(member(refresh(id, token), "error"), "invalid_grant");
        QVERIFY(!server->find(member(next, "access_token")));
        QCOMPARE(member(refresh(id, member(next, "refresh_token")), "error"), "invalid_grant");
    }

    void aThiefIsNoticedHoweverOftenItRefreshes()
    {
        const std::string id = client();
        const std::string stolen = member(tokens(id), "refresh_token");
        Reply thiefs = refresh(id, stolen);
        for (int i = 0; i < 5; ++i) {
            clock.time += 3'600'000;
            thiefs = refresh(id, member(thiefs, "refresh_token"));
            QCOMPARE(thiefs.status, 200);
        }
        // Right after a rotation it may be a slow process of the same agent: it gets nothing, but
        // ends nothing.
        QCOMPARE(member(refresh(id, stolen), "error"), "invalid_grant");
        QVERIFY(server->find(member(thiefs, "access_token")));
        clock.time += 60'001;
        QCOMPARE(member(refresh(client(), stolen), "error"), "invalid_grant");
        QVERIFY(server->find(member(thiefs, "access_token")));
        QCOMPARE(member(refresh(id, stolen), "error"), "invalid_grant");
        QVERIFY(!server->find(member(thiefs, "access_token")));
        QCOMPARE(member(refresh(id, member(thiefs, "refresh_token")), "error"), "invalid_grant");
    }

    void nothingIsIssuedForAGrantThatHasGone()
    {
        const std::string id = client();
        const Reply reply = tokens(id);
        const std::string late = code(id);
        desk.revoked.insert("grant_1");
        QCOMPARE(member(refresh(id, member(reply, "refresh_token")), "error"), "invalid_grant");
        QCOMPARE(member(post("/token", redeemFields(id, late)), "error"), "invalid_grant");
        desk.revoked.clear();
        QCOMPARE(member(refresh(id, member(reply, "refresh_token")), "error"), "invalid_grant");
    }

    void theOnlyRedirectMayBeLeftOut()
    {
        const std::string id = client();
        Fields fields = authorizeFields(id);
        std::erase_if(fields, [](const auto &item) { return item.first == "redirect_uri"; });
        Fields redeem = redeemFields(id, parameterOf(approvedRedirect(fields), "code"));
        std::erase_if(redeem, [](const auto &item) { return item.first == "redirect_uri"; });
        QCOMPARE(post("/token", redeem).status, 200);
        Fields other = redeemFields(id, code(id));
        std::erase_if(other, [](const auto &item) { return item.first == "redirect_uri"; });
        QCOMPARE(member(post("/token", other), "error"), "invalid_grant");
    }

    void whatIsSentElsewhereIsAQuestionOfItsOwn()
    {
        const std::string website = "https://agent.example/callback";
        const Reply reply
            = registering({{"client_name", "Two"}, {"redirect_uris", {kRedirect, website}}});
        const std::string id = member(reply, "client_id");
        const std::string here = ticketIn(get("/authorize", encoded(authorizeFields(id))));
        get("/authorize", encoded(changed(authorizeFields(id), "redirect_uri", website)));
        QCOMPARE(desk.questions.size(), std::size_t(2));
        QCOMPARE(desk.questions[1].redirectOwner, "agent.example");
        server->decide(desk.questions[0].id, Consent{"grant_1", "db:read"});
        // The yes to the one is no late yes to the other.
        QCOMPARE(get("/authorize", encoded(changed(authorizeFields(id), "redirect_uri", website)))
                     .status,
                 200);
    }

    void aPictureOrAFrameOfAPageIsNoSignIn()
    {
        const std::string id = client();
        for (const char *dest : {"image", "iframe", "script", "empty", "embed"}) {
            QCOMPARE(ask({.method = "GET",
                          .path = "/authorize",
                          .query = encoded(authorizeFields(id)),
                          .fetchDest = dest})
                         .status,
                     403);
        }
        QVERIFY(desk.questions.empty());
        QCOMPARE(ask({.method = "GET",
                      .path = "/authorize",
                      .query = encoded(authorizeFields(id)),
                      .fetchDest = "document"})
                     .status,
                 200);
    }

    void whatCouldNotBeDoneIsNotThePersonsNo()
    {
        const std::string id = client();
        get("/authorize/wait",
            "ticket=" + ticketIn(get("/authorize", encoded(authorizeFields(id)))));
        server->decide(desk.questions.back().id, std::nullopt, No::Failed);
        QCOMPARE(parameterOf(field(last, "Location"), "error"), "server_error");
    }

    void tokensEndWithTheirTimeAndTheirGrant()
    {
        const std::string id = client();
        const Reply reply = tokens(id);
        clock.time += Tokens::kAccessTime;
        QVERIFY(!server->find(member(reply, "access_token")));
        const Reply next = refresh(id, member(reply, "refresh_token"));
        QCOMPARE(next.status, 200);
        desk.revoked.insert("grant_1");
        QVERIFY(!server->find(member(next, "access_token")));
        desk.revoked.clear();
        server->forgetGrant("grant_1");
        QVERIFY(!server->find(member(next, "access_token")));
        QCOMPARE(member(refresh(id, member(next, "refresh_token")), "error"), "invalid_grant");
        const Reply other = tokens(id);
        clock.time += Tokens::kRefreshTime;
        QCOMPARE(member(refresh(id, member(other, "refresh_token")), "error"), "invalid_grant");
    }

    void revokingEndsTheFamilyOfTheOwnClient()
    {
        const std::string id = client();
        const std::string other = client();
        for (const char *which : {"access_token", "refresh_token"}) {
            const Reply reply = tokens(id);
            const std::string token = member(reply, which);
            QCOMPARE(post("/revoke", {{"token", token}, {"client_id", other}}).status, 200);
            QVERIFY(server->find(member(reply, "access_token")));
            QCOMPARE(post("/revoke", {{"token", token}, {"client_id", id}}).status, 200);
            QVERIFY(!server->find(member(reply, "access_token")));
        }
        QCOMPARE(post("/revoke", {{"token", "unknown"}}).status, 200);
    }

    void aNoAndATimeoutAreToldToTheClient()
    {
        const std::string id = client();
        get("/authorize/wait",
            "ticket=" + ticketIn(get("/authorize", encoded(authorizeFields(id)))));
        QVERIFY(server->decide(desk.questions.back().id, std::nullopt));
        QCOMPARE(parameterOf(field(last, "Location"), "error"), "access_denied");
        QCOMPARE(parameterOf(field(last, "Location"), "state"), "a state & more");

        const std::string ticket = ticketIn(get("/authorize", encoded(authorizeFields(id))));
        for (int i = 0; i < Questions::kTime / 25'000; ++i) {
            get("/authorize/wait", "ticket=" + ticket);
            clock.time += 25'000;
            server->sweep();
            QCOMPARE(field(last, "Location"), "/authorize/wait?ticket=" + ticket);
        }
        get("/authorize/wait", "ticket=" + ticket);
        clock.time += 25'000;
        server->sweep();
        QCOMPARE(parameterOf(field(last, "Location"), "error"), "access_denied");
        QCOMPARE(desk.withdrawn.size(), std::size_t(1));
        QVERIFY(!server->decide(desk.questions.back().id, Consent{"grant_1", "db:read"}));
    }

    void aLateYesCountsForTheNextTry()
    {
        const std::string id = client();
        const std::string ticket = ticketIn(get("/authorize", encoded(authorizeFields(id))));
        get("/authorize/wait", "ticket=" + ticket);
        gone(); // the agent has given up, and the tab is closed
        clock.time += 40'000;
        server->sweep();
        QVERIFY(server->decide(desk.questions.back().id, Consent{"grant_1", "db:read"}));
        const Reply again = get("/authorize", encoded(authorizeFields(id)));
        QCOMPARE(again.status, 302);
        QCOMPARE(desk.questions.size(), std::size_t(1));
        const std::string code = parameterOf(field(again, "Location"), "code");
        QCOMPARE(post("/token", redeemFields(id, code)).status, 200);
        // It has been made use of.
        QCOMPARE(get("/authorize", encoded(authorizeFields(id))).status, 200);
        QCOMPARE(desk.questions.size(), std::size_t(2));
        // Another client has nothing of it, nor does a revoked grant count.
        server->decide(desk.questions.back().id, Consent{"grant_2", "db:read"});
        QCOMPARE(get("/authorize", encoded(authorizeFields(client()))).status, 200);
        desk.revoked.insert("grant_2");
        QCOMPARE(get("/authorize", encoded(authorizeFields(id))).status, 200);
    }

    void equalQuestionsAreOneAndTooManyAreRefused()
    {
        const std::string id = client();
        std::vector<std::string> tickets;
        for (int i = 0; i < 100; ++i) {
            const Reply page = get("/authorize", encoded(authorizeFields(id)));
            if (page.status == 200)
                tickets.push_back(ticketIn(page));
            else
                QCOMPARE(page.status, 429);
        }
        QCOMPARE(desk.questions.size(), std::size_t(1));
        QCOMPARE(tickets.size(), Questions::kMostTabs);
        for (int i = 0; i < 5; ++i)
            get("/authorize", encoded(authorizeFields(client())));
        QCOMPARE(desk.questions.size(), Questions::kMostOpen);
        // One yes lets every tab of the client go on, each with a code of its own.
        std::set<std::string> codes;
        server->decide(desk.questions.front().id, Consent{"grant_1", "db:read"});
        for (const std::string &ticket : tickets)
            codes.insert(
                parameterOf(field(get("/authorize/wait", "ticket=" + ticket), "Location"), "code"));
        QCOMPARE(codes.size(), tickets.size());
        QVERIFY(!codes.contains({}));
    }

    void aSchemeOfAnApplicationGetsAPageThatOpensIt()
    {
        const std::string redirect = "cursor://anysphere.cursor-mcp/oauth/callback";
        const std::string id = client(redirect);
        const Fields fields = changed(authorizeFields(id), "redirect_uri", redirect);
        approvedRedirect(fields);
        QCOMPARE(last.status, 200);
        QVERIFY(last.body.find("url=cursor://anysphere.cursor-mcp/oauth/callback?code=")
                != std::string::npos);
    }

    void thePagesScriptIsToldWhatToSay()
    {
        const std::string id = client();
        get("/authorize", encoded(authorizeFields(id)));
        const std::string ticket = QRegularExpression(QStringLiteral("ticket=([A-Za-z0-9_-]+)"))
                                       .match(QString::fromStdString(last.body))
                                       .captured(1)
                                       .toStdString();
        get("/authorize/wait", "ticket=" + ticket + "&as=json");
        QVERIFY(!isAnswered);
        clock.time += 26'000;
        server->sweep();
        QCOMPARE(member(last, "state"), "waiting");
        get("/authorize/wait", "ticket=" + ticket + "&as=json");
        server->decide(desk.questions.back().id, std::nullopt);
        QCOMPARE(member(last, "state"), "over");
        QCOMPARE(member(last, "title"), "Agent stays out");
        QCOMPARE(parameterOf(member(last, "location"), "error"), "access_denied");
        get("/authorize/wait", "ticket=" + ticket + "&as=json");
        QCOMPARE(last.status, 410);
        QCOMPARE(member(last, "state"), "over");

        get("/authorize", encoded(authorizeFields(id)));
        const std::string next = QRegularExpression(QStringLiteral("ticket=([A-Za-z0-9_-]+)"))
                                     .match(QString::fromStdString(last.body))
                                     .captured(1)
                                     .toStdString();
        get("/authorize/wait", "ticket=" + next + "&as=json");
        server->decide(desk.questions.back().id, Consent{"grant_1", "db:read"});
        QCOMPARE(member(last, "title"), "You can go back to Agent");
        QVERIFY(member(last, "location").starts_with(kRedirect + "?code="));
    }

    void whatAPageShowsIsText()
    {
        const std::string id = client(kRedirect, "<script>alert(1)</script>\"'\u202Eevil");
        const Reply page = get("/authorize", encoded(authorizeFields(id)));
        QVERIFY(page.body.find("<script>") == std::string::npos);
        QVERIFY(page.body.find("alert(1)</script>") == std::string::npos);
        QVERIFY(page.body.find("\u202E") == std::string::npos);
        QVERIFY(page.body.find("&lt;script&gt;") != std::string::npos);
    }

    // Every one of these is refused without a redirect, without a question and without a token.
    void authorizeIsNoOpenDoor_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("value");
        const auto row = [](const char *tag, const char *name, const char *value) {
            QTest::newRow(tag) << QString::fromLatin1(name) << QString::fromLatin1(value);
        };
        row("unknown client", "client_id", "tcc_unknown");
        row("no client", "client_id", "");
        row("document without support", "client_id", "https://agent.example/client.json");
        row("another host", "redirect_uri", "http://evil.example/callback");
        row("another path", "redirect_uri", "http://127.0.0.1:9999/callback/../other");
        row("a longer path", "redirect_uri", "http://127.0.0.1:9999/callback/x");
        row("another query", "redirect_uri", "http://127.0.0.1:9999/callback?x=1");
        row("a fragment", "redirect_uri", "http://127.0.0.1:9999/callback#x");
        row("user information", "redirect_uri", "http://127.0.0.1:9999@evil.example/callback");
        row("host in user information", "redirect_uri",
            "http://evil.example@127.0.0.1:9999/callback");
        row("a name that begins so", "redirect_uri", "http://127.0.0.1.evil.example/callback");
        row("localhost for an address", "redirect_uri", "http://localhost:9999/callback");
        row("https for http", "redirect_uri", "https://127.0.0.1:9999/callback");
        row("backslash", "redirect_uri", "http://127.0.0.1:9999\\@evil.example/callback");
        row("script", "redirect_uri", "javascript:alert(1)");
        row("data", "redirect_uri", "data:text/html,hello");
        row("relative", "redirect_uri", "/callback");
        row("no scheme", "redirect_uri", "//127.0.0.1:9999/callback");
        row("an encoded path", "redirect_uri", "http://127.0.0.1:9999/%63allback");
        row("upper case path", "redirect_uri", "http://127.0.0.1:9999/Callback");
        row("a tab", "redirect_uri", "http://127.0.0.1:9999/call\tback");
        row("decimal address", "redirect_uri", "http://2130706433:9999/callback");
    }
    void authorizeIsNoOpenDoor()
    {
        QFETCH(QString, name);
        QFETCH(QString, value);
        const Reply reply = get(
            "/authorize",
            encoded(changed(authorizeFields(client()), name.toStdString(), value.toStdString())));
        QCOMPARE(reply.status, 400);
        QVERIFY(field(reply, "Location").empty());
        QVERIFY(desk.questions.empty());
    }

    void authorizeTellsTheClientWhatIsWrong_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("error");
        const auto row
            = [](const char *tag, const char *name, const char *value, const char *error) {
                  QTest::newRow(tag) << QString::fromLatin1(name) << QString::fromLatin1(value)
                                     << QString::fromLatin1(error);
              };
        row("implicit", "response_type", "token", "unsupported_response_type");
        row("hybrid", "response_type", "code id_token", "unsupported_response_type");
        row("no type", "response_type", "", "unsupported_response_type");
        row("no challenge", "code_challenge", "", "invalid_request");
        row("short challenge", "code_challenge", "abc", "invalid_request");
        row("odd challenge", "code_challenge", "dBjftJeZ4CVP+mB92K27uhbUJU1p1r/wW1gFWFOEjXk",
            "invalid_request");
        row("plain", "code_challenge_method", "plain", "invalid_request");
        row("no method", "code_challenge_method", "", "invalid_request");
        row("lower case method", "code_challenge_method", "s256", "invalid_request");
        row("foreign resource", "resource", "https://mcp.turso.ai/mcp", "invalid_target");
        row("another port", "resource", "http://127.0.0.1:4712/mcp", "invalid_target");
        row("another path", "resource", "http://127.0.0.1:4711/other", "invalid_target");
        row("a resource that begins so", "resource", "http://127.0.0.1:4711.evil.example/mcp",
            "invalid_target");
    }
    void authorizeTellsTheClientWhatIsWrong()
    {
        QFETCH(QString, name);
        QFETCH(QString, value);
        QFETCH(QString, error);
        const Reply reply = get(
            "/authorize",
            encoded(changed(authorizeFields(client()), name.toStdString(), value.toStdString())));
        QCOMPARE(reply.status, 302);
        const std::string target = field(reply, "Location");
        QVERIFY(target.starts_with(kRedirect + "?error="));
        QCOMPARE(parameterOf(target, "error"), error.toStdString());
        QCOMPARE(parameterOf(target, "iss"), "http://127.0.0.1:4711");
        QCOMPARE(parameterOf(target, "state"), "a state & more");
        QVERIFY(desk.questions.empty());
    }

    void aLoopbackPortMayDiffer()
    {
        const std::string id = client();
        const Fields fields
            = changed(authorizeFields(id), "redirect_uri", "http://127.0.0.1:40123/callback");
        const std::string target = approvedRedirect(fields);
        QVERIFY(target.starts_with("http://127.0.0.1:40123/callback?code="));
        // And then it is that one.
        QCOMPARE(member(post("/token", redeemFields(id, parameterOf(target, "code"))), "error"),
                 "invalid_grant");
    }

    void aCodeFitsInOneWayOnly_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("error");
        const auto row
            = [](const char *tag, const char *name, const char *value, const char *error) {
                  QTest::newRow(tag) << QString::fromLatin1(name) << QString::fromLatin1(value)
                                     << QString::fromLatin1(error);
              };
        row("another code", "code", "nothing", "invalid_grant");
        row("no code", "code", "", "invalid_grant");
        row("wrong verifier", "code_verifier", "aBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
            "invalid_grant");
        row("no verifier", "code_verifier", "", "invalid_grant");
        row("short verifier", "code_verifier", "abc", "invalid_grant");
        row("the challenge as the verifier", "code_verifier",
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "invalid_grant");
        row("another redirect", "redirect_uri", "http://127.0.0.1:9998/callback", "invalid_grant");
        row("no redirect", "redirect_uri", "", "invalid_grant");
        row("another client", "client_id", "tcc_other", "invalid_grant");
        row("no client", "client_id", "", "invalid_client");
        row("foreign resource", "resource", "https://mcp.turso.ai/mcp", "invalid_target");
        row("password", "grant_type", "password", "unsupported_grant_type");
        row("client credentials", "grant_type", "client_credentials", "unsupported_grant_type");
        row("implicit", "grant_type", "implicit", "unsupported_grant_type");
        row("no grant type", "grant_type", "", "unsupported_grant_type");
    }
    void aCodeFitsInOneWayOnly()
    {
        QFETCH(QString, name);
        QFETCH(QString, value);
        QFETCH(QString, error);
        const std::string id = client();
        const Reply reply = post(
            "/token", changed(redeemFields(id, code(id)), name.toStdString(), value.toStdString()));
        QVERIFY(reply.status == 400 || reply.status == 401);
        QCOMPARE(member(reply, "error"), error.toStdString());
        QVERIFY(member(reply, "access_token").empty());
    }

    void aCodeIsUsedOnceAndNotLater()
    {
        const std::string id = client();
        const std::string used = code(id);
        const Reply reply = post("/token", redeemFields(id, used));
        QCOMPARE(reply.status, 200);
        QCOMPARE(member(post("/token", redeemFields(id, used)), "error"), "invalid_grant");
        QVERIFY(!server->find(member(reply, "access_token"))); // nobody knows who has the other
        QCOMPARE(member(refresh(id, member(reply, "refresh_token")), "error"), "invalid_grant");
        const std::string late = code(id);
        clock.time += Tokens::kCodeTime;
        QCOMPARE(member(post("/token", redeemFields(id, late)), "error"), "invalid_grant");
        // One wrong guess, and it is gone.
        const std::string guessed = code(id);
        post("/token", changed(redeemFields(id, guessed), "code_verifier", std::string(43, 'a')));
        QCOMPARE(member(post("/token", redeemFields(id, guessed)), "error"), "invalid_grant");
    }

    void aRefreshTokenIsItsClientsOwn()
    {
        const std::string id = client();
        const Reply reply = tokens(id);
        QCOMPARE(member(refresh(client(), member(reply, "refresh_token")), "error"),
                 "invalid_grant");
        QCOMPARE(member(refresh(id, member(reply, "access_token")), "error"), "invalid_grant");
        QCOMPARE(member(post("/token",
                             {{"grant_type", "refresh_token"},
                              {"client_id", id},
                              {"refresh_token", member(reply, "refresh_token")},
                              {"resource", "https://mcp.turso.ai/mcp"}}),
                        "error"),
                 "invalid_target");
        QVERIFY(!server->find(member(reply, "refresh_token")));
        QCOMPARE(refresh(id, member(reply, "refresh_token")).status, 200);
    }

    void formsAreStrict_data()
    {
        QTest::addColumn<QString>("type");
        QTest::addColumn<QString>("body");
        const QString form = QStringLiteral("application/x-www-form-urlencoded");
        QTest::newRow("json") << QStringLiteral("application/json")
                              << QStringLiteral("{\"grant_type\":\"authorization_code\"}");
        QTest::newRow("text") << QStringLiteral("text/plain")
                              << QStringLiteral("grant_type=refresh_token&client_id=x");
        QTest::newRow("twice") << form
                               << QStringLiteral(
                                      "grant_type=refresh_token&client_id=x&client_id=y");
        QTest::newRow("broken encoding")
            << form << QStringLiteral("grant_type=refresh_token&client_id=%zz");
        QTest::newRow("cut encoding")
            << form << QStringLiteral("grant_type=refresh_token&client_id=%4");
        QTest::newRow("not UTF-8")
            << form << QStringLiteral("grant_type=refresh_token&client_id=%ff%fe");
        QTest::newRow("NUL") << form << QStringLiteral("grant_type=refresh_token&client_id=a%00b");
        QTest::newRow("line break")
            << form << QStringLiteral("grant_type=refresh_token&client_id=a%0d%0ab");
        QTest::newRow("very many") << form << QStringLiteral("a=1&").repeated(60);
    }
    void formsAreStrict()
    {
        QFETCH(QString, type);
        QFETCH(QString, body);
        const Reply reply = ask({.method = "POST",
                                 .path = "/token",
                                 .contentType = type.toStdString(),
                                 .body = body.toStdString()});
        QCOMPARE(reply.status, 400);
        QCOMPARE(member(reply, "error"), "invalid_request");
    }

    void registrationTakesWhatAgentsSend()
    {
        for (const char *uri :
             {"http://localhost:1234/oauth/callback", "http://[::1]/cb",
              "https://vscode.dev/redirect", "cursor://anysphere.cursor-mcp/oauth/callback",
              "com.example.app:/callback"}) {
            const Reply reply = registering({{"client_name", "Any"},
                                             {"redirect_uris", {uri}},
                                             {"application_type", "web"},
                                             {"token_endpoint_auth_method", "client_secret_basic"},
                                             {"software_id", "x"}});
            QCOMPARE(reply.status, 201);
            QCOMPARE(member(reply, "token_endpoint_auth_method"), "none");
            QVERIFY(reply.body.find("secret\"") == std::string::npos);
        }
        QCOMPARE(member(registering({{"redirect_uris", {kRedirect}}}), "client_name"),
                 "An agent without a name");
        QVERIFY(member(registering({{"client_name", std::string(500, 'x')},
                                    {"redirect_uris", {kRedirect}}}),
                       "client_name")
                    .size()
                <= 100);
    }

    void registrationRefuses_data()
    {
        QTest::addColumn<QString>("body");
        const auto redirect = [](const char *uri) {
            return QStringLiteral("{\"redirect_uris\":[\"%1\"]}").arg(QLatin1String(uri));
        };
        QTest::newRow("no json") << QStringLiteral("hello");
        QTest::newRow("a list") << QStringLiteral("[]");
        QTest::newRow("no redirects") << QStringLiteral("{\"client_name\":\"x\"}");
        QTest::newRow("empty redirects") << QStringLiteral("{\"redirect_uris\":[]}");
        QTest::newRow("a number") << QStringLiteral("{\"redirect_uris\":[1]}");
        QTest::newRow("one text") << QStringLiteral("{\"redirect_uris\":\"http://localhost/cb\"}");
        QTest::newRow("implicit only") << QStringLiteral(
            "{\"redirect_uris\":[\"http://localhost/cb\"],\"grant_types\":[\"implicit\"]}");
        QTest::newRow("token responses") << QStringLiteral(
            "{\"redirect_uris\":[\"http://localhost/cb\"],\"response_types\":[\"token\"]}");
        QTest::newRow("http elsewhere") << redirect("http://agent.example/cb");
        QTest::newRow("http on the network") << redirect("http://192.168.0.1/cb");
        QTest::newRow("http to any address") << redirect("http://0.0.0.0/cb");
        QTest::newRow("script") << redirect("javascript:alert(1)");
        QTest::newRow("data") << redirect("data:text/html,x");
        QTest::newRow("file") << redirect("file:///etc/passwd");
        QTest::newRow("blob") << redirect("blob:http://localhost/1");
        QTest::newRow("fragment") << redirect("http://localhost/cb#x");
        QTest::newRow("user") << redirect("http://user@localhost/cb");
        QTest::newRow("space") << redirect("http://localhost/c b");
        QTest::newRow("line break") << redirect("http://localhost/c\\nb");
        QTest::newRow("no host") << redirect("https:///cb");
        QTest::newRow("too long") << QStringLiteral("{\"redirect_uris\":[\"http://localhost/%1\"]}")
                                         .arg(QString(2100, QLatin1Char('x')));
        QTest::newRow("too large")
            << QStringLiteral("{\"redirect_uris\":[\"http://localhost/cb\"],\"x\":\"%1\"}")
                   .arg(QString(9000, QLatin1Char('x')));
        QTest::newRow("too deep") << QStringLiteral("{\"redirect_uris\":%1%2}")
                                         .arg(QString(100, QLatin1Char('[')),
                                              QString(100, QLatin1Char(']')));
    }
    void registrationRefuses()
    {
        QFETCH(QString, body);
        const Reply reply = ask({.method = "POST",
                                 .path = "/register",
                                 .contentType = "application/json",
                                 .body = body.toStdString()});
        QCOMPARE(reply.status, 400);
        QVERIFY(member(reply, "client_id").empty());
    }

    void aFloodOfRegistrationsLosesNobodyKnown()
    {
        const std::string id = client();
        QCOMPARE(tokens(id).status, 200);
        for (int minute = 0; minute < 10; ++minute) {
            for (int i = 0; i < 70; ++i) {
                const Reply reply = registering({{"redirect_uris", {kRedirect}}});
                QVERIFY(reply.status == 201 || reply.status == 429);
            }
            QCOMPARE(last.status, 429);
            clock.time += 60'000;
        }
        QCOMPARE(get("/authorize", encoded(authorizeFields(id))).status, 200);
    }

    void guessingAtTheTokenEndpointIsSlow()
    {
        const std::string id = client();
        const Reply good = tokens(id);
        for (int i = 0; i < 60; ++i)
            QCOMPARE(refresh(id, "guess" + std::to_string(i)).status, 400);
        QCOMPARE(refresh(id, "one more").status, 429);
        // Who knows is not kept out by who guesses.
        QCOMPARE(refresh(id, member(good, "refresh_token")).status, 200);
        clock.time += 60'000;
        QCOMPARE(refresh(id, "one more").status, 400);
    }

    void methodsAndTicketsAreChecked()
    {
        for (const char *path : {"/token", "/register", "/revoke"})
            QCOMPARE(get(path).status, 405);
        for (const char *path :
             {"/authorize", "/authorize/wait", "/.well-known/oauth-authorization-server"})
            QCOMPARE(post(path, {}).status, 405);
        QCOMPARE(get("/authorize/wait", "ticket=unknown").status, 410);
        QCOMPARE(get("/authorize/wait").status, 410);
        QVERIFY(!AuthorizationServer::servesPath("/mcp"));
        QVERIFY(!AuthorizationServer::servesPath("/authorize/"));
    }
};

QTEST_GUILESS_MAIN(tst_AuthorizationServer)
#include "tst_authorizationserver.moc"
