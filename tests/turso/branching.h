// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/sqlfile.h"
#include "turso/workspacefixture.h"

#include <QDir>

#include <atomic>
#include <random>

/// Time that the test moves.
class MovedClock final : public Base::Clock
{
public:
    Base::Millis now() const override { return m_now; }
    void advance(Base::Millis by) { m_now += by; }

private:
    std::atomic<Base::Millis> m_now = 1'795'000'000'000;
};

/// A folder in memory where there is one: what is looked at here is the order of things, not the
/// disk's patience.
inline std::unique_ptr<QTemporaryDir> quickFolder()
{
    const QString memory = QStringLiteral("/dev/shm");
    const QString parent = QDir(memory).exists() ? memory : QDir::tempPath();
    return std::make_unique<QTemporaryDir>(parent + QStringLiteral("/workspace-XXXXXX"));
}

/// The content of a database's file, seen by a connection that leaves no trace.
inline std::string contentOf(const std::string &path)
{
    Support::SqlFile file(path);
    sqlite3_db_config(file.handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    return file.content();
}

/// Statements by chance, for tables t0 to t3; any of them may fail.
class RandomStatements
{
public:
    explicit RandomStatements(unsigned seed)
        : m_random(seed)
    {
    }

    unsigned number(unsigned below) { return static_cast<unsigned>(m_random() % below); }

    std::string schema()
    {
        const std::string table = "t" + std::to_string(number(4));
        switch (number(6)) {
        case 0:
            return "DROP TABLE IF EXISTS " + table;
        case 1:
            return "ALTER TABLE " + table + " ADD COLUMN c" + std::to_string(number(1000));
        case 2:
            return "CREATE INDEX IF NOT EXISTS i" + table + " ON " + table + "(b)";
        case 3:
            return "CREATE TABLE " + table + "(a INTEGER PRIMARY KEY, b TEXT UNIQUE); CREATE VIEW "
                + "v" + std::to_string(number(1000)) + " AS SELECT a FROM " + table;
        default:
            return "CREATE TABLE IF NOT EXISTS " + table
                + "(a INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT)";
        }
    }
    std::string write()
    {
        const std::string table = "t" + std::to_string(number(4));
        const std::string value = "hex(randomblob(" + std::to_string(number(3000)) + "))";
        switch (number(5)) {
        case 0:
            return "UPDATE " + table + " SET b = " + value
                + " WHERE a % 3 = " + std::to_string(number(3));
        case 1:
            return "INSERT INTO " + table + "(b) VALUES('x'); INSERT INTO " + table + "(b) VALUES("
                + value + ")";
        default:
            return "INSERT INTO " + table + "(b) VALUES(" + value + "), (" + value + ")";
        }
    }
    std::string remove()
    {
        return "DELETE FROM t" + std::to_string(number(4))
            + " WHERE a % 2 = " + std::to_string(number(2));
    }

private:
    std::mt19937 m_random;
};
