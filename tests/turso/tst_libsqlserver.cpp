// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/json.h"
#include "support/testcase.h"
#include "turso/apiclient/apiclient.h"
#include "turso/jwtkey.h"
#include "turso/libsqlserver/libsqlserver.h"
#include "turso/libsqlserver/serverfigures.h"
#include "turso/libsqlserver/tokenclaims.h"
#include "turso/libsqlserver/usagewatch.h"
#include "turso/sqldprocess.h"

#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

using namespace Turso;
using Base::ErrorKind;
using Base::Json;

namespace
{

template <typename T>
Base::Result<T> wait(Base::Pending<T> pending)
{
    if (!QTest::qWaitFor([&pending] { return pending.isFinished(); }, 30'000))
        return Base::fail(ErrorKind::Internal, "nothing came within 30 seconds");
    return Base::resultOf(pending);
}

template <typename T>
std::string kindOf(const Base::Result<T> &result)
{
    return result ? "ok" : std::string(Base::wireCode(result.error().kind));
}

template <typename T>
QByteArray why(const Base::Result<T> &result)
{
    return result ? QByteArray("ok") : QByteArray::fromStdString(result.error().message);
}

std::shared_ptr<const Base::Secret> secret(const std::string &text)
{
    return std::make_shared<const Base::Secret>(text);
}

std::string fact(const Health &health, const std::string &name)
{
    for (const auto &[fact, value] : health.facts) {
        if (fact == name)
            return value;
    }
    return "no such fact";
}

bool warns(const Health &health, const char *word)
{
    for (const std::string &warning : health.warnings) {
        if (warning.find(word) != std::string::npos)
            return true;
    }
    return false;
}

constexpr char kKey[] = "c2VjcmV0";

std::string namesOf(const Base::Result<std::vector<Database>> &databases)
{
    if (!databases)
        return databases.error().message;
    std::string names;
    for (const Database &database : *databases)
        names += database.name + " ";
    return names;
}

class FakeClock final : public Base::Clock
{
public:
    Base::Millis time = 1'795'500'000'000 - 1'795'500'000'000 % 3'600'000; ///< a full hour
    Base::Millis now() const override { return time; }
};

/// Answers every request with the same bytes.
class OddServer : public QTcpServer
{
public:
    explicit OddServer(QByteArray head, QByteArray body)
    {
        listen(QHostAddress::LocalHost);
        connect(this, &QTcpServer::newConnection, this, [this, head, body] {
            QTcpSocket *socket = nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [socket, head, body] {
                const QByteArray request = socket->readAll();
                if (!request.contains("\r\n\r\n"))
                    return;
                socket->write(head + "Content-Length: " + QByteArray::number(body.size())
                              + "\r\nConnection: close\r\n\r\n" + body);
                socket->disconnectFromHost();
            });
        });
    }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(serverPort()); }
};

} // namespace

class tst_LibsqlServer : public Support::TestCase
{
    Q_OBJECT

    /// One of each kind for the whole program: starting one takes a while.
    std::unique_ptr<SqldProcess> m_many; ///< namespaces, admin API with a key
    std::unique_ptr<QTemporaryDir> m_folder;
    int m_number = 0;

    void setUp() override { m_folder = std::make_unique<QTemporaryDir>(); }

    std::string freshName(const char *prefix = "db")
    {
        return prefix + std::string("-") + std::to_string(++m_number);
    }
    LibsqlServerOptions optionsFor(const SqldProcess &sqld, const char *key = nullptr) const
    {
        LibsqlServerOptions options;
        options.id = "sqld";
        options.url = sqld.url();
        if (key != nullptr) {
            options.adminUrl = sqld.adminUrl();
            if (*key != '\0')
                options.adminKey = secret(key);
        }
        options.folder = m_folder->filePath(QStringLiteral("own")).toStdString();
        return options;
    }
    static std::unique_ptr<LibsqlServer> opened(LibsqlServerOptions options)
    {
        auto server = LibsqlServer::open(std::move(options));
        return server ? std::move(*server) : nullptr;
    }
    /// Statements of the test's own, past everything.
    static std::string sql(const SqldProcess &sqld, const std::string &name,
                           const std::vector<std::string> &statements)
    {
        ApiClient client(sqld.url());
        Json requests = Json::array();
        for (const std::string &statement : statements)
            requests.push_back({{"type", "execute"}, {"stmt", {{"sql", statement}}}});
        requests.push_back({{"type", "close"}});
        ApiRequest request;
        request.method = "POST";
        request.path = "/v2/pipeline";
        request.headers = {{"x-namespace-bin",
                            QByteArray::fromStdString(name)
                                .toBase64(QByteArray::OmitTrailingEquals)
                                .toStdString()}};
        request.body = Base::dumpJson({{"requests", requests}});
        const auto answer = wait(client.send(request));
        if (!answer || answer->status != 200)
            return "no answer";
        const auto json = Base::parseJson(answer->body);
        const Json &result = (*json)["results"][statements.size() - 1];
        return result["type"] == "ok" ? Base::dumpJson(result["response"]["result"]["rows"])
                                      : result["error"]["message"].get<std::string>();
    }
    static ApiAnswer adminSays(const SqldProcess &sqld, const char *method, const std::string &path,
                               const std::string &body = {})
    {
        ApiClient client(sqld.adminUrl());
        ApiRequest request;
        request.method = method;
        request.path = path;
        request.body = body;
        request.authorization = secret(std::string("Basic ") + kKey);
        return wait(client.send(request)).value_or(ApiAnswer());
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_many = std::make_unique<SqldProcess>();
        QCOMPARE(m_many->start({.adminKey = QString::fromLatin1(kKey)}), QString());
    }
    void cleanupTestCase() { m_many.reset(); }

    void beforeItHasBeenAskedTheLeastIsTold()
    {
        const auto server = opened(optionsFor(*m_many, kKey));
        Capabilities can = server->capabilities();
        QVERIFY(!can.createDatabases && !can.branches && !can.pointInTime && !can.configuration);
        const auto health = wait(server->check());
        QVERIFY(health);
        can = server->capabilities();
        QVERIFY(can.createDatabases && can.branches && can.configuration && can.analytics);
        QVERIFY(!can.pointInTime && !can.groups && !can.auditList);
    }

    void aHealthyServerIsReadyAndItsFunctionsAreWarnedOf()
    {
        const auto server = opened(optionsFor(*m_many, kKey));
        const auto health = wait(server->check());
        QVERIFY2(health && health->state == Health::State::Ready, why(health));
        QVERIFY(health->sentence.empty());
        QVERIFY(fact(*health, "Server").starts_with("sqld 0."));
        QCOMPARE(fact(*health, "Namespaces"), std::string("on"));
        QCOMPARE(fact(*health, "Admin API"), std::string("available"));
        QCOMPARE(fact(*health, "Point in time"), std::string("no"));
        QCOMPARE(fact(*health, "Token"), std::string("none"));
        QVERIFY(warns(*health, "readfile, writefile"));
        QVERIFY(!warns(*health, "asks nobody"));
        QVERIFY(!warns(*health, "not encrypted"));
        // Looking for backups has left nothing behind.
        for (const QString &name : QDir(m_many->folder() + QStringLiteral("/dbs"))
                                       .entryList(QDir::Dirs | QDir::NoDotAndDotDot))
            QVERIFY2(!name.startsWith(QLatin1String("zz-")), qPrintable(name));
    }

    void databasesAreCreatedListedAndDeleted()
    {
        const auto server = opened(optionsFor(*m_many, kKey));
        const std::string name = freshName();
        auto made = wait(server->createDatabase({.name = name, .group = "", .sizeLimit = 100'000}));
        QVERIFY2(made, why(made));
        QCOMPARE(made->configuration.sizeLimit.value_or(0), std::int64_t(98304));
        QCOMPARE(made->group, std::string("default"));
        QCOMPARE(made->engine, std::string("libsql"));
        QCOMPARE(made->url, m_many->url());
        QVERIFY(made->createdAt && made->sizeBytes && !made->id.empty());
        QCOMPARE(kindOf(wait(server->createDatabase({.name = name, .group = ""}))),
                 std::string("already_exists"));
        const auto list = wait(server->databases(""));
        QVERIFY2(list && list->size() >= 1, why(list));
        QCOMPARE(wait(server->databases("other"))->size(), std::size_t(0));
        QCOMPARE(wait(server->deleteDatabase(name)).value_or(""), name);
        QCOMPARE(kindOf(wait(server->database(name))), std::string("not_found"));
        QCOMPARE(kindOf(wait(server->deleteDatabase(name))), std::string("not_found"));
    }

    void aServerWithoutNamespacesHasOneDatabase()
    {
        SqldProcess sqld;
        QCOMPARE(sqld.start({.namespaces = false}), QString());
        const auto server = opened(optionsFor(sqld, ""));
        const auto health = wait(server->check());
        QVERIFY2(health && health->state == Health::State::Ready, health->sentence.c_str());
        QCOMPARE(fact(*health, "Namespaces"), std::string("off: the one database is default"));
        QCOMPARE(namesOf(wait(server->databases(""))), std::string("default "));
        QVERIFY(!server->capabilities().createDatabases && !server->capabilities().branches);
        QVERIFY(server->capabilities().configuration);
        const auto made = wait(server->createDatabase({.name = "other", .group = ""}));
        QCOMPARE(kindOf(made), std::string("unsupported"));
        QVERIFY(made.error().details.find("create_databases") != std::string::npos);
        QCOMPARE(
            kindOf(wait(server->createBranch({.database = "default", .name = "b", .group = ""}))),
            std::string("unsupported"));
        // Whatever name is asked for, the server would take it for its one database.
        QCOMPARE(kindOf(wait(server->database("other"))), std::string("not_found"));
        QCOMPARE(kindOf(wait(server->deleteDatabase("default"))), std::string("unsupported"));
        const auto blocked = wait(server->configureDatabase("default", {.blockWrites = true}));
        QVERIFY2(blocked && blocked->database.configuration.blockWrites, why(blocked));
        QVERIFY(sql(sqld, "", {"CREATE TABLE t(a)"}).find("blocked") != std::string::npos);
    }

    void withoutItsAdminApiThereIsLessToDo()
    {
        const std::string name = freshName();
        adminSays(*m_many, "POST", "/v1/namespaces/" + name + "/create", "{}");
        const auto server = opened(optionsFor(*m_many));
        const auto health = wait(server->check());
        QVERIFY(health && health->state == Health::State::Limited);
        QVERIFY2(health->sentence.find("admin API") != std::string::npos, health->sentence.c_str());
        QVERIFY(!server->capabilities().createDatabases && !server->capabilities().configuration);
        QCOMPARE(kindOf(wait(server->createDatabase({.name = "x", .group = ""}))),
                 std::string("unsupported"));
        QCOMPARE(kindOf(wait(server->configureDatabase("default", {.blockReads = true}))),
                 std::string("unsupported"));
        // What is asked for by name and answers is one of its databases from then on.
        QVERIFY(namesOf(wait(server->databases(""))).find(name) == std::string::npos);
        const auto adopted = wait(server->database(name));
        QVERIFY2(adopted && !adopted->id.empty(), why(adopted));
        QVERIFY(namesOf(wait(server->databases(""))).find(name) != std::string::npos);
        QCOMPARE(kindOf(wait(server->database("nobody"))), std::string("not_found"));
        const auto figures = wait(server->analytics(name, 0, 60'000));
        QVERIFY2(figures && figures->sources.size() == 2, why(figures));
        QVERIFY(figures->sources[1].covers.starts_with("Nothing"));
    }

    void aWrongAdminKeyIsTold()
    {
        const auto server = opened(optionsFor(*m_many, "d3Jvbmc="));
        const auto health = wait(server->check());
        QVERIFY(health && health->state == Health::State::Limited);
        QVERIFY2(health->sentence.find("admin key") != std::string::npos, health->sentence.c_str());
        QCOMPARE(kindOf(wait(server->createDatabase({.name = "x", .group = ""}))),
                 std::string("unauthorized"));
    }

    void whatDoesNotAnswerIsUnreachable()
    {
        LibsqlServerOptions options = optionsFor(*m_many);
        options.url = "http://127.0.0.1:1";
        auto server = opened(options);
        auto health = wait(server->check());
        QVERIFY2(health && health->state == Health::State::Unreachable, why(health));
        QVERIFY(!health->sentence.empty());
        QCOMPARE(kindOf(wait(server->databases(""))), std::string("upstream_error"));
        const OddServer odd("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n", "<html>hello</html>");
        options.url = odd.url();
        server.reset();
        server = opened(options);
        health = wait(server->check());
        QVERIFY(health && health->state == Health::State::Unreachable);
        QVERIFY2(health->sentence.find("not libsql-server") != std::string::npos,
                 health->sentence.c_str());
    }

    void oddAnswersOfTheAdminApiAreErrors_data()
    {
        QTest::addColumn<QByteArray>("head");
        QTest::addColumn<QByteArray>("body");
        const QByteArray json = "Content-Type: application/json\r\n";
        QTest::newRow("gRPC") << QByteArray("HTTP/1.1 200 OK\r\nContent-Type: "
                                            "application/grpc\r\ngrpc-status: 12\r\n")
                              << QByteArray();
        QTest::newRow("empty") << "HTTP/1.1 200 OK\r\n" + json << QByteArray();
        QTest::newRow("list") << "HTTP/1.1 200 OK\r\n" + json << QByteArray("[1, 2]");
        QTest::newRow("types") << "HTTP/1.1 200 OK\r\n" + json
                               << QByteArray(R"({"block_reads":1,"block_writes":"no"})");
        QTest::newRow("deep") << "HTTP/1.1 200 OK\r\n" + json << QByteArray(100'000, '[');
        QTest::newRow("html") << QByteArray("HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n")
                              << QByteArray("<h1>nginx</h1>");
        QTest::newRow("500") << "HTTP/1.1 500 Oops\r\n" + json << QByteArray(R"({"error":7})");
        QTest::newRow("redirect") << QByteArray(
            "HTTP/1.1 302 Found\r\nLocation: http://example.com/\r\n")
                                  << QByteArray();
    }
    void oddAnswersOfTheAdminApiAreErrors()
    {
        QFETCH(QByteArray, head);
        QFETCH(QByteArray, body);
        const OddServer odd(head, body);
        LibsqlServerOptions options = optionsFor(*m_many);
        options.adminUrl = odd.url();
        const auto server = opened(options);
        const auto made = wait(server->createDatabase({.name = "x", .group = ""}));
        QCOMPARE(kindOf(made), std::string("upstream_error"));
        QVERIFY(!server->capabilities().createDatabases);
        QVERIFY(!made.error().message.empty());
        // One that greets rightly and then talks nonsense.
        const OddServer liar("HTTP/1.1 200 OK\r\n", "Welcome to the sqld admin API" + body);
        options.adminUrl = liar.url();
        options.folder += "-2";
        const auto misled = opened(options);
        QCOMPARE(kindOf(wait(misled->database("default"))), std::string("upstream_error"));
        QCOMPARE(kindOf(wait(misled->configureDatabase("default", {.blockReads = true}))),
                 std::string("upstream_error"));
    }

    void tokensAreToldApart()
    {
        const JwtKey key;
        SqldProcess sqld;
        QCOMPARE(sqld.start({.jwtKeyFile = key.publicFile()}), QString());
        const auto healthWith = [&](const std::string &token) {
            LibsqlServerOptions options = optionsFor(sqld, "");
            options.folder += std::to_string(++m_number);
            if (!token.empty())
                options.token = secret(token);
            const auto server = opened(options);
            return wait(server->check()).value_or(Health());
        };
        Health health = healthWith({});
        QCOMPARE(health.state, Health::State::SignedOut);
        QVERIFY2(health.sentence.find("asks for a token") != std::string::npos,
                 health.sentence.c_str());
        health = healthWith(key.token(Json::object()));
        QVERIFY2(health.state == Health::State::Ready, health.sentence.c_str());
        QCOMPARE(fact(health, "Token"), std::string("may read and write"));
        QVERIFY(!warns(health, "asks nobody"));
        health = healthWith(key.token({{"a", "ro"}}));
        QCOMPARE(health.state, Health::State::Limited);
        QCOMPARE(fact(health, "Token"), std::string("may read only"));
        // What a token that nobody can read may do, the server says.
        health = healthWith(key.token({{"p", {{"ro", {{"ns", {"default"}}}}}}}));
        QCOMPARE(fact(health, "Token"), std::string("may read only"));
        const JwtKey other;
        QCOMPARE(healthWith(other.token(Json::object())).state, Health::State::SignedOut);
        QCOMPARE(healthWith("nonsense").state, Health::State::SignedOut);
    }

    void aTokenThatOnlyReadsIsTurnedAwayBeforeAnythingIsSent()
    {
        const JwtKey key;
        LibsqlServerOptions options = optionsFor(*m_many, kKey);
        options.token = secret(key.token({{"a", "ro"}}));
        auto server = opened(options);
        const auto run = [&](const char *database, Privilege privilege, const char *text) {
            Script script;
            script.statements = *Sql::classify(text);
            return wait(server->openSession(database, privilege)->execute(script, {}));
        };
        const auto refused = run("default", Privilege::Write, "INSERT INTO t VALUES(1)");
        QCOMPARE(kindOf(refused), std::string("unauthorized"));
        QVERIFY(refused.error().message.find("may read") != std::string::npos);
        server.reset();
        options.token = secret(key.token({{"id", "other"}}));
        server = opened(options);
        QCOMPARE(kindOf(run("default", Privilege::Read, "SELECT 1")), std::string("unauthorized"));
        server.reset();
        options.token = secret(key.token({{"exp", 1000}}));
        server = opened(options);
        const auto expired = run("default", Privilege::Read, "SELECT 1");
        QCOMPARE(kindOf(expired), std::string("unauthorized"));
        QVERIFY(expired.error().message.find("expired") != std::string::npos);
    }

    void aConfigurationKeepsWhatItDoesNotChange()
    {
        const JwtKey key;
        const std::string name = freshName();
        const auto server = opened(optionsFor(*m_many, kKey));
        QVERIFY(wait(server->createDatabase({.name = name, .group = ""})));
        const std::string path = "/v1/namespaces/" + name + "/config";
        const Json before = {{"block_reads", false},
                             {"block_writes", false},
                             {"jwt_key", key.publicPem()},
                             {"txn_timeout_s", 7},
                             {"allow_attach", true}};
        QCOMPARE(adminSays(*m_many, "POST", path, Base::dumpJson(before)).status, 200);
        const auto limited
            = wait(server->configureDatabase(name, {.sizeLimit = 123'456, .blockWrites = true}));
        QVERIFY2(limited, why(limited));
        QCOMPARE(limited->database.configuration.sizeLimit.value_or(0), std::int64_t(122'880));
        auto told = *Base::parseJson(adminSays(*m_many, "GET", path).body);
        QCOMPARE(told["jwt_key"].get<std::string>(), key.publicPem());
        QCOMPARE(told["txn_timeout_s"].get<int>(), 7);
        QCOMPARE(told["allow_attach"].get<bool>(), true);
        QCOMPARE(told["block_writes"].get<bool>(), true);
        const std::string size = told["max_db_size"].get<std::string>();
        const auto kept = wait(server->configureDatabase(name, {.deleteProtection = true}));
        QVERIFY2(kept && kept->note.find("not by sqld") != std::string::npos, why(kept));
        QVERIFY(wait(server->configureDatabase(name, {.blockWrites = false})));
        told = *Base::parseJson(adminSays(*m_many, "GET", path).body);
        QCOMPARE(told["max_db_size"].get<std::string>(), size);
        QCOMPARE(told["jwt_key"].get<std::string>(), key.publicPem());
        QCOMPARE(wait(server->database(name))->configuration.sizeLimit.value_or(0),
                 std::int64_t(122'880));
    }

    void whoProtectsWhileSomebodyDeletesIsHeard()
    {
        const auto server = opened(optionsFor(*m_many, kKey));
        const std::string name = freshName();
        QVERIFY(wait(server->createDatabase({.name = name, .group = ""})));
        const auto protecting = server->configureDatabase(name, {.deleteProtection = true});
        const auto deleting = server->deleteDatabase(name);
        QVERIFY(wait(protecting));
        QCOMPARE(kindOf(wait(deleting)), std::string("protected"));
        QVERIFY(wait(server->database(name)));
    }

    void aBranchIsCompleteOrThereIsNone()
    {
        const auto server = opened(optionsFor(*m_many, kKey));
        const std::string source = freshName();
        QVERIFY(wait(server->createDatabase({.name = source, .group = ""})));
        sql(*m_many, source, {"CREATE TABLE t(a)", "PRAGMA user_version = 77"});
        for (int i = 1; i <= 4; ++i) {
            sql(*m_many, source, {"INSERT INTO t VALUES(1)"});
            const std::string name = freshName("branch");
            const auto branch
                = wait(server->createBranch({.database = source, .name = name, .group = ""}));
            QVERIFY2(branch && branch->parent && branch->parent->name == source, why(branch));
            QCOMPARE(sql(*m_many, name, {"SELECT count(*) FROM t"}),
                     R"([[{"type":"integer","value":")" + std::to_string(i) + R"("}]])");
        }
        QCOMPARE(sql(*m_many, source, {"PRAGMA user_version"}),
                 std::string(R"([[{"type":"integer","value":"77"}]])"));
        QCOMPARE(wait(server->branches(source))->size(), std::size_t(4));
        const NewBranch then{
            .database = source, .name = "then", .group = "", .timestamp = Base::Millis(1000)};
        const auto refused = wait(server->createBranch(then));
        QCOMPARE(kindOf(refused), std::string("unsupported"));
        QVERIFY(refused.error().details.find("point_in_time") != std::string::npos);
        QCOMPARE(kindOf(wait(server->database("then"))), std::string("not_found"));
    }

    void whatTheServerDoesNotKeepIsKeptHere()
    {
        const std::string source = freshName();
        const std::string branch = freshName();
        std::string id;
        {
            const auto server = opened(optionsFor(*m_many, kKey));
            QVERIFY(wait(
                server->createDatabase({.name = source, .group = "", .sizeLimit = 1'000'000})));
            QVERIFY(wait(server->createBranch({.database = source, .name = branch, .group = ""})));
            QVERIFY(wait(server->configureDatabase(source, {.deleteProtection = true})));
            id = wait(server->database(source))->id;
        }
        const auto server = opened(optionsFor(*m_many, kKey));
        QCOMPARE(wait(server->database(branch))->parent.value_or(ParentDatabase()).id, id);
        QCOMPARE(wait(server->database(source))->configuration.sizeLimit.value_or(0),
                 std::int64_t(999'424));
        QCOMPARE(kindOf(wait(server->deleteDatabase(source))), std::string("protected"));
        // Somebody else deletes it, and makes it anew: it is protected all the same.
        QCOMPARE(adminSays(*m_many, "DELETE", "/v1/namespaces/" + source).status, 200);
        QVERIFY(namesOf(wait(server->databases(""))).find(source) == std::string::npos);
        QCOMPARE(kindOf(wait(server->database(source))), std::string("not_found"));
        QCOMPARE(adminSays(*m_many, "POST", "/v1/namespaces/" + source + "/create", "{}").status,
                 200);
        QCOMPARE(kindOf(wait(server->deleteDatabase(source))), std::string("protected"));
    }

    void pagesAreAskedForOneByOne()
    {
        const auto server = opened(optionsFor(*m_many, kKey));
        std::vector<std::string> made;
        for (int i = 0; i < 5; ++i) {
            made.push_back(freshName("page"));
            QVERIFY(wait(server->createDatabase({.name = made.back(), .group = ""})));
        }
        const auto first = wait(server->databasePage("", 3, ""));
        QVERIFY2(first && first->databases.size() == 3 && !first->next.empty(), why(first));
        const auto second = wait(server->databasePage("", 3, first->next));
        QVERIFY2(second && second->next.empty(), why(second));
        for (const char *bad : {"x", "after:", "after:A b", "after:../x"})
            QVERIFY2(kindOf(wait(server->databasePage("", 3, bad))) == "invalid_argument", bad);
    }

    void figuresComeFromTheServer()
    {
        const auto server = opened(optionsFor(*m_many, kKey));
        const std::string name = freshName();
        QVERIFY(wait(server->createDatabase({.name = name, .group = ""})));
        sql(*m_many, name,
            {"CREATE TABLE t(a)", "INSERT INTO t VALUES('secret 1')",
             "INSERT INTO t VALUES('secret 2')", "SELECT count(*) FROM t"});
        const Base::Millis now = Base::SystemClock().now();
        const auto figures = wait(server->analytics(name, now - 3'600'000, now + 60'000));
        QVERIFY2(figures, why(figures));
        const QueryFigures *inserted = nullptr;
        for (const QueryFigures &query : figures->queries) {
            QVERIFY(query.query.find("secret") == std::string::npos);
            QVERIFY(query.query.find("turso-companion") == std::string::npos);
            if (query.query.starts_with("INSERT INTO t VALUES"))
                inserted = &query;
        }
        QVERIFY(inserted != nullptr);
        QCOMPARE(inserted->source, std::string("libsql-server"));
        QCOMPARE(inserted->count.value_or(0), std::int64_t(2));
        QVERIFY(inserted->totalMs && inserted->rowsWritten.value_or(0) == 2);
        QVERIFY(!inserted->p95Ms && !inserted->errors && !inserted->agentShare);
        QCOMPARE(figures->sources.size(), std::size_t(2));
        QCOMPARE(figures->sources[1].source, std::string("libsql-server"));
        QVERIFY2(figures->sources[1].covers.find("1 of the 2") != std::string::npos
                     || figures->sources[1].covers.find("1 of the 3") != std::string::npos,
                 figures->sources[1].covers.c_str());
    }

    void usageIsLookedAtNowAndThenAndBeforeTheHourEnds()
    {
        FakeClock clock;
        std::vector<std::string> looks;
        SelfHosted::UsageWatch watch(clock,
                                     [&looks](const std::string &name) { looks.push_back(name); });
        const Base::Millis hour = clock.time;
        QCOMPARE(watch.nextDue(), Base::Millis(0));
        watch.used("db");
        QCOMPARE(watch.nextDue(), hour + 5'000); // the first time soon
        clock.time = hour + 6'000;
        watch.lookNow();
        QCOMPARE(looks.size(), std::size_t(1));
        QCOMPARE(watch.nextDue(), Base::Millis(0)); // and no more while nothing runs
        clock.time = hour + 60'000;
        watch.used("db");
        watch.used("db");
        QCOMPARE(watch.nextDue(), hour + 6'000 + 5 * 60'000); // then every five minutes
        clock.time = hour + 58 * 60'000;
        watch.lookNow();
        watch.used("db");
        QCOMPARE(watch.nextDue(), hour + 3'600'000 - 20'000); // and before the hour is over
        clock.time = watch.nextDue();
        watch.lookNow();
        watch.used("db"); // in the hour's last seconds, once more is enough
        QCOMPARE(watch.nextDue(), clock.time + 5 * 60'000);
        watch.forget("db");
        QCOMPARE(watch.nextDue(), Base::Millis(0));
        QCOMPARE(looks.size(), std::size_t(3));
    }

    void claimsAreReadAsTheServerReadsThem()
    {
        const JwtKey key;
        const auto mayWrite = [&key](const Json &claims) {
            return SelfHosted::claimsOf(key.token(claims)).mayWrite;
        };
        QVERIFY(mayWrite(Json::object()));
        QVERIFY(mayWrite({{"a", "rw"}}));
        QVERIFY(!mayWrite({{"a", "ro"}}));
        QVERIFY(!mayWrite({{"a", "roa"}}));
        QVERIFY(!mayWrite({{"a", "rw"}, {"p", Json::object()}}));
        QVERIFY(!mayWrite({{"p", {{"ro", {{"ns", {"x"}}}}}}}));
        QVERIFY(mayWrite({{"a", "ro"}, {"p", {{"rw", {{"ns", {"x"}}}}}}}));
        QCOMPARE(SelfHosted::claimsOf(key.token({{"id", "x"}})).onlyDatabase.value_or(""),
                 std::string("x"));
        QCOMPARE(SelfHosted::claimsOf(key.token({{"exp", 5}})).expiresAt.value_or(0),
                 Base::Millis(5000));
        for (const char *odd : {"", ".", "..", "a.b.c", "a.e30", "x.W10.y", "x.eyJleHAiOi0xfQ.y",
                                "x.eyJleHAiOjllOTl9.y"})
            QVERIFY2(SelfHosted::claimsOf(odd).mayWrite && !SelfHosted::claimsOf(odd).expiresAt,
                     odd);
    }

    void oddStatisticsAreNoFigures()
    {
        const auto snapshot = [](const char *text) {
            return SelfHosted::snapshotIn(*Base::parseJson(text));
        };
        for (const char *odd :
             {"null", "1", "[]", "{}", R"({"id":"a","created_at":-1,"stats":[]})",
              R"({"id":"a","created_at":99999999999999,"stats":[]})",
              R"({"id":"a","created_at":5,"stats":{}})", R"({"id":7,"created_at":5,"stats":[]})"})
            QVERIFY2(!snapshot(odd), odd);
        const auto some = snapshot(R"({"id":"a","created_at":5,"count":9,"stats":[7,null,{},
            {"query":"SELECT 1","elapsed_ms":"x"},{"query":"SELECT 2","elapsed_ms":-3},
            {"query":"SELECT 3","elapsed_ms":1.5,"count":2,"rows_read":-1},
            {"query":"select   4","elapsed_ms":1,"count":1,"rows_written":1e99}]})");
        QVERIFY(some && some->figures.size() == 1);
        QCOMPARE(some->figures.front().count, std::int64_t(3));
        QCOMPARE(some->figures.front().totalMs, 2.5);
        QCOMPARE(some->figures.front().rowsRead, std::int64_t(0));
    }
};

QTEST_GUILESS_MAIN(tst_LibsqlServer)
#include "tst_libsqlserver.moc"
