// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/json.h"
#include "support/testcase.h"
#include "turso/apiclient/apiclient.h"
#include "turso/libsqlserver/libsqlserver.h"
#include "turso/platformapi/signingkey.h"
#include "turso/sqldprocess.h"

#include <QFile>
#include <QTemporaryDir>

#include <memory>
#include <openssl/evp.h>
#include <openssl/pem.h>
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
};

QTEST_GUILESS_MAIN(tst_LibsqlServer)
#include "tst_libsqlserver.moc"
