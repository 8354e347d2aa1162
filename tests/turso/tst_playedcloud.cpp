// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/cloud/cloud.h"
#include "turso/cloud/tokencheck.h"
#include "turso/cloudfixture.h"
#include "turso/playedcloud.h"
#include "turso/sql/statement.h"

using Base::Json;
using namespace Turso;

/// The whole connection against the played cloud, under each oddity and all that go together.
class tst_PlayedCloud : public Support::TestCase
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<PlayedCloud> m_played;
    std::shared_ptr<const Base::Secret> m_token;
    std::unique_ptr<Cloud> m_cloud;

    void setUp() override
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_played = std::make_unique<PlayedCloud>(
            (m_folder->path() + QStringLiteral("/workspace")).toStdString());
        use("organization");
    }
    void tearDown() override
    {
        m_cloud.reset();
        m_played.reset();
        m_folder.reset();
    }
    void use(const std::string &token, const std::string &group = {})
    {
        m_cloud.reset();
        m_token = secretOf(m_played->token(token));
        CloudOptions options;
        options.apiUrl = m_played->apiUrl();
        options.organization = PlayedCloud::organization();
        options.group = group;
        options.token = [this] {
            return m_token;
        };
        options.folder = (m_folder->path() + QStringLiteral("/connection")).toStdString();
        m_cloud = std::make_unique<Cloud>(options);
    }
    std::string run(const std::string &database, Privilege privilege, const std::string &sql)
    {
        Script script;
        const auto statements = Sql::classify(sql);
        if (!statements)
            return messageOf(statements);
        script.statements = *statements;
        const auto session = m_cloud->openSession(database, privilege);
        const auto outcome = awaited(session->execute(std::move(script), {}));
        return outcome ? outcome->statements.back().rows : messageOf(outcome);
    }
    static std::string namesOf(const Base::Result<std::vector<Database>> &databases)
    {
        if (!databases)
            return messageOf(databases);
        std::string names;
        for (const Database &database : *databases)
            names += database.name + ' ';
        return names;
    }

private Q_SLOTS:
    void allOfItWorks_data()
    {
        QTest::addColumn<unsigned>("oddities");
        QTest::newRow("as described") << 0U;
        const std::vector<std::pair<const char *, unsigned>> all
            = {{"lower keys", PlayedCloud::LowerKeys},
               {"both keys", PlayedCloud::BothKeys},
               {"bare organizations", PlayedCloud::BareOrganizations},
               {"total", PlayedCloud::OnlyTotal},
               {"text errors", PlayedCloud::TextErrors},
               {"empty errors", PlayedCloud::EmptyErrors},
               {"object errors", PlayedCloud::ObjectErrors},
               {"wrong types", PlayedCloud::WrongTypes},
               {"slow bodies", PlayedCloud::SlowBodies},
               {"no pages", PlayedCloud::NoPages},
               {"partial lists", PlayedCloud::PartialLists},
               {"late databases", PlayedCloud::LateDatabases},
               {"fine permissions", PlayedCloud::FinePermissions},
               {"all", PlayedCloud::All}};
        for (const auto &[name, oddity] : all)
            QTest::newRow(name) << oddity;
    }
    void allOfItWorks()
    {
        QFETCH(unsigned, oddities);
        m_played->setOddities(oddities);
        const auto shop = awaited(m_cloud->createDatabase({.name = "shop", .group = {}}));
        QVERIFY2(shop, messageOf(shop).c_str());
        QCOMPARE(shop->group, std::string("default"));
        QCOMPARE(shop->engine, std::string("libsql"));
        QCOMPARE(kindOf(awaited(m_cloud->createDatabase({.name = "shop", .group = {}}))),
                 std::string("already_exists"));
        const auto branch
            = awaited(m_cloud->createBranch({.database = "shop", .name = "try", .group = {}}));
        QVERIFY2(branch, messageOf(branch).c_str());
        QCOMPARE(branch->parent->id, shop->id);
        QCOMPARE(namesOf(awaited(m_cloud->databases({}))), std::string("shop try "));
        QCOMPARE(namesOf(awaited(m_cloud->branches("shop"))), std::string("try "));
        const auto page = awaited(m_cloud->databasePage({}, 1, {}));
        QVERIFY2(page, messageOf(page).c_str());
        QCOMPARE(page->databases.size(), 1U);
        QCOMPARE(awaited(m_cloud->databasePage({}, 1, page->next))->databases.front().name,
                 std::string("try"));

        const auto changed = awaited(m_cloud->configureDatabase(
            "shop",
            {.deleteProtection = true,
             .allowedIps = std::vector<std::string>{"127.0.0.1", "::1"}}));
        QVERIFY2(changed, messageOf(changed).c_str());
        QCOMPARE(changed->changed, (std::vector<std::string>{"delete_protection", "allowed_ips"}));
        QCOMPARE(kindOf(awaited(m_cloud->deleteDatabase("shop"))), std::string("protected"));
        QCOMPARE(m_played->count("DELETE "), 0U);
        QVERIFY(awaited(m_cloud->deleteDatabase("try")));
        QCOMPARE(kindOf(awaited(m_cloud->database("try"))), std::string("not_found"));
        const auto whole = awaited(m_cloud->database("shop"));
        QVERIFY2(whole, messageOf(whole).c_str());
        QVERIFY(whole->configuration.deleteProtection && whole->sizeBytes);

        const auto figures = awaited(m_cloud->analytics("shop", 0, Base::SystemClock().now()));
        QVERIFY2(figures, messageOf(figures).c_str());
        QCOMPARE(figures->sources.front().source, std::string("turso-cloud"));
        QCOMPARE(awaited(m_cloud->groups())->front().name, std::string("default"));
        const auto health = awaited(m_cloud->check());
        QVERIFY2(health->state == Health::State::Ready, health->sentence.c_str());
        if ((oddities & PlayedCloud::EmptyErrors) == 0 && (oddities & PlayedCloud::TextErrors) == 0)
            QCOMPARE(kindOf(awaited(m_cloud->auditList(1))), std::string("unsupported"));
    }

    void sqlGoesThrough_data()
    {
        QTest::addColumn<unsigned>("oddities");
        QTest::newRow("as described") << 0U;
        QTest::newRow("all") << unsigned(PlayedCloud::All);
    }
    void sqlGoesThrough()
    {
        QFETCH(unsigned, oddities);
        m_played->setOddities(oddities);
        QVERIFY(awaited(m_cloud->createDatabase({.name = "shop", .group = {}})));
        QCOMPARE(run("shop", Privilege::Schema, "CREATE TABLE t(a INTEGER PRIMARY KEY, b)"),
                 std::string("[]"));
        QCOMPARE(run("shop", Privilege::Write, "INSERT INTO t VALUES(1, 'x'), (2, 'y')"),
                 std::string("[]"));
        QCOMPARE(run("shop", Privilege::Delete, "DELETE FROM t WHERE a = 2"), std::string("[]"));
        QCOMPARE(run("shop", Privilege::Read, "SELECT * FROM t"), std::string("[[1,\"x\"]]"));
        const std::size_t minted = m_played->count("POST ");
        QCOMPARE(run("shop", Privilege::Read, "SELECT count(*) FROM t"), std::string("[[1]]"));
        QCOMPARE(m_played->count("POST "), minted);
        // what this app ran is in the figures
        const auto figures
            = awaited(m_cloud->analytics("shop", 0, Base::SystemClock().now() + 60'000));
        QVERIFY2(figures, messageOf(figures).c_str());
        QVERIFY(std::any_of(figures->queries.begin(), figures->queries.end(),
                            [](const QueryFigures &query) {
                                return query.source == "turso-companion" && query.count
                                    && query.query.starts_with("INSERT");
                            }));
    }

    void aGroupsTokenDoesWhatItsScopesSay()
    {
        use("group", "default");
        const auto reach
            = awaited(checkToken({m_played->apiUrl(), m_token, PlayedCloud::organization()}));
        QVERIFY2(reach, messageOf(reach).c_str());
        QCOMPARE(reach->group, std::string("default"));
        QCOMPARE(reach->scopes.size(), 9U);
        QVERIFY(awaited(m_cloud->createDatabase({.name = "shop", .group = {}})));
        use("read-only", "default");
        QCOMPARE(namesOf(awaited(m_cloud->databases({}))), std::string("shop "));
        const auto refused = awaited(m_cloud->deleteDatabase("shop"));
        QCOMPARE(kindOf(refused), std::string("unauthorized"));
        HOLDS(refused.error().hint, "db:delete");
        QCOMPARE(awaited(m_cloud->check())->state, Health::State::Limited);
        use("no-sql", "default");
        HOLDS(awaited(m_cloud->check())->sentence, "db:mint-token");
        use("unscoped");
        QCOMPARE(awaited(m_cloud->check())->state, Health::State::SignedOut);
    }

    void whatIsCutOffIsUnknownAndNotSentAgain()
    {
        m_played->play({.method = "POST",
                        .part = "/databases",
                        .body = "{\"data",
                        .isCut = true,
                        .isDone = true});
        const auto made = awaited(m_cloud->createDatabase({.name = "shop", .group = "default"}));
        QCOMPARE(kindOf(made), std::string("upstream_error"));
        HOLDS(made.error().details, "unknown");
        QCOMPARE(m_played->count("POST "), 1U);
        // a read is asked again
        m_played->play({.method = "GET", .part = "/groups", .body = "{", .isCut = true});
        QVERIFY(awaited(m_cloud->groups()));
        m_played->play({.method = "GET",
                        .part = "/groups",
                        .status = 302,
                        .fields = {{"Location", m_played->apiUrl() + "/elsewhere"}}});
        HOLDS(messageOf(awaited(m_cloud->groups())), "redirect");
        QCOMPARE(m_played->count("GET /elsewhere"), 0U);
    }
};

QTEST_GUILESS_MAIN(tst_PlayedCloud)
#include "tst_playedcloud.moc"
