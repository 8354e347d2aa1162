// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/policy.h"
#include "support/testcase.h"

using namespace Gateway;

class tst_Policy : public Support::TestCase
{
    Q_OBJECT

private:
    // The decision said again in other words, so that every combination has an expectation of its
    // own.
    static Verdict::Kind expected(const Question &question)
    {
        if (question.access == Access::Off)
            return Verdict::Kind::Refuse;
        if (question.readOnlyMode && question.changes)
            return Verdict::Kind::Refuse;
        const bool remembered = !question.rule.empty() && question.risk != Risk::Irreversible;
        const bool wantsPerson
            = question.access == Access::Ask || question.asks || question.risk >= Risk::Destructive;
        return wantsPerson && !remembered ? Verdict::Kind::Ask : Verdict::Kind::Allow;
    }

private Q_SLOTS:
    void everyCombinationIsDecidedAsWritten()
    {
        int count = 0;
        for (int permission = 0; permission < kPermissionCount; ++permission)
            for (const Access access : {Access::Off, Access::Ask, Access::On})
                for (const Risk risk :
                     {Risk::Safe, Risk::Change, Risk::Destructive, Risk::Irreversible})
                    for (int bits = 0; bits < 16; ++bits) {
                        Question question;
                        question.permission = static_cast<Permission>(permission);
                        question.access = access;
                        question.risk = risk;
                        question.changes = bits & 1;
                        question.asks = bits & 2;
                        question.readOnlyMode = bits & 4;
                        question.rule = bits & 8 ? "rule_1" : "";
                        const Verdict verdict = decide(question);
                        QCOMPARE(verdict.kind, expected(question));
                        QVERIFY(!verdict.reason.empty());
                        QCOMPARE(verdict.error.message.empty(),
                                 verdict.kind != Verdict::Kind::Refuse);
                        ++count;
                    }
        QCOMPARE(count, 9 * 3 * 4 * 16);
    }

    void nothingSaidMeansNo()
    {
        QCOMPARE(decide(Question{}).kind, Verdict::Kind::Refuse);
        QCOMPARE(decide(Question{}).error.kind, Base::ErrorKind::NotGranted);
    }

    void irreversibleAsksWhateverIsRemembered()
    {
        Question question;
        question.access = Access::On;
        question.risk = Risk::Irreversible;
        question.asks = false;
        question.rule = "rule_1";
        QCOMPARE(decide(question).kind, Verdict::Kind::Ask);
    }

    void refusalsNameThePermission()
    {
        Question question;
        question.permission = Permission::DeleteDatabase;
        QCOMPARE(decide(question).error.details,
                 std::string(R"({"permission":"delete-database"})"));
    }

    void permissionsReadBackWhatTheyWrite_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("written");
        QTest::newRow("preset") << QByteArray("read-only") << QByteArray("read-only");
        QTest::newRow("all") << QByteArray("full-access") << QByteArray("full-access");
        QTest::newRow("preset spelt out")
            << QByteArray("analytics,read") << QByteArray("read-only");
        QTest::newRow("custom") << QByteArray("write,read,delete:ask")
                                << QByteArray("read,write,delete:ask");
        QTest::newRow("unknown") << QByteArray("read,fly") << QByteArray();
        QTest::newRow("wrong suffix") << QByteArray("read:always") << QByteArray();
        QTest::newRow("empty") << QByteArray() << QByteArray();
        QTest::newRow("comma only") << QByteArray(",") << QByteArray();
        QTest::newRow("upper case") << QByteArray("READ") << QByteArray();
    }
    void permissionsReadBackWhatTheyWrite()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, written);
        const auto permissions = Permissions::parse(text.toStdString());
        QCOMPARE(permissions.has_value(), !written.isEmpty());
        if (!permissions)
            return;
        QCOMPARE(QByteArray::fromStdString(permissions->text()), written);
        QVERIFY(Permissions::parse(permissions->text()).value() == *permissions);
    }

    void readOnlyIsReadAndAnalyticsAndNothingElse()
    {
        for (int i = 0; i < kPermissionCount; ++i) {
            const auto permission = static_cast<Permission>(i);
            const bool on = permission == Permission::Read || permission == Permission::Analytics;
            QCOMPARE(Permissions::readOnly().access(permission), on ? Access::On : Access::Off);
        }
    }
};

QTEST_GUILESS_MAIN(tst_Policy)
#include "tst_policy.moc"
