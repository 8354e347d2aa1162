// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/cloud/api.h"
#include "turso/cloud/databases.h"
#include "turso/cloud/facts.h"
#include "turso/cloud/sqltokens.h"
#include "turso/cloud/tokencheck.h"
#include "turso/cloudfixture.h"

#include <QDir>
#include <QFile>

using Base::Json;
using namespace Turso;
using namespace Turso::CloudApi;

/// The connection's own token, and those that it makes for SQL.
class tst_CloudTokens : public CloudFixture
{
    Q_OBJECT

private:
    /// What a session asks for tokens, over the played API.
    struct Tokens {
        explicit Tokens(tst_CloudTokens &test)
            : api(test.m_api->url(), "acme", [&test] { return test.m_token; })
            , databases(api, test.m_clock, std::chrono::milliseconds(100))
            , facts((test.m_folder->path() + QStringLiteral("/facts")).toStdString())
            , tokens(api, databases, facts, test.m_clock, nullptr)
        {
        }
        std::string door(Privilege privilege)
        {
            const auto door = awaited(tokens.door("shop", privilege));
            return door ? door->token->revealForUse() : messageOf(door);
        }
        Api api;
        Databases databases;
        Facts facts;
        SqlTokens tokens;
    };

    std::string mintPath(const char *authorization) const
    {
        return "POST " + path("/databases/shop/auth/tokens?expiration=10m&authorization=")
            + authorization;
    }
    void playMinting()
    {
        playDatabase("shop");
        Json shop = record("shop");
        shop["Hostname"] = "127.0.0.1:1";
        m_api->on("GET " + path("/databases/shop"), Json{{"database", shop}});
        m_api->say(mintPath("read-only"), {{R"({"jwt":"ro1"})"}, {R"({"jwt":"ro2"})"}});
        m_api->say(mintPath("full-access"),
                   {{R"({"jwt":"rw1"})"},
                    {R"({"jwt":"rw2"})"},
                    {R"({"jwt":"rw3"})"},
                    {R"({"jwt":"rw4"})"}});
    }
    TokenQuestion question(const Json &claims, const std::string &organization = {})
    {
        return {m_api->url(), secretOf(claims.is_null() ? "opaque" : unsignedJwt(claims)),
                organization};
    }
    void playAccount(const Json &organizations, long long expires = -1)
    {
        m_api->on("GET /v1/auth/validate", Json{{"exp", expires}});
        m_api->on("GET /v1/organizations", organizations);
        m_api->on("GET " + path("/groups"),
                  Json{{"groups", {{{"name", "shop"}, {"uuid", "g1"}}, {{"name", "x"}}}}});
    }
    void playGroupAccount()
    {
        playAccount({}, -1);
        m_api->on("GET /v1/organizations",
                  Json{{"error", "group-scoped token cannot access org-level resources"}}, 403);
    }
    static Json groupClaims(const Json &scopes)
    {
        return {
            {"jti", "j"}, {"org_id", 1}, {"group_uuid", "g1"}, {"scopes", {{"scopes", scopes}}}};
    }
    static Json organization(const char *slug)
    {
        return {{"slug", slug}, {"name", std::string("The ") + slug}, {"type", "personal"}};
    }

private Q_SLOTS:
    void eachPrivilegeHasATokenOfItsOwn()
    {
        playMinting();
        Tokens all(*this);
        QCOMPARE(all.door(Privilege::Read), std::string("ro1"));
        SAME(m_api->body(mintPath("read-only")), Json::object());
        const auto actions = [this] {
            return m_api->body(mintPath("full-access"))["fine_grained_permissions"];
        };
        QCOMPARE(all.door(Privilege::Write), std::string("rw1"));
        SAME(actions(),
             Json::array({{{"t", nullptr}, {"a", {"data_read", "data_add", "data_update"}}}}));
        QCOMPARE(all.door(Privilege::Delete), std::string("rw2"));
        HOLDS(Base::dumpJson(actions()), "data_delete");
        QVERIFY(Base::dumpJson(actions()).find("schema") == std::string::npos);
        QCOMPARE(all.door(Privilege::Schema), std::string("rw3"));
        HOLDS(Base::dumpJson(actions()), "schema_delete");
        // never: it breaks databases of Turso's own engine
        QVERIFY(!m_api->body(mintPath("full-access")).contains("permissions"));
        QCOMPARE(m_api->count("POST"), 4U);
        QCOMPARE(all.door(Privilege::Read), std::string("ro1"));
        QCOMPARE(m_api->count("POST"), 4U);
        // in memory alone
        QDir folder(m_folder->path());
        QVERIFY(!folder.exists(QStringLiteral("facts")));
    }

    void tokensEndBeforeTheyExpire()
    {
        playMinting();
        Tokens all(*this);
        QCOMPARE(all.door(Privilege::Read), std::string("ro1"));
        m_clock.time += 539'000;
        QCOMPARE(all.door(Privilege::Read), std::string("ro1"));
        m_clock.time += 2'000;
        QCOMPARE(all.door(Privilege::Read), std::string("ro2"));
        // by the token's own times, whatever the server's clock says
        m_api->on(mintPath("read-only"),
                  Json{{"jwt", unsignedJwt({{"iat", 1000}, {"exp", 1120}})}});
        m_clock.time += 600'000;
        all.door(Privilege::Read);
        const std::size_t before = m_api->count("POST");
        m_clock.time += 59'000;
        all.door(Privilege::Read);
        QCOMPARE(m_api->count("POST"), before);
        m_clock.time += 2'000;
        all.door(Privilege::Read);
        QCOMPARE(m_api->count("POST"), before + 1);
    }

    void manyAskOnce()
    {
        playMinting();
        Tokens all(*this);
        std::vector<Base::Pending<SqlDoor>> doors;
        for (int i = 0; i < 20; ++i)
            doors.push_back(all.tokens.access()->door("shop", Privilege::Read));
        for (const auto &door : doors)
            QCOMPARE(awaited(door)->token->revealForUse(), std::string("ro1"));
        QCOMPARE(m_api->count("POST"), 1U);
    }

    void aRefusedTokenIsMadeAnew()
    {
        playMinting();
        Tokens all(*this);
        const auto first = awaited(all.tokens.door("shop", Privilege::Read));
        all.tokens.access()->refused("shop", Privilege::Read, *first);
        QCOMPARE(all.door(Privilege::Read), std::string("ro2"));
        all.tokens.access()->refused("shop", Privilege::Read, *first); // late: another is there
        QCOMPARE(all.door(Privilege::Read), std::string("ro2"));
        QCOMPARE(m_api->count("POST"), 2U);
    }

    void withoutFinePermissionsItGoesOnAndIsRemembered()
    {
        playMinting();
        m_api->say(mintPath("full-access"),
                   {{R"({"error":"unknown field"})", 400}, {R"({"jwt":"rw1"})"}});
        {
            Tokens all(*this);
            QCOMPARE(all.door(Privilege::Write), std::string("rw1"));
            SAME(m_api->body("POST"), Json::object());
            QCOMPARE(m_api->count("POST"), 2U);
            QCOMPARE(all.door(Privilege::Delete), std::string("rw1"));
            QCOMPARE(m_api->count("POST"), 3U);
        }
        Tokens later(*this);
        QCOMPARE(later.door(Privilege::Schema), std::string("rw1"));
        QCOMPARE(m_api->count("POST"), 4U);
    }

    void aMissingScopeIsNamed()
    {
        playMinting();
        m_token = secretOf(unsignedJwt(groupClaims({"read"})));
        m_api->say(mintPath("read-only"), {{R"({"error":"forbidden"})", 403}});
        Tokens all(*this);
        HOLDS(all.door(Privilege::Read), "needs the scope db:mint-token");
        m_api->say(mintPath("full-access"), {{R"({"error":"forbidden"})", 403}});
        HOLDS(all.door(Privilege::Write), "needs the scope db:mint-token");
        // an error is not kept
        m_api->say(mintPath("read-only"), {{R"({"jwt":"ro1"})"}});
        QCOMPARE(all.door(Privilege::Read), std::string("ro1"));
    }

    void whoSignsOutTakesTheTokensAlong()
    {
        playMinting();
        Tokens all(*this);
        QCOMPARE(all.door(Privilege::Read), std::string("ro1"));
        m_token.reset();
        HOLDS(all.door(Privilege::Read), "signed out");
        m_token = secretOf("another");
        QCOMPARE(all.door(Privilege::Read), std::string("ro2"));
        HOLDS(m_api->heard.back().authorization, "another");
    }

    void aDeletedDatabaseHasNoToken()
    {
        playMinting();
        m_api->on("DELETE " + path("/databases/shop"), Json{{"database", "shop"}});
        Tokens all(*this);
        QCOMPARE(all.door(Privilege::Read), std::string("ro1"));
        QVERIFY(awaited(all.databases.remove("shop")));
        m_api->say("GET " + path("/databases/shop"), {{R"({"error":"record not found"})", 404}});
        HOLDS(all.door(Privilege::Read), "There is no database named");
    }

    void sessionsOutliveTheConnection()
    {
        auto all = std::make_unique<Tokens>(*this);
        const auto access = all->tokens.access();
        all.reset();
        QCOMPARE(kindOf(awaited(access->door("shop", Privilege::Read))), std::string("cancelled"));
        access->refused("shop", Privilege::Read, {});
    }

    void unscopedTokensAreRefused_data()
    {
        QTest::addColumn<QByteArray>("claims");
        QTest::addColumn<QByteArray>("organizations");
        QTest::addColumn<qlonglong>("expires");
        QTest::addColumn<QByteArray>("words");
        QTest::newRow("several") << QByteArray(R"({"jti":"j"})")
                                 << QByteArray(R"([{"slug":"ann"},{"slug":"acme"}])") << -1LL
                                 << QByteArray("all 2 organizations");
        QTest::newRow("several, says it is for one")
            << QByteArray(R"({"jti":"j","org_id":1})")
            << QByteArray(R"({"organizations":[{"slug":"ann"},{"slug":"acme"}]})") << -1LL
            << QByteArray("all 2 organizations");
        QTest::newRow("a session") << QByteArray(R"({"exp":1795600000,"sub":"ann"})")
                                   << QByteArray(R"([{"slug":"acme","type":"personal"}])")
                                   << 1'795'600'000LL << QByteArray("session");
        QTest::newRow("one, and no sign of a scope")
            << QByteArray(R"({"jti":"j"})") << QByteArray(R"([{"slug":"acme"}])") << -1LL
            << QByteArray("does not show");
        QTest::newRow("opaque") << QByteArray("null") << QByteArray(R"([{"slug":"acme"}])") << -1LL
                                << QByteArray("does not show");
    }
    void unscopedTokensAreRefused()
    {
        QFETCH(QByteArray, claims);
        QFETCH(QByteArray, organizations);
        QFETCH(qlonglong, expires);
        QFETCH(QByteArray, words);
        playAccount(*Base::parseJson(organizations.toStdString()), expires);
        m_api->on("GET /v1/auth/api-tokens", Json{{"tokens", {{{"name", "ci"}, {"id", "j"}}}}});
        const auto reach = awaited(checkToken(question(*Base::parseJson(claims.toStdString()))));
        QCOMPARE(kindOf(reach), std::string("unauthorized"));
        HOLDS(reach.error().details, "unscoped");
        HOLDS(reach.error().message, words.toStdString());
        // that this app had it made says enough, unless Turso says otherwise
        TokenQuestion made = question(*Base::parseJson(claims.toStdString()), "acme");
        made.isMadeForIt = true;
        QCOMPARE(kindOf(awaited(checkToken(made))),
                 std::string(words.startsWith("all") ? "unauthorized" : "ok"));
    }

    void scopedTokensTellTheirReach()
    {
        playAccount(Json::array({organization("acme")}));
        auto reach = awaited(checkToken(question({{"jti", "j"}, {"org_id", 1}})));
        QVERIFY2(reach, messageOf(reach).c_str());
        QCOMPARE(reach->sentence(), std::string("organization acme"));
        QCOMPARE(reach->organizationName, std::string("The acme"));
        QVERIFY(!reach->expiresAt);
        // Turso's own list of tokens shows it
        m_api->on("GET /v1/auth/api-tokens",
                  Json{{"tokens", {{{"id", "j"}, {"organization", "acme"}}}}});
        reach = awaited(checkToken(question({{"jti", "j"}}, "acme")));
        QVERIFY2(reach, messageOf(reach).c_str());
        const auto other = awaited(checkToken(question({{"jti", "j"}}, "other")));
        HOLDS(other.error().details, "\"organization\"");

        playGroupAccount();
        reach = awaited(checkToken(question(groupClaims({"read", "db:create"}), "acme")));
        QVERIFY2(reach, messageOf(reach).c_str());
        QCOMPARE(reach->sentence(), std::string("group shop of acme: read, db:create"));
        QVERIFY(reach->isForGroup);
        // typed wrong
        m_api->on("GET /v1/organizations/x/groups", Json{{"error", "organization not found"}}, 404);
        HOLDS(awaited(checkToken(question(groupClaims({"read"}), "x"))).error().details,
              "\"organization\"");
        // not typed: nothing tells
        HOLDS(awaited(checkToken(question(groupClaims({"read"})))).error().details,
              "\"organization\"");
        // a database's host name does
        m_api->on("GET /v1/databases", Json{{"databases", {record("shop-x")}}});
        reach = awaited(checkToken(question(groupClaims({"read"}))));
        QVERIFY2(reach, messageOf(reach).c_str());
        QCOMPARE(reach->organization, std::string("acme"));
    }

    void otherTokensAreNone()
    {
        const auto kindFor = [this](const TokenQuestion &asked) {
            return kindOf(awaited(checkToken(asked)));
        };
        QCOMPARE(kindFor(question({{"a", "rw"}, {"id", "x"}})), std::string("unauthorized"));
        TokenQuestion plain = question({{"jti", "j"}});
        plain.apiUrl = "http://api.example";
        QCOMPARE(kindFor(plain), std::string("invalid_argument"));
        QCOMPARE(kindFor({m_api->url(), nullptr, {}}), std::string("unauthorized"));
        QCOMPARE(m_api->heard.size(), 0U);
        m_api->say("GET /v1/auth/validate", {{"", 401}});
        m_api->say("GET /v1/organizations", {{"", 401}});
        QCOMPARE(kindFor(question({{"jti", "j"}})), std::string("unauthorized"));
        // a server that does not know how to validate
        playAccount(Json::array({organization("acme")}));
        m_api->say("GET /v1/auth/validate", {{"", 404}});
        QCOMPARE(kindFor(question({{"jti", "j"}, {"org_id", 1}})), std::string("ok"));
    }

    void healthTellsWhatTursoTells()
    {
        playAccount(Json::array({organization("acme")}));
        m_api->on("GET " + path(""),
                  Json{{"organization",
                        {{"slug", "acme"}, {"plan_id", "scaler"}, {"blocked_writes", true}}}});
        m_api->on("GET " + path("/usage"),
                  Json{{"organization", {{"usage", {{"databases", 12}}}}}});
        m_api->on("GET " + path("/plans"),
                  Json{{"plans", {{{"name", "scaler"}, {"quotas", {{"databases", 500}}}}}}});
        auto health = awaited(m_cloud->check());
        QVERIFY(health);
        QCOMPARE(health->state, Health::State::Ready);
        std::string facts;
        for (const auto &[name, value] : health->facts)
            facts += name + '=' + value + '\n';
        QCOMPARE(facts,
                 std::string("Plan=Scaler\nDatabases=12\n"
                             "Branch quota=500 databases, branches among them\n"
                             "Point in time=30 days\nToken scope=organization acme\n"
                             "Token expires=never\n"));
        QCOMPARE(health->warnings.size(), 1U);
        // a second look asks less
        const std::size_t before = m_api->heard.size();
        awaited(m_cloud->check());
        QVERIFY(m_api->heard.size() - before <= 4U);

        m_api->say("GET /v1/auth/validate", {{"", 401}});
        QCOMPARE(awaited(m_cloud->check())->state, Health::State::SignedOut);
        QTRY_COMPARE(m_signedOut.size(), 1U);
        m_token = secretOf(unsignedJwt({{"jti", "u"}}));
        playAccount(Json::array({organization("acme"), organization("ann")}));
        health = awaited(m_cloud->check());
        QCOMPARE(health->state, Health::State::SignedOut);
        HOLDS(health->sentence, "one organization or one group");
        m_api->say("GET /v1/auth/validate", {{.body = "{", .isCut = true}});
        QCOMPARE(awaited(m_cloud->check())->state, Health::State::Unreachable);
    }

    void aTokenThatCannotRunSqlIsLimited()
    {
        playGroupAccount();
        m_token = secretOf(unsignedJwt(groupClaims({"read", "db:create", "db:configure"})));
        const auto health = awaited(m_cloud->check());
        QCOMPARE(health->state, Health::State::Limited);
        HOLDS(health->sentence, "db:mint-token");
        QCOMPARE(health->warnings.size(), 1U); // db:delete
    }
};

QTEST_GUILESS_MAIN(tst_CloudTokens)
#include "tst_cloudtokens.moc"
