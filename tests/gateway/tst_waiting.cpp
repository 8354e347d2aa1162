// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/deskfixture.h"
#include "gateway/fakeplatform.h"

using namespace Gateway;
using Base::Json;

// What an agent hears while a person thinks: as a task, with progress, or neither.
class tst_Waiting : public DeskFixture
{
    Q_OBJECT

private:
    static constexpr bool kTasks = true;
    static constexpr bool kProgress = true;
    std::unique_ptr<FakePlatform> m_platform;

    void setUp() override
    {
        DeskFixture::setUp();
        m_platform = std::make_unique<FakePlatform>();
        openDesk(*m_platform,
                 R"({"approval_hold":"1s","progress_hold":"1s","progress_every":"1s"})");
    }
    const Asked &remove(const Mcp::Principal &principal, bool tasks, bool progress = false)
    {
        return call(principal, "delete_from_database",
                    {{"database", "demo-shop"}, {"sql", "DELETE FROM orders WHERE id = 'secret'"}},
                    tasks, progress);
    }
    template <typename T>
    static std::vector<T> eventsOf(const Asked &asked)
    {
        std::vector<T> events;
        for (const Mcp::CallEvent &event : asked.events) {
            if (const auto *one = std::get_if<T>(&event))
                events.push_back(*one);
        }
        return events;
    }
    static std::vector<std::string> statuses(const Asked &asked)
    {
        std::vector<std::string> messages;
        for (const Mcp::Deferral &deferral : eventsOf<Mcp::Deferral>(asked))
            messages.push_back(deferral.message);
        return messages;
    }
    // Long enough for every hold of these settings.
    void letTheHoldPass()
    {
        const Asked &impatient = call(token("read:ask"), "list_databases", Json::object());
        QTRY_COMPARE_WITH_TIMEOUT(impatient.code(), std::string("pending_approval"), 5'000);
    }
    static constexpr char kWaits[] = "Waiting for the person's answer in Turso Companion";

private Q_SLOTS:
    void aTaskWaitsUntilThePersonAnswers()
    {
        const Asked &asked = remove(token("full-access"), kTasks, kProgress);
        const std::string id = question();
        QCOMPARE(statuses(asked), (std::vector<std::string>{kWaits}));
        letTheHoldPass();
        QVERIFY(!asked.isDone()); // never pending_approval
        QCOMPARE(asked.events.size(), std::size_t(1)); // and no progress
        QVERIFY(approve(id));
        QTRY_COMPARE(asked.code(), std::string("ok"));
        QCOMPARE(statuses(asked), (std::vector<std::string>{kWaits, "Running"}));
        QCOMPARE(m_platform->changes().size(), std::size_t(1));
    }

    void aTaskIsKeptLongerThanTheQuestionIsOpen()
    {
        const Asked &asked = remove(token("full-access"), kTasks);
        QVERIFY(!question().empty());
        const auto deferrals = eventsOf<Mcp::Deferral>(asked);
        QCOMPARE(deferrals.size(), std::size_t(1));
        const auto least
            = std::chrono::milliseconds(Settings().approvalDeadline) + std::chrono::minutes(15);
        QVERIFY(deferrals.front().kept >= least);
        openDesk(*m_platform, R"({"approval_deadline":"2h"})");
        const Asked &patient = remove(token("full-access"), kTasks);
        QVERIFY(!question().empty());
        QVERIFY(eventsOf<Mcp::Deferral>(patient).front().kept
                >= std::chrono::hours(2) + std::chrono::minutes(15));
    }

    void aTaskEndsWithTheAnswerWhateverItIs()
    {
        const Asked &denied = remove(token("full-access"), kTasks);
        QVERIFY(m_desk->deny(question(), {}));
        QTRY_COMPARE(denied.code(), std::string("denied"));
        QCOMPARE(statuses(denied), (std::vector<std::string>{kWaits}));
        openDesk(*m_platform, R"({"approval_deadline":"1s"})");
        const Asked &late = remove(token("full-access"), kTasks);
        QTRY_COMPARE_WITH_TIMEOUT(late.code(), std::string("approval_expired"), 3'000);
        QVERIFY(m_platform->changes().empty());
    }

    void aConsentIsATaskAsWell()
    {
        const Asked &asked = remove(bridge(), kTasks);
        const std::string consent = question();
        QCOMPARE(statuses(asked), (std::vector<std::string>{kWaits}));
        GrantDraft draft;
        draft.permissions = Permissions::fullAccess();
        QVERIFY(m_desk->approve(consent, std::nullopt, draft));
        QTRY_VERIFY(!m_desk->approvals().empty() && m_desk->approvals().front().kind == "call");
        QCOMPARE(statuses(asked), (std::vector<std::string>{kWaits}));
        QVERIFY(approve(question()));
        QTRY_COMPARE(asked.code(), std::string("ok"));
        QCOMPARE(statuses(asked), (std::vector<std::string>{kWaits, "Running"}));
    }

    void aCancelledTaskWithdrawsItsQuestion()
    {
        const Asked &asked = remove(token("full-access"), kTasks);
        const std::string id = question();
        m_desk->toolGate().cancel(asked.id);
        QTRY_VERIFY(m_desk->approvals().empty());
        QCOMPARE(m_desk->approval(id)->state, ApprovalState::Withdrawn);
        QVERIFY(!asked.isDone() && m_platform->changes().empty());
    }

    void whatDoesNotWaitIsNoTask()
    {
        const Asked &asked = call(token("read-only"), "read_database",
                                  {{"database", "demo-shop"}, {"sql", "SELECT 1"}}, kTasks);
        QTRY_COMPARE(asked.code(), std::string("ok"));
        QVERIFY(asked.events.empty());
    }

    void eachWaiterWaitsInItsOwnWay()
    {
        const auto principal = token("full-access");
        const Asked &plain = remove(principal, !kTasks);
        const std::string id = question();
        const Asked &task = remove(principal, kTasks);
        QCOMPARE(statuses(task), (std::vector<std::string>{kWaits}));
        QTRY_COMPARE_WITH_TIMEOUT(plain.code(), std::string("pending_approval"), 3'000);
        QVERIFY(plain.events.empty() && !task.isDone());
        const Asked &pickup = call(principal, "approval_wait", {{"approval_id", id}}, kTasks);
        QCOMPARE(statuses(pickup), (std::vector<std::string>{kWaits}));
        letTheHoldPass();
        QVERIFY(!task.isDone() && !pickup.isDone());
        QVERIFY(approve(id));
        QTRY_COMPARE(task.code(), std::string("ok"));
        QTRY_COMPARE(pickup.code(), std::string("ok"));
        QCOMPARE(m_platform->changes().size(), std::size_t(1));
    }

    void progressComesWithOneSentenceInTheLog()
    {
        const Asked &asked = remove(token("full-access"), !kTasks, kProgress);
        QTRY_COMPARE_WITH_TIMEOUT(asked.code(), std::string("pending_approval"), 3'000);
        QVERIFY(!eventsOf<Mcp::Progress>(asked).empty());
        QVERIFY(statuses(asked).empty());
        const auto log = eventsOf<Mcp::LogMessage>(asked);
        QCOMPARE(log.size(), std::size_t(1));
        QCOMPARE(log.front().level, std::string("notice"));
        QCOMPARE(log.front().logger, std::string("approvals"));
        const std::string text = log.front().data.dump();
        QVERIFY(text.find("waits for the person") != std::string::npos);
        QVERIFY(text.find("secret") == std::string::npos
                && text.find("DELETE") == std::string::npos);
    }
};

QTEST_GUILESS_MAIN(tst_Waiting)
#include "tst_waiting.moc"
