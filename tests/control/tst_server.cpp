// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/socketpath.h"
#include "control/codec.h"
#include "control/fakedesk.h"
#include "control/rawclient.h"
#include "control/server.h"
#include "support/testcase.h"

#include <QElapsedTimer>
#include <QFileInfo>
#include <QTemporaryDir>

#include <map>
#include <set>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Control;
using Base::Json;

namespace
{

constexpr const char *kKey = "the-right-operator-key";

// For every method: parameters that are right.
const std::map<std::string, Json> kRightParams = {
    {"hello", Json::object()},
    {"subscribe", {{"topics", {"calls", "approvals", "status"}}}},
    {"window.open", {{"page", "live"}}},
    {"status", Json::object()},
    {"connections.list", Json::object()},
    {"connections.add",
     {{"kind", "libsql-server"}, {"url", "http://127.0.0.1:8080"}, {"token", "secret-token"}}},
    {"connections.change", {{"id", "co_1"}, {"name", "Other"}}},
    {"connections.check", {{"id", "co_1"}}},
    {"connections.remove", {{"id", "co_1"}}},
    {"connections.sign_in", {{"id", "co_1"}}},
    {"connections.sign_in_cancel", {{"id", "co_1"}}},
    {"connections.sign_out", {{"id", "co_1"}}},
    {"connections.databases", {{"id", "co_1"}, {"limit", 2}, {"cursor", "after shop"}}},
    {"connections.audit", {{"id", "co_1"}, {"page", 2}}},
    {"connections.cli_account", Json::object()},
    {"scopes.list", Json::object()},
    {"agents.list", Json::object()},
    {"calls.list", {{"filter", "agent:Claude Code"}, {"limit", 2}}},
    {"calls.show", {{"call_id", "call_1"}}},
    {"approvals.list", Json::object()},
    {"approvals.show", {{"id", "ap_1"}}},
    {"approvals.approve",
     {{"id", "ap_1"}, {"remember", {{"scope", "table"}, {"seconds", 900}}}, {"typed", "x"}}},
    {"approvals.deny", {{"id", "ap_1"}, {"message", "no"}}},
    {"approvals.extend", {{"id", "ap_1"}}},
    {"grants.list", Json::object()},
    {"grants.create", {{"agent", "a"}, {"permissions", "read-only"}}},
    {"grants.change", {{"id", "gr_bridge"}, {"permissions", "read,write"}}},
    {"grants.revoke", {{"id", "gr_bridge"}}},
    {"tokens.create", {{"agent", "a"}, {"permissions", "read-only"}, {"databases", {"d"}}}},
    {"tokens.list", Json::object()},
    {"tokens.revoke", {{"id", "gr_token"}}},
    {"read_only.set", {{"on", false}}},
    {"workspace.serve", {{"on", true}, {"port", 0}}},
};

// Written by hand, not taken from the code: what only a decider may do (PROTOCOL.md, and
// read_only.set off, workspace.serve on, grants.change to more).
const std::set<std::string> kDecisions
    = {"approvals.approve",  "approvals.extend",    "grants.create",
       "grants.change",      "tokens.create",       "read_only.set",
       "workspace.serve",    "connections.add",     "connections.change",
       "connections.remove", "connections.sign_in", "connections.sign_in_cancel"};

} // namespace

class tst_Server : public Support::TestCase
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<FakeDesk> m_desk;
    std::unique_ptr<Server> m_server;
    QString m_path;

protected:
    void setUp() override
    {
        m_folder = std::make_unique<QTemporaryDir>();
        qputenv("TURSO_COMPANION_RUNTIME_DIR", m_folder->path().toUtf8());
        m_path = QString::fromStdString(Base::controlSocketPath(""));
        m_desk = std::make_unique<FakeDesk>();
        m_server = std::make_unique<Server>(*m_desk, Base::Secret(kKey));
        QVERIFY(m_server->listen(""));
    }
    void tearDown() override
    {
        m_server.reset();
        m_desk.reset();
    }

    // A client of one of the three roles.
    std::unique_ptr<RawClient> client(const QString &role)
    {
        if (role == QLatin1String("decider")) {
            int ends[2];
            if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0 || !m_server->adoptDecider(ends[0]))
                return nullptr;
            return std::make_unique<RawClient>(ends[1]);
        }
        auto made = std::make_unique<RawClient>(m_path);
        if (role == QLatin1String("key holder"))
            made->askKey(kKey);
        return made;
    }

    std::string changing(const QString &role, const Json &params)
    {
        const auto peer = client(role);
        return peer ? RawClient::code(peer->ask("grants.change", params)) : "nobody";
    }

private Q_SLOTS:
    void everyMethodForEveryRole_data()
    {
        QTest::addColumn<QString>("role");
        QTest::addColumn<QString>("method");
        QTest::addColumn<bool>("allowed");
        for (const char *role : {"looker", "key holder", "decider"}) {
            for (const Method &method : methods()) {
                const std::string name(method.name);
                const bool allowed = !kDecisions.contains(name) || role != std::string("looker");
                QTest::newRow((std::string(role) + ": " + name).c_str())
                    << QString::fromLatin1(role) << QString::fromStdString(name) << allowed;
            }
        }
    }
    void everyMethodForEveryRole()
    {
        QFETCH(QString, role);
        QFETCH(QString, method);
        QFETCH(bool, allowed);
        const auto peer = client(role);
        QVERIFY(peer);
        m_desk->currentStatus.readOnly = true;
        const Json answer
            = peer->ask(method.toUtf8().constData(), kRightParams.at(method.toStdString()));
        QVERIFY(!answer.is_null());
        QCOMPARE(RawClient::code(answer), std::string(allowed ? "" : "not_allowed"));
        if (allowed)
            return;
        QCOMPARE(m_desk->done, QStringList());
        QVERIFY(m_desk->currentStatus.readOnly);
        const std::string hint = answer["error"]["data"]["hint"].get<std::string>();
        QVERIFY(hint.find("--operator-key-file") != std::string::npos);
    }

    void everyMethodHasARow()
    {
        QCOMPARE(methods().size(), kRightParams.size());
        QCOMPARE(kRightParams.size(), std::size_t(33));
    }

    // Generated: each parameter of each method with each wrong type, and one that does not exist.
    void wrongParametersAreRefused()
    {
        const auto peer = client(QStringLiteral("decider"));
        const Json values[] = {true, 7, 1.5, "§", Json::array({1}), Json::object({{"x", 1}}), -1};
        int checked = 0;
        for (const auto &[method, right] : kRightParams) {
            for (const auto &item : right.items()) {
                for (const Json &value : values) {
                    if (item.value().type_name() == std::string(value.type_name())
                        && !value.is_array() && !value.is_object() && value != Json(1.5)
                        && value != Json(-1))
                        continue;
                    Json params = right;
                    params[item.key()] = value;
                    const std::string code = RawClient::code(peer->ask(method.c_str(), params));
                    QVERIFY2(code == "invalid_argument",
                             (method + ' ' + params.dump() + code).c_str());
                    ++checked;
                }
            }
            for (Json params : {Json::array(), Json("x"), Json(1)}) {
                const std::string code = RawClient::code(peer->ask(method.c_str(), params));
                QVERIFY2(code == "invalid_argument", (method + params.dump() + code).c_str());
            }
            Json params = right;
            params["unheard_of"] = 1;
            QCOMPARE(RawClient::code(peer->ask(method.c_str(), params)),
                     std::string("invalid_argument"));
        }
        QVERIFY(checked > 80);
        QCOMPARE(m_desk->done.filter(QStringLiteral("approve")), QStringList());
    }

    void hostileLinesAreAnswered_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<int>("code");
        QTest::newRow("words") << QByteArray("hello") << -32700;
        QTest::newRow("empty") << QByteArray() << -32700;
        QTest::newRow("binary") << QByteArray("\x00\xff\xfe", 3) << -32700;
        QTest::newRow("deep") << QByteArray(100'000, '[') << -32700;
        QTest::newRow("array") << QByteArray("[]") << -32600;
        QTest::newRow("number") << QByteArray("7") << -32600;
        QTest::newRow("no version") << QByteArray("{\"id\":1,\"method\":\"status\"}") << -32600;
        QTest::newRow("no method") << QByteArray("{\"jsonrpc\":\"2.0\",\"id\":1}") << -32600;
        QTest::newRow("method as number")
            << QByteArray("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":1}") << -32600;
        QTest::newRow("id as object")
            << QByteArray("{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"status\"}") << -32600;
        QTest::newRow("unknown method")
            << QByteArray("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"undo\"}") << -32601;
    }
    void hostileLinesAreAnswered()
    {
        QFETCH(QByteArray, line);
        QFETCH(int, code);
        const auto peer = client(QStringLiteral("looker"));
        peer->say(line + '\n');
        QTRY_COMPARE(peer->lines().size(), 1);
        const auto answer = Base::parseJson(peer->lines().value(0).toStdString());
        QVERIFY(answer);
        QCOMPARE(Base::integerMember((*answer)["error"], "code").value_or(0), code);
        // and it goes on
        QVERIFY(peer->ask("status")["pid"] == Json(4711));
    }

    void aLineOfTwoMegabytesEndsTheConnection()
    {
        const auto peer = client(QStringLiteral("looker"));
        peer->say(QByteArray(2 * 1024 * 1024, 'x') + '\n');
        QTRY_VERIFY(peer->isGone());
        QTRY_COMPARE(m_server->clientCount(), 0);
        QVERIFY(RawClient(m_path).ask("status").is_object());
    }

    void aNotificationDoesNothing()
    {
        const auto peer = client(QStringLiteral("decider"));
        peer->say("{\"jsonrpc\":\"2.0\",\"method\":\"approvals.approve\",\"params\":{\"id\":\"ap_"
                  "1\"}}\n");
        QVERIFY(peer->ask("status").is_object());
        QCOMPARE(m_desk->done, QStringList());
    }

    void fiveWrongKeysEndTheConnection()
    {
        const auto peer = client(QStringLiteral("looker"));
        for (int i = 0; i < 5; ++i)
            QCOMPARE(RawClient::code(peer->askKey("the-wrong-operator-key")),
                     std::string("not_allowed"));
        QTRY_VERIFY(peer->isGone());
    }

    void withoutAnOperatorKeyNoKeyIsRight()
    {
        m_server = std::make_unique<Server>(*m_desk, Base::Secret());
        QVERIFY(m_server->listen(""));
        const auto peer = client(QStringLiteral("looker"));
        QCOMPARE(RawClient::code(peer->askKey("")), std::string("not_allowed"));
        QVERIFY(peer->ask("hello")["may_decide"] == Json(false));
        QCOMPARE(RawClient::code(peer->ask("approvals.approve", {{"id", "ap_1"}})),
                 std::string("not_allowed"));
    }

    void aKeyCountsForItsConnectionOnly()
    {
        const auto holder = client(QStringLiteral("key holder"));
        const auto looker = client(QStringLiteral("looker"));
        QVERIFY(holder->ask("hello")["may_decide"] == Json(true));
        QVERIFY(looker->ask("hello")["may_decide"] == Json(false));
    }

    void anIrreversibleChangeIsTyped()
    {
        m_desk->openApprovals[0].mustType = "shop-prod";
        const auto peer = client(QStringLiteral("decider"));
        for (const Json &params :
             {Json{{"id", "ap_1"}}, Json{{"id", "ap_1"}, {"typed", "shop-pro"}},
              Json{{"id", "ap_1"}, {"typed", "SHOP-PROD"}}})
            QCOMPARE(RawClient::code(peer->ask("approvals.approve", params)),
                     std::string("invalid_argument"));
        QCOMPARE(m_desk->done, QStringList());
        QVERIFY(peer->ask("approvals.approve", {{"id", "ap_1"}, {"typed", "shop-prod"}})["state"]
                == Json("approved"));
    }

    void approvalsAreAnsweredAsTheyAllow()
    {
        const auto peer = client(QStringLiteral("decider"));
        const auto codeOf = [&](const Json &params) {
            return RawClient::code(peer->ask("approvals.approve", params));
        };
        const Json remember = {{"scope", "table"}, {"seconds", 900}};
        const Json grant = {{"permissions", "read-only"}};
        QCOMPARE(codeOf({{"id", "nope"}}), std::string("not_found"));
        QCOMPARE(codeOf({{"id", "ap_1"}, {"grant", grant}}), std::string("invalid_argument"));
        m_desk->openApprovals[0].mayRemember = false;
        QCOMPARE(codeOf({{"id", "ap_1"}, {"remember", remember}}), std::string("invalid_argument"));
        m_desk->openApprovals[0].kind = "consent";
        QCOMPARE(codeOf({{"id", "ap_1"}}), std::string("invalid_argument"));
        QCOMPARE(
            codeOf({{"id", "ap_1"}, {"grant", {{"agent", "other"}, {"permissions", "read-only"}}}}),
            std::string("invalid_argument"));
        QCOMPARE(m_desk->done, QStringList());
        QCOMPARE(codeOf({{"id", "ap_1"}, {"grant", grant}}), std::string());
        QCOMPARE(m_desk->done,
                 QStringList(QStringLiteral("approve ap_1 grant Claude Code read-only")));
        m_desk->openApprovals[0].state = Gateway::ApprovalState::Expired;
        QCOMPARE(codeOf({{"id", "ap_1"}, {"grant", grant}}), std::string("already_answered"));
    }

    void shorteningReadOnlyIsLiftingIt()
    {
        const auto looker = client(QStringLiteral("looker"));
        const auto set = [&](const Json &params) {
            return RawClient::code(looker->ask("read_only.set", params));
        };
        QCOMPARE(set({{"on", true}, {"seconds", 60}}), std::string());
        QCOMPARE(set({{"on", true}, {"seconds", 3600}}), std::string());
        QCOMPARE(set({{"on", true}, {"seconds", 60}}), std::string("not_allowed"));
        QCOMPARE(set({{"on", true}}), std::string());
        QCOMPARE(set({{"on", true}, {"seconds", 31'536'000}}), std::string("not_allowed"));
        QCOMPARE(set({{"on", false}}), std::string("not_allowed"));
        QVERIFY(m_desk->currentStatus.readOnly && !m_desk->currentStatus.readOnlyUntil);
    }

    // Whoever may not decide may take away, and nothing else; a change that does both is refused as
    // a whole.
    void onlyLessIsFreeInAGrant_data()
    {
        QTest::addColumn<std::string>("change");
        QTest::addColumn<bool>("isMore");
        const auto row = [](const char *change, bool isMore) {
            QTest::newRow(change) << std::string(change) << isMore;
        };
        row(R"({"permissions":"read"})", false);
        row(R"({"permissions":"read:ask,analytics"})", false);
        row(R"({"permissions":"read-only"})", false);
        row(R"({"permissions":"read,write:ask"})", true);
        row(R"({"permissions":"full-access"})", true);
        row(R"({"databases":["demo-shop"]})", false);
        row(R"({"databases":["demo-shop","other"]})", true);
        row(R"({"databases":[]})", true);
        row(R"({"group":"default"})", false);
        row(R"({"group":""})", true);
        row(R"({"group":"second"})", true);
        row(R"({"expires":"8h"})", false);
        row(R"({"expires":"never"})", false);
        row(R"({"paused":true})", false);
        row(R"({"paused":false})", false);
        row(R"({"paused":true,"permissions":"read,write"})", true);
        row(R"({"permissions":"read","databases":[]})", true);
    }
    void onlyLessIsFreeInAGrant()
    {
        QFETCH(std::string, change);
        QFETCH(bool, isMore);
        Json params = Base::parseJson(change).value();
        params["id"] = "gr_bridge";
        const auto before = m_desk->knownGrants;
        QCOMPARE(changing(QStringLiteral("looker"), params),
                 std::string(isMore ? "not_allowed" : ""));
        QVERIFY(!isMore || m_desk->knownGrants == before);
        QCOMPARE(changing(QStringLiteral("decider"), params), std::string());
    }

    void resumingAndProlongingAreDecisions()
    {
        Gateway::Grant &grant = m_desk->knownGrants[1];
        grant.paused = true;
        grant.expiresAt = Base::SystemClock().now() + 3'600'000;
        const auto free = [this](const Json &change) {
            Json params = change;
            params["id"] = "gr_bridge";
            return changing(QStringLiteral("looker"), params);
        };
        QCOMPARE(free({{"paused", false}}), std::string("not_allowed"));
        QCOMPARE(free({{"expires", "never"}}), std::string("not_allowed"));
        QCOMPARE(free({{"expires", "2h"}}), std::string("not_allowed"));
        QCOMPARE(free({{"permissions", "read,write"}}), std::string("not_allowed"));
        QCOMPARE(free({{"expires", "30m"}}), std::string());
        QCOMPARE(free({{"paused", true}}), std::string());
    }

    void aChangeThatSaysNothingOrNonsenseIsRefused()
    {
        const auto decider = [this](const Json &params) {
            return changing(QStringLiteral("decider"), params);
        };
        for (const char *wrong :
             {R"({})", R"({"expires":"soon"})", R"({"expires":8})", R"({"permissions":"fly"})",
              R"({"permissions":""})", R"({"databases":[""]})", R"({"databases":"a"})",
              R"({"paused":"yes"})", R"({"group":1})", R"({"agent":"other"})"}) {
            Json params = Base::parseJson(wrong).value();
            params["id"] = "gr_bridge";
            QVERIFY2(decider(params) == "invalid_argument", wrong);
        }
        QCOMPARE(decider({{"id", "gr_x"}, {"paused", true}}), std::string("not_found"));
        QVERIFY(m_desk->done.isEmpty());
    }

    void tokensAndGrantsAreToldApart()
    {
        const auto peer = client(QStringLiteral("looker"));
        QCOMPARE(peer->ask("tokens.list").size(), std::size_t(1));
        QCOMPARE(peer->ask("grants.list").size(), std::size_t(2));
        QCOMPARE(RawClient::code(peer->ask("tokens.revoke", {{"id", "gr_bridge"}})),
                 std::string("not_found"));
    }

    void subscribersHearWhatTheyAskedFor()
    {
        const auto all = client(QStringLiteral("looker"));
        const auto calls = client(QStringLiteral("looker"));
        QCOMPARE(
            RawClient::code(all->ask("subscribe", {{"topics", {"calls", "approvals", "status"}}})),
            std::string());
        QVERIFY(calls->ask("subscribe", {{"topics", {"calls"}}}).is_object());
        QTRY_COMPARE(all->notifications("status.changed").size(), std::size_t(1));
        QCOMPARE(all->notifications("approvals.changed").size(), std::size_t(1));
        QVERIFY(all->notifications("approvals.changed")[0]["approvals"][0]["id"] == Json("ap_1"));
        Q_EMIT m_desk->callChanged(FakeDesk::someCall("call_7", 7));
        auto answered = FakeDesk::someApproval("ap_2");
        answered.state = Gateway::ApprovalState::Denied;
        Q_EMIT m_desk->approvalChanged(answered);
        Q_EMIT m_desk->statusChanged();
        QTRY_COMPARE(all->notifications("status.changed").size(), std::size_t(2));
        QCOMPARE(all->notifications("calls.changed").size(), std::size_t(1));
        QVERIFY(all->notifications("approvals.changed")[1]["approvals"][0]["state"]
                == Json("denied"));
        QTRY_COMPARE(calls->lines().size(), 2);
        QVERIFY(calls->notifications("calls.changed")[0]["calls"][0]["call_id"] == Json("call_7"));
    }

    void callsAreBatchedEachOnceOldestFirst()
    {
        const auto peer = client(QStringLiteral("looker"));
        QVERIFY(peer->ask("subscribe", {{"topics", {"calls"}}}).is_object());
        QElapsedTimer timer;
        timer.start();
        int sent = 0;
        while (timer.elapsed() < 550) {
            for (int i = 0; i < 3; ++i) {
                auto call = FakeDesk::someCall("late", 2000);
                call.durationMs = ++sent;
                Q_EMIT m_desk->callChanged(call);
            }
            Q_EMIT m_desk->callChanged(FakeDesk::someCall("early", 1000));
            QTest::qWait(1);
        }
        const auto lastDuration = [&] {
            const auto seen = peer->notifications("calls.changed");
            return seen.empty() ? Json() : seen.back()["calls"][1]["duration_ms"];
        };
        QTRY_VERIFY(lastDuration() == Json(double(sent)));
        const auto batches = peer->notifications("calls.changed");
        QVERIFY2(batches.size() >= 3 && batches.size() <= 8,
                 std::to_string(batches.size()).c_str());
        for (const Json &batch : batches) {
            QCOMPARE(batch["calls"].size(), std::size_t(2));
            QVERIFY(batch["calls"][0]["call_id"] == Json("early"));
        }
    }

    void aClientThatDoesNotReadIsDropped()
    {
        RawClient slow(m_path);
        slow.socket.setReadBufferSize(1);
        slow.say("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"subscribe\",\"params\":{\"topics\":["
                 "\"calls\"]}}\n");
        const auto other = client(QStringLiteral("looker"));
        QVERIFY(other->ask("subscribe", {{"topics", {"status"}}}).is_object());
        QTRY_COMPARE(m_server->clientCount(), 2);
        auto call = FakeDesk::someCall("call_1", 1);
        call.sql = std::string(kListedSqlBytes, 'x');
        const auto flood = [&] {
            for (int i = 0; i < 400; ++i) {
                call.id = "call_" + std::to_string(i);
                Q_EMIT m_desk->callChanged(call);
            }
            return m_server->clientCount() == 1;
        };
        QTRY_VERIFY_WITH_TIMEOUT(flood(), 20000);
        QVERIFY(other->ask("status").is_object());
    }

    // Control characters take six bytes each in JSON.
    void aHugeQuestionDropsNobodyAndIsShownWhole()
    {
        auto huge = FakeDesk::someApproval("ap_huge");
        huge.sql = std::string(900'000, '\x01');
        huge.reason = std::string(20'000, '\x01');
        m_desk->openApprovals.push_back(huge);
        const auto decider = client(QStringLiteral("decider"));
        QVERIFY(decider->ask("subscribe", {{"topics", {"approvals", "status"}}}).is_object());
        QTRY_COMPARE(decider->notifications("approvals.changed").size(), std::size_t(1));
        for (int i = 0; i < 3; ++i) {
            const std::size_t seen = decider->notifications("approvals.changed").size();
            Q_EMIT m_desk->approvalChanged(huge);
            QTRY_COMPARE(decider->notifications("approvals.changed").size(), seen + 1);
        }
        for (const QByteArray &line : decider->lines())
            QVERIFY(line.size() < 256 * 1024);
        const Json list = decider->ask("approvals.list");
        QVERIFY(list[1]["sql"].get<std::string>().ends_with("cut here, 900000 bytes in all"));
        // More is said while the long answer is still on its way.
        decider->say("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"approvals.show\",\"params\":{"
                     "\"id\":\"ap_huge\"}}\n{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"status\"}"
                     "\n");
        const Json shown = decider->ask("approvals.show", {{"id", "ap_huge"}});
        QVERIFY(shown["sql"] == Json(huge.sql));
        QCOMPARE(RawClient::code(decider->ask("approvals.approve", {{"id", "ap_huge"}})),
                 std::string());
        QVERIFY(!decider->isGone());
    }

    void the65thClientIsTurnedAway()
    {
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < 64; ++i) {
            clients.push_back(client(QStringLiteral("looker")));
            QVERIFY(clients.back()->ask("status").is_object());
        }
        RawClient late(m_path);
        QTRY_VERIFY(late.isGone());
        QCOMPARE(m_server->clientCount(), 64);
        clients.pop_back();
        QTRY_COMPARE(m_server->clientCount(), 63);
        QVERIFY(RawClient(m_path).ask("status").is_object());
    }

    void theSocketIsPrivateAndOnlyAStaleOneIsReplaced()
    {
        struct stat state {
        };
        QCOMPARE(stat(m_path.toUtf8().constData(), &state), 0);
        QCOMPARE(int(state.st_mode & 077), 0);
        Server second(*m_desk, Base::Secret());
        QCOMPARE(second.listen("").error().kind, Base::ErrorKind::AlreadyExists);
        QVERIFY(RawClient(m_path).ask("status").is_object());
        m_server.reset();
        QFile stale(m_path);
        QVERIFY(stale.open(QIODevice::WriteOnly));
        QVERIFY(second.listen(""));
        QVERIFY(RawClient(m_path).ask("status").is_object());
    }

    void windowsAreShownByTheirProcessOnly()
    {
        const auto looker = client(QStringLiteral("key holder"));
        QVERIFY(!m_server->showWindow("live"));
        auto window = client(QStringLiteral("decider"));
        QVERIFY(m_server->showWindow("live"));
        QTRY_COMPARE(window->notifications("window.show").size(), std::size_t(1));
        QVERIFY(window->notifications("window.show")[0]["page"] == Json("live"));
        QVERIFY(looker->ask("status").is_object());
        QCOMPARE(looker->notifications("window.show").size(), std::size_t(0));
        bool gone = false;
        connect(m_server.get(), &Server::deciderGone, this, [&gone] { gone = true; });
        window.reset();
        QTRY_VERIFY(gone);
        QVERIFY(!m_server->adoptDecider(-1));
    }
};

QTEST_GUILESS_MAIN(tst_Server)
#include "tst_server.moc"
