// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/platformapi/gotime.h"
#include "turso/platformapifixture.h"

#include <QFile>
#include <QFileInfo>

using Base::Json;
using namespace Turso;
using namespace Turso::PlatformApi;

/// Platform tokens with their scopes, SQL tokens with their claims.
class tst_PlatformTokens : public PlatformApiFixture
{
    Q_OBJECT

private:
    static constexpr char kDatabases[] = "/v1/organizations/local/databases";
    static constexpr char kGroups[] = "/v1/organizations/local/groups";

    std::string databaseId(const std::string &name)
    {
        return text(get(std::string(kDatabases) + '/' + name)["database"], "DbId");
    }
    std::string groupId(const std::string &name)
    {
        return text(get(std::string(kGroups) + '/' + name)["group"], "uuid");
    }
    std::string jwt(const std::string &path)
    {
        return text(post("/v1/organizations/local/" + path), "jwt");
    }
    /// "rw", "ro", or why not; "another's" without a reason.
    std::string right(const std::string &bearer, const std::string &database,
                      const std::string &group = "default")
    {
        const SqlVerdict verdict
            = m_access->authorizeSql(bearer, databaseId(database), groupId(group));
        if (!verdict.right)
            return verdict.reason.empty() ? "another's" : verdict.reason;
        return *verdict.right == SqlRight::FullAccess ? "rw" : "ro";
    }
    static Json claimsOf(const std::string &token)
    {
        const QList<QByteArray> parts = QByteArray::fromStdString(token).split('.');
        const auto claims = Base::parseJson(
            QByteArray::fromBase64(parts.value(1), QByteArray::Base64UrlEncoding).toStdString());
        return claims ? *claims : Json();
    }
    std::string scoped(const char *name, const Json &scopes, const char *group = "team")
    {
        return text(post(std::string("/v1/auth/api-tokens/") + name,
                         {{"organization", "local"}, {"group", group}, {"scopes", scopes}}),
                    "token");
    }
    std::string said(const char *method, const std::string &path, const std::string &token,
                     const std::string &body = {})
    {
        const Said answer = ask(method, path, body, token);
        return std::to_string(answer.status) + (answer.error().empty() ? "" : " ") + answer.error();
    }

private Q_SLOTS:
    void apiTokensAreShownOnce()
    {
        const Json made = post("/v1/auth/api-tokens/ci", {{"organization", "local"}});
        QCOMPARE(made.size(), 3U);
        QCOMPARE(said("GET", "/v1/organizations", text(made, "token")), std::string("200"));
        const Json nested = post("/v2/auth/api-tokens/old");
        QCOMPARE(text(nested["token"], "name"), std::string("old"));
        QCOMPARE(said("GET", "/v1/user", text(nested["token"], "value")), std::string("200"));
        QCOMPARE(ask("POST", "/v1/auth/api-tokens/ci").status, 409);

        const Json own = get("/v1/auth/api-tokens")["tokens"];
        QCOMPARE(own.size(), 3U);
        QVERIFY(own.dump().find(text(made, "token")) == std::string::npos);
        QCOMPARE(text(own[1], "name"), std::string("ci"));
        QCOMPARE(text(own[1], "created_at"), std::string("2026-11-18"));
        const Json all = get("/v1/organizations/local/api-tokens")["tokens"];
        QCOMPARE(text(all[1]["owner"], "username"), std::string("local"));

        // nothing in the files is a token, and they are the person's own
        for (const char *name : {"access.json", "signing.key"}) {
            QFile file(QString::fromStdString(folder() + '/' + name));
            QVERIFY(file.open(QIODevice::ReadOnly));
            QVERIFY(!file.readAll().contains(QByteArray::fromStdString(text(made, "token"))));
            QCOMPARE(
                QFileInfo(file).permissions()
                    & (QFile::ReadGroup | QFile::ReadOther | QFile::WriteGroup | QFile::WriteOther),
                QFile::Permissions());
        }
        restart();
        QCOMPARE(said("GET", "/v1/user", text(made, "token")), std::string("200"));
        SAME(ask("DELETE", "/v1/auth/api-tokens/ci").body, Json({{"token", "ci"}}));
        QCOMPARE(said("GET", "/v1/user", text(made, "token")), std::string("401 invalid token"));
        const std::string path
            = "/v1/organizations/local/api-tokens/" + text(nested["token"], "id");
        SAME(ask("DELETE", path).body, Json({{"token", text(nested["token"], "id")}}));
        QCOMPARE(ask("DELETE", path).status, 404);
        QCOMPARE(ask("DELETE", "/v1/auth/api-tokens/ci").status, 404);
    }

    void wrongApiTokensAreRefused()
    {
        const auto refused = [this](const Json &body) {
            return said("POST", "/v1/auth/api-tokens/x", m_token, Base::dumpJson(body));
        };
        QCOMPARE(refused({{"organization", "other"}}), std::string("404 organization not found"));
        QCOMPARE(refused({{"group", "default"}, {"scopes", {"read"}}}),
                 std::string("400 group requires organization"));
        QCOMPARE(refused({{"organization", "local"}, {"group", "default"}}),
                 std::string("400 group requires scopes"));
        QCOMPARE(refused({{"organization", "local"}, {"scopes", {"read"}}}),
                 std::string("400 scopes require group"));
        QCOMPARE(refused({{"organization", "local"}, {"group", "x"}, {"scopes", {"read"}}}),
                 std::string("404 group not found"));
        QCOMPARE(refused({{"organization", "local"}, {"group", "default"}, {"scopes", {"all"}}}),
                 std::string("400 invalid scope: all"));
        QCOMPARE(refused({{"organization", 1}}), std::string("400 organization must be a string"));
        QCOMPARE(get("/v1/auth/api-tokens")["tokens"].size(), 1U);
    }

    void scopesHold()
    {
        post(kGroups, {{"name", "team"}, {"location", "local"}});
        post(kDatabases, {{"name", "mine"}, {"group", "team"}});
        const std::string path = kDatabases;
        const std::string look = scoped("look", {"read-only"});
        const std::string all = scoped("all-nine", {"full-access"});
        const std::string mint = scoped("mint", {"read", "db:mint-token"});
        const Json claims = claimsOf(mint);
        SAME(claims["scopes"], Json({{"scopes", {"read", "db:mint-token"}}}));
        QCOMPARE(text(claims, "group_uuid"), groupId("team"));
        QVERIFY(claims["org_id"].is_number_integer());
        QVERIFY(!claims.contains("exp"));

        // it sees its group and nothing else
        const Json listed = ask("GET", path, {}, look).body["databases"];
        QCOMPARE(listed.size(), 1U);
        QCOMPARE(text(listed[0], "Name"), std::string("mine"));
        QCOMPARE(ask("GET", kGroups, {}, look).body["groups"].size(), 1U);
        QCOMPARE(said("GET", path + "/mine", look), std::string("200"));
        QCOMPARE(said("GET", path + "/db", look),
                 std::string("404 could not find database with name db: record not found"));
        QCOMPARE(said("DELETE", path + "/db", all),
                 std::string("404 could not find database with name db: record not found"));
        QCOMPARE(said("GET", std::string(kGroups) + "/default", all),
                 std::string("404 group not found"));
        QCOMPARE(said("GET", "/v1/auth/validate", look), std::string("200"));

        // not what belongs to the organization
        const std::string organizations
            = "403 group-scoped token cannot access org-level resources";
        QCOMPARE(said("GET", "/v1/organizations", all), organizations);
        QCOMPARE(said("POST", kGroups, all, R"({"name":"x","location":"local"})"), organizations);
        QCOMPARE(said("DELETE", std::string(kGroups) + "/team", all), organizations);
        QCOMPARE(said("POST", "/v1/auth/api-tokens/x", all), organizations);

        // not what it was not given
        QCOMPARE(said("POST", path + "/mine/auth/tokens", look),
                 std::string("403 token is missing the required scope: db:mint-token"));
        QCOMPARE(said("POST", path + "/mine/auth/tokens", mint), std::string("200"));
        QCOMPARE(said("DELETE", path + "/mine", mint),
                 std::string("403 token is missing the required scope: db:delete"));
        QCOMPARE(said("PATCH", std::string(kGroups) + "/team/configuration", mint, "{}"),
                 std::string("403 token is missing the required scope: group:configure"));
        QCOMPARE(said("PATCH", path + "/mine/configuration", all, "{}"), std::string("200"));
        QCOMPARE(said("POST", path, all, R"({"name":"new"})"),
                 std::string("403 group-scoped tokens must specify a group in the request"));
        QCOMPARE(said("POST", path, all, R"({"name":"new","group":"default"})"),
                 std::string("400 group not found"));
        QCOMPARE(said("POST", path, all,
                      R"({"name":"n","group":"team","seed":{"type":"database","name":"db"}})"),
                 std::string("400 could not find database with name db: record not found"));
        QCOMPARE(said("POST", path, all, R"({"name":"new","group":"team"})"), std::string("200"));
        QCOMPARE(said("DELETE", path + "/new", all), std::string("200"));
        QCOMPARE(said("DELETE", path + "/mine", all), std::string("200"));

        // and it dies with its group
        QCOMPARE(ask("DELETE", std::string(kGroups) + "/team").status, 200);
        QCOMPARE(said("GET", "/v1/auth/validate", all), std::string("401 invalid token"));
        QCOMPARE(get("/v1/auth/api-tokens")["tokens"].size(), 1U);
    }

    void sqlTokensHaveTheirClaims()
    {
        const Json database = claimsOf(jwt("databases/db/auth/tokens?expiration=3d"));
        QCOMPARE(text(database, "id"), databaseId("db"));
        QCOMPARE(text(database, "a"), std::string("rw"));
        SAME(database["iat"], Json(1'795'000'000));
        SAME(database["exp"], Json(1'795'000'000 + 259'200));
        const Json group = claimsOf(jwt("groups/default/auth/tokens?authorization=read-only"));
        QCOMPARE(text(group, "gid"), groupId("default"));
        QCOMPARE(text(group, "a"), std::string("ro"));
        QVERIFY(!group.contains("exp"));
        QVERIFY(!group.contains("id"));
    }

    void wrongSqlTokensAreNotMinted()
    {
        const std::string path = std::string(kDatabases) + "/db/auth/tokens";
        for (const char *wrong :
             {"1", "d", "1y", "-1d", "1.5h", "99999999999w", "0s", "1d ", "5m5"}) {
            const Said answer = ask("POST", path + "?expiration=" + std::string(wrong));
            QCOMPARE(answer.status, 400);
            QCOMPARE(answer.error(), std::string("Invalid expiration format"));
        }
        QCOMPARE(ask("POST", path + "?authorization=all").status, 400);
        QCOMPARE(ask("POST", path, "not json").status, 400);
        // as Turso's own client always sends it
        QCOMPARE(ask("POST", path, R"({"permissions":{"read_attach":{"databases":[]}}})").status,
                 200);
        QCOMPARE(ask("POST", path, R"({"permissions":{"read_attach":{"databases":["x"]}}})").status,
                 400);
        QCOMPARE(ask("POST", path, R"({"fine_grained_permissions":[{"t":null,"a":["data_read"]}]})")
                     .status,
                 400);
        QCOMPARE(ask("POST", std::string(kDatabases) + "/other/auth/tokens").status, 404);
        QCOMPARE(ask("POST", std::string(kGroups) + "/other/auth/tokens").status, 404);
    }

    void sqlTokensOpenWhatTheySay()
    {
        post(kDatabases, {{"name", "two"}, {"group", "default"}});
        const std::string full = jwt("databases/db/auth/tokens");
        const std::string group = jwt("groups/default/auth/tokens");
        const std::string look
            = jwt("databases/db/auth/tokens?authorization=read-only&expiration=1m");
        QCOMPARE(right(full, "db"), std::string("rw"));
        QCOMPARE(right(full, "two"), std::string("another's"));
        QCOMPARE(right(group, "db"), std::string("rw"));
        QCOMPARE(right(group, "two"), std::string("rw"));
        QCOMPARE(right(look, "db"), std::string("ro"));
        QCOMPARE(right(m_token, "db"), std::string("rw"));
        QCOMPARE(right("", "db"), std::string("Expected authorization header but none given"));
        QCOMPARE(right("a.b.c", "db"), std::string("The JWT is invalid"));
        QCOMPARE(right(scoped("s", {"full-access"}, "default"), "db"),
                 std::string("The JWT is invalid"));
        m_clock.time += 59'000;
        QCOMPARE(right(look, "db"), std::string("ro"));
        m_clock.time += 1'000;
        QCOMPARE(right(look, "db"), std::string("The JWT has expired"));
        QCOMPARE(right(full, "db"), std::string("rw"));
        restart(); // the key stays
        QCOMPARE(right(full, "db"), std::string("rw"));
    }

    void aChangedTokenIsInvalid()
    {
        const std::string token = jwt("databases/db/auth/tokens?authorization=read-only");
        for (std::size_t i = 0; i < token.size(); i += 7) {
            std::string other = token;
            other[i] = other[i] == 'A' ? 'B' : 'A';
            QVERIFY(right(other, "db") == "The JWT is invalid");
        }
        // another's key, and none at all
        QTemporaryDir elsewhere;
        const auto key = SigningKey::open(elsewhere.filePath(QStringLiteral("k")).toStdString());
        QVERIFY(key);
        const Json claims = {{"id", databaseId("db")}, {"a", "rw"}, {"iat", 1'795'000'000}};
        QVERIFY(right(key->sign(claims), "db") == "The JWT is invalid");
        const auto part = [](const std::string &text) {
            return QByteArray::fromStdString(text)
                .toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals)
                .toStdString();
        };
        const std::string none
            = part(R"({"alg":"none","typ":"JWT"})") + '.' + part(Base::dumpJson(claims)) + '.';
        QVERIFY(right(none, "db") == "The JWT is invalid");
    }

    void rotationEndsWhatWasMintedBefore()
    {
        post(kDatabases, {{"name", "two"}, {"group", "default"}});
        const std::string ended = "unauthorized access attempt on database: invalid JWT token: "
                                  "role was invalidated after "
                                  "token was issued";
        const std::string one = jwt("databases/db/auth/tokens");
        const std::string two = jwt("databases/two/auth/tokens");
        const std::string group = jwt("groups/default/auth/tokens");
        post(std::string(kDatabases) + "/db/auth/rotate");
        QCOMPARE(right(one, "db"), ended);
        QCOMPARE(right(group, "db"), ended);
        QCOMPARE(right(group, "two"), std::string("rw"));
        QCOMPARE(right(two, "two"), std::string("rw"));
        // in the same second, to which `iat` is exact
        const std::string next = jwt("databases/db/auth/tokens");
        const std::string nextGroup = jwt("groups/default/auth/tokens");
        QCOMPARE(right(next, "db"), std::string("rw"));
        QCOMPARE(right(nextGroup, "db"), std::string("rw"));
        restart();
        QCOMPARE(right(one, "db"), ended);
        QCOMPARE(right(next, "db"), std::string("rw"));
        post(std::string(kGroups) + "/default/auth/rotate");
        for (const std::string &token : {one, next, group, nextGroup})
            QCOMPARE(right(token, "db"), ended);
        QCOMPARE(right(two, "two"), ended);
        QCOMPARE(right(jwt("databases/two/auth/tokens"), "two"), std::string("rw"));
        QCOMPARE(ask("POST", std::string(kDatabases) + "/other/auth/rotate").status, 404);
        QCOMPARE(ask("POST", std::string(kGroups) + "/other/auth/rotate").status, 404);
    }

    void aKeyThatOthersCanReadIsNotUsed()
    {
        QFile key(QString::fromStdString(folder() + "/signing.key"));
        QVERIFY(key.setPermissions(key.permissions() | QFile::ReadOther));
        const auto access = Access::open(folder(), m_clock);
        QVERIFY(!access);
        QCOMPARE(access.error().kind, Base::ErrorKind::NotGranted);
        QVERIFY(key.remove());
        QFile state(QString::fromStdString(folder() + "/access.json"));
        QVERIFY(state.open(QIODevice::WriteOnly));
        state.write("{");
        state.close();
        QVERIFY(!Access::open(folder(), m_clock));
    }

    void timesAreReadAsGoReadsThem()
    {
        const auto read = [](const char *text) {
            const auto time = parseTime(text);
            return time ? std::to_string(*time) : time.error().message;
        };
        QCOMPARE(read("1970-01-01T00:00:01.5Z"), std::string("1500"));
        QCOMPARE(read("2024-02-29T12:00:00.123456789+01:30"), std::string("1709202600123"));
        QVERIFY(read("2023-02-29T12:00:00Z").ends_with(": day out of range"));
        QVERIFY(read("2023-02-28T24:00:00Z").ends_with(": hour out of range"));
        QVERIFY(read("2023-02-28T12:00:00Zx").ends_with(": extra text: \"x\""));
        QVERIFY(read("").ends_with("cannot parse \"\" as \"2006\""));
        QVERIFY(read("2023-02-28 12:00:00Z").ends_with("cannot parse \" 12:00:00Z\" as \"T\""));
        const auto span = [](const char *text) {
            const auto expiration = parseExpiration(text);
            return !expiration ? -1 : expiration->value_or(-2);
        };
        QCOMPARE(span("never"), -2LL);
        QCOMPARE(span(""), -2LL);
        QCOMPARE(span("5m"), 300'000LL);
        QCOMPARE(span("2w1d30m"), (15 * 1440 + 30) * 60'000LL);
        QCOMPARE(span("52w"), 31'449'600'000LL);
        QCOMPARE(span("200000w"), -1LL);
    }
};

QTEST_GUILESS_MAIN(tst_PlatformTokens)
#include "tst_platformtokens.moc"
