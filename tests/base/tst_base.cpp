// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/async.h"
#include "base/cancel.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/json.h"
#include "base/secret.h"
#include "base/socketpath.h"
#include "support/testcase.h"

#include <QDir>
#include <QFileInfo>
#include <QTemporaryDir>

using namespace Base;

class tst_Base : public Support::TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void jsonRejectsWhatWouldHurt_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("valid");
        QTest::newRow("object") << QByteArray(R"({"a":[1,2]})") << true;
        QTest::newRow("64 deep") << QByteArray(64, '[') + QByteArray(64, ']') << true;
        QTest::newRow("66 deep") << QByteArray(66, '[') + QByteArray(66, ']') << false;
        QTest::newRow("100 kB of brackets") << QByteArray(100'000, '[') << false;
        QTest::newRow("trailing bytes") << QByteArray("{} x") << false;
        QTest::newRow("bad UTF-8") << QByteArray("\"\xff\"") << false;
        QTest::newRow("lone surrogate") << QByteArray(R"("\ud800")") << false;
        QTest::newRow("empty") << QByteArray() << false;
        QTest::newRow("NaN") << QByteArray("NaN") << false;
    }
    void jsonRejectsWhatWouldHurt()
    {
        QFETCH(QByteArray, text);
        QFETCH(bool, valid);
        QCOMPARE(parseJson(text.toStdString()).has_value(), valid);
    }

    void quotedTextIsReadBackUnchanged_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("expected");
        QTest::newRow("plain") << QByteArray("orders") << QByteArray("orders");
        QTest::newRow("quotes") << QByteArray("a\"b\\c") << QByteArray("a\"b\\c");
        QTest::newRow("controls") << QByteArray("\x01\n\t\r\0x", 6)
                                  << QByteArray("\x01\n\t\r\0x", 6);
        QTest::newRow("utf-8") << QByteArray("größe 😀") << QByteArray("größe 😀");
        QTest::newRow("overlong") << QByteArray("a\xc0\xaf")
                                  << QByteArray("a\xef\xbf\xbd\xef\xbf\xbd");
        QTest::newRow("cut short")
            << QByteArray("a\xf0\x9f") << QByteArray("a\xef\xbf\xbd\xef\xbf\xbd");
    }
    void quotedTextIsReadBackUnchanged()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, expected);
        const auto back = parseJson(quoteJson(text.toStdString()));
        QVERIFY(back);
        QCOMPARE(QByteArray::fromStdString(back->get<std::string>()), expected);
    }

    void membersOfOtherTypesAreNothing()
    {
        const Json object = {{"s", "x"}, {"n", 3}, {"b", true}, {"big", 18446744073709551615ULL}};
        QVERIFY(!stringMember(object, "n"));
        QVERIFY(!integerMember(object, "s"));
        QVERIFY(!integerMember(object, "big"));
        QVERIFY(!boolMember(Json::array(), "b"));
        QCOMPARE(integerMember(object, "n").value_or(0), 3);
        QVERIFY(member(object, "missing").is_null());
    }

    void durationsAreReadStrictly()
    {
        QCOMPARE(parseDuration("30s").value(), 30'000);
        QCOMPARE(parseDuration("8h").value(), 28'800'000);
        for (const char *text : {"", "5", "h", "-1h", "0s", "1.5h", "1 h", "999999999d", "1w"})
            QVERIFY2(!parseDuration(text), text);
    }

    void timesAreUtcWithMilliseconds()
    {
        QCOMPARE(toRfc3339(0), std::string("1970-01-01T00:00:00.000Z"));
        QCOMPARE(toRfc3339(1'795'361'975'007), std::string("2026-11-22T15:39:35.007Z"));
    }

    void timesAreReadWithTheirZone()
    {
        for (const Millis time : {0LL, 1'795'361'975'007LL, 951'782'400'000LL, 4'102'444'799'999LL})
            QCOMPARE(parseRfc3339(toRfc3339(time)).value(), time);
        QCOMPARE(parseRfc3339("2026-11-22T15:39:35Z").value(), 1'795'361'975'000);
        QCOMPARE(parseRfc3339("2026-11-22t15:39:35.0079z").value(), 1'795'361'975'007);
        QCOMPARE(parseRfc3339("2026-11-22T17:09:35.5+01:30").value(), 1'795'361'975'500);
        QCOMPARE(parseRfc3339("2026-11-21T23:39:35-16:00").value(), 1'795'361'975'000);
        QCOMPARE(parseRfc3339("1969-12-31T23:59:59.999Z").value(), -1);
        for (const char *text : {"",
                                 "now",
                                 "2026-11-22",
                                 "2026-11-22T15:39Z",
                                 "2026-11-22T15:39:35",
                                 "2026-11-22 15:39:35Z",
                                 "2026-11-22T15:39:35.Z",
                                 "2026-11-22T15:39:35+0100",
                                 "2026-11-22T15:39:35+1:00",
                                 "2026-11-22T15:39:35+24:00",
                                 "2026-11-22T15:39:35Zx",
                                 "2026-02-30T00:00:00Z",
                                 "2026-13-01T00:00:00Z",
                                 "2026-11-22T24:00:00Z",
                                 "2026-11-22T15:60:35Z",
                                 "2026-11-22T15:39:61Z",
                                 "+026-11-22T15:39:35Z",
                                 " 2026-11-22T15:39:35Z",
                                 "2026-11-22T15:39:35ZZ",
                                 "02026-11-22T15:39:35Z"})
            QVERIFY2(!parseRfc3339(text), text);
    }

    void idsAreUniqueAndSortByTime()
    {
        std::string before = newId("call");
        for (int i = 0; i < 10'000; ++i) { // many of them in one millisecond
            std::string next = newId("call");
            QVERIFY(before < next);
            before = std::move(next);
        }
        const std::string first = newId("call");
        const std::string second = newId("call");
        QCOMPARE(first.size(), std::size_t(31));
        QVERIFY(first.starts_with("call_"));
        QVERIFY(first < second);
    }

    void secretsCompareByValueAndWipeOnMove()
    {
        Secret secret("token");
        QVERIFY(secret.equals("token"));
        QVERIFY(!secret.equals("toke"));
        Secret other(std::move(secret));
        QVERIFY(other.equals("token"));
        QCOMPARE(sha256Hex("abc"),
                 std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        QVERIFY(randomToken() != randomToken());
    }

    void cancellingReachesEveryHolderOnce()
    {
        const CancelToken token;
        const CancelToken copy = token;
        int runs = 0;
        const auto kept = copy.onCancel([&runs] { ++runs; });
        {
            const auto dropped = copy.onCancel([&runs] { runs += 100; });
        }
        token.cancel();
        token.cancel();
        QVERIFY(copy.isCancelled());
        QCOMPARE(runs, 1);
        const auto late = token.onCancel([&runs] { ++runs; });
        QCOMPARE(runs, 2);
    }

    void aDroppedPromiseIsNotSilence()
    {
        QObject owner;
        ErrorKind seen = ErrorKind::Internal;
        {
            QPromise<Result<int>> promise;
            promise.start();
            whenDone(promise.future(), &owner, [&seen](const Result<int> &result) {
                seen = result ? ErrorKind::Internal : result.error().kind;
            });
        }
        QTRY_COMPARE(seen, ErrorKind::Cancelled);
    }

    void socketFoldersAreShortAndPrivate()
    {
        QTemporaryDir parent;
        qputenv("TURSO_COMPANION_RUNTIME_DIR", parent.path().toUtf8());
        const std::string deep = "/home/somebody/" + std::string(300, 'p');
        QVERIFY(controlSocketPath(deep).size() < 108);
        QCOMPARE(socketFolder("/a/b/../c/"), socketFolder("/a/c"));
        QVERIFY(socketFolder("/a/c") != socketFolder("/a/d"));
        const std::string folder = socketFolder("/a/c");
        QCOMPARE(prepareSocketFolder(folder), std::string());
        QFile::setPermissions(QString::fromStdString(folder),
                              QFile::ReadOwner | QFile::ExeOwner | QFile::WriteOwner
                                  | QFile::ReadOther);
        QCOMPARE(prepareSocketFolder(folder), std::string());
        QVERIFY(!(QFileInfo(QString::fromStdString(folder)).permissions() & QFile::ReadOther));
        QDir(parent.path()).rmdir(QStringLiteral("x"));
        QVERIFY(QFile::link(parent.path(), parent.path() + QStringLiteral("/turso-companion")));
        QVERIFY(!prepareSocketFolder(socketFolder("")).empty());
        qunsetenv("TURSO_COMPANION_RUNTIME_DIR");
    }
};

QTEST_GUILESS_MAIN(tst_Base)
#include "tst_base.moc"
