// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/platformapi/gotime.h"
#include "turso/platformapifixture.h"

#include <random>

using Base::Json;
using namespace Turso;
using namespace Turso::PlatformApi;

/// Turso's Platform API over the workspace: shapes, casings, statuses and sentences.
class tst_PlatformApi : public PlatformApiFixture
{
    Q_OBJECT

private Q_SLOTS:
    void whoHasNoTokenGetsNothing()
    {
        for (const char *authorization :
             {"", "Bearer", "Bearer ", "Basic abc", "Bearer nonsense", "Bearer a.b.c", "abc"}) {
            Request request{"GET", "/v1/organizations", authorization, "test", {}};
            const Said said = send(request);
            QCOMPARE(said.status, 401);
            QVERIFY(said.body.contains("error"));
        }
        // what a SQL token hears that is shown here
        const Json minted = post("/v1/organizations/local/databases/db/auth/tokens");
        Request request{"GET", "/v1/organizations", "Bearer " + text(minted, "jwt"), "test", {}};
        QCOMPARE(send(request).error(), std::string("could not parse jwt id"));
    }

    void anAccountIsTheWorkspace()
    {
        SAME(get("/v1/auth/validate"), Json({{"exp", -1}}));
        const Json user = get("/v1/user")["user"];
        SAME(user, get("/v1/current-user")["user"]);
        QCOMPARE(text(user, "username"), std::string("local"));
        const Json all = get("/v1/organizations");
        SAME(all, get("/v2/organizations"));
        QCOMPARE(all["organizations"].size(), 1U);
        const Json one = get("/v1/organizations/local")["organization"];
        SAME(one, all["organizations"][0]);
        QCOMPARE(text(one, "slug"), std::string("local"));
        QCOMPARE(text(one, "type"), std::string("personal"));
        SAME(get("/v1/organizations/" + text(one, "id"))["organization"], one);
        QCOMPARE(ask("GET", "/v1/organizations/other").error(),
                 std::string("organization not found"));
        SAME(get("/v1/locations"), Json({{"locations", {{"local", "This computer"}}}}));
        SAME(get("/v1/locations/local")["location"]["code"], Json("local"));
        QCOMPARE(ask("GET", "/v1/locations/aws-us-east-1").status, 404);
        SAME(get("/v2/organizations/local/locations")["locations"]["local"]["local"],
             Json("This computer"));
        const Said audit = ask("GET", "/v1/organizations/local/audit-logs?page=1&page_size=100");
        QCOMPARE(audit.status, 403);
        QCOMPARE(text(audit.body, "code"), std::string("feature_not_available_for_starter_plan"));
    }

    void aDatabaseHasTursosCasings()
    {
        const Json made = post("/v1/organizations/local/databases",
                               {{"name", "shop"}, {"group", "default"}, {"size_limit", "1mb"}});
        QCOMPARE(made["database"].size(), 3U);
        QCOMPARE(text(made["database"], "Name"), std::string("shop"));
        QCOMPARE(text(made["database"], "Hostname"), std::string("shop-local.localhost:7"));
        const Json shown = get("/v1/organizations/local/databases/shop")["database"];
        QCOMPARE(text(shown, "DbId"), text(made["database"], "DbId"));
        QCOMPARE(text(shown, "group"), std::string("default"));
        QCOMPARE(text(shown, "primaryRegion"), std::string("local"));
        SAME(shown["regions"], Json::array({"local"}));
        QVERIFY(shown["parent"].is_null());
        SAME(shown["block_reads"], Json(false));
        QCOMPARE(text(shown, "engine"), std::string("libsql"));
        SAME(get("/v1/databases/shop")["database"], shown);
        const Json instances = get("/v1/organizations/local/databases/shop/instances");
        QCOMPARE(instances["instances"].size(), 1U);
        QCOMPARE(text(instances["instances"][0], "type"), std::string("primary"));
        SAME(get("/v1/organizations/local/databases/shop/instances/local")["instance"],
             instances["instances"][0]);
        QCOMPARE(ask("GET", "/v1/organizations/local/databases/shop/instances/other").status, 404);
        const Json usage = get("/v1/organizations/local/databases/shop/usage")["database"];
        SAME(usage["usage"], usage["total"]);
        SAME(usage["uuid"], shown["DbId"]);
        QVERIFY(usage["usage"]["storage_bytes"].is_number_integer());
        SAME(ask("DELETE", "/v1/organizations/local/databases/shop").body,
             Json({{"database", "shop"}}));
        const Said gone = ask("GET", "/v1/organizations/local/databases/shop");
        QCOMPARE(gone.status, 404);
        QCOMPARE(gone.error(),
                 std::string("could not find database with name shop: record not found"));
    }

    void wrongDatabasesAreRefused_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("error");
        const auto row = [](const char *what, const char *body, int status, const char *error) {
            QTest::newRow(what) << QByteArray(body) << status << QByteArray(error);
        };
        row("no JSON", "{", 400, "invalid JSON in request body");
        row("a list", "[]", 400, "the request body must be a JSON object");
        row("no name", "{}", 400, "database name is required");
        row("empty", "", 400, "database name is required");
        row("a number", R"({"name":1})", 400, "name must be a string");
        row("taken", R"({"name":"db","group":"default"})", 409,
            "database with name db already exists");
        row("no such group", R"({"name":"new","group":"other"})", 400, "group not found");
        row("not a name", R"({"name":"New Shop","group":"default"})", 422, "");
        row("a path", R"({"name":"../x","group":"default"})", 422, "");
        row("another engine", R"({"name":"new","group":"default","use_tursodb":true})", 400, "");
        row("encrypted", R"({"name":"new","group":"default","remote_encryption":{}})", 400, "");
        row("no size", R"({"name":"new","group":"default","size_limit":"big"})", 400, "");
        row("no seed", R"({"name":"new","group":"default","seed":{"type":"dump","url":"x"}})", 400,
            "");
        row("no source", R"({"name":"new","group":"default","seed":{"type":"database"}})", 400,
            "seed.name is required when seed.type is \"database\"");
        row("nothing to branch",
            R"({"name":"new","group":"default","seed":{"type":"database","name":"other"}})", 400,
            "could not find database with name other: record not found");
        row("no time",
            R"({"name":"n","seed":{"type":"database","name":"db","timestamp":"2026-01-02"}})", 400,
            "invalid timestamp: parsing time \"2026-01-02\" as \"2006-01-02T15:04:05Z07:00\": "
            "cannot parse \"\" as \"T\"");
    }
    void wrongDatabasesAreRefused()
    {
        QFETCH(QByteArray, body);
        QFETCH(int, status);
        QFETCH(QByteArray, error);
        const Said said = ask("POST", "/v1/organizations/local/databases", body.toStdString());
        QCOMPARE(said.status, status);
        if (!error.isEmpty())
            QCOMPARE(said.error(), error.toStdString());
        QVERIFY(!said.error().empty());
        QCOMPARE(get("/v1/organizations/local/databases")["databases"].size(), 1U);
    }

    void aBranchIsADatabaseOfASeed()
    {
        const std::string path = "/v1/organizations/local/databases";
        QCOMPARE(rowsOf(write("db", "CREATE TABLE t(a)", Privilege::Schema)), std::string("[]"));
        QCOMPARE(rowsOf(write("db", "INSERT INTO t VALUES(1)")), std::string("[]"));
        const Base::Millis then = Base::SystemClock().now();
        QTRY_VERIFY(Base::SystemClock().now() > then);
        QCOMPARE(rowsOf(write("db", "INSERT INTO t VALUES(2)")), std::string("[]"));
        const std::string id = text(get(path + "/db")["database"], "DbId");

        post(path, {{"name", "now"}, {"seed", {{"type", "database"}, {"name", "db"}}}});
        // as Turso's command line writes it
        const Json made = post(
            path,
            {{"name", "past"},
             {"group", "default"},
             {"size_limit", "1mb"},
             {"seed",
              {{"type", "database"}, {"value", "db"}, {"timestamp", Base::toRfc3339(then)}}}});
        QCOMPARE(made["database"].size(), 3U);
        QCOMPARE(rowsOf(read("now", "SELECT count(*) FROM t")), std::string("[[2]]"));
        QCOMPARE(rowsOf(read("past", "SELECT count(*) FROM t")), std::string("[[1]]"));
        const Json past = get(path + "/past")["database"];
        QCOMPARE(text(past["parent"], "id"), id);
        QCOMPARE(text(past["parent"], "name"), std::string("db"));
        QVERIFY(parseTime(text(past["parent"], "branched_at")).value() <= then);
        SAME(get(path + "/past/configuration")["size_limit"], Json("999424"));
        const Json branches = get(path + "?parent=" + id)["databases"];
        QCOMPARE(branches.size(), 2U);
        QCOMPARE(text(branches[0], "Name"), std::string("now"));

        const auto refused = [&](const char *name, const Json &seed) {
            const Said said = ask("POST", path, Base::dumpJson({{"name", name}, {"seed", seed}}));
            return said.status;
        };
        QCOMPARE(refused("now", {{"type", "database"}, {"name", "db"}}), 409);
        QCOMPARE(refused("db", {{"type", "database"}, {"name", "db"}}), 400);
        QCOMPARE(
            refused("x",
                    {{"type", "database"}, {"name", "db"}, {"timestamp", "2020-01-01T00:00:00Z"}}),
            400);
        QCOMPARE(
            refused("x",
                    {{"type", "database"}, {"name", "db"}, {"timestamp", "2090-01-01T00:00:00Z"}}),
            400);
        // they live on without it
        QCOMPARE(ask("DELETE", path + "/db").status, 200);
        QCOMPARE(rowsOf(read("past", "SELECT count(*) FROM t")), std::string("[[1]]"));
        QCOMPARE(text(get(path + "/past")["database"]["parent"], "name"), std::string("db"));
    }

    void figuresAreThoseOfTheWorkspace()
    {
        m_clock.time = Base::SystemClock().now();
        const std::string path = "/v1/organizations/local/databases/db";
        QCOMPARE(rowsOf(write("db", "CREATE TABLE t(a)", Privilege::Schema)), std::string("[]"));
        QCOMPARE(rowsOf(write("db", "INSERT INTO t VALUES(1), (2)")), std::string("[]"));
        const Json usage = get(path + "/usage")["database"]["usage"];
        QVERIFY2(usage["rows_written"] >= 2, Base::dumpJson(usage).c_str());
        QVERIFY(!usage.contains("rows_read")); // nobody counts those
        const Json queries = get(path + "/usage/queries");
        QVERIFY(std::any_of(queries.begin(), queries.end(), [](const Json &query) {
            return query["query"].get<std::string>().starts_with("INSERT")
                && query["rows_written"] == 2;
        }));
        QVERIFY(get(path + "/stats")["top_queries"].size() >= 1);
    }

    void listsArePaged()
    {
        for (const char *name : {"a1", "a2", "a3", "a4"})
            post("/v1/organizations/local/databases", {{"name", name}, {"group", "default"}});
        QVERIFY(!get("/v1/organizations/local/databases").contains("pagination"));
        std::string cursor;
        std::vector<std::string> names;
        for (int page = 0; page < 3; ++page) {
            const Json listed = get("/v1/organizations/local/databases?limit=2&cursor=" + cursor);
            for (const Json &database : listed["databases"])
                names.push_back(text(database, "Name"));
            if (page < 2)
                cursor = text(listed["pagination"], "next");
            else
                QVERIFY(listed["pagination"]["next"].is_null());
        }
        QCOMPARE(names, std::vector<std::string>({"a1", "a2", "a3", "a4", "db"}));
        QCOMPARE(get("/v1/organizations/local/databases?group=other")["databases"].size(), 0U);
        QCOMPARE(get("/v1/organizations/local/databases?group=default")["databases"].size(), 5U);
        QCOMPARE(get("/v1/organizations/local/databases?parent=none")["databases"].size(), 0U);
        QCOMPARE(ask("GET", "/v1/organizations/local/databases?limit=x").status, 400);
        QCOMPARE(ask("GET", "/v1/organizations/local/databases?limit=0").status, 400);
    }

    void aConfigurationChangesAsTursosDoes()
    {
        const std::string path = "/v1/organizations/local/databases/db/configuration";
        const Json fresh = get(path);
        SAME(fresh,
             Json({{"size_limit", ""},
                   {"allow_attach", false},
                   {"block_reads", false},
                   {"block_writes", false},
                   {"delete_protection", false},
                   {"allowed_ips", Json::array()},
                   {"allowed_aws_vpc_ids", Json::array()}}));
        SAME(patch(path, {}), fresh);
        SAME(patch(path, fresh), fresh);
        const Json set = patch(path,
                               {{"size_limit", "1mb"},
                                {"block_writes", true},
                                {"delete_protection", true},
                                {"allowed_ips", {" 127.0.0.1 ", "10.0.0.0/8", "127.0.0.1"}},
                                {"allowed_aws_vpc_ids", {"vpce-1a"}}});
        SAME(set["size_limit"], Json("999424"));
        SAME(set["allowed_ips"], Json({"127.0.0.1", "10.0.0.0/8"}));
        SAME(set["block_writes"], Json(true));
        // as Turso's command line: null leaves a flag, and clears a list
        const Json nulls = patch(path,
                                 {{"size_limit", nullptr},
                                  {"allow_attach", nullptr},
                                  {"delete_protection", nullptr},
                                  {"allowed_ips", nullptr}});
        SAME(nulls["delete_protection"], Json(true));
        SAME(nulls["size_limit"], Json("999424"));
        SAME(nulls["allowed_ips"], Json::array());
        SAME(nulls["allowed_aws_vpc_ids"], Json({"vpce-1a"}));
        QCOMPARE(ask("PATCH", path, R"({"allowed_ips":["nowhere"]})").status, 400);
        QCOMPARE(ask("PATCH", path, R"({"block_reads":"yes"})").status, 400);
        QCOMPARE(ask("PATCH", path, R"({"size_limit":12})").status, 400);
        QCOMPARE(ask("PATCH", path, R"({"allow_attach":true})").status, 400);
        SAME(get(path), nulls);

        const Said kept = ask("DELETE", "/v1/organizations/local/databases/db");
        QCOMPARE(kept.status, 403);
        QCOMPARE(kept.error(),
                 std::string("database db is delete-protected and cannot be deleted"));
    }

    void groupsComeAndGo()
    {
        const std::string groups = "/v1/organizations/local/groups";
        // as Turso's command line writes it
        const Json made
            = post(groups, {{"Name", "team"}, {"Location", "local"}, {"Version", "latest"}});
        QCOMPARE(text(made["group"], "name"), std::string("team"));
        QCOMPARE(text(made["group"], "primary"), std::string("local"));
        SAME(get(groups + "/team"), made);
        SAME(get(groups + "/team/locations/local/wait")["group"], made["group"]);
        QCOMPARE(ask("GET", groups + "/team/locations/mars/wait").status, 400);
        QCOMPARE(get("/v1/groups")["groups"].size(), 2U);
        QCOMPARE(ask("POST", groups, R"({"name":"team","location":"local"})").error(),
                 std::string("group already exists"));
        QCOMPARE(ask("POST", groups, R"({"name":"team","location":"amss"})").error(),
                 std::string("invalid location: amss"));
        QCOMPARE(ask("POST", groups, R"({"name":"a b","location":"local"})").status, 422);
        QCOMPARE(ask("POST", groups, R"({"location":"local"})").status, 400);
        QCOMPARE(
            ask("POST", groups, R"({"name":"x","location":"local","extensions":"all"})").status,
            400);

        post("/v1/organizations/local/databases", {{"name", "inside"}, {"group", "team"}});
        QCOMPARE(ask("DELETE", groups + "/team").status, 409);
        const Json isProtected
            = patch(groups + "/team/configuration", {{"delete_protection", true}});
        SAME(isProtected, Json({{"delete_protection", true}}));
        SAME(patch(groups + "/team/configuration", {{"delete_protection", nullptr}}), isProtected);
        SAME(get(groups + "/team/configuration"), isProtected);
        const std::string sentence = "group team is delete-protected and cannot be deleted";
        QCOMPARE(ask("DELETE", groups + "/team").error(), sentence);
        const Said inside = ask("DELETE", "/v1/organizations/local/databases/inside");
        QCOMPARE(inside.status, 403);
        QCOMPARE(inside.error(), sentence);
        patch(groups + "/team/configuration", {{"delete_protection", false}});
        QCOMPARE(ask("DELETE", "/v1/organizations/local/databases/inside").status, 200);
        SAME(ask("DELETE", groups + "/team").body["group"], made["group"]);
        const Said gone = ask("GET", groups + "/team");
        QCOMPARE(gone.status, 404);
        QCOMPARE(gone.error(), std::string("group not found"));
        QCOMPARE(ask("DELETE", groups + "/team").status, 404);
        QCOMPARE(ask("DELETE", "/v1/organizations/local/databases/db").status, 200);
        QCOMPARE(ask("DELETE", groups + "/default").status, 403); // the only one
        // what was made is there after a restart
        post(groups, {{"name", "kept"}, {"location", "local"}});
        restart();
        QCOMPARE(get(groups)["groups"].size(), 2U);
    }

    void figuresAreAskedForAsTursoDoes()
    {
        const std::string path = "/v1/organizations/local/databases/db";
        QVERIFY(get(path + "/stats").contains("top_queries"));
        QVERIFY(get(path + "/usage/queries").is_array());
        const Json all = get("/v1/organizations/local/usage")["organization"];
        SAME(all["usage"]["databases"], Json(1));
        SAME(all["usage"]["groups"], Json(1));
        SAME(all["databases"][0]["uuid"], get(path)["database"]["DbId"]);
        SAME(get("/v1/usage")["organization"]["uuid"], all["uuid"]);
        const Said noZone = ask("GET", path + "/usage?from=2023-12-12T00:00:00");
        QCOMPARE(noZone.status, 400);
        QCOMPARE(noZone.error(),
                 std::string("invalid from parameter: parsing time \"2023-12-12T00:00:00\" as "
                             "\"2006-01-02T15:04:05Z07:00\": cannot parse \"\" as \"Z07:00\""));
        QCOMPARE(
            ask("GET", path + "/usage?from=2023-12-12T00:00:00Z&to=2024-01-01T00:00:00%2B01:00")
                .status,
            200);
        QCOMPARE(ask("GET", path + "/usage?to=2023-13-12T00:00:00Z").error(),
                 std::string("invalid to parameter: parsing time \"2023-13-12T00:00:00Z\": month "
                             "out of range"));
        QCOMPARE(ask("GET", path + "/usage/queries?from=x").status, 400);
    }

    void readOnlyIsForEverybody()
    {
        m_service->setReadOnly(true);
        const std::string path = "/v1/organizations/local/databases";
        QCOMPARE(ask("POST", path, R"({"name":"new","group":"default"})").status, 403);
        QCOMPARE(ask("DELETE", path + "/db").status, 403);
        QCOMPARE(ask("PATCH", path + "/db/configuration", "{}").status, 403);
        QCOMPARE(ask("POST", path + "/db/auth/tokens").status, 403);
        QCOMPARE(ask("POST", path + "/db/auth/rotate").status, 200); // that is less
        QCOMPARE(get(path)["databases"].size(), 1U);
        m_service->setReadOnly(false);
        QCOMPARE(ask("DELETE", path + "/db").status, 200);
    }

    void changesAreTold()
    {
        std::vector<Change> changes;
        connect(m_service.get(), &Service::changed, this,
                [&changes](const Change &change) { changes.push_back(change); });
        get("/v1/organizations/local/databases");
        post("/v1/organizations/local/databases", {{"name", "new"}, {"group", "default"}});
        ask("POST", "/v1/organizations/local/databases",
            R"({"name":"x","remote_encryption":{"encryption_key":"c2VjcmV0"}})");
        ask("DELETE", "/v1/organizations/local/databases/new");
        QCOMPARE(changes.size(), 3U);
        QCOMPARE(changes[0].action, std::string("create_database"));
        QCOMPARE(changes[0].database, std::string("new"));
        QCOMPARE(changes[0].client, std::string("test"));
        QCOMPARE(changes[1].status, 400);
        QVERIFY(!changes[1].error.empty());
        QVERIFY(changes[1].arguments.find("c2VjcmV0") == std::string::npos);
        QCOMPARE(changes[2].action, std::string("delete_database"));
        QCOMPARE(changes[2].database, std::string("new"));
    }

    void whatIsNotThereIs404_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("target");
        const auto row = [](const char *method, const char *target) {
            QTest::newRow((QByteArray(method) + target).left(90).constData())
                << QByteArray(method) << QByteArray(target);
        };
        row("GET", "/v1/nonsense");
        row("GET", "/v1/organizations/local/members");
        row("PATCH", "/v1/organizations/local/groups/default"); // not a route of Turso's either
        row("PUT", "/v1/organizations/local/databases/db");
        row("GET", "/v1/organizations/local/databases/db/");
        row("GET", "/v1//organizations");
        row("GET", "/v1/organizations/local/databases/..");
        row("GET", "/v1/organizations/local/databases/../groups");
        row("GET", "/v1/organizations/local/databases/%2e%2e");
        row("GET", "/v1/organizations/local/databases/%2e%2e%2fdb");
        row("GET", "/v1/organizations/local/databases/a%2Fb");
        row("GET", "/v1/organizations/local/databases/a%5Cb");
        row("GET", "/v1/organizations/local/databases/a%00b");
        row("GET", "/v1/organizations/local/databases/%zz");
        row("GET", "/v1/organizations/local/databases/%");
        row("GET", "/v1/organizations/local/databases/%ff%fe");
        row("GET", "v1/organizations");
        row("GET", "/v2/auth/nothing");
        row("GET", "");
        row("", "");
        row("DELETE", "/v1/organizations/local/databases/..%2f..%2fregistry.db");
        row("POST", "/v1/auth/api-tokens/%ff%fe");
        row("POST", "/v1/auth/api-tokens/a%0ab");
        QTest::newRow("long") << QByteArray("GET") << QByteArray("/v1/" + QByteArray(9000, 'a'));
    }
    void whatIsNotThereIs404()
    {
        QFETCH(QByteArray, method);
        QFETCH(QByteArray, target);
        const Said said = ask(method.toStdString(), target.toStdString());
        QCOMPARE(said.status, 404);
        QVERIFY(!said.error().empty());
    }

    void tooMuchIsRefused()
    {
        const Said said = ask("POST", "/v1/organizations/local/databases",
                              "{\"name\":\"" + std::string(2'000'000, 'a') + "\"}");
        QCOMPARE(said.status, 413);
        QCOMPARE(ask("POST", "/v1/organizations/local/databases",
                     std::string(1000, '[') + std::string(1000, ']'))
                     .status,
                 400);
    }

    void randomRequestsAreAnswered()
    {
        std::mt19937 random(20261122); // the same ones each time
        const std::string alphabet = "/{}[]\":,.%0aA1-_?=&+ \n\x01\xff"
                                     "databasesgroupslocalv1v2";
        const auto noise = [&](std::size_t most) {
            std::string text;
            for (std::size_t left = random() % most; left > 0; --left)
                text += alphabet[random() % alphabet.size()];
            return text;
        };
        const char *kMethods[] = {"GET", "POST", "PATCH", "DELETE", "OPTIONS"};
        const char *kStarts[] = {"/v1/organizations/local/databases/",
                                 "/v1/organizations/local/groups/",
                                 "/v1/organizations/local/databases?",
                                 "/v1/auth/api-tokens/",
                                 "/v1/",
                                 "/v1/organizations/local/databases/db/usage?from=",
                                 "/"};
        for (int i = 0; i < 1000; ++i) {
            const Said said = ask(kMethods[random() % 5], kStarts[random() % 7] + noise(40),
                                  random() % 2 ? noise(80) : "{\"name\":" + noise(20) + "}");
            QVERIFY2(said.status == 200 || (said.status >= 400 && said.status < 500),
                     said.error().c_str());
        }
        SAME(get("/v1/organizations/local/databases/db")["database"]["Name"], Json("db"));
    }

    void aServiceThatGoesAnswersNoMore()
    {
        bool answered = false;
        m_service->handle({"GET", "/v1/organizations", "Bearer " + m_token, "", {}},
                          [&answered](const Answer &) { answered = true; });
        m_service.reset();
        QCoreApplication::processEvents();
        QVERIFY(!answered);
    }
};

QTEST_GUILESS_MAIN(tst_PlatformApi)
#include "tst_platformapi.moc"
