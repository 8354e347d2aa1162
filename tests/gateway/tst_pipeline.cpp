// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/fakeplatform.h"
#include "gateway/frontdesk.h"
#include "support/testcase.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>

using namespace Gateway;
using Base::Json;

// The whole gateway over a played connection: every step and every way out of the path of a call.
class tst_Pipeline : public Support::TestCase
{
    Q_OBJECT

private:
    struct Asked {
        std::vector<Json> answers;
        std::vector<Mcp::Progress> reports;
        Mcp::ToolGate::CallId id = 0;
        std::string code() const
        {
            return answers.empty() ? "" : answers.back().value("code", std::string());
        }
        std::string status() const
        {
            return answers.empty() ? "" : answers.back().value("status", std::string());
        }
    };

    const Base::SystemClock m_clock;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<FakePlatform> m_platform;
    std::unique_ptr<OneConnection> m_connections;
    std::unique_ptr<FrontDesk> m_desk;
    std::vector<std::unique_ptr<Asked>> m_asked;

    void setUp() override
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_platform = std::make_unique<FakePlatform>();
        open();
    }
    void tearDown() override
    {
        m_desk.reset();
        m_asked.clear();
    }
    void open(const char *settings = nullptr)
    {
        m_desk.reset();
        if (settings) {
            QFile file(m_folder->filePath(QStringLiteral("settings.json")));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(settings);
        }
        m_connections = std::make_unique<OneConnection>(*m_platform);
        m_desk = std::move(
            FrontDesk::open(m_folder->path().toStdString(), "test", *m_connections, m_clock)
                .value());
    }
    Mcp::Principal token(const char *permissions, std::vector<std::string> databases = {},
                         std::string group = {})
    {
        GrantDraft draft;
        draft.agent = "codex";
        draft.permissions = Permissions::parse(permissions).value();
        draft.databases = std::move(databases);
        draft.group = std::move(group);
        return *m_desk->authenticator().byBearer(m_desk->mintToken(draft)->token);
    }
    Mcp::Principal bridge(const char *agent = "claude")
    {
        Mcp::PeerProgram peer;
        peer.announced = agent;
        peer.parentExecutable = "/opt/claude";
        return m_desk->authenticator().byPeer(peer);
    }
    Asked *call(const Mcp::Principal &principal, const char *tool, Json arguments,
                bool progress = false)
    {
        m_asked.push_back(std::make_unique<Asked>());
        Asked *asked = m_asked.back().get();
        Mcp::ToolCall request;
        request.tool = tool;
        request.arguments = std::move(arguments);
        request.principal = principal;
        request.reportsProgress = progress;
        asked->id = m_desk->toolGate().begin(
            request,
            [asked](const Mcp::Outcome &outcome) {
                const auto &result = std::get<Mcp::ToolResult>(outcome);
                asked->answers.push_back(Base::parseJson(result.structured).value());
            },
            [asked](const Mcp::CallEvent &event) {
                if (const auto *step = std::get_if<Mcp::Progress>(&event))
                    asked->reports.push_back(*step);
            });
        return asked;
    }
    Asked *remove(const Mcp::Principal &principal,
                  const char *sql = "DELETE FROM orders WHERE id = 1")
    {
        return call(principal, "delete_from_database", {{"database", "demo-shop"}, {"sql", sql}});
    }
    std::vector<CallRecord> records(const char *filter)
    {
        const auto found = m_desk->calls(filter, 100);
        if (!QTest::qWaitFor([&found] { return found.isFinished(); }))
            return {};
        return found.result().value();
    }
    std::string question()
    {
        if (!QTest::qWaitFor([this] { return !m_desk->approvals().empty(); }))
            return {};
        return m_desk->approvals().front().id;
    }

private Q_SLOTS:
    void aReadRunsWithReadPrivilegeAndWithoutAQuestion()
    {
        Asked *asked = call(token("read-only"), "read_database",
                            {{"database", "demo-shop"}, {"sql", "SELECT 1"}});
        QTRY_COMPARE(asked->status(), std::string("ok"));
        QCOMPARE(m_platform->runs.size(), std::size_t(1));
        QCOMPARE(m_platform->runs.front().privilege, Turso::Privilege::Read);
        QVERIFY(m_desk->approvals().empty());
    }

    void everyPermissionIsNeededForItsTool_data()
    {
        QTest::addColumn<QByteArray>("tool");
        QTest::addColumn<QByteArray>("arguments");
        QTest::addColumn<QByteArray>("permission");
        const auto row = [](const char *tool, const char *arguments, const char *permission) {
            QTest::newRow(tool) << QByteArray(tool) << QByteArray(arguments)
                                << QByteArray(permission);
        };
        row("list_databases", "{}", "read");
        row("get_database", R"({"database":"demo-shop"})", "read");
        row("list_branches", R"({"database":"demo-shop"})", "read");
        row("database_analytics", R"({"database":"demo-shop"})", "analytics");
        row("read_database", R"({"database":"demo-shop","sql":"SELECT 1"})", "read");
        row("write_database", R"x({"database":"demo-shop","sql":"INSERT INTO t VALUES (1)"})x",
            "write");
        row("delete_from_database", R"({"database":"demo-shop","sql":"DELETE FROM t"})", "delete");
        row("evolve_schema", R"({"database":"demo-shop","sql":"DROP TABLE t"})", "schema");
        row("create_database", R"({"name":"new"})", "create");
        row("create_branch", R"({"database":"demo-shop","name":"b"})", "branch");
        row("set_database_config", R"({"database":"demo-shop","block_reads":true})", "configure");
        row("delete_database", R"({"database":"demo-shop"})", "delete-database");
    }
    void everyPermissionIsNeededForItsTool()
    {
        QFETCH(QByteArray, tool);
        QFETCH(QByteArray, arguments);
        QFETCH(QByteArray, permission);
        std::string others;
        for (int i = 0; i < kPermissionCount; ++i) {
            const std::string_view name = permissionName(static_cast<Permission>(i));
            if (name != permission.toStdString())
                others += (others.empty() ? "" : ",") + std::string(name);
        }
        const Json given = Base::parseJson(arguments.toStdString()).value();
        Asked *without = call(token(others.c_str()), tool.constData(), given);
        QTRY_COMPARE(without->code(), std::string("not_granted"));
        QVERIFY(without->answers.back()["permission"] == Json(permission.toStdString()));
        QVERIFY(m_platform->runs.empty() && m_platform->created.empty()
                && m_platform->deleted.empty() && m_platform->configured.empty());
        Asked *asking = call(token((permission + ":ask").constData()), tool.constData(), given);
        QVERIFY(!question().empty());
        QVERIFY(asking->answers.empty());
        QVERIFY(m_platform->changes().empty() && m_platform->created.empty()
                && m_platform->deleted.empty() && m_platform->configured.empty());
    }

    void whatLoosensProtectionOrCutsAccessShowsThePersonWhatChanges()
    {
        const auto codex = token("full-access");
        Asked *safer = call(codex, "set_database_config",
                            {{"database", "demo-shop"}, {"delete_protection", true}});
        QTRY_COMPARE(safer->status(), std::string("ok"));
        QCOMPARE(m_platform->configured.size(), std::size_t(1));
        Asked *looser = call(codex, "set_database_config",
                             {{"database", "demo-shop"},
                              {"delete_protection", false},
                              {"allowed_ips", {"10.0.0.0/8", "::1"}},
                              {"size_limit", "1 MiB"}});
        const std::string id = question();
        const Approval shown = m_desk->approvals().front();
        QCOMPARE(shown.risk, Risk::Destructive);
        QCOMPARE(shown.sql,
                 std::string("delete_protection = off, allowed_ips = (\"10.0.0.0/8\", \"::1\"), "
                             "size_limit = \"1048576\""));
        QCOMPARE(m_platform->configured.size(), std::size_t(1));
        QVERIFY(m_desk->approve(id, Remember{Remember::Scope::Statement, 60'000}, std::nullopt));
        QTRY_COMPARE(looser->status(), std::string("ok"));
        const Turso::ConfigurationChange change = m_platform->configured.back().second;
        QCOMPARE(change.sizeLimit.value_or(0), std::int64_t(1048576));
        QVERIFY(change.deleteProtection == false && !change.blockReads);
        QCOMPARE(change.allowedIps->size(), std::size_t(2));
        QVERIFY(!change.allowedAwsVpcIds);
        // What was remembered holds for these very values.
        Asked *other = call(codex, "set_database_config",
                            {{"database", "demo-shop"},
                             {"delete_protection", false},
                             {"allowed_ips", {"0.0.0.0/0", "::1"}},
                             {"size_limit", "1 MiB"}});
        QVERIFY(!question().empty());
        QVERIFY(other->answers.empty());
        QCOMPARE(m_platform->configured.size(), std::size_t(2));
        Asked *nothing = call(codex, "set_database_config", {{"database", "demo-shop"}});
        QTRY_COMPARE(nothing->code(), std::string("invalid_argument"));
    }

    void whatIsOutsideTheGrantDoesNotExist()
    {
        const auto ours = token("full-access", {"demo-shop"});
        const Json foreign{{"database", "other"}, {"sql", "SELECT 1"}};
        Asked *outside = call(ours, "read_database", foreign);
        Asked *inGroup = call(token("full-access", {}, "default"), "read_database", foreign);
        Asked *missing = call(ours, "get_database", {{"database", "nowhere"}});
        QTRY_VERIFY(!outside->answers.empty() && !inGroup->answers.empty()
                    && !missing->answers.empty());
        QCOMPARE(outside->code(), std::string("not_found"));
        QVERIFY(outside->answers.back()["message"] == inGroup->answers.back()["message"]);
        QVERIFY(m_platform->runs.empty());
        Asked *unknown = call(token("full-access"), "get_database", {{"database", "other2"}});
        Asked *hidden = call(token("full-access", {"x"}), "get_database", {{"database", "other2"}});
        QTRY_VERIFY(!unknown->answers.empty() && !hidden->answers.empty());
        QVERIFY(unknown->answers.back()["message"] == hidden->answers.back()["message"]);
        Asked *list = call(ours, "list_databases", Json::object());
        QTRY_COMPARE(list->status(), std::string("ok"));
        QCOMPARE(list->answers.back()["databases"].size(), std::size_t(1));
        Asked *create = call(ours, "create_database", {{"name", "new"}});
        QTRY_COMPARE(create->code(), std::string("not_granted"));
        QVERIFY(m_platform->created.empty());
    }

    void aDeleteShowsItsImpactWaitsAndRunsOnceWhenApproved()
    {
        m_platform->onRun = [](const FakePlatform::Run &run) {
            return Base::readyNow(
                Base::Result<Turso::Outcome>(FakePlatform::outcome(7, run.script.dryRun)));
        };
        Asked *asked = remove(token("full-access"));
        const std::string id = question();
        const Approval shown = m_desk->approvals().front();
        QCOMPARE(shown.sentence, std::string("codex wants to delete 7 rows from orders"));
        QCOMPARE(shown.risk, Risk::Destructive);
        QVERIFY(Base::parseJson(shown.impact).has_value());
        QVERIFY(m_platform->changes().empty());
        QVERIFY(asked->answers.empty());
        QVERIFY(m_desk->approve(id, std::nullopt, std::nullopt));
        QTRY_COMPARE(asked->status(), std::string("ok"));
        QCOMPARE(m_platform->changes().size(), std::size_t(1));
        QCOMPARE(m_platform->changes().front().script.maxRowsChanged.value_or(-1), 7);
        QVERIFY(!m_desk->approve(id, std::nullopt, std::nullopt));
    }

    void aDenialCarriesThePersonsWordsAndRunsNothing()
    {
        Asked *asked = remove(token("full-access"));
        QVERIFY(m_desk->deny(question(), "use the staging branch"));
        QTRY_COMPARE(asked->code(), std::string("denied"));
        QVERIFY(asked->answers.back()["message"] == Json("use the staging branch"));
        QVERIFY(m_platform->changes().empty());
    }

    void silenceIsANo()
    {
        open(R"({"approval_deadline":"1s"})");
        Asked *asked = remove(token("full-access"));
        QTRY_COMPARE_WITH_TIMEOUT(asked->code(), std::string("approval_expired"), 3'000);
        QVERIFY(m_platform->changes().empty());
    }

    void whatIsNotUnderstoodOrFailsItsPreviewAsksNobody()
    {
        m_platform->onRun = [](const FakePlatform::Run &) {
            return Base::readyNow(Base::Result<Turso::Outcome>(
                Base::fail(Base::ErrorKind::SqlError, "no such table: orders")));
        };
        Asked *asked = remove(token("full-access"));
        QTRY_COMPARE(asked->code(), std::string("sql_error"));
        QVERIFY(m_desk->approvals().empty());
    }

    void thePatientAgentGetsPendingAndFetchesTheAnswerLater()
    {
        open(R"({"approval_hold":"1s"})");
        const auto codex = token("full-access");
        Asked *asked = remove(codex);
        const std::string id = question();
        QTRY_COMPARE_WITH_TIMEOUT(asked->status(), std::string("pending_approval"), 3'000);
        QVERIFY(asked->answers.back()["approval_id"] == Json(id));
        Asked *foreign = call(token("full-access"), "approval_wait", {{"approval_id", id}});
        QTRY_COMPARE(foreign->code(), std::string("not_found"));
        Asked *fetch = call(codex, "approval_wait", {{"approval_id", id}});
        QVERIFY(m_desk->approve(id, std::nullopt, std::nullopt));
        QTRY_COMPARE(fetch->status(), std::string("ok"));
        Asked *again = call(codex, "approval_wait", {{"approval_id", id}});
        QTRY_COMPARE(again->status(), std::string("ok"));
        QCOMPARE(m_platform->changes().size(), std::size_t(1));
        QCOMPARE(asked->answers.size(), std::size_t(1));
        QTRY_VERIFY(records("").size() >= 4);
        for (const CallRecord &record : records(""))
            QVERIFY(isFinal(record.state));
    }

    void anApprovedCallIsPickedUpByARepeatedCallWithoutRunningTwice()
    {
        open(R"({"approval_hold":"1s"})");
        const auto codex = token("full-access");
        Asked *asked = remove(codex);
        const std::string id = question();
        QTRY_COMPARE_WITH_TIMEOUT(asked->status(), std::string("pending_approval"), 3'000);
        QVERIFY(m_desk->approve(id, std::nullopt, std::nullopt));
        QTRY_COMPARE(m_platform->changes().size(), std::size_t(1));
        QTest::qWait(20);
        Asked *repeated = remove(codex);
        QTRY_COMPARE(repeated->status(), std::string("ok"));
        QCOMPARE(m_platform->changes().size(), std::size_t(1));
    }

    void aRepeatedCallAttachesToTheOpenQuestion()
    {
        const auto codex = token("full-access");
        Asked *first = remove(codex);
        const std::string id = question();
        Asked *second = remove(codex);
        Asked *different = remove(codex, "DELETE FROM orders WHERE id = 2");
        QTRY_COMPARE(m_desk->approvals().size(), std::size_t(2));
        QVERIFY(m_desk->approve(id, std::nullopt, std::nullopt));
        QTRY_COMPARE(first->status(), std::string("ok"));
        QTRY_COMPARE(second->status(), std::string("ok"));
        QVERIFY(different->answers.empty());
        QCOMPARE(m_platform->changes().size(), std::size_t(1));
    }

    void progressIsReportedWhileAPersonThinks()
    {
        open(R"({"progress_every":"1s"})");
        Asked *asked = call(token("full-access"), "delete_from_database",
                            {{"database", "demo-shop"}, {"sql", "DELETE FROM orders"}}, true);
        QVERIFY(!question().empty());
        QTRY_VERIFY_WITH_TIMEOUT(asked->reports.size() >= 2, 4'000);
        QVERIFY(asked->reports[1].progress > asked->reports[0].progress);
    }

    void anAgentThatLeavesTakesItsQuestionAlong()
    {
        Asked *asked = remove(token("full-access"));
        const std::string id = question();
        m_desk->toolGate().cancel(asked->id);
        QTRY_VERIFY(m_desk->approvals().empty());
        QCOMPARE(m_desk->approval(id)->state, ApprovalState::Withdrawn);
        QVERIFY(!m_desk->approve(id, std::nullopt, std::nullopt));
        QTest::qWait(20);
        QVERIFY(asked->answers.empty());
        QVERIFY(m_platform->changes().empty());
    }

    void cancellingARunningCallReachesTheEngine()
    {
        QPromise<Base::Result<Turso::Outcome>> promise;
        promise.start();
        m_platform->onRun = [&](const FakePlatform::Run &) {
            return promise.future();
        };
        Asked *asked = call(token("full-access"), "write_database",
                            {{"database", "demo-shop"}, {"sql", "INSERT INTO t VALUES (1)"}});
        QTRY_COMPARE(m_platform->runs.size(), std::size_t(1));
        m_desk->toolGate().cancel(asked->id);
        QVERIFY(m_platform->runs.front().cancel.isCancelled());
        promise.addResult(
            Base::Result<Turso::Outcome>(Base::fail(Base::ErrorKind::Cancelled, "interrupted")));
        promise.finish();
        QTRY_COMPARE(records("is:cancelled").size(), std::size_t(1));
        QVERIFY(asked->answers.empty());
    }

    void readOnlyModeRefusesChangesAndWhatWaits()
    {
        const auto codex = token("full-access");
        Asked *waiting = remove(codex);
        QVERIFY(!question().empty());
        m_desk->setReadOnly(true, std::nullopt);
        QTRY_COMPARE(waiting->code(), std::string("read_only_mode"));
        Asked *write = call(codex, "write_database",
                            {{"database", "demo-shop"}, {"sql", "INSERT INTO t VALUES (1)"}});
        Asked *read
            = call(codex, "read_database", {{"database", "demo-shop"}, {"sql", "SELECT 1"}});
        QTRY_COMPARE(write->code(), std::string("read_only_mode"));
        QTRY_COMPARE(read->status(), std::string("ok"));
        open(); // the switch survives a restart
        QVERIFY(m_desk->status().readOnly);
        m_desk->setReadOnly(false, std::nullopt);
        Asked *after = call(codex, "write_database",
                            {{"database", "demo-shop"}, {"sql", "INSERT INTO t VALUES (1)"}});
        QTRY_COMPARE(after->status(), std::string("ok"));
    }

    void anUnreadableSwitchMeansReadOnly()
    {
        m_desk.reset();
        QFile file(m_folder->filePath(QStringLiteral("state.json")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("{");
        file.close();
        open();
        QVERIFY(m_desk->status().readOnly);
    }

    void readOnlyForAWhileLiftsItself()
    {
        m_desk->setReadOnly(true, 50);
        QVERIFY(m_desk->status().readOnly);
        QTRY_VERIFY(!m_desk->status().readOnly);
    }

    void aRevokedGrantStopsWhatWaitsUnderIt()
    {
        const auto codex = token("full-access");
        Asked *asked = remove(codex);
        const std::string id = question();
        QVERIFY(m_desk->revokeGrant(m_desk->grants().front().id));
        QTRY_COMPARE(asked->code(), std::string("not_granted"));
        QVERIFY(!m_desk->approve(id, std::nullopt, std::nullopt));
        QVERIFY(m_platform->changes().empty());
    }

    void bigUpdatesAskAfterAll()
    {
        m_platform->onRun = [](const FakePlatform::Run &run) {
            const bool tooMany = run.script.maxRowsChanged && *run.script.maxRowsChanged < 5'000;
            if (tooMany)
                return Base::readyNow(Base::Result<Turso::Outcome>(
                    Base::fail(Base::ErrorKind::ImpactChanged, "More rows than allowed.")));
            return Base::readyNow(
                Base::Result<Turso::Outcome>(FakePlatform::outcome(5'000, run.script.dryRun)));
        };
        Asked *asked
            = call(token("full-access"), "write_database",
                   {{"database", "demo-shop"}, {"sql", "UPDATE orders SET a = 1 WHERE id > 0"}});
        const std::string id = question();
        QVERIFY(!id.empty());
        QVERIFY(asked->answers.empty());
        QVERIFY(m_desk->approve(id, std::nullopt, std::nullopt));
        QTRY_COMPARE(asked->status(), std::string("ok"));
    }

    void anImpactThatGrewIsReportedNotRun()
    {
        m_platform->onRun = [](const FakePlatform::Run &run) {
            if (run.script.dryRun)
                return Base::readyNow(Base::Result<Turso::Outcome>(FakePlatform::outcome(2, true)));
            return Base::readyNow(Base::Result<Turso::Outcome>(
                Base::fail(Base::ErrorKind::ImpactChanged, "It would change more rows by now.")));
        };
        Asked *asked = remove(token("full-access"));
        QVERIFY(m_desk->approve(question(), std::nullopt, std::nullopt));
        QTRY_COMPARE(asked->code(), std::string("impact_changed"));
    }

    void aRememberedAnswerLetsTheSameShapeThrough()
    {
        const auto codex = token("full-access");
        Asked *first = remove(codex);
        QVERIFY(m_desk->approve(question(), Remember{Remember::Scope::Statement, 60'000},
                                std::nullopt));
        QTRY_COMPARE(first->status(), std::string("ok"));
        Asked *sameShape = remove(codex, "delete from orders where id = 99");
        QTRY_COMPARE(sameShape->status(), std::string("ok"));
        Asked *other = remove(codex, "DELETE FROM orders");
        QVERIFY(!question().empty());
        QVERIFY(other->answers.empty());
        Asked *irreversible = call(codex, "delete_database", {{"database", "demo-shop"}});
        QTRY_COMPARE(m_desk->approvals().size(), std::size_t(2));
        QVERIFY(irreversible->answers.empty());
        QVERIFY(!m_desk->approvals().back().mayRemember);
        QCOMPARE(m_desk->approvals().back().mustType, std::string("demo-shop"));
    }

    void aTriggerIsNotCoveredByAnAnswerForItsTable()
    {
        const auto codex = token("full-access");
        const auto evolve = [&](const char *sql) {
            return call(codex, "evolve_schema", {{"database", "demo-shop"}, {"sql", sql}});
        };
        Asked *alter = evolve("ALTER TABLE tmp1 ADD COLUMN z");
        QVERIFY(
            m_desk->approve(question(), Remember{Remember::Scope::Table, 60'000}, std::nullopt));
        QTRY_COMPARE(alter->status(), std::string("ok"));
        Asked *again = evolve("ALTER TABLE tmp1 ADD COLUMN y");
        QTRY_COMPARE(again->status(), std::string("ok"));
        Asked *trigger
            = evolve("CREATE TRIGGER g AFTER INSERT ON tmp1 BEGIN DELETE FROM customers; END");
        QVERIFY(!question().empty());
        QVERIFY(trigger->answers.empty());
    }

    void anEstimateCapsTheRunAsWell()
    {
        m_platform->onRun = [](const FakePlatform::Run &run) {
            Turso::Outcome outcome = FakePlatform::outcome(1, run.script.dryRun);
            if (outcome.impact)
                outcome.impact->method = "estimate";
            return Base::readyNow(Base::Result<Turso::Outcome>(outcome));
        };
        Asked *asked = remove(token("full-access"));
        QVERIFY(m_desk->approve(question(), std::nullopt, std::nullopt));
        QTRY_COMPARE(asked->status(), std::string("ok"));
        QCOMPARE(m_platform->changes().front().script.maxRowsChanged.value_or(-1), 1);
    }

    void anUpsertIsBoundLikeAnUpdate()
    {
        Asked *asked = call(
            token("full-access"), "write_database",
            {{"database", "demo-shop"},
             {"sql",
              "INSERT INTO t SELECT * FROM t WHERE 1 ON CONFLICT (id) DO UPDATE SET a = 1"}});
        QTRY_COMPARE(asked->status(), std::string("ok"));
        QCOMPARE(m_platform->changes().front().script.maxRowsChanged.value_or(-1), 100);
    }

    void aSecondCallThatIsMeantIsMade()
    {
        open(R"({"approval_hold":"1s"})");
        const auto codex = token("write:ask");
        const Json insert{{"database", "demo-shop"}, {"sql", "INSERT INTO t VALUES (1)"}};
        Asked *first = call(codex, "write_database", insert);
        const std::string id = question();
        QTRY_COMPARE_WITH_TIMEOUT(first->status(), std::string("pending_approval"), 3'000);
        Asked *fetch
            = call(codex, "approval_wait", {{"approval_id", id}}); // needs no read permission
        QVERIFY(m_desk->approve(id, std::nullopt, std::nullopt));
        QTRY_COMPARE(fetch->status(), std::string("ok"));
        Asked *second = call(codex, "write_database", insert);
        QVERIFY(!question().empty());
        QVERIFY(second->answers.empty());
    }

    void anAnswerThatNobodyHeardIsKeptForTheRetry()
    {
        const auto codex = token("full-access");
        Asked *lost = remove(codex);
        const std::string id = question();
        m_desk->toolGate().unheard(lost->id);
        QVERIFY(m_desk->approve(id, std::nullopt, std::nullopt));
        QTRY_COMPARE(m_platform->changes().size(), std::size_t(1));
        QTRY_COMPARE(records("is:done").size(), std::size_t(1));
        Asked *retry = remove(codex);
        QTRY_COMPARE(retry->status(), std::string("ok"));
        QCOMPARE(m_platform->changes().size(), std::size_t(1));
        QVERIFY(lost->answers.empty());
    }

    void whoHangsUpWhileItFetchesLeavesNoOpenCall()
    {
        open(R"({"approval_hold":"1s"})");
        const auto codex = token("full-access");
        Asked *first = remove(codex);
        const std::string id = question();
        QTRY_COMPARE_WITH_TIMEOUT(first->status(), std::string("pending_approval"), 3'000);
        Asked *lost = call(codex, "approval_wait", {{"approval_id", id}});
        QCOMPARE(records("is:running").size(), std::size_t(1));
        m_desk->toolGate().unheard(lost->id);
        QCOMPARE(records("is:running").size(), std::size_t(0));
        QVERIFY(lost->answers.empty());
        QVERIFY(m_desk->approve(id, std::nullopt, std::nullopt));
        QTRY_COMPARE(m_platform->changes().size(), std::size_t(1));
        Asked *fetch = call(codex, "approval_wait", {{"approval_id", id}});
        QTRY_COMPARE(fetch->status(), std::string("ok"));
    }

    void whatWaitsAtTheEndIsOnRecord()
    {
        Asked *asked = remove(token("full-access"));
        QVERIFY(!question().empty());
        open();
        const auto found = records("tool:delete_from_database");
        QCOMPARE(found.size(), std::size_t(1));
        QCOMPARE(found.front().state, CallState::Cancelled);
        QVERIFY(m_platform->changes().empty());
        QVERIFY(asked->status() != "ok");
    }

    void oneAgentCannotUseUpAllCalls()
    {
        const auto stranger = bridge("stranger");
        for (int i = 0; i < 40; ++i)
            call(stranger, "get_database", {{"database", "d" + std::to_string(i)}});
        int refused = 0;
        for (const auto &asked : m_asked)
            refused += asked->code() == "limit_exceeded" ? 1 : 0;
        QCOMPARE(refused, 40 - 32);
        Asked *other = call(token("read-only"), "get_database", {{"database", "demo-shop"}});
        QTRY_COMPARE(other->status(), std::string("ok"));
    }

    void callsUnderOneConsentAreFetchedOneByOne()
    {
        open(R"({"approval_hold":"1s"})");
        const auto claude = bridge();
        Asked *list = call(claude, "list_databases", Json::object());
        Asked *get = call(claude, "get_database", {{"database", "demo-shop"}});
        const std::string consent = question();
        QTRY_COMPARE_WITH_TIMEOUT(list->status(), std::string("pending_approval"), 3'000);
        QTRY_COMPARE_WITH_TIMEOUT(get->status(), std::string("pending_approval"), 3'000);
        const Json first = list->answers.back()["approval_id"];
        const Json second = get->answers.back()["approval_id"];
        QVERIFY(first != second);
        GrantDraft draft;
        draft.permissions = Permissions::readOnly();
        QVERIFY(m_desk->approve(consent, std::nullopt, draft));
        Asked *fetchedList = call(claude, "approval_wait", {{"approval_id", first}});
        Asked *fetchedGet = call(claude, "approval_wait", {{"approval_id", second}});
        QTRY_VERIFY(fetchedList->status() == "ok" && fetchedGet->status() == "ok");
        QVERIFY(fetchedList->answers.back().contains("databases"));
        QVERIFY(fetchedGet->answers.back().contains("database"));
    }

    void aNewLocalProgramIsLetInByThePerson()
    {
        const auto claude = bridge();
        Asked *read
            = call(claude, "read_database", {{"database", "demo-shop"}, {"sql", "SELECT 1"}});
        Asked *list = call(claude, "list_databases", Json::object());
        QTRY_COMPARE(m_desk->approvals().size(), std::size_t(1));
        QCOMPARE(m_desk->approvals().front().kind, std::string("consent"));
        QVERIFY(m_platform->runs.empty());
        GrantDraft draft;
        draft.agent = "somebody else"; // the grant is for who asked, whatever the answer says
        draft.permissions = Permissions::readOnly();
        QVERIFY(m_desk->approve(m_desk->approvals().front().id, std::nullopt, draft));
        QTRY_COMPARE(read->status(), std::string("ok"));
        QTRY_COMPARE(list->status(), std::string("ok"));
        QCOMPARE(m_desk->grants().front().agent, std::string("claude"));
        QCOMPARE(m_desk->grants().front().program, std::string("/opt/claude"));
        Asked *write = call(claude, "write_database",
                            {{"database", "demo-shop"}, {"sql", "INSERT INTO t VALUES (1)"}});
        QTRY_COMPARE(write->code(), std::string("not_granted"));
    }

    void aProgramThatWasTurnedAwayDoesNotAskAgainAtOnce()
    {
        const auto claude = bridge();
        Asked *first = call(claude, "list_databases", Json::object());
        QVERIFY(m_desk->deny(question(), {}));
        QTRY_COMPARE(first->code(), std::string("not_granted"));
        Asked *second = call(claude, "list_databases", Json::object());
        QTRY_COMPARE(second->code(), std::string("not_granted"));
        QVERIFY(m_desk->approvals().empty());
    }

    void aLateYesToAConsentCountsForTheNextTry()
    {
        const auto claude = bridge();
        Asked *gone = call(claude, "list_databases", Json::object());
        const std::string id = question();
        m_desk->toolGate().cancel(gone->id);
        QCOMPARE(m_desk->approvals().size(), std::size_t(1));
        GrantDraft draft;
        draft.permissions = Permissions::readOnly();
        QVERIFY(m_desk->approve(id, std::nullopt, draft));
        Asked *next = call(claude, "list_databases", Json::object());
        QTRY_COMPARE(next->status(), std::string("ok"));
        QVERIFY(gone->answers.empty());
    }

    void destructiveCallsAreOnRecordBeforeTheyRun()
    {
        std::vector<CallRecord> seen;
        m_platform->onRun = [&](const FakePlatform::Run &run) {
            if (!run.script.dryRun) {
                History reader(m_folder->filePath(QStringLiteral("history.db")).toStdString());
                auto opened = reader.open();
                opened.waitForFinished();
                auto found = reader.find("tool:delete_from_database", 10);
                found.waitForFinished();
                seen = *found.result();
            }
            return Base::readyNow(
                Base::Result<Turso::Outcome>(FakePlatform::outcome(1, run.script.dryRun)));
        };
        Asked *asked = remove(token("full-access"));
        QVERIFY(m_desk->approve(question(), std::nullopt, std::nullopt));
        QTRY_COMPARE(asked->status(), std::string("ok"));
        QCOMPARE(seen.size(), std::size_t(1));
    }

    void grantsForWhatIsNotThereAreRefused()
    {
        GrantDraft draft;
        draft.agent = "x";
        draft.permissions = Permissions::readOnly();
        draft.connection = "cloud";
        QCOMPARE(m_desk->createGrant(draft).error().kind, Base::ErrorKind::NotFound);
        draft.connection = "workspace";
        draft.organization = "acme";
        QCOMPARE(m_desk->mintToken(draft).error().kind, Base::ErrorKind::NotFound);
    }

    void tooManyOpenCallsAreRefused()
    {
        open(R"({"max_open_calls":2})");
        const auto codex = token("full-access");
        remove(codex, "DELETE FROM a");
        remove(codex, "DELETE FROM b");
        Asked *third = remove(codex, "DELETE FROM c");
        QTRY_COMPARE(third->code(), std::string("limit_exceeded"));
    }

    void statesAreToldInOrder()
    {
        std::vector<std::string> states;
        connect(m_desk.get(), &Desk::callChanged, this, [&](const CallRecord &record) {
            states.emplace_back(callStateName(record.state));
        });
        Asked *asked = remove(token("full-access"));
        QVERIFY(m_desk->approve(question(), std::nullopt, std::nullopt));
        QTRY_COMPARE(asked->status(), std::string("ok"));
        const std::vector<std::string> expected{"judging", "previewing", "waiting", "running",
                                                "done"};
        QCOMPARE(states, expected);
    }
};

QTEST_GUILESS_MAIN(tst_Pipeline)
#include "tst_pipeline.moc"
