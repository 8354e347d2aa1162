// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/cloud/api.h"
#include "turso/cloud/databases.h"
#include "turso/cloud/facts.h"
#include "turso/cloud/sqltokens.h"
#include "turso/cloud/tokencheck.h"
#include "turso/cloudfixture.h"

#include <QElapsedTimer>
#include <QFile>

#include <fstream>

using Base::Json;
using namespace Turso;
using namespace Turso::CloudApi;

/// A connection to Turso Cloud against an API that the tests play: what it asks, and what it makes
/// of the answers.
class tst_Cloud : public CloudFixture
{
    Q_OBJECT

private:
    static std::string namesOf(const std::vector<Database> &databases)
    {
        std::string names;
        for (const Database &database : databases)
            names += database.name + ' ';
        return names;
    }
    static long residentKilobytes()
    {
        std::ifstream status("/proc/self/status");
        std::string word;
        long kilobytes = 0;
        while (status >> word) {
            if (word == "VmRSS:") {
                status >> kilobytes;
                break;
            }
        }
        return kilobytes;
    }
    void playPlan(const char *plan)
    {
        m_api->on("GET " + path(""),
                  Json{{"organization", {{"slug", "acme"}, {"name", "Acme"}, {"plan_id", plan}}}});
    }
    void playBranch(const Json &parent)
    {
        playDatabase("shop");
        m_api->on("POST " + path("/databases"),
                  Json{{"database", {{"Name", "try"}, {"DbId", "1"}, {"Hostname", "h"}}}});
        m_api->on("GET " + path("/databases/try"), Json{{"database", record("try", parent)}});
    }
    static std::string idOf(const std::string &name) { return record(name)["DbId"]; }

private Q_SLOTS:
    void listsArePagedUntilTheirEnd()
    {
        const std::string list = "GET " + path("/databases");
        m_api->on(
            list + "?limit=1000",
            Json{{"databases", {record("b"), record("a")}}, {"pagination", {{"next", "c/2"}}}});
        m_api->on(
            list + "?limit=1000&cursor=c%2F2",
            Json{{"databases", {record("c"), record("a")}}, {"pagination", {{"next", nullptr}}}});
        const auto all = awaited(m_cloud->databases({}));
        QVERIFY2(all, messageOf(all).c_str());
        QCOMPARE(namesOf(*all), std::string("a b c "));
        QCOMPARE(m_api->heard.front().authorization, "Bearer " + m_token->revealForUse());

        // one that leads round for ever ends
        m_api->on(list + "?limit=1000&cursor=c%2F2",
                  Json{{"databases", {record("d")}}, {"pagination", {{"next", "c/2"}}}});
        QCOMPARE(namesOf(*awaited(m_cloud->databases({}))), std::string("a b d "));
        QCOMPARE(m_api->heard.size(), 4U);
    }

    void groupsAreFilteredWhereTheServerDoesNot()
    {
        Json other = record("b");
        other["group"] = "other";
        m_api->on("GET " + path("/databases"), Json{{"databases", {record("a"), other}}});
        QCOMPARE(namesOf(*awaited(m_cloud->databases("other"))), std::string("b "));
        HOLDS(m_api->heard.back().target, "&group=other");
    }

    void pagesAreTheServers()
    {
        const std::string list = "GET " + path("/databases");
        m_api->on(list + "?limit=2",
                  Json{{"databases", {record("b"), record("a")}}, {"pagination", {{"next", "x"}}}});
        m_api->on(list + "?limit=2&cursor=x", Json{{"databases", {record("c")}}});
        const auto first = awaited(m_cloud->databasePage({}, 2, {}));
        QCOMPARE(namesOf(first->databases), std::string("a b "));
        const auto second = awaited(m_cloud->databasePage({}, 2, first->next));
        QCOMPARE(namesOf(second->databases), std::string("c "));
        QCOMPARE(second->next, std::string());
        QCOMPARE(kindOf(awaited(m_cloud->databasePage({}, 2, "nobody's"))),
                 std::string("invalid_argument"));
    }

    void tenThousandArePagedAlsoWhereTheServerDoesNot()
    {
        constexpr int kMany = 10'000;
        Json list = Json::array();
        for (int i = 0; i < kMany; ++i)
            list.push_back(record("database-" + std::to_string(100'000 + i)));
        const std::string body = Base::dumpJson({{"databases", list}});
        m_api->say("GET " + path("/databases"), {{.body = body}});
        const long before = residentKilobytes();
        QElapsedTimer clock;
        clock.start();
        std::size_t count = 0;
        std::string cursor;
        int pages = 0;
        do {
            const auto page = awaited(m_cloud->databasePage({}, 100, cursor));
            QVERIFY2(page, messageOf(page).c_str());
            QVERIFY(page->databases.size() <= 100U);
            count += page->databases.size();
            cursor = page->next;
            ++pages;
        } while (!cursor.empty());
        QCOMPARE(count, std::size_t(kMany));
        QCOMPARE(pages, 100);
        QCOMPARE(m_api->heard.size(), 1U); // asked once, told in parts
        const auto all = awaited(m_cloud->databases({}));
        QCOMPARE(all->size(), std::size_t(kMany));
        qInfo("10000 databases twice, %zu bytes each time: %lld ms, %ld KiB more", body.size(),
              clock.elapsed(), residentKilobytes() - before);
        QVERIFY(clock.elapsed() < 15'000);
        QVERIFY(residentKilobytes() - before < 100'000);
    }

    void aDatabaseIsItsRecordItsConfigurationAndItsSize()
    {
        playDatabase("shop", {{"size_limit", "8192"}, {"delete_protection", true}});
        const auto shop = awaited(m_cloud->database("shop"));
        QVERIFY2(shop, messageOf(shop).c_str());
        QCOMPARE(shop->configuration.sizeLimit, std::optional<std::int64_t>(8192));
        QVERIFY(shop->configuration.deleteProtection);
        QCOMPARE(shop->sizeBytes, std::optional<std::int64_t>(4096));
        QCOMPARE(shop->region, std::string("aws-us-east-1"));
        // figures that nobody may see are no reason to know nothing
        m_api->say("GET " + path("/databases/shop/usage"), {{"", 403, ""}});
        QCOMPARE(awaited(m_cloud->database("shop"))->sizeBytes, std::optional<std::int64_t>());
        // a configuration is
        m_api->say("GET " + path("/databases/shop/configuration"), {{"", 403, ""}});
        QCOMPARE(kindOf(awaited(m_cloud->database("shop"))), std::string("unauthorized"));
        m_api->on("GET " + path("/databases/none"),
                  Json{{"error", "could not find database with name none: record not found"}}, 404);
        QCOMPARE(kindOf(awaited(m_cloud->database("none"))), std::string("not_found"));
    }

    void impossibleNamesAreNotAskedFor()
    {
        for (const char *name : {"", "..", "a/b", "a%2fb", "a?b", "a b", "a.b"}) {
            QCOMPARE(kindOf(awaited(m_cloud->database(name))), std::string("not_found"));
            QCOMPARE(kindOf(awaited(m_cloud->deleteDatabase(name))), std::string("not_found"));
            QCOMPARE(kindOf(awaited(m_cloud->createDatabase({.name = name, .group = "g"}))),
                     std::string("invalid_argument"));
        }
        QCOMPARE(m_api->heard.size(), 0U);
    }

    void creatingSendsWhatIsMeant()
    {
        m_api->on("GET " + path("/groups"),
                  Json{{"groups", {{{"name", "first"}}, {{"name", "default"}}}}});
        playDatabase("new", {{"size_limit", "10000"}});
        m_api->say(
            "GET " + path("/databases/new"),
            {{"", 404}, {"", 404, "text/plain"}, {Base::dumpJson({{"database", record("new")}})}});
        m_api->on("POST " + path("/databases"),
                  Json{{"database", {{"DbId", "1"}, {"Hostname", "h"}, {"Name", "new"}}}});
        const auto made
            = awaited(m_cloud->createDatabase({.name = "new", .group = {}, .sizeLimit = 10000}));
        QVERIFY2(made, messageOf(made).c_str());
        QCOMPARE(made->group, std::string("default"));
        QCOMPARE(made->configuration.sizeLimit, std::optional<std::int64_t>(10000));
        SAME(m_api->body("POST"),
             Json({{"name", "new"}, {"group", "default"}, {"size_limit", "10000"}}));
        QVERIFY(
            awaited(m_cloud->createDatabase({.name = "new", .group = "g", .useTursodb = true})));
        SAME(m_api->body("POST"), Json({{"name", "new"}, {"group", "g"}, {"use_tursodb", true}}));

        // one that Turso never shows is there all the same
        m_api->say("GET " + path("/databases/new"), {{"", 404}});
        const auto hidden = awaited(m_cloud->createDatabase({.name = "new", .group = "g"}));
        QVERIFY2(hidden, messageOf(hidden).c_str());
        QCOMPARE(hidden->id, std::string("1"));
        QCOMPARE(hidden->group, std::string("g"));
    }

    void nothingIsMadeTwice_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<bool>("isCut");
        QTest::newRow("500") << 500 << false;
        QTest::newRow("503") << 503 << false;
        QTest::newRow("cut") << 200 << true;
        QTest::newRow("redirect") << 307 << false;
        QTest::newRow("no JSON") << 200 << false;
    }
    void nothingIsMadeTwice()
    {
        QFETCH(int, status);
        QFETCH(bool, isCut);
        playDatabase("shop");
        const ScriptedApi::Said said{.body = "broken {",
                                     .status = status,
                                     .isCut = isCut,
                                     .fields = {{"Location", m_api->url() + "/elsewhere"}}};
        for (const std::string &request :
             {"POST " + path("/databases"), "PATCH " + path("/databases/shop/configuration"),
              "DELETE " + path("/databases/shop")})
            m_api->say(request, {said});
        const auto made = awaited(m_cloud->createDatabase({.name = "shop", .group = "g"}));
        const auto changed = awaited(m_cloud->configureDatabase("shop", {.blockWrites = true}));
        const auto deleted = awaited(m_cloud->deleteDatabase("shop"));
        for (const Base::Error &error : {made.error(), changed.error(), deleted.error()}) {
            QCOMPARE(error.kind, Base::ErrorKind::UpstreamError);
            HOLDS(error.details, R"("unknown")");
        }
        QCOMPARE(m_api->count("POST"), 1U);
        QCOMPARE(m_api->count("PATCH"), 1U);
        QCOMPARE(m_api->count("DELETE"), 1U);
        QCOMPARE(m_api->count("GET /elsewhere"), 0U);
    }

    void aBranchIsVerified()
    {
        playBranch({{"id", idOf("shop")},
                    {"name", "shop"},
                    {"branched_at", "2026-11-18T10:00:00.123456789Z"}});
        Json orphan = record("try");
        m_api->say("GET " + path("/databases/try"),
                   {{"", 404},
                    {Base::dumpJson({{"database", orphan}})},
                    {Base::dumpJson(
                        {{"database", record("try", {{"id", idOf("shop")}, {"name", "shop"}})}})}});
        const auto branch
            = awaited(m_cloud->createBranch({.database = "shop", .name = "try", .group = {}}));
        QVERIFY2(branch, messageOf(branch).c_str());
        QCOMPARE(branch->parent->name, std::string("shop"));
        SAME(m_api->body("POST"),
             Json({{"name", "try"},
                   {"group", "default"},
                   {"seed", {{"type", "database"}, {"name", "shop"}}}}));
        QCOMPARE(m_api->count("POST"), 1U);
    }

    void aBranchWithoutParentMayBeEmpty()
    {
        playBranch(nullptr);
        const auto empty
            = awaited(m_cloud->createBranch({.database = "shop", .name = "try", .group = {}}));
        QCOMPARE(kindOf(empty), std::string("upstream_error"));
        HOLDS(empty.error().message, "may be empty");
        HOLDS(empty.error().details, "unknown");
        playBranch({{"id", "another"}, {"name", "stock"}});
        HOLDS(messageOf(
                  awaited(m_cloud->createBranch({.database = "shop", .name = "try", .group = {}}))),
              "from \"stock\" and not from \"shop\"");
        QCOMPARE(
            kindOf(awaited(m_cloud->createBranch({.database = "try", .name = "try", .group = {}}))),
            std::string("invalid_argument"));
        QCOMPARE(m_api->count("POST"), 2U);
    }

    void instantsOutsideTheWindowAreRefused()
    {
        playBranch({{"id", idOf("shop")}, {"name", "shop"}});
        playPlan("starter");
        const auto at = [this](Base::Millis ago) {
            return awaited(m_cloud->createBranch(
                {.database = "shop", .name = "try", .group = {}, .timestamp = m_clock.time - ago}));
        };
        const auto early = at(25 * 3'600'000LL);
        QCOMPARE(kindOf(early), std::string("invalid_argument"));
        HOLDS(early.error().message, "24 hours");
        HOLDS(early.error().details, "timestamp");
        HOLDS(messageOf(at(-60'000)), "has not passed yet");
        QCOMPARE(m_api->count("POST"), 0U);
        const auto made = at(3'600'000);
        QVERIFY2(made, messageOf(made).c_str());
        QCOMPARE(m_api->body("POST")["seed"]["timestamp"].get<std::string>(),
                 std::string("2026-11-18T10:06:40.000Z"));
        // where nobody knows the plan, Turso has the word
        m_clock.time += 2 * 3'600'000;
        playPlan("enterprise");
        m_api->on("POST " + path("/databases"), Json{{"error", "timestamp too far back"}}, 400);
        HOLDS(messageOf(at(200 * 86'400'000LL)), "timestamp too far back");
    }

    void branchesAreLookedAtOneByOne()
    {
        const Json parent = {{"id", idOf("shop")}, {"name", "shop"}};
        playDatabase("shop");
        // the server knows no filter, and its list lacks parents
        m_api->on("GET " + path("/databases"),
                  Json{{"databases",
                        {record("shop"), record("a"), record("gone"), record("b", parent),
                         record("c", {{"id", "else"}, {"name", "x"}})}}});
        m_api->on("GET " + path("/databases/a"), Json{{"database", record("a", parent)}});
        m_api->on("GET " + path("/databases/b"), Json{{"database", record("b", parent)}});
        const auto branches = awaited(m_cloud->branches("shop"));
        QVERIFY2(branches, messageOf(branches).c_str());
        QCOMPARE(namesOf(*branches), std::string("a b "));
        QCOMPARE(m_api->count("GET " + path("/databases?limit=1000&parent=") + idOf("shop")), 1U);
        QCOMPARE(m_api->count("GET " + path("/databases/c")), 0U);
    }

    void onlyWhatIsMeantIsChanged()
    {
        playDatabase("shop", {{"allowed_ips", {"10.0.0.1"}}, {"size_limit", "4096"}});
        const std::string at = "PATCH " + path("/databases/shop/configuration");
        m_api->on(at, configuration({{"size_limit", "4096"}}));
        auto done = awaited(
            m_cloud->configureDatabase("shop", {.allowedIps = std::vector<std::string>{}}));
        QVERIFY2(done, messageOf(done).c_str());
        SAME(m_api->body("PATCH"), Json({{"allowed_ips", Json::array()}}));
        QCOMPARE(done->changed, std::vector<std::string>{"allowed_ips"});
        QCOMPARE(done->note, std::string());
        // a list is cleaned as Turso's command line does it; sizes go as they are
        m_api->on(at,
                  configuration({{"allowed_ips", {"10.0.0.1", "::1", "10.0.0.0/8"}},
                                 {"size_limit", "4096"}}));
        done = awaited(m_cloud->configureDatabase(
            "shop",
            {.sizeLimit = 5000,
             .allowedIps
             = std::vector<std::string>{" 10.0.0.1 ", "", "::1", "10.0.0.0/8", "10.0.0.1"}}));
        QVERIFY2(done, messageOf(done).c_str());
        SAME(m_api->body("PATCH"),
             Json({{"allowed_ips", {"10.0.0.1", "::1", "10.0.0.0/8"}}, {"size_limit", "5000"}}));
        HOLDS(done->note, "size_limit");
        // an answer without a configuration: what is there is asked for
        m_api->say(at, {{""}});
        QVERIFY(awaited(m_cloud->configureDatabase("shop", {.blockReads = true})));
    }

    void wrongListsAreNotSent()
    {
        playDatabase("shop");
        const auto refused = [this](ConfigurationChange change) {
            const auto done = awaited(m_cloud->configureDatabase("shop", std::move(change)));
            return done ? std::string() : done.error().details;
        };
        using List = std::vector<std::string>;
        for (const char *address : {"10.0.0", "10.0.0.0/33", "example.com", "::1/129", "1.2.3.4/"})
            HOLDS(refused({.allowedIps = List{address}}), "\"allowed_ips\"");
        for (const char *id : {"vpce-", "vpc-1", "vpce-a b"})
            HOLDS(refused({.allowedAwsVpcIds = List{id}}), "allowed_aws_vpc_ids");
        HOLDS(refused({.sizeLimit = 0}), "size_limit");
        QCOMPARE(kindOf(awaited(m_cloud->configureDatabase("shop", {}))),
                 std::string("invalid_argument"));
        QCOMPARE(m_api->count("PATCH"), 0U);
    }

    void whatIsProtectedStays()
    {
        const std::string request = "DELETE " + path("/databases/shop");
        m_api->on(request, Json{{"database", "shop"}});
        playDatabase("shop", {{"delete_protection", true}});
        QCOMPARE(kindOf(awaited(m_cloud->deleteDatabase("shop"))), std::string("protected"));
        playDatabase("shop");
        m_api->on("GET " + path("/groups/default/configuration"),
                  Json{{"delete_protection", true}});
        QCOMPARE(kindOf(awaited(m_cloud->deleteDatabase("shop"))), std::string("protected"));
        // nobody knows: no
        playDatabase("shop");
        m_api->say("GET " + path("/databases/shop/configuration"), {{"", 403, ""}});
        QCOMPARE(kindOf(awaited(m_cloud->deleteDatabase("shop"))), std::string("unauthorized"));
        QCOMPARE(m_api->count("DELETE"), 0U);
        // the group's is not for everybody to see
        playDatabase("shop");
        m_api->say("GET " + path("/groups/default/configuration"), {{"", 403, ""}});
        m_api->say(request,
                   {{R"({"error":"group default is delete-protected and cannot be deleted"})", 403},
                    {R"({"database":"shop"})"}});
        QCOMPARE(kindOf(awaited(m_cloud->deleteDatabase("shop"))), std::string("protected"));
        const auto done = awaited(m_cloud->deleteDatabase("shop"));
        QVERIFY2(done, messageOf(done).c_str());
        QCOMPARE(*done, std::string("shop"));
    }

    void groupsAreMadeWhereTheFirstIs()
    {
        m_api->on(
            "GET " + path("/groups"),
            Json{{"groups", {{{"name", "default"}, {"uuid", "u"}, {"primary", "aws-eu-west-1"}}}}});
        m_api->on("POST " + path("/groups"), Json{{"group", {{"name", "more"}, {"uuid", "v"}}}});
        const auto made = awaited(m_cloud->createGroup("more"));
        QVERIFY2(made, messageOf(made).c_str());
        QCOMPARE(made->id, std::string("v"));
        SAME(m_api->body("POST"), Json({{"name", "more"}, {"location", "aws-eu-west-1"}}));
        m_api->on("POST " + path("/groups"), Json{{"error", "group already exists"}}, 409);
        QCOMPARE(kindOf(awaited(m_cloud->createGroup("more"))), std::string("already_exists"));

        m_api->on("GET " + path("/databases"), Json{{"databases", nullptr}});
        HOLDS(messageOf(awaited(m_cloud->deleteGroup("default"))), "the only group");
        QCOMPARE(kindOf(awaited(m_cloud->deleteGroup("none"))), std::string("not_found"));
        m_api->on("GET " + path("/groups/default"), Json{{"group", {{"name", "default"}}}});
        m_api->on("PATCH " + path("/groups/default/configuration"),
                  Json{{"delete_protection", true}});
        QVERIFY(awaited(m_cloud->protectGroup("default", true))->deleteProtection);
        SAME(m_api->body("PATCH"), Json({{"delete_protection", true}}));
    }

    void whoIsSignedOutAsksNothing()
    {
        m_token.reset();
        const auto list = awaited(m_cloud->databases({}));
        QCOMPARE(kindOf(list), std::string("unauthorized"));
        QCOMPARE(awaited(m_cloud->check()).value().state, Health::State::SignedOut);
        QCOMPARE(m_api->heard.size(), 0U);
        QVERIFY(m_signedOut.empty());
    }

    void aRefusedTokenIsTold()
    {
        const std::string secret = m_token->revealForUse();
        m_api->say("GET " + path("/databases"),
                   {{"token " + secret + " expired", 401, "text/plain"}});
        const auto list = awaited(m_cloud->databases({}));
        QCOMPARE(kindOf(list), std::string("unauthorized"));
        QVERIFY(messageOf(list).find(secret) == std::string::npos); // whoever repeats it
        QTRY_COMPARE(m_signedOut.size(), 1U);
        HOLDS(m_signedOut.front(), "sign in again");
    }

    void auditListsArePagedAndNotForEveryPlan()
    {
        const std::string at = "GET " + path("/audit-logs?page=2&page_size=100");
        m_api->on(at,
                  Json{{"audit_logs",
                        {{{"code", "db-create"},
                          {"message", "made shop"},
                          {"author", "ann"},
                          {"origin", "cli"},
                          {"created_at", "2026-11-18T11:06:40Z"},
                          {"data", Json::object()}}}},
                       {"pagination", {{"page", 2}, {"total_pages", 3}}}});
        const auto page = awaited(m_cloud->auditList(2));
        QVERIFY2(page, messageOf(page).c_str());
        QCOMPARE(page->pages, 3);
        QCOMPARE(page->entries.front().at, m_clock.time);
        QCOMPARE(page->entries.front().code, std::string("db-create"));
        QVERIFY(m_cloud->capabilities().auditList);
        m_api->on(at, Json{{"error", "x"}, {"code", "feature_not_available_for_starter_plan"}},
                  403);
        const auto none = awaited(m_cloud->auditList(2));
        QCOMPARE(kindOf(none), std::string("unsupported"));
        HOLDS(none.error().hint, "higher plan");
        QVERIFY(!m_cloud->capabilities().auditList);
        connectAgain(); // and it is remembered
        QVERIFY(!m_cloud->capabilities().auditList);
    }

    void figuresComeFromWhoeverTellsThem()
    {
        playDatabase("shop");
        const std::string at = "GET " + path("/databases/shop");
        m_api->say(at + "/usage/queries",
                   {{R"([{"query":"SELECT 1","rows_read":1,"rows_written":0}])"}});
        const auto of = [this] {
            return awaited(m_cloud->analytics("shop", m_clock.time - 3'600'000, m_clock.time));
        };
        auto figures = of();
        QVERIFY2(figures, messageOf(figures).c_str());
        QCOMPARE(figures->queries.size(), 1U);
        QCOMPARE(figures->queries[0].source, std::string("turso-cloud"));
        QVERIFY(!figures->queries[0].count);
        QCOMPARE(figures->sources.size(), 2U);
        QCOMPARE(figures->sources[1].source, std::string("turso-companion"));
        const auto &missing = figures->sources[0].missing;
        QVERIFY(std::find(missing.begin(), missing.end(), "count") != missing.end());
        HOLDS(m_api->heard.back().method, "GET");
        QCOMPARE(m_api->count(at + "/usage/queries?from=2026-11-18T10%3A06%3A40.000Z&to="), 1U);
        // then the old list, then the totals
        m_api->say(at + "/usage/queries", {{"", 404}});
        m_api->on(at + "/stats",
                  Json{{"top_queries", {{{"query", "SELECT 2"}, {"rows_read", 3}}}}});
        figures = of();
        QCOMPARE(figures->queries[0].rowsRead, std::optional<std::int64_t>(3));
        m_api->on(at + "/stats", Json{{"top_queries", nullptr}});
        m_api->on(at + "/usage",
                  Json{{"database", {{"total", {{"rows_read", 12}, {"rows_written", 4}}}}}});
        figures = of();
        QVERIFY(figures->queries.empty());
        HOLDS(figures->sources[0].covers, "12 rows read and 4 written");
        m_api->say(at + "/usage", {{"", 500}});
        figures = of();
        QVERIFY2(figures, messageOf(figures).c_str()); // our own are there
        QCOMPARE(figures->sources.size(), 2U);
    }
};

QTEST_GUILESS_MAIN(tst_Cloud)
#include "tst_cloud.moc"
