// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/auth/authorizationserver.h"
#include "support/testcase.h"

#include <QRegularExpression>
#include <QTemporaryDir>

using namespace Mcp::Auth;

namespace
{

const std::string kId = "https://agent.example/client.json";
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
    bool isLive(const std::string &) const override { return true; }

    std::vector<ConsentQuestion> questions;
    std::vector<std::string> withdrawn;
};

/// Every https address is a client, as if its document said so.
class AnyDocument final : public ClientDocuments
{
public:
    void find(const std::string &url, Found found) override
    {
        if (url.find("broken") != std::string::npos)
            return found(Base::fail(Base::ErrorKind::InvalidArgument, "Its document is broken."));
        Client client;
        client.id = url;
        client.name = "Known Agent";
        client.redirectUris = {"http://127.0.0.1/callback"};
        client.isDocument = true;
        found(client);
    }
};

} // namespace

/// Clients whose id all the world knows: whoever comes with it may be somebody else.
class tst_DocumentSignIns : public Support::TestCase
{
    Q_OBJECT

    void setUp() override
    {
        server.reset();
        folder = std::make_unique<QTemporaryDir>();
        desk = Desk();
        server = std::make_unique<AuthorizationServer>(
            AuthorizationServerOptions{4711, folder->filePath(QStringLiteral("s")).toStdString(),
                                       std::string(32, 'k')},
            desk, &documents, clock);
    }
    Reply get(const std::string &path, const std::string &query)
    {
        last = {};
        std::function<void()> gone;
        server->serve(
            {.method = "GET", .path = path, .query = query, .host = "127.0.0.1:4711"},
            [this](const Reply &reply) { last = reply; }, &gone);
        return last;
    }
    Reply authorize(char challenge = 'a', const std::string &id = kId, const std::string &more = {})
    {
        const auto escaped = [](const std::string &text) {
            return QByteArray::fromStdString(text).toPercentEncoding().toStdString();
        };
        return get("/authorize",
                   "response_type=code&client_id=" + escaped(id) + "&redirect_uri="
                       + escaped(kRedirect) + "&code_challenge=" + std::string(43, challenge)
                       + "&code_challenge_method=S256" + more);
    }
    static std::string ticketIn(const Reply &page)
    {
        static const QRegularExpression kTicket(QStringLiteral("ticket=([A-Za-z0-9_-]+)"));
        return kTicket.match(QString::fromStdString(page.body)).captured(1).toStdString();
    }
    std::string location() const
    {
        for (const auto &[name, value] : last.fields) {
            if (name == "Location")
                return value;
        }
        return {};
    }

    TestClock clock;
    Desk desk;
    AnyDocument documents;
    std::unique_ptr<QTemporaryDir> folder;
    std::unique_ptr<AuthorizationServer> server;
    Reply last;

private Q_SLOTS:
    void aVerifiedAgentIsAskedAbout()
    {
        QCOMPARE(authorize().status, 200);
        QCOMPARE(desk.questions.size(), std::size_t(1));
        QVERIFY(desk.questions[0].client.isDocument);
        QCOMPARE(authorize('a', "https://agent.example/broken.json").status, 400);
        QVERIFY(last.body.find("Its document is broken.") != std::string::npos);
    }

    void aYesServesTheSignInThatWasAskedAbout()
    {
        const std::string ticket = ticketIn(authorize('a'));
        // Another process with the same id: neither shares in the answer nor crowds the first out.
        QCOMPARE(authorize('b').status, 429);
        QCOMPARE(desk.questions.size(), std::size_t(1));
        server->decide(desk.questions[0].id, Consent{"grant_1", "db:read"});
        QCOMPARE(authorize('b').status, 200);
        QCOMPARE(desk.questions.size(), std::size_t(2));
        get("/authorize/wait", "ticket=" + ticket);
        QVERIFY(location().starts_with(kRedirect + "?code="));
        // The late yes is for the same sign-in, down to its challenge.
        authorize('a');
        QVERIFY(location().starts_with(kRedirect + "?code="));
    }

    void aNoIsKeptForAMinute()
    {
        authorize('a');
        server->decide(desk.questions[0].id, std::nullopt);
        QCOMPARE(authorize('b').status, 429);
        QCOMPARE(authorize('b', "https://agent.example/other.json").status, 429);
        QCOMPARE(desk.questions.size(), std::size_t(1));
        // Others are others.
        QCOMPARE(authorize('c', "https://other.example/client.json").status, 200);
        clock.time += Questions::kRest;
        QCOMPARE(authorize('d').status, 200);
    }

    void aQuestionThatNobodyWaitsForIsTakenBack()
    {
        authorize('a');
        QCOMPARE(desk.questions.size(), std::size_t(1));
        clock.time += 16'000;
        server->sweep();
        QCOMPARE(desk.withdrawn, std::vector<std::string>{desk.questions[0].id});
    }

    void nobodyIsRedirectedForNothing()
    {
        QCOMPARE(authorize('a', kId, "&resource=https%3A%2F%2Fevil.example%2Fmcp").status, 400);
        QVERIFY(location().empty());
        QVERIFY(desk.questions.empty());
    }
};

QTEST_GUILESS_MAIN(tst_DocumentSignIns)
#include "tst_documentsignins.moc"
