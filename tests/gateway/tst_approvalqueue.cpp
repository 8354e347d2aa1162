// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/approvals/approvalqueue.h"
#include "gateway/approvals/rules.h"
#include "gateway/manualclock.h"
#include "support/testcase.h"

#include <QSignalSpy>

using namespace Gateway;

class tst_ApprovalQueue : public Support::TestCase
{
    Q_OBJECT

private:
    static Approval question(const char *kind = "call")
    {
        Approval approval;
        approval.kind = kind;
        approval.mayRemember = true;
        return approval;
    }

private Q_SLOTS:
    void aQuestionIsAnsweredOnce_data()
    {
        QTest::addColumn<QString>("first");
        for (const char *first : {"approve", "deny", "withdraw", "expire"})
            QTest::newRow(first) << QString::fromLatin1(first);
    }
    void aQuestionIsAnsweredOnce()
    {
        QFETCH(QString, first);
        ManualClock clock;
        ApprovalQueue queue(clock, 60'000, 10);
        std::vector<ApprovalState> answers;
        const auto asked
            = queue.ask(question(), [&](const Answer &answer) { answers.push_back(answer.state); });
        QVERIFY(asked);
        ApprovalState expected = ApprovalState::Approved;
        if (first == QStringLiteral("approve")) {
            QVERIFY(queue.approve(asked->id, std::nullopt, std::nullopt));
        } else if (first == QStringLiteral("deny")) {
            QVERIFY(queue.deny(asked->id, "no"));
            expected = ApprovalState::Denied;
        } else if (first == QStringLiteral("withdraw")) {
            queue.withdraw(asked->id);
            expected = ApprovalState::Withdrawn;
        } else {
            clock.advance(60'000);
            expected = ApprovalState::Expired;
        }
        QCOMPARE(queue.approve(asked->id, std::nullopt, std::nullopt).error().kind,
                 Base::ErrorKind::Denied);
        QCOMPARE(queue.deny(asked->id, {}).error().kind, Base::ErrorKind::Denied);
        QCOMPARE(queue.extend(asked->id).error().kind, Base::ErrorKind::Denied);
        QCOMPARE(queue.find(asked->id)->state, expected);
        QVERIFY(queue.open().empty());
        QCOMPARE(answers.size(), std::size_t(expected == ApprovalState::Withdrawn ? 0 : 1));
        if (!answers.empty())
            QCOMPARE(answers.front(), expected);
    }

    void silenceExpiresByTheTimer()
    {
        const Base::SystemClock clock;
        ApprovalQueue queue(clock, 30, 10);
        ApprovalState seen = ApprovalState::Open;
        QVERIFY(queue.ask(question(), [&](const Answer &answer) { seen = answer.state; }));
        QTRY_COMPARE(seen, ApprovalState::Expired);
    }

    void readingExtendsButNotForEver()
    {
        ManualClock clock;
        ApprovalQueue queue(clock, 30'000, 10);
        const auto asked = queue.ask(question(), {});
        const Base::Millis born = asked->createdAt;
        QCOMPARE(queue.extend(asked->id)->expiresAt, born + 60'000);
        for (int i = 0; i < 40; ++i) {
            clock.advance(25'000);
            if (!queue.extend(asked->id))
                break;
        }
        QVERIFY(queue.find(asked->id)->expiresAt <= born + 15 * 60'000);
        QCOMPARE(queue.find(asked->id)->state, ApprovalState::Expired);
    }

    void consentAndCallTakeOnlyTheirOwnAnswers()
    {
        ManualClock clock;
        ApprovalQueue queue(clock, 30'000, 10);
        const auto call = queue.ask(question(), {});
        const auto consent = queue.ask(question("consent"), {});
        GrantDraft draft;
        QCOMPARE(queue.approve(call->id, std::nullopt, draft).error().kind,
                 Base::ErrorKind::InvalidArgument);
        QCOMPARE(queue.approve(consent->id, std::nullopt, std::nullopt).error().kind,
                 Base::ErrorKind::InvalidArgument);
        QCOMPARE(queue.open().size(), std::size_t(2));
        QVERIFY(queue.approve(consent->id, std::nullopt, draft));
    }

    void whatMayNotBeRememberedIsNot()
    {
        ManualClock clock;
        ApprovalQueue queue(clock, 30'000, 10);
        Approval irreversible = question();
        irreversible.mayRemember = false;
        const auto asked = queue.ask(irreversible, {});
        QVERIFY(
            !queue.approve(asked->id, Remember{Remember::Scope::Database, 1'000}, std::nullopt));
        QCOMPARE(queue.open().size(), std::size_t(1));
    }

    void tooManyOpenQuestionsAreRefused()
    {
        ManualClock clock;
        ApprovalQueue queue(clock, 30'000, 2);
        const auto first = queue.ask(question(), {});
        QVERIFY(queue.ask(question(), {}));
        QCOMPARE(queue.ask(question(), {}).error().kind, Base::ErrorKind::LimitExceeded);
        QVERIFY(queue.deny(first->id, {}));
        QVERIFY(queue.ask(question(), {}));
    }

    void answeringFromWithinAnAnswerIsSafe()
    {
        ManualClock clock;
        ApprovalQueue queue(clock, 30'000, 10);
        int answers = 0;
        std::string second;
        const auto first = queue.ask(question(), [&](const Answer &) {
            ++answers;
            QVERIFY(queue.deny(second, {}));
        });
        second = queue.ask(question(), [&](const Answer &) { ++answers; })->id;
        QVERIFY(queue.approve(first->id, std::nullopt, std::nullopt));
        QCOMPARE(answers, 2);
    }

    void everyChangeIsTold()
    {
        ManualClock clock;
        ApprovalQueue queue(clock, 30'000, 10);
        QSignalSpy changes(&queue, &ApprovalQueue::changed);
        const auto asked = queue.ask(question(), {});
        QVERIFY(queue.extend(asked->id));
        QVERIFY(queue.deny(asked->id, {}));
        QCOMPARE(changes.size(), 3);
    }

    void aRememberedAnswerCoversWhatItSaysAndNoMore()
    {
        ManualClock clock;
        Rules rules(clock);
        const RuleSubject subject{
            "g1", "delete_from_database", "shop", "delete from orders where id = ?", {"orders"}};
        rules.add({Remember::Scope::Statement, 1'000}, subject);
        QVERIFY(!rules.matching(subject).empty());
        const auto differs = [&](auto change) {
            RuleSubject other = subject;
            change(other);
            return rules.matching(other).empty();
        };
        QVERIFY(differs([](RuleSubject &other) { other.grantId = "g2"; }));
        QVERIFY(differs([](RuleSubject &other) { other.tool = "write_database"; }));
        QVERIFY(differs([](RuleSubject &other) { other.database = "prod"; }));
        QVERIFY(differs([](RuleSubject &other) { other.shape = "delete from orders"; }));
        QVERIFY(differs([](RuleSubject &other) { other.tables = {"customers"}; }));
        clock.advance(1'000);
        QVERIFY(rules.matching(subject).empty());
    }

    void aTableRuleNeedsEveryStatementToBeAboutThatTable()
    {
        ManualClock clock;
        Rules rules(clock);
        RuleSubject subject{"g1", "delete_from_database", "shop", "x", {"orders"}};
        rules.add({Remember::Scope::Table, 1'000}, subject);
        subject.shape = "another";
        QVERIFY(!rules.matching(subject).empty());
        subject.tables = {"orders", "orders"};
        QVERIFY(!rules.matching(subject).empty());
        subject.tables = {"orders", "customers"};
        QVERIFY(rules.matching(subject).empty());
        subject.tables = {};
        QVERIFY(rules.matching(subject).empty());
    }

    void aRuleWithoutASubjectCoversNothing()
    {
        ManualClock clock;
        Rules rules(clock);
        RuleSubject subject{"g1", "delete_from_database", "shop", "", {"a", "b"}};
        rules.add({Remember::Scope::Table, 1'000}, subject);
        rules.add({Remember::Scope::Statement, 1'000}, subject);
        QVERIFY(rules.matching(subject).empty());
    }

    void rulesEndWithTheirGrant()
    {
        ManualClock clock;
        Rules rules(clock);
        const RuleSubject subject{"g1", "t", "shop", "x", {"orders"}};
        rules.add({Remember::Scope::Database, 1'000}, subject);
        rules.dropGrant("g1");
        QVERIFY(rules.matching(subject).empty());
    }
};

QTEST_GUILESS_MAIN(tst_ApprovalQueue)
#include "tst_approvalqueue.moc"
