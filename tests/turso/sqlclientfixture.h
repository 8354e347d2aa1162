// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "support/testcase.h"
#include "turso/sqlclient/sqlclient.h"
#include "turso/sqldprocess.h"
#include "turso/statistics/execution.h"

#include <QTest>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

/// Doors that are always there; tokens one after the other.
class FixedAccess final : public Turso::SqlAccess
{
public:
    explicit FixedAccess(std::string url)
        : m_url(std::move(url))
    {
    }
    Base::Pending<Turso::SqlDoor> door(std::string, Turso::Privilege) override
    {
        ++m_doors;
        Turso::SqlDoor door{m_url, m_nameSpace, nullptr};
        if (!m_tokens.empty())
            door.token = std::make_shared<const Base::Secret>(
                m_tokens[std::min(m_refused, m_tokens.size() - 1)]);
        return Base::readyNow<Turso::SqlDoor>(door);
    }
    void refused(const std::string &, Turso::Privilege, const Turso::SqlDoor &) override
    {
        ++m_refused;
    }

    std::string m_url;
    std::string m_nameSpace;
    std::vector<std::string> m_tokens;
    std::size_t m_doors = 0;
    std::size_t m_refused = 0;
};

/// What was told of, for later.
class KeptExecutions final : public Turso::ExecutionSink
{
public:
    void record(std::span<const Turso::Execution> executions) override
    {
        const std::lock_guard lock(m_mutex);
        m_all.insert(m_all.end(), executions.begin(), executions.end());
    }
    std::vector<Turso::Execution> all() const
    {
        const std::lock_guard lock(m_mutex);
        return m_all;
    }

private:
    mutable std::mutex m_mutex;
    std::vector<Turso::Execution> m_all;
};

inline Turso::Script scriptOf(const std::string &sql,
                              Turso::Arguments arguments = std::vector<Turso::Value>{})
{
    Turso::Script script;
    const auto statements = Turso::Sql::classify(sql);
    if (statements)
        script.statements = *statements;
    script.arguments = std::move(arguments);
    return script;
}

template <typename T>
Base::Result<T> waitFor(const Base::Pending<T> &pending, int milliseconds = 60'000)
{
    if (!QTest::qWaitFor([&pending] { return pending.isFinished(); }, milliseconds))
        return Base::fail(Base::ErrorKind::Internal, "It never ends.");
    return Base::resultOf(pending);
}

template <typename T>
std::string kindOf(const Base::Result<T> &result)
{
    return result ? "ok" : std::string(Base::wireCode(result.error().kind));
}

inline std::string rowsOf(const Base::Result<Turso::Outcome> &result)
{
    if (!result)
        return kindOf(result) + ": " + result.error().message;
    return result->statements.empty() ? "none" : result->statements.back().rows;
}

inline std::string outcomeOf(const Base::Result<Turso::Outcome> &result)
{
    const auto details
        = Base::parseJson(result || result.error().details.empty() ? "{}" : result.error().details);
    return Base::stringMember(*details, "outcome").value_or("");
}

/// Turso's own server, of one database, and a client of it.
class SqlClientFixture : public Support::TestCase
{
protected:
    SqldProcess m_sqld;
    std::shared_ptr<FixedAccess> m_access;
    std::unique_ptr<KeptExecutions> m_executions;
    std::unique_ptr<Turso::SqlClient> m_client;

    void startServer()
    {
        SqldProcess::Options options;
        options.namespaces = options.admin = false;
        const QString why = m_sqld.start(options);
        QVERIFY2(why.isEmpty(), qPrintable(why));
    }
    void open(const std::string &url)
    {
        m_access = std::make_shared<FixedAccess>(url);
        m_client.reset();
        m_executions = std::make_unique<KeptExecutions>();
        Turso::SqlClientOptions options;
        options.executions = m_executions.get();
        m_client = std::make_unique<Turso::SqlClient>(options);
    }
    Base::Pending<Turso::Outcome> begin(Turso::Privilege privilege, Turso::Script script,
                                        const Base::CancelToken &cancel = {})
    {
        m_session = m_client->openSession(m_access, "db", privilege);
        return m_session->execute(std::move(script), cancel);
    }
    Base::Result<Turso::Outcome> run(Turso::Privilege privilege, Turso::Script script)
    {
        return waitFor(begin(privilege, std::move(script)));
    }
    Base::Result<Turso::Outcome> read(const std::string &sql)
    {
        return run(Turso::Privilege::Read, scriptOf(sql));
    }
    /// The rows, or what went wrong.
    std::string rows(const std::string &sql) { return rowsOf(read(sql)); }
    void makeSchema(const std::string &sql)
    {
        const auto made = run(Turso::Privilege::Schema, scriptOf(sql));
        QVERIFY2(made, made ? "" : made.error().message.c_str());
    }

    std::unique_ptr<Turso::Session> m_session;
};
