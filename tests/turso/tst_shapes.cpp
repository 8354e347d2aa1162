// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/testcase.h"
#include "turso/sql/lexer.h"
#include "turso/sql/shape.h"
#include "turso/sql/statement.h"
#include "turso/sql/tokens.h"

#include <sqlite3.h>

#include <fstream>
#include <map>
#include <random>
#include <set>

using Turso::Sql::classify;
using Turso::Sql::normalized;
using Turso::Sql::TokenKind;

/// What all statements that differ only in their values have in common, and nothing else has.
class tst_Shapes : public Support::TestCase
{
    Q_OBJECT

private:
    static std::string unescaped(const std::string &line)
    {
        std::string text;
        for (std::size_t i = 0; i < line.size(); ++i) {
            const bool isEscape = line[i] == '\\' && i + 1 < line.size();
            text += !isEscape ? line[i] : line[++i] == 'n' ? '\n' : line[i];
        }
        return text;
    }

    /// Every statement of the corpus that the gate understands.
    static std::vector<Turso::Sql::Statement> corpus()
    {
        std::vector<Turso::Sql::Statement> all;
        std::ifstream file(SOURCE_ROOT "/tests/turso/corpus/sqlite.txt");
        for (std::string line; std::getline(file, line);) {
            if (line.starts_with("=== "))
                continue;
            if (auto statements = classify(unescaped(line))) {
                for (auto &statement : *statements)
                    all.push_back(std::move(statement));
            }
        }
        return all;
    }

    /// The same statement in another dress: other white space, comments and case of keywords, and,
    /// if `others`, other numbers, blobs and parameters. Strings are left alone: they may be names.
    static std::string disguised(const std::string &sql, std::mt19937 &random, bool others)
    {
        static const char *const kGaps[] = {" ", "\n", "\t ", " /* c ; ' */ ", " -- x\n", "\f\r\n"};
        static const char *const kNumbers[]
            = {"7", "0.5", ".25e-3", "0x1F", "12345678901234567890"};
        std::string out;
        for (const auto &tokens : Turso::Sql::splitStatements(sql)) {
            for (std::size_t i = 0; i < tokens.size(); ++i) {
                std::string text(tokens.text(i));
                const TokenKind kind = tokens.kind(i);
                if (kind == TokenKind::Word
                    && sqlite3_keyword_check(text.data(), static_cast<int>(text.size())) != 0) {
                    for (char &c : text)
                        c = static_cast<char>(random() % 2 != 0 ? std::toupper(c)
                                                                : std::tolower(c));
                } else if (others && kind == TokenKind::Number) {
                    text = kNumbers[random() % std::size(kNumbers)];
                } else if (others && kind == TokenKind::Blob) {
                    text = "x'00fF'";
                } else if (others && kind == TokenKind::Variable) {
                    text = random() % 2 != 0 ? ":name" : "?7";
                }
                out += kGaps[random() % std::size(kGaps)] + text;
            }
        }
        return out + " ; ";
    }

    /// The words of a statement that are no values, each once: the rows of VALUES collapse.
    static std::string wordsOf(const std::string &sql)
    {
        std::string words;
        std::set<std::string> seen{"null", "true", "false"};
        for (const auto &tokens : Turso::Sql::splitStatements(sql)) {
            for (std::size_t i = 0; i < tokens.size(); ++i) {
                std::string word = Turso::Sql::lowered(tokens.text(i));
                if (tokens.kind(i) == TokenKind::Word && seen.insert(word).second)
                    words += word + ' ';
            }
        }
        return words;
    }

private Q_SLOTS:
    void shapesOfTheCorpusAreStable()
    {
        std::mt19937 random(3);
        const auto all = corpus();
        QVERIFY(all.size() > 10'000);
        std::size_t checked = 0;
        for (const auto &statement : all) {
            const std::string shape = normalized(statement.text);
            const auto told = [&](const std::string &why) {
                return QByteArray::fromStdString(why + ": " + statement.text + "\n" + shape);
            };
            QVERIFY2(normalized(shape) == shape, told("not idempotent: " + normalized(shape)));
            const std::string dressed = disguised(statement.text, random, false);
            QVERIFY2(normalized(dressed) == shape,
                     told(dressed + "\nis another: " + normalized(dressed)));
            const std::string other = disguised(statement.text, random, true);
            QVERIFY2(normalized(other) == shape,
                     told(other + "\nis another: " + normalized(other)));
            if (statement.statementClass == Turso::Sql::StatementClass::Refused)
                continue;
            // A PRAGMA's value decides what it is.
            if (statement.verb == "PRAGMA")
                continue;
            const auto again = classify(shape);
            QVERIFY2(again && again->size() == 1, told("no longer one statement"));
            QVERIFY2(again->front().statementClass == statement.statementClass
                         && again->front().verb == statement.verb,
                     told("another class"));
            ++checked;
        }
        qInfo("%zu statements, %zu of them with their class", all.size(), checked);
        QVERIFY(checked > 8000);
    }

    void shapesOfNonsenseAreStableToo()
    {
        static const char *const kWords[]
            = {"SELECT", "VALUES", "IN",   "(",     "(",    ")",       ")",      ",",
               ",",      "NULL",   "TRUE", "FALSE", "'s'",  "1",       "-",      "+",
               "x'00'",  "?",      "a",    "\"b\"", "INTO", "INSERT",  "t",      "WHERE",
               "FROM",   "AS",     "SET",  "=",     ".",    "LIKE",    "OFFSET", "LIMIT",
               "BY",     "ORDER",  "IS",   "ON",    "NOT",  "DEFAULT", "END",    "WITH",
               "CREATE", "TABLE",  "JOIN", ";",     "*",    "UPDATE"};
        std::mt19937 random(41);
        for (int i = 0; i < 300'000; ++i) {
            std::string sql;
            for (auto left = 2 + random() % 24; left > 0; --left)
                sql += std::string(kWords[random() % std::size(kWords)]) + ' ';
            const std::string shape = normalized(sql);
            QVERIFY2(normalized(shape) == shape,
                     QByteArray::fromStdString(sql + "\n" + shape + "\n" + normalized(shape)));
        }
    }

    void statementsOfOneShapeHaveTheSameWords()
    {
        std::map<std::string, std::string> wordsOfShape;
        for (const auto &statement : corpus()) {
            const std::string shape = normalized(statement.text);
            const std::string words = wordsOf(statement.text);
            const auto [known, isNew] = wordsOfShape.emplace(shape, words);
            QVERIFY2(isNew || known->second == words,
                     QByteArray::fromStdString(shape + "\n" + known->second + "\n" + words));
        }
        QVERIFY(wordsOfShape.size() > 4000);
    }

    void statementsThatDifferInValuesAreOne_data()
    {
        QTest::addColumn<QByteArray>("first");
        QTest::addColumn<QByteArray>("second");
        const auto row = [](const char *first, const char *second) {
            QTest::newRow(first) << QByteArray(first) << QByteArray(second);
        };
        row("SELECT 1", "select\t0x1F ;");
        row("SELECT -1", "SELECT +.5e10");
        row("SELECT a FROM t WHERE b = 'it''s'", "SELECT a FROM t WHERE b = ''");
        row("SELECT a FROM t WHERE b = x'00'", "SELECT a FROM t WHERE b = X'FFff'");
        row("SELECT a FROM t WHERE b = ?", "SELECT a FROM t WHERE b = $x::y(z)");
        row("SELECT a FROM t WHERE b = :b", "SELECT a FROM t WHERE b = ?12");
        row("SELECT a FROM t WHERE b = NULL", "SELECT a FROM t WHERE b = TRUE");
        row("SELECT a FROM t WHERE b IN (1)", "SELECT a FROM t WHERE b IN ('x', -2, NULL, ?)");
        row("SELECT a FROM t LIMIT 5 OFFSET 10", "SELECT a FROM t LIMIT -1 OFFSET -2");
        row("SELECT a FROM t ORDER BY 1", "SELECT a FROM t ORDER BY -2");
        row("SELECT a FROM t WHERE b LIKE 1", "SELECT a FROM t WHERE b LIKE -1");
        row("INSERT INTO t VALUES (1, 'a')",
            "INSERT INTO t VALUES (2, NULL), (-3, TRUE), (x'', FALSE)");
        row("INSERT INTO t VALUES (1, datetime('now'))",
            "INSERT INTO t VALUES (1, datetime('now')), (2, datetime('then', '+1 day')), "
            "(3, datetime('now'))");
        row("INSERT INTO t VALUES (a IN (1)), (b)",
            "INSERT INTO t VALUES (a IN (1, 2)), (a IN (3)), (b)");
        row("UPDATE t SET a = 1, b = -2 WHERE c BETWEEN -1 AND +1",
            "UPDATE t SET a = NULL, b = 'x' WHERE c BETWEEN 2 AND 3");
        row("SELECT CASE WHEN a THEN -1 ELSE NULL END", "SELECT CASE WHEN a THEN 'x' ELSE 2 END");
        row("SELECT 1 /* c */ -- x", "SELECT 2");
        row("SELECT a->>'$.b' FROM t", "SELECT a ->> '$.c' FROM t");
    }
    void statementsThatDifferInValuesAreOne()
    {
        QFETCH(QByteArray, first);
        QFETCH(QByteArray, second);
        // One of these has two literals where the other has one: only their shapes have to agree.
        if (first.contains("datetime"))
            second.replace(", '+1 day'", "");
        QCOMPARE(QString::fromStdString(normalized(second.toStdString())),
                 QString::fromStdString(normalized(first.toStdString())));
        QCOMPARE(Turso::Sql::shapeOf(second.toStdString()).fingerprint,
                 Turso::Sql::shapeOf(first.toStdString()).fingerprint);
    }

    void statementsThatDifferOtherwiseAreTwo_data()
    {
        QTest::addColumn<QByteArray>("first");
        QTest::addColumn<QByteArray>("second");
        const auto row = [](const char *first, const char *second) {
            QTest::newRow(first) << QByteArray(first) << QByteArray(second);
        };
        row("SELECT key - 5 FROM t", "SELECT key + 5 FROM t");
        row("SELECT key - 5 FROM t", "SELECT key 5 FROM t");
        row("SELECT offset - 5 FROM t", "SELECT offset + 5 FROM t");
        row("SELECT like - 5 FROM t", "SELECT like + 5 FROM t");
        row("SELECT CASE a WHEN 1 THEN 2 END - 5", "SELECT CASE a WHEN 1 THEN 2 END + 5");
        row("SELECT current_timestamp - 1", "SELECT current_timestamp + 1");
        row("SELECT a-5 FROM t", "SELECT a+5 FROM t");
        row("SELECT (1)-5", "SELECT (1)+5");
        row("SELECT CURRENT_TIMESTAMP", "SELECT CURRENT_DATE");
        row("SELECT CURRENT_TIMESTAMP", "SELECT 5");
        row("SELECT a FROM t WHERE b IS NULL", "SELECT a FROM t WHERE b IS NOT NULL");
        row("SELECT a FROM t WHERE b IS NULL", "SELECT a FROM t WHERE b IS TRUE");
        row("SELECT a FROM t WHERE b IS NULL", "SELECT a FROM t WHERE b IS 5");
        row("SELECT a FROM t WHERE b IS TRUE", "SELECT a FROM t WHERE b IS FALSE");
        row("CREATE TABLE t(a NOT NULL)", "CREATE TABLE t(a)");
        row("CREATE TABLE t(a INT NULL)", "CREATE TABLE t(a INT)");
        row("CREATE TABLE c(p REFERENCES t(a) ON DELETE SET NULL)",
            "CREATE TABLE c(p REFERENCES t(a) ON DELETE SET DEFAULT)");
        row("SELECT \"a\" FROM t", "SELECT 'a' FROM t");
        row("SELECT \"a\" FROM t", "SELECT \"b\" FROM t");
        row("SELECT [a] FROM t", "SELECT `a` FROM t");
        row("SELECT a FROM t WHERE b IN ()", "SELECT a FROM t WHERE b IN (1)");
        row("SELECT a FROM t WHERE b IN (1)", "SELECT a FROM t WHERE b IN (SELECT 1)");
        row("INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (1, 2)");
        row("INSERT INTO t VALUES (1), (a)", "INSERT INTO t VALUES (1)");
        row("INSERT INTO t(true) VALUES (1)", "INSERT INTO t(false) VALUES (1)");
        row("SELECT t.null FROM t", "SELECT t.true FROM t");
        row("SELECT a FROM t", "SELECT a FROM T");
        row("DROP TABLE 'x'", "DROP TABLE 'y'");
        row("DELETE FROM t", "DELETE FROM t WHERE 1");
        row("SELECT a FROM t LIMIT 1", "SELECT a FROM t LIMIT 1 OFFSET 1");
        row("SELECT a NOTNULL FROM t", "SELECT a ISNULL FROM t");
        row("SELECT 1", "SELECT 1, 1");
        row("SELECT a || 'x' FROM t", "SELECT a | 'x' FROM t");
    }
    void statementsThatDifferOtherwiseAreTwo()
    {
        QFETCH(QByteArray, first);
        QFETCH(QByteArray, second);
        QVERIFY2(normalized(first.toStdString()) != normalized(second.toStdString()),
                 normalized(first.toStdString()).c_str());
        QVERIFY(Turso::Sql::shapeOf(first.toStdString()).fingerprint
                != Turso::Sql::shapeOf(second.toStdString()).fingerprint);
    }

    void manyRowsAreOneShape_data()
    {
        QTest::addColumn<QByteArray>("row");
        QTest::newRow("values") << QByteArray("(1, 'x')");
        QTest::newRow("expressions") << QByteArray("(abs(-1), (SELECT 'x'))");
        QTest::newRow("rows of rows") << QByteArray("((VALUES (1), (2)), (VALUES (3)))");
    }
    void manyRowsAreOneShape()
    {
        QFETCH(QByteArray, row);
        QByteArray sql = "INSERT INTO t VALUES " + row;
        const std::string one = normalized(sql.toStdString());
        while (sql.size() < 500'000)
            sql += ", " + row;
        QCOMPARE(QString::fromStdString(normalized(sql.toStdString())),
                 QString::fromStdString(one));
    }
};

QTEST_GUILESS_MAIN(tst_Shapes)
#include "tst_shapes.moc"
