// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/testcase.h"
#include "turso/gateoracle.h"

#include <QTemporaryDir>

#include <array>
#include <fstream>
#include <optional>

/// The statements of SQLite's own tests, thousands of them, in the order and with the tables of
/// their scripts; see corpus/README.md.
class tst_GateCorpus : public Support::TestCase
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;

    static std::string unescaped(const std::string &line)
    {
        std::string text;
        for (std::size_t i = 0; i < line.size(); ++i) {
            const bool isEscape = line[i] == '\\' && i + 1 < line.size();
            text += !isEscape ? line[i] : line[++i] == 'n' ? '\n' : line[i];
        }
        return text;
    }

    /// Why the gate refuses queries that SQLite would run: each part of a sentence with its reason
    /// to stand here.
    static bool isJustified(const std::string &sentence)
    {
        static constexpr std::array kReasons = {
            "optimize() is never", // writes the index of a full-text table from inside a query
            "fts3_tokenizer() is never", // takes and gives pointers
            "rtreecheck() is never", // begins a transaction of its own
            "load_extension() is never", // runs code of a file
            "sqlite_log() is never", // writes to the host's log
            "sqlite_stmt is never", // shows the statements of other agents
            "sqlite_dbpage is never", // the raw file
            "pragma_", // a PRAGMA that does not only look
        };
        return std::any_of(kReasons.begin(), kReasons.end(), [&](const char *reason) {
            return sentence.find(reason) != std::string::npos;
        });
    }

private Q_SLOTS:
    void sqlitesOwnStatementsAreReadAsSqliteReadsThem()
    {
        QVERIFY(m_folder.isValid());
        const std::string path = m_folder.filePath(QStringLiteral("x.db")).toStdString();
        std::ifstream corpus(SOURCE_ROOT "/tests/turso/corpus/sqlite.txt");
        QVERIFY(corpus.is_open());
        std::optional<Support::GateOracle> oracle;
        Support::GateOracle::Figures sum;
        std::array<long long, 6> classes{};
        QStringList wrong;
        QStringList refused;
        std::string script;
        const auto finish = [&] {
            if (!oracle)
                return;
            const auto &figures = oracle->figures();
            sum.statements += figures.statements;
            sum.reads += figures.reads;
            sum.agreed += figures.agreed;
            sum.lies += figures.lies;
        };
        for (std::string line; std::getline(corpus, line);) {
            if (line.starts_with("=== ")) {
                finish();
                script = line.substr(4);
                oracle.reset();
                oracle.emplace(path);
                continue;
            }
            QVERIFY(oracle);
            const std::string sql = unescaped(line);
            if (const std::string said = oracle->complaint(sql); !said.empty())
                wrong += QString::fromStdString(script + ": " + said);
            for (const auto &[query, why] : oracle->takeRefusedQueries()) {
                if (!isJustified(why))
                    refused += QString::fromStdString(script + ": " + query + ": " + why);
            }
            const auto statements = oracle->statements();
            for (const auto &statement : statements) {
                ++classes.at(static_cast<std::size_t>(statement.statementClass));
                using enum Turso::Sql::StatementClass;
                if (statement.statementClass != Refused && statement.statementClass != Read)
                    oracle->build(statement.text);
            }
        }
        finish();
        qInfo("%lld statements: %lld read, %lld write, %lld replace, %lld delete, %lld schema, "
              "%lld refused; %lld reads ran, both halves prepared %lld, %lld wrong classes told",
              sum.statements, classes[0], classes[1], classes[2], classes[3], classes[4],
              classes[5], sum.reads, sum.agreed, sum.lies);
        for (const QString &one : wrong + refused)
            qInfo("%s", qUtf8Printable(one));
        QCOMPARE(wrong.size(), 0);
        QCOMPARE(refused.size(), 0);
        QVERIFY(sum.statements > 10'000);
        QVERIFY(sum.reads > 2500);
        QVERIFY(sum.agreed > 6000);
    }
};

QTEST_GUILESS_MAIN(tst_GateCorpus)
#include "tst_gatecorpus.moc"
