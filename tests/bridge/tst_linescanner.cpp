// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/json.h"
#include "bridge/lines.h"
#include "bridge/linescanner.h"
#include "support/testcase.h"

#include <QTemporaryFile>

#include <fcntl.h>
#include <random>
#include <unistd.h>

using namespace Bridge;
using Base::Json;

class tst_LineScanner : public Support::TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void factsAreFound_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QByteArray>("id");
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<bool>("answer");
        const auto row = [](const char *name, const char *line, const char *id, const char *method,
                            bool answer) {
            QTest::newRow(name) << QByteArray(line) << QByteArray(id) << QByteArray(method)
                                << answer;
        };
        row("request", "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{}}",
            "7", "tools/call", false);
        row("id last", "{\"method\":\"m\",\"params\":{\"id\":1,\"method\":\"x\"},\"id\":\"a\"}",
            "\"a\"", "m", false);
        row("spaces", " { \"id\" : -3 , \"method\" : \"m\" } \r", "-3", "m", false);
        row("notification", "{\"method\":\"notifications/initialized\"}", "",
            "notifications/initialized", false);
        row("null id", "{\"id\":null,\"method\":\"m\"}", "", "m", false);
        row("answer", "{\"id\":1,\"jsonrpc\":\"2.0\",\"result\":{\"id\":2}}", "1", "", true);
        row("answer, id last", "{\"result\":{\"id\":2,\"x\":\"}]\"},\"id\":1}", "1", "", true);
        row("error", "{\"error\":{\"code\":-32603},\"id\":\"q\"}", "\"q\"", "", true);
        row("id in a string", "{\"params\":\"\\\"id\\\":9\",\"method\":\"m\"}", "", "m", false);
        row("escaped quote",
            "{\"params\":{\"s\":\"a\\\\\\\"},{\\\"id\\\":9\"},\"method\":\"m\",\"id\":4}", "4", "m",
            false);
        row("escaped key", "{\"\\u0069d\":5,\"method\":\"m\"}", "5", "m", false);
        row("escaped method", "{\"id\":5,\"method\":\"tools\\/call\"}", "5", "tools/call", false);
        row("nested arrays", "{\"params\":[[{\"id\":1}],[\"]\"]],\"id\":2,\"method\":\"m\"}", "2",
            "m", false);
        row("cut", "{\"id\":2,\"method\":\"m\",\"params\":{\"a\":[1,", "2", "m", false);
        row("cut in a string", "{\"id\":2,\"method\":\"m\",\"params\":\"abc\\", "2", "m", false);
        row("array", "[{\"id\":1,\"method\":\"m\"}]", "", "", false);
        row("empty object", "{}", "", "", false);
        row("empty", "", "", "", false);
        row("words", "hello", "", "", false);
        row("bare word as id", "{\"id\":abc,\"method\":\"m\"}", "", "m", false);
        row("object as id", "{\"id\":{\"a\":1},\"method\":\"m\"}", "", "m", false);
        row("leading zero", "{\"id\":01,\"method\":\"m\"}", "", "m", false);
        row("only a minus", "{\"id\":-,\"method\":\"m\"}", "", "m", false);
    }
    void factsAreFound()
    {
        QFETCH(QByteArray, line);
        QFETCH(QByteArray, id);
        QFETCH(QByteArray, method);
        QFETCH(bool, answer);
        const LineFacts facts
            = factsOf(std::string_view(line.constData(), std::size_t(line.size())));
        QCOMPARE(QByteArray(facts.id.data(), qsizetype(facts.id.size())), id);
        QCOMPARE(QByteArray::fromStdString(facts.method), method);
        QCOMPARE(facts.isAnswer, answer);
    }

    void theCancelledRequestIsFound()
    {
        const std::string line
            = "{\"method\":\"notifications/"
              "cancelled\",\"params\":{\"reason\":\"\\\"requestId\\\":1\",\"requestId\":\"x\"}}";
        QCOMPARE(factsOf(line).cancelled, std::string_view("\"x\""));
        const std::string other = "{\"method\":\"other\",\"params\":{\"requestId\":1}}";
        QVERIFY(factsOf(other).cancelled.empty());
    }

    void spellingsOfOneIdHaveOneKey()
    {
        const std::string escaped = "\"\\u0061\\/\\\"\\n\\uD83D\\uDE00\"";
        QCOMPARE(idKey(escaped), std::string("\"a/\"\n😀"));
        QCOMPARE(idKey("12"), std::string("12"));
        QVERIFY(idKey("\"12\"") != idKey("12"));
    }

    // Messages made at random, written by another JSON library: both must agree on every one.
    void randomMessagesAreReadAsTheLibraryReadsThem()
    {
        std::mt19937 random(4711);
        for (int i = 0; i < 3000; ++i) {
            Json message = Json::object();
            message["jsonrpc"] = "2.0";
            const bool hasId = random() % 3 != 0;
            if (hasId)
                message["id"] = random() % 2 ? Json(int(random() % 1000)) : Json(nastyText(random));
            message["method"] = "m" + nastyText(random);
            message["params"] = nastyValue(random, 0);
            message[nastyText(random)] = nastyValue(random, 2);
            const std::string line = message.dump(random() % 2 ? -1 : 1, ' ', random() % 2 == 0);
            const LineFacts facts = factsOf(line);
            QCOMPARE(facts.method, message["method"].get<std::string>());
            QCOMPARE(!facts.id.empty(), hasId);
            if (hasId)
                QCOMPARE(idKey(facts.id), idKey(message["id"].dump()));
        }
    }

    void noBytesCanHurt()
    {
        std::mt19937 random(42);
        using namespace std::string_literals;
        const std::string alphabet = "{}[]\",:\\u0019aeid -+.\n\xff\x00methodresultnull"s;
        for (int i = 0; i < 100'000; ++i) {
            std::string line = random() % 2 ? "{\"id\":" : "";
            for (auto n = random() % 40; n > 0; --n)
                line += alphabet[random() % alphabet.size()];
            const LineFacts facts = factsOf(line);
            const bool isInside = facts.id.empty()
                || (facts.id.data() >= line.data()
                    && facts.id.data() + facts.id.size() <= line.data() + line.size());
            QVERIFY(isInside);
            idKey(line);
        }
        QVERIFY(factsOf(std::string(5'000'000, '[')).id.empty());
        QVERIFY(factsOf("{\"a\":" + std::string(5'000'000, '[')).isObject);
    }

    void linesAreCutWhereverTheReadsEnd()
    {
        int ends[2];
        QCOMPARE(pipe(ends), 0);
        fcntl(ends[0], F_SETFL, O_NONBLOCK);
        LineBuffer lines;
        QByteArrayList seen;
        for (const char c : std::string("one\n\ntwo three\nrest")) {
            QCOMPARE(write(ends[1], &c, 1), 1);
            QCOMPARE(lines.readFrom(ends[0]), 1);
            std::string_view line;
            bool skipped = false;
            while (lines.next(line, skipped))
                seen += QByteArray(line.data(), qsizetype(line.size()));
        }
        QCOMPARE(seen, QByteArrayList({"one", "", "two three"}));
        close(ends[0]);
        close(ends[1]);
    }

    void aLineThatNeverEndsIsPassedOver()
    {
        QTemporaryFile file;
        QVERIFY(file.open());
        file.write("{\"id\":7," + QByteArray(qsizetype(LineBuffer::kMaxLine) + 1000, 'x')
                   + "\nnext\n");
        file.seek(0);
        LineBuffer lines;
        QByteArrayList seen;
        int skips = 0;
        while (lines.readFrom(file.handle()) > 0) {
            std::string_view line;
            bool skipped = false;
            while (lines.next(line, skipped)) {
                skips += skipped ? 1 : 0;
                seen += QByteArray(line.data(), 8);
            }
        }
        QCOMPARE(skips, 1);
        QCOMPARE(seen.size(), 2);
        QCOMPARE(seen[0], QByteArray("{\"id\":7,"));
        QVERIFY(seen[1].startsWith("next"));
    }

private:
    static std::string nastyText(std::mt19937 &random)
    {
        static const std::string kPieces[] = {"\"", "\\", "{", "}", "[",    "]",      ":", ",",
                                              "id", "\n", "ü", "😀", "\\\"", "result", " "};
        std::string text = "t";
        for (auto n = random() % 6; n > 0; --n)
            text += kPieces[random() % std::size(kPieces)];
        return text;
    }
    static Json nastyValue(std::mt19937 &random, int depth)
    {
        switch (depth > 4 ? random() % 3 : random() % 5) {
        case 0:
            return nastyText(random);
        case 1:
            return int(random());
        case 2:
            return nullptr;
        case 3:
            return Json::array({nastyValue(random, depth + 1), nastyValue(random, depth + 1)});
        default:
            return {{"id", nastyValue(random, depth + 1)},
                    {nastyText(random), nastyValue(random, depth + 1)}};
        }
    }
};

QTEST_GUILESS_MAIN(tst_LineScanner)
#include "tst_linescanner.moc"
