// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/testcase.h"
#include "turso/arguments.h"
#include "turso/sql/parameters.h"

#include <QTest>

#include <sqlite3.h>

#include <array>
#include <random>

using Turso::Arguments;
using Turso::Value;
using Turso::Sql::parametersOf;

/// Which argument goes where, where no engine of ours is asked.
class tst_Parameters : public Support::TestCase
{
    Q_OBJECT

private:
    /// What the engine says; nothing if it does not take the statement.
    std::optional<std::vector<std::string>> engines(const std::string &sql) const
    {
        sqlite3_stmt *statement = nullptr;
        if (sqlite3_prepare_v2(m_db, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK)
            return std::nullopt;
        std::vector<std::string> names;
        for (int i = 1; i <= sqlite3_bind_parameter_count(statement); ++i) {
            const char *name = sqlite3_bind_parameter_name(statement, i);
            names.emplace_back(name == nullptr ? "" : name);
        }
        sqlite3_finalize(statement);
        return names;
    }
    static QString problemOf(const std::vector<std::string> &parameters, const Arguments &arguments)
    {
        const auto matched = Turso::argumentsFor(parameters, arguments);
        return matched ? QString() : QString::fromStdString(matched.error().message);
    }

    sqlite3 *m_db = nullptr;

private Q_SLOTS:
    void initTestCase()
    {
        QCOMPARE(sqlite3_open(":memory:", &m_db), SQLITE_OK);
        QCOMPARE(sqlite3_exec(m_db, "CREATE TABLE t(a, b, c)", nullptr, nullptr, nullptr),
                 SQLITE_OK);
    }
    void cleanupTestCase() { sqlite3_close(m_db); }

    void theyAreNumberedAsTheEngineDoes_data()
    {
        QTest::addColumn<QByteArray>("sql");
        for (const char *sql : {"SELECT 1",
                                "SELECT ?",
                                "SELECT ?, ?",
                                "SELECT ?2",
                                "SELECT ?2, ?",
                                "SELECT ?, ?1",
                                "SELECT ?1, ?1, ?",
                                "SELECT :a, :a, :A, @a, $a",
                                "SELECT $a::b, $a(x)",
                                "SELECT ?5, :x, ?",
                                "SELECT ':no', \"a?\", [b@], `c$` FROM (SELECT 1 AS \"a?\", 2 AS "
                                "\"b@\", 3 AS \"c$\")",
                                "SELECT 1 -- ?\n, ? /* ? :a */",
                                "INSERT INTO t VALUES(?, :b, ?)",
                                "UPDATE t SET a = ?3 WHERE b = ?1",
                                "SELECT * FROM t LIMIT ? OFFSET ?",
                                "WITH x(a) AS (SELECT ?) SELECT a, ? FROM x",
                                "SELECT ?007, ?",
                                "SELECT x'3f', '?' || ?",
                                "SELECT ?32766",
                                "EXPLAIN SELECT :a",
                                "SELECT :\xC3\xA4"})
            QTest::newRow(sql) << QByteArray(sql);
    }
    void theyAreNumberedAsTheEngineDoes()
    {
        QFETCH(QByteArray, sql);
        const auto known = engines(sql.toStdString());
        QVERIFY(known);
        QVERIFY(parametersOf(sql.toStdString()) == *known);
    }

    void generatedOnesToo()
    {
        std::mt19937 random(20'231);
        static constexpr std::array<const char *, 10> kParts
            = {"?", "?1", "?3", "?9", ":a", "@a", "$b", "'?'", "1", "x'00'"};
        int taken = 0;
        for (int i = 0; i < 5'000; ++i) {
            std::string sql = "SELECT 0";
            for (unsigned n = random() % 8; n > 0; --n)
                sql += std::string(random() % 2 == 0 ? ", " : "/* ? */,\n")
                    + kParts[random() % kParts.size()];
            const auto known = engines(sql);
            if (!known)
                continue;
            ++taken;
            QVERIFY2(parametersOf(sql) == *known, sql.c_str());
        }
        QCOMPARE(taken, 5'000);
    }

    void eachParameterGetsOne()
    {
        using Positions = std::vector<Value>;
        using Names = std::vector<std::pair<std::string, Value>>;
        QCOMPARE(problemOf({"", ""}, Positions{1.0, 2.0}), QString());
        QCOMPARE(problemOf({}, Names{}), QString());
        QCOMPARE(problemOf({":a", "$b"}, Names{{"$b", 1.0}, {"a", 2.0}}), QString());
        const auto matched = Turso::argumentsFor({":a", "$b"}, Names{{"$b", 1.0}, {"a", 2.0}});
        QVERIFY(*(*matched)[0] == Value(2.0));
        QCOMPARE(
            problemOf({"", ""}, Positions{1.0}),
            QStringLiteral(
                "The statement has 2 parameters, but 1 argument was given; number 2 is missing."));
        QCOMPARE(problemOf({}, Positions{1.0}),
                 QStringLiteral("The statement has 0 parameters, but 1 argument was given."));
        QCOMPARE(problemOf({""}, Names{{"a", 1.0}}),
                 QStringLiteral(
                     "Parameter 1 of the statement has no name; give the arguments as an array."));
        QCOMPARE(problemOf({":a"}, Names{{"a", 1.0}, {":a", 1.0}}),
                 QStringLiteral("The parameter :a was given twice."));
        QCOMPARE(problemOf({":a"}, Names{{"b", 1.0}}),
                 QStringLiteral("There is no argument for the parameter :a."));
        QCOMPARE(problemOf({":a"}, Names{{"a", 1.0}, {"b", 1.0}}),
                 QStringLiteral("The statement has no parameter named b."));
    }
};

QTEST_GUILESS_MAIN(tst_Parameters)
#include "tst_parameters.moc"
