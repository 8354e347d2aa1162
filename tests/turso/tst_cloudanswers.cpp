// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/cloud/answers.h"
#include "turso/cloud/facts.h"
#include "turso/cloud/figures.h"
#include "turso/cloud/refusal.h"
#include "turso/cloud/sqltokens.h"
#include "turso/cloud/tokencheck.h"
#include "turso/cloudfixture.h"

using Base::Json;
using namespace Turso;
using namespace Turso::CloudApi;

Q_DECLARE_METATYPE(Turso::CloudApi::Asked)

/// What Turso's Platform API answers, with the oddities that were seen of it.
class tst_CloudAnswers : public Support::TestCase
{
    Q_OBJECT

private:
    static Json json(const QByteArray &text)
    {
        const auto parsed = Base::parseJson(text.toStdString());
        if (!parsed)
            qWarning("not JSON: %s", text.constData());
        return parsed.value_or(Json());
    }

private Q_SLOTS:
    void recordsAreReadInAnyCase_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("engine");
        QTest::newRow("Go's names") << QByteArray(
            R"({"Name":"shop","DbId":"0eb771dd-6906-11ee-8553-eaa7715aeaf2","Hostname":"shop-acme.x.turso.io",
                "group":"g","primaryRegion":"r","delete_protection":true,"parent":null})")
                                    << QByteArray("libsql");
        QTest::newRow("lower case") << QByteArray(
            R"({"name":"shop","dbId":"0eb771dd-6906-11ee-8553-eaa7715aeaf2","hostname":"shop-acme.x.turso.io",
                "group":"g","primaryregion":"r","delete_protection":"true"})")
                                    << QByteArray("libsql");
        QTest::newRow("both") << QByteArray(
            R"({"Name":"shop","name":"other","Hostname":"shop-acme.x.turso.io","hostname":"shop-acme.x.turso.io",
                "DbId":"0eb771dd-6906-11ee-8553-eaa7715aeaf2","group":"g","primaryRegion":"r","delete_protection":1,
                "new_key":{"deep":[1,2]},"engine":"libsql","database_type":"tursodb"})")
                              << QByteArray("libsql");
        QTest::newRow("the same key twice") << QByteArray(
            R"({"Name":"shop","Name":"shop","DbId":"0eb771dd-6906-11ee-8553-eaa7715aeaf2","group":"g",
                "Hostname":null,"hostname":"shop-acme.x.turso.io","primaryRegion":"r","delete_protection":true,
                "database_type":"tursodb"})")
                                            << QByteArray("tursodb");
        QTest::newRow("id as uuid, byte 5 says Turso") << QByteArray(
            R"({"database":{"Name":"shop","uuid":"0eb771dd-6910-10ee-8553-eaa7715aeaf2","group":"g",
                "Hostname":"shop-acme.x.turso.io","primaryRegion":"r","delete_protection":true}})")
                                                       << QByteArray("tursodb");
    }
    void recordsAreReadInAnyCase()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, engine);
        const auto database = databaseFrom(json(text));
        QVERIFY(database);
        QCOMPARE(database->name, std::string("shop"));
        QCOMPARE(database->hostname, std::string("shop-acme.x.turso.io"));
        QCOMPARE(database->url, std::string("libsql://shop-acme.x.turso.io"));
        QVERIFY(database->id.starts_with("0eb771dd-69"));
        QCOMPARE(database->group, std::string("g"));
        QCOMPARE(database->region, std::string("r"));
        QCOMPARE(database->engine, engine.toStdString());
        QVERIFY(database->configuration.deleteProtection);
        QVERIFY(!database->parent);
    }

    void whatIsNoRecordIsNone()
    {
        for (const char *text : {"null", "[]", "{}", R"({"Name":null})", R"({"Name":{}})", "1"})
            QVERIFY2(!databaseFrom(json(text)), text);
        QVERIFY(!databasesFrom(json("{}")));
        QVERIFY(!databasesFrom(json("1")));
        QVERIFY(databasesFrom(json(R"({"databases":null})"))->databases.empty());
        const auto list = databasesFrom(json(
            R"({"databases":[{"Name":"a"},null,{"x":1},{"name":"b"}],"pagination":{"next":"c"}})"));
        QCOMPARE(list->databases.size(), 2U);
        QCOMPARE(list->next, std::string("c"));
        QCOMPARE(databasesFrom(json(R"([{"Name":"a"}])"))->databases.size(), 1U);
        QCOMPARE(databasesFrom(json(R"({"databases":[],"pagination":{"next":null}})"))->next,
                 std::string());
    }

    void aParentHasItsInstant()
    {
        const auto branch = databaseFrom(json(
            R"({"Name":"b","parent":{"id":"p1","name":"shop","branched_at":"2026-11-18T11:06:40.123456789Z"}})"));
        QVERIFY(branch->parent);
        QCOMPARE(branch->parent->id, std::string("p1"));
        QCOMPARE(branch->parent->name, std::string("shop"));
        QCOMPARE(branch->parent->branchedAt, 1'795'000'000'123LL);
    }

    void configurationsAreLenient()
    {
        const auto sizeOf = [](const char *text) {
            return configurationFrom(json(QByteArray(R"({"size_limit":)") + text + "}"))
                ->sizeLimit.value_or(-1);
        };
        QCOMPARE(sizeOf("\"10000\""), 10000);
        QCOMPARE(sizeOf("10000"), 10000);
        QCOMPARE(sizeOf("\"1gb\""), 999'997'440); // whole pages
        QCOMPARE(sizeOf("\"\""), -1);
        QCOMPARE(sizeOf("\"0\""), -1);
        QVERIFY(!configurationFrom(json("{}")));
        QVERIFY(!configurationFrom(json("[]")));
        const auto rules = configurationFrom(json(
            R"({"allow_rules_config":{"allowed_ips":["10.0.0.0/8"],"allowed_aws_vpc_ids":null},"block_reads":true})"));
        QCOMPARE(rules->allowedIps, std::vector<std::string>{"10.0.0.0/8"});
        QVERIFY(rules->blockReads);
    }

    void usageHasTwoNames()
    {
        for (
            const char *text :
            {R"({"database":{"uuid":"x","total":{"rows_read":5,"storage_bytes":4096}}})",
             R"({"database":{"uuid":"x","usage":{"rows_read":"5","storage_bytes":4096.0}}})",
             R"({"database":{"usage":{"rows_read":5,"storage_bytes":4096},"total":{"rows_read":9}}})"}) {
            const auto usage = usageFrom(json(text));
            QVERIFY2(usage, text);
            QCOMPARE(usage->rowsRead, std::optional<std::int64_t>(5));
            QCOMPARE(usage->storageBytes, std::optional<std::int64_t>(4096));
            QVERIFY(!usage->rowsWritten);
        }
        QVERIFY(!usageFrom(json("{}")));
        QCOMPARE(usageFrom(json(R"({"organization":{"usage":{"databases":7}}})"))->databases,
                 std::optional<std::int64_t>(7));
    }

    void organizationsComeInBothShapes()
    {
        for (const char *text :
             {R"([{"slug":"acme","name":"Acme","plan_id":"scaler","type":"team"}])",
              R"({"organizations":[{"slug":"acme","name":"Acme","plan_id":"scaler","id":"u"}]})"}) {
            const auto list = organizationsFrom(json(text));
            QVERIFY2(list && list->size() == 1, text);
            QCOMPARE(list->front().slug, std::string("acme"));
            QCOMPARE(list->front().plan, std::string("scaler"));
        }
        QVERIFY(!organizationsFrom(json("{}")));
    }

    void claimsAreDecodedAndNotTrusted()
    {
        const Claims group = claimsOf(unsignedJwt({{"jti", "j"},
                                                   {"org_id", 26543},
                                                   {"group_uuid", "g"},
                                                   {"scopes", {{"scopes", {"read"}}}}}));
        QVERIFY(group.isReadable && !group.isForSql);
        QCOMPARE(group.organization, std::string("26543"));
        QCOMPARE(group.groupId, std::string("g"));
        QCOMPARE(group.scopes, std::vector<std::string>{"read"});
        QVERIFY(!group.expiresAt);
        QVERIFY(claimsOf(unsignedJwt({{"a", "rw"}, {"id", "x"}, {"iat", 1}})).isForSql);
        QVERIFY(claimsOf(unsignedJwt({{"gid", "x"}, {"iat", 1}})).isForSql);
        for (const char *text : {"", "a.b", "a.b.c", "a.!!.c", "a.W10.c", "opaque"})
            QVERIFY2(!claimsOf(text).isReadable, text);
        QVERIFY(!claimsOf(unsignedJwt({{"exp", 1e300}})).expiresAt);
        QCOMPARE(claimsOf(unsignedJwt({{"exp", 2}})).expiresAt, std::optional<Base::Millis>(2000));
    }

    void refusalsAreToldApart_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<Asked>("asked");
        QTest::addColumn<QByteArray>("kind");
        QTest::addColumn<QByteArray>("part"); // of message, hint and details
        const Asked read{.doing = "show x", .database = "x"};
        const Asked create{
            .doing = "create x", .scope = "db:create", .changes = true, .creates = true};
        const Asked remove{
            .doing = "delete x", .scope = "db:delete", .changes = true, .database = "x"};
        const auto row
            = [](const char *name, int status, const char *body, const Asked &asked,
                 const char *kind, const char *part, const char *type = "application/json") {
                  QTest::newRow(name) << status << QByteArray(body) << QByteArray(type) << asked
                                      << QByteArray(kind) << QByteArray(part);
              };
        row("401", 401, R"({"error":"token expired"})", read, "unauthorized", "token expired");
        row("401 empty", 401, "", read, "unauthorized", "sign in again");
        row("402", 402, R"({"error":"payment required"})", create, "limit_exceeded", "billing");
        row("403 scope", 403, R"({"error":"missing scope"})", create, "unauthorized", "db:create");
        row("403 org level", 403,
            R"({"error":"group-scoped token cannot access org-level resources"})", read,
            "unauthorized", "for one group");
        row("403 no group", 403,
            R"({"error":"group-scoped tokens must specify a group in the request"})", create,
            "invalid_argument", "\"group\"");
        row("403 protected", 403,
            R"({"error":"group G is delete-protected and cannot be deleted"})", remove, "protected",
            "group G is delete-protected and cannot be deleted");
        row("403 plan", 403, R"({"error":"upgrade your plan to create more databases"})", create,
            "limit_exceeded", "upgrade your plan");
        row("403 role", 403, R"({"error":"only admins and owners can do this"})", create,
            "unauthorized", "role");
        row("403 member", 403, R"({"error":"you are not a member of acme"})", read, "unauthorized",
            "not in this organization");
        row("403 silent", 403, "", create, "unauthorized", "db:create");
        row("403 feature", 403, R"({"error":"no","code":"feature_not_available_for_starter_plan"})",
            read, "unsupported", "plan");
        row("404 database", 404,
            R"({"error":"could not find database with name x: record not found"})", read,
            "not_found", "There is no database named \"x\"");
        row("404 text", 404, "not found", read, "not_found", "\"x\"", "text/plain");
        row("404 group", 404, R"({"error":"group not found"})", read, "not_found",
            "group not found");
        row("404 organization", 404, R"({"error":"organization 26543 not found"})", read,
            "unauthorized", "organization");
        row("404 page", 404, "<html>nothing</html>", read, "upstream_error", "no Platform API",
            "text/html");
        row("409", 409, R"({"error":"database with name [x] already exists"})", create,
            "already_exists", "already exists");
        row("409 empty", 409, "", create, "already_exists", "There is one");
        row("422 taken", 422, R"({"error":"name not available"})", create, "already_exists",
            "name not available");
        row("422 invalid", 422, R"({"error":"invalid name"})", create, "invalid_argument",
            "invalid name");
        row("422 elsewhere", 422, R"({"error":"no"})", remove, "invalid_argument", "no");
        row("400 group", 400, R"({"error":"group not found"})", create, "not_found",
            "group not found");
        row("400 SQL token", 400, R"({"error":"could not parse jwt id"})", read, "unauthorized",
            "database's SQL");
        row("error is an object", 400, R"({"error":{"message":"too far back","x":1}})", create,
            "invalid_argument", "too far back");
        row("error is a list", 400, R"({"error":["a",1]})", create, "invalid_argument",
            R"(["a",1])");
        row("error is a number", 400, R"({"error":7})", create, "invalid_argument", ": 7");
        row("error is false", 400, R"({"error":false})", create, "invalid_argument", "(400)");
        row("error is null", 400, R"({"error":null})", create, "invalid_argument", "(400)");
        row("body is text", 400, "bad\r\n\x01 thing", create, "invalid_argument", ": bad    thing",
            "text/plain");
        row("429", 429, "", read, "limit_exceeded", "wait");
        row("302", 302, "", create, "upstream_error", "unknown");
        row("302 of a read", 302, "", read, "upstream_error", "not_run");
        row("500 of a change", 500, R"({"error":"internal"})", create, "upstream_error", "unknown");
        row("500 of a read", 500, "oops", read, "upstream_error", "not_run", "text/plain");
        row("405", 405, "", create, "upstream_error", "not_run");
    }
    void refusalsAreToldApart()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, type);
        QFETCH(Asked, asked);
        QFETCH(QByteArray, kind);
        QFETCH(QByteArray, part);
        const Base::Error error
            = refusalOf({status, type.toStdString(), body.toStdString()}, asked, {});
        QCOMPARE(std::string(Base::wireCode(error.kind)), kind.toStdString());
        HOLDS(error.message + " | " + error.hint + " | " + error.details, part.toStdString());
        QVERIFY(error.message.find("not a member of organization") == std::string::npos);
    }

    void aScopeThatTheTokenLacksIsNamed()
    {
        Claims claims;
        claims.scopes = {"read"};
        const Asked asked{.doing = "make a token", .scope = "db:mint-token"};
        const Base::Error error = refusalOf({403, "", ""}, asked, claims);
        QCOMPARE(error.kind, Base::ErrorKind::Unauthorized);
        HOLDS(error.hint, "needs the scope db:mint-token");
    }

    void longWordsAreCut()
    {
        const ApiAnswer answer{400, "text/plain", std::string(499, 'x') + "\xc3\xa9" + "more"};
        QVERIFY(wordsOf(answer).size() <= 503);
        QVERIFY(Base::parseJson(Base::quoteJson(wordsOf(answer))));
    }

    void doorsAreWhereTheRecordSays_data()
    {
        QTest::addColumn<QByteArray>("host");
        QTest::addColumn<bool>("isApiHere");
        QTest::addColumn<QByteArray>("url");
        QTest::newRow("cloud") << QByteArray("x-acme.turso.io") << false
                               << QByteArray("https://x-acme.turso.io");
        QTest::newRow("with a scheme") << QByteArray("libsql://x-acme.turso.io/") << false
                                       << QByteArray("https://x-acme.turso.io");
        QTest::newRow("a name here")
            << QByteArray("x-local.localhost:7") << true << QByteArray("http://127.0.0.1:7 x");
        QTest::newRow("an address here")
            << QByteArray("127.0.0.1:8080") << true << QByteArray("http://127.0.0.1:8080");
        QTest::newRow("here, says the cloud")
            << QByteArray("localhost:8080") << false << QByteArray();
        QTest::newRow("no host") << QByteArray() << false << QByteArray();
        QTest::newRow("a trick") << QByteArray("a@evil.example") << false << QByteArray();
        QTest::newRow("a line") << QByteArray("a\r\nb") << false << QByteArray();
    }
    void doorsAreWhereTheRecordSays()
    {
        QFETCH(QByteArray, host);
        QFETCH(bool, isApiHere);
        QFETCH(QByteArray, url);
        Database database;
        database.name = "x";
        database.hostname = host.toStdString();
        const auto door = doorOf(database, isApiHere);
        const std::string found = door
            ? door->url + (door->nameSpace.empty() ? "" : " " + door->nameSpace)
            : std::string();
        QCOMPARE(found, url.toStdString());
    }

    void addressesOfTheApi()
    {
        for (const char *url : {"https://api.turso.tech", "http://127.0.0.1:80", "http://[::1]:80",
                                "http://localhost:7"})
            QVERIFY2(checkApiUrl(url), url);
        for (const char *url :
             {"", "api.turso.tech", "http://api.turso.tech", "https://a@api.turso.tech",
              "https://api.turso.tech/", "https://api.turso.tech/v1", "ftp://x",
              "http://127.0.0.1.evil.example", "http://localhost.evil.example"})
            QCOMPARE(kindOf(checkApiUrl(url)), std::string("invalid_argument"));
    }

    void plansHaveWindows()
    {
        QCOMPARE(pointInTimeDays("starter"), std::optional<int>(1));
        QCOMPARE(pointInTimeDays("developer_v2"), std::optional<int>(10));
        QCOMPARE(pointInTimeDays("scaler"), std::optional<int>(30));
        QCOMPARE(pointInTimeDays("pro"), std::optional<int>(90));
        QCOMPARE(pointInTimeDays("prodigy"), std::optional<int>());
        QCOMPARE(pointInTimeDays(""), std::optional<int>());
    }

    void figuresHaveManyNames()
    {
        const auto queries = queriesFrom(json(
            R"x([{"query":"SELECT * FROM t WHERE a = 1","rows_read":10,"rows_written":0,"extra":[]},
                {"query":"select * from t where a=22","rows_read":"5","rows_written":0},
                {"query":"INSERT INTO t VALUES('secret')","rows_written":3,"executions":4,"avg_latency_ms":2.5,"p95":7},
                {"rows_read":1}, "x", {"query":""}])x"));
        QCOMPARE(queries.size(), 2U);
        QCOMPARE(queries[0].rowsRead, std::optional<std::int64_t>(15));
        QVERIFY(!queries[0].count && !queries[0].totalMs);
        QCOMPARE(queries[1].count, std::optional<std::int64_t>(4));
        QCOMPARE(queries[1].totalMs, std::optional<double>(10.0));
        QCOMPARE(queries[1].p95Ms, std::optional<double>(7.0));
        QVERIFY(!queries[1].rowsRead);
        QVERIFY(queries[1].query.find("secret") == std::string::npos);
        QCOMPARE(missingIn(queries),
                 (std::vector<std::string>{"errors", "p50_ms", "p99_ms", "max_ms", "last_seen"}));
    }
};

QTEST_GUILESS_MAIN(tst_CloudAnswers)
#include "tst_cloudanswers.moc"
