// SPDX-License-Identifier: GPL-3.0-or-later
#include "connect/configtext.h"
#include "connect/diff.h"
#include "connect/jsontext.h"
#include "connect/tomltext.h"
#include "support/testcase.h"

#include <algorithm>
#include <random>

using namespace Connect;
using Base::Json;

namespace
{

const Members kEntry = {{"command", "/b/turso-companion-mcp"}, {"args", {"--agent", "x"}}};

std::string edited(std::string_view before, Dialect dialect)
{
    const auto after = withEntry(before, dialect, {"servers", kEntry, {"url"}});
    return after ? *after : "ERROR " + after.error().message;
}

// Random JSON with everything that people write: comments, spare commas, odd indentation.
class Writer
{
public:
    Writer(std::mt19937 &random, Dialect dialect)
        : m_random(random)
        , m_dialect(dialect)
        , m_eol(pick(4) == 0 ? "\r\n" : "\n")
        , m_oneLine(pick(5) == 0)
        , m_unit(std::vector<std::string>{"  ", "    ", "\t", " ", ""}[pick(5)])
    {
    }

    std::string document()
    {
        std::string text = pick(5) == 0 ? "\xEF\xBB\xBF" : "";
        text += comment();
        std::string members;
        const bool hasServers = pick(3) != 0;
        const std::size_t before = pick(3);
        for (std::size_t i = 0; i < before; ++i)
            members += member("k" + std::to_string(i), value(2), 1, true);
        if (hasServers)
            members += member("servers", object(2, pick(4), pick(3) == 0), 1, pick(2) == 0);
        const std::size_t behind = hasServers ? pick(3) : 0;
        for (std::size_t i = 0; i < behind; ++i)
            members += member("z" + std::to_string(i), value(2), 1, true);
        return text + closed("{", members, "}", 0) + (pick(2) ? m_eol : "") + comment();
    }

private:
    std::size_t pick(std::size_t below) { return m_random() % below; }
    bool comments() const { return m_dialect != Dialect::Json; }

    std::string comment()
    {
        if (!comments() || pick(4) != 0)
            return pick(3) == 0 ? " " : "";
        if (m_oneLine || pick(2))
            return pick(2) ? "/* \"a\": {} , */" : "/**/";
        return "// it's \"{ here" + m_eol;
    }
    std::string gap(std::size_t depth)
    {
        if (m_oneLine)
            return pick(3) == 0 ? " " : "";
        std::string text = m_eol;
        for (std::size_t i = 0; i < depth; ++i)
            text += m_unit;
        return text;
    }
    std::string member(const std::string &key, const std::string &value, std::size_t depth, bool)
    {
        return gap(depth) + comment() + "\"" + key + "\"" + comment() + ":" + (pick(2) ? " " : "")
            + comment() + value + comment() + "," + comment();
    }
    // The last comma goes, unless the dialect takes it.
    std::string closed(const std::string &open, std::string inner, const std::string &close,
                       std::size_t depth)
    {
        if (inner.empty())
            return open + (pick(3) == 0 ? gap(depth) : "") + comment() + close;
        if (m_dialect != Dialect::Jsonc || pick(2))
            inner[lastComma(inner)] = ' ';
        return open + inner + gap(depth) + close;
    }
    // Outside of comments: members end in ",", at most followed by one comment.
    static std::size_t lastComma(const std::string &inner)
    {
        const std::string probe = "{" + inner + "}";
        const auto found = scanJson(probe, Dialect::Jsonc);
        return found->root->members.back().comma.value() - 1;
    }
    std::string object(std::size_t depth, std::size_t count, bool hasOurs)
    {
        std::string members;
        for (std::size_t i = 0; i < count; ++i)
            members += member("s" + std::to_string(i), value(depth + 1), depth, true);
        if (hasOurs)
            members
                += member(std::string(kServerKey), object(depth + 1, pick(3), false), depth, true);
        if (hasOurs && pick(2))
            members += member("last", value(depth + 1), depth, true);
        return closed("{", members, "}", depth - 1);
    }
    std::string value(std::size_t depth)
    {
        switch (pick(depth > 4 ? 5 : 7)) {
        case 0:
            return "\"te\\u0078t // \\\"{ \xC3\xA4\"";
        case 1:
            return "-12.5e3";
        case 2:
            return "null";
        case 3:
            return "true";
        case 4:
            return "[]";
        case 5:
            return "[1, \"two\"" + comment() + ", {\"three\": 3}]";
        default:
            return object(depth, pick(3), false);
        }
    }

    std::mt19937 &m_random;
    const Dialect m_dialect;
    const std::string m_eol;
    const bool m_oneLine;
    const std::string m_unit;
};

// Every byte of `before` is in `after`, in the same order.
bool onlyAdds(const std::string &before, const std::string &after)
{
    std::size_t at = 0;
    for (const char c : after)
        at += at < before.size() && before[at] == c ? 1 : 0;
    return at == before.size();
}

std::string tomlDocument(std::mt19937 &random)
{
    const auto pick = [&random](std::size_t below) {
        return random() % below;
    };
    const std::string eol = pick(3) == 0 ? "\r\n" : "\n";
    const std::vector<std::string> values
        = {"\"a # no comment\"",
           "'its'",
           "1_000",
           "[1, # [" + eol + "  2]",
           "{ a = \"}\", b = [] }",
           "\"\"\"" + eol + "[servers.turso-companion]" + eol + "\"\"\"",
           "'''x''y'''",
           "2026-01-01",
           "true",
           "-0.5e3"};
    std::string text = pick(6) == 0 ? "\xEF\xBB\xBF" : "";
    int key = 0;
    const auto keys = [&] {
        for (std::size_t i = pick(4); i > 0; --i)
            text += std::string(pick(2) * 2, ' ') + "k" + std::to_string(key++) + " = "
                + values[pick(values.size())] + (pick(3) == 0 ? " # said [x]" : "") + eol
                + (pick(5) == 0 ? eol : "");
    };
    keys();
    for (std::size_t i = pick(4); i > 0; --i) {
        const std::string name = std::to_string(key++);
        text += (pick(2) ? eol : "")
            + std::vector<std::string>{"[servers.s" + name + "]",
                                       "[ servers . \"t " + name + "\" ]", "[[list" + name + "]]",
                                       "[other" + name + "]"}[pick(4)]
            + (pick(4) == 0 ? " # head" : "") + eol;
        keys();
    }
    if (pick(3) == 0) {
        text += "[servers." + std::string(kServerKey) + "]" + eol + "url = 'x' # old" + eol;
        keys();
        if (pick(2))
            text += "[servers." + std::string(kServerKey) + ".env]" + eol + "A = 'b'" + eol;
    }
    if (pick(4) == 0 && !text.empty() && text.ends_with(eol))
        text.resize(text.size() - eol.size());
    return text;
}

} // namespace

class TestConfigText : public Support::TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void entriesLookLikeTheirNeighbours_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QByteArray>("after");
        const auto row = [](const char *name, const char *before, const char *after) {
            QTest::newRow(name) << QByteArray(before) << QByteArray(after);
        };
        row("nothing", "",
            "{\n  \"servers\": {\n    \"turso-companion\": {\n      \"command\": "
            "\"/b/turso-companion-mcp\",\n      \"args\": [\"--agent\", \"x\"]\n    }\n  }\n}\n");
        row("an empty object", "{}\n",
            "{\"servers\": {\"turso-companion\": {\"command\": \"/b/turso-companion-mcp\", "
            "\"args\": [\"--agent\", \"x\"]}}}\n");
        row("tabs", "{\n\t\"servers\": {\n\t\t\"a\": {}\n\t}\n}",
            "{\n\t\"servers\": {\n\t\t\"a\": {},\n\t\t\"turso-companion\": {\n\t\t\t\"command\": "
            "\"/b/turso-companion-mcp\",\n\t\t\t\"args\": [\"--agent\", \"x\"]\n\t\t}\n\t}\n}");
        row("one line", "{\"servers\":{\"a\":1}}",
            "{\"servers\":{\"a\":1, \"turso-companion\": {\"command\": "
            "\"/b/turso-companion-mcp\", \"args\": [\"--agent\", \"x\"]}}}");
        row("a comma and a comment behind the last",
            "{\n  \"servers\": {\n    \"a\": 1, // a\n    // end\n  },\n}\n",
            "{\n  \"servers\": {\n    \"a\": 1, // a\n    \"turso-companion\": {\n      "
            "\"command\": \"/b/turso-companion-mcp\",\n      \"args\": [\"--agent\", \"x\"]\n    "
            "},\n    // end\n  },\n}\n");
        row("a comment and no comma", "{\n  \"servers\": {\n    \"a\": 1 // a\n  }\n}\n",
            "{\n  \"servers\": {\n    \"a\": 1, // a\n    \"turso-companion\": {\n      "
            "\"command\": \"/b/turso-companion-mcp\",\n      \"args\": [\"--agent\", \"x\"]\n    "
            "}\n  }\n}\n");
        row("an entry with more in it",
            "{\r\n  \"servers\": {\r\n    \"turso-companion\": {\r\n      \"url\": \"u\", // "
            "old\r\n      \"timeout\": 5\r\n    }\r\n  }\r\n}",
            "{\r\n  \"servers\": {\r\n    \"turso-companion\": {\r\n      // old\r\n      "
            "\"timeout\": "
            "5,\r\n      \"command\": \"/b/turso-companion-mcp\",\r\n      \"args\": "
            "[\"--agent\", \"x\"]\r\n    }\r\n  }\r\n}");
    }
    void entriesLookLikeTheirNeighbours()
    {
        QFETCH(QByteArray, before);
        QFETCH(QByteArray, after);
        QCOMPARE(QByteArray::fromStdString(edited(before.toStdString(), Dialect::Jsonc)), after);
    }

    void brokenTextsNameThePlace_data()
    {
        QTest::addColumn<int>("dialect");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("problem");
        const auto row = [](Dialect dialect, const char *text, const char *problem) {
            QTest::newRow(problem) << int(dialect) << QByteArray(text) << QByteArray(problem);
        };
        row(Dialect::Json, "{\n  \"a\": 1\n  \"b\": 2\n}",
            "line 3, column 3: a comma or a bracket");
        row(Dialect::Json, "{\"\xC3\xA4\": x}", "line 1, column 7: a value is missing");
        row(Dialect::Json, "{ // c\n}", "line 1, column 3: there is a comment");
        row(Dialect::Json, "[1,]", "line 1, column 4: there is a comma too many");
        row(Dialect::JsonWithComments, "{\"a\":1,}", "line 1, column 8: there is a comma too many");
        row(Dialect::Jsonc, "{,}", "line 1, column 2: a name in quotes");
        row(Dialect::Jsonc, "{\"a\":1,,}", "line 1, column 8: a name in quotes");
        row(Dialect::Jsonc, "{}/*", "line 1, column 3: this comment does not end");
        row(Dialect::Json, "{\"a", "line 1, column 4: a string does not end");
        row(Dialect::Json, "{\"a\n\":1}", "line 1, column 4: this line has a quote");
        row(Dialect::Json, "{\"a\":\"\xFF\"}", "line 1, column 6: this string has a bad escape");
        row(Dialect::Json, "{\"a\":\"\\x\"}", "line 1, column 6: this string has a bad escape");
        row(Dialect::Json, "{} {}", "line 1, column 4: there is something behind the end");
        row(Dialect::Json, "{\"a\":01}", "line 1, column 7: a comma or a bracket");
        row(Dialect::Json, "{\"a\":1.}", "line 1, column 8: a number is not complete");
        row(Dialect::Json, "\xEF\xBB\xBF{", "line 1, column 2: the end comes too early");
        row(Dialect::Toml, "a = 1\nb = ", "line 2, column ");
        row(Dialect::Toml, "a = 1\na = 2\n", "line 2, column ");
        row(Dialect::Toml, "[/", "it is not TOML");
        row(Dialect::Toml, "\xC3\xA4 = 1", "line 1, column 1");
    }
    void brokenTextsNameThePlace()
    {
        QFETCH(int, dialect);
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, problem);
        const auto config = readConfig(text.toStdString(), Dialect(dialect));
        QVERIFY(!config);
        const auto message = QByteArray::fromStdString(config.error().message);
        QVERIFY2(message.startsWith(problem), message.constData());
        QVERIFY(!withEntry(text.toStdString(), Dialect(dialect), {"servers", kEntry, {}}));
    }

    void nestingHasAnEnd()
    {
        for (const auto dialect : {Dialect::Json, Dialect::Toml}) {
            const std::string deep(100000, '[');
            const auto config
                = readConfig(dialect == Dialect::Toml ? "a = " + deep : deep, dialect);
            QVERIFY(!config);
        }
    }

    void jsonOfEveryStyleKeepsItsBytes_data()
    {
        QTest::addColumn<int>("dialect");
        QTest::newRow("strict") << int(Dialect::Json);
        QTest::newRow("with comments") << int(Dialect::JsonWithComments);
        QTest::newRow("with commas") << int(Dialect::Jsonc);
    }
    void jsonOfEveryStyleKeepsItsBytes()
    {
        QFETCH(int, dialect);
        std::mt19937 random(20261122);
        int added = 0;
        for (int round = 0; round < 2000; ++round) {
            const std::string before = Writer(random, Dialect(dialect)).document();
            const auto config = readConfig(before, Dialect(dialect));
            QVERIFY2(config, (before + "\n" + (config ? "" : config.error().message)).c_str());
            const bool had = findEntry(*config, "servers") != nullptr;
            const auto after
                = withEntry(before, Dialect(dialect), {"servers", kEntry, {"url", "s0"}});
            QVERIFY2(after, before.c_str());
            QVERIFY2(had || onlyAdds(before, *after), (before + "\n->\n" + *after).c_str());
            const auto again = withEntry(*after, Dialect(dialect), {"servers", kEntry, {"url"}});
            QVERIFY(again && *again == *after);
            const auto back
                = withoutEntry(*after, Dialect(dialect), "servers", !config->contains("servers"));
            QVERIFY2(back, after->c_str());
            QVERIFY2(had || readConfig(*back, Dialect(dialect)).value() == *config, back->c_str());
            added += had ? 0 : 1;
        }
        QVERIFY(added > 500 && added < 1990);
    }

    void tomlOfEveryStyleKeepsItsBytes()
    {
        std::mt19937 random(20261122);
        int added = 0;
        for (int round = 0; round < 1000; ++round) {
            const std::string before = tomlDocument(random);
            const auto config = readToml(before);
            QVERIFY2(config, (before + (config ? "" : config.error().message)).c_str());
            const bool had = findEntry(*config, "servers") != nullptr;
            const auto after
                = withEntry(before, Dialect::Toml, {"servers", kEntry, {"url", "env"}});
            QVERIFY2(after, before.c_str());
            QVERIFY2(had || after->starts_with(before)
                         || before.find_first_not_of(" \r\n\xEF\xBB\xBF") == std::string::npos,
                     (before + "\n->\n" + *after).c_str());
            const auto again = withEntry(*after, Dialect::Toml, {"servers", kEntry, {"url"}});
            QVERIFY(again && *again == *after);
            const auto back = withoutEntry(*after, Dialect::Toml, "servers", false);
            QVERIFY2(back, after->c_str());
            if (!had && before.ends_with('\n')) {
                QVERIFY2(before.starts_with(*back) || *back == before,
                         (before + "\n->\n" + *back).c_str());
            }
            added += had ? 0 : 1;
        }
        QVERIFY(added > 200 && added < 990);
    }

    void diffsAreWhatPatchReads()
    {
        QCOMPARE(unifiedDiff("a\nb\n", "a\nb\n", "f", "f"), std::string());
        QCOMPARE(unifiedDiff("", "a\nb\n", "", "f"),
                 std::string("--- /dev/null\n+++ f\n@@ -0,0 +1,2 @@\n+a\n+b\n"));
        QCOMPARE(unifiedDiff("1\n2\n3\n4\n5\n", "1\n2\n3\n4\nx\n5\n", "f", "f"),
                 std::string("--- f\n+++ f\n@@ -2,4 +2,5 @@\n 2\n 3\n 4\n+x\n 5\n"));
        QCOMPARE(unifiedDiff("a", "a\r\nb", "f", "f"),
                 std::string("--- f\n+++ f\n@@ -1,1 +1,2 @@\n-a\n\\ No newline at end of "
                             "file\n+a\n+b\n\\ No newline at end of file\n"));
    }
};

QTEST_GUILESS_MAIN(TestConfigText)
#include "tst_configtext.moc"
