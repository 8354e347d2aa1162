// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/platform.h"

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

/// A connection whose answers the test decides, and which writes down what it was asked to do.
class FakePlatform final : public Turso::Platform
{
public:
    struct Run {
        std::string database;
        Turso::Privilege privilege;
        Turso::Script script;
        Base::CancelToken cancel;
    };

    std::vector<Turso::Database> known{database("demo-shop", "default"),
                                       database("other", "second")};
    std::vector<Run> runs;
    std::vector<std::string> deleted;
    std::vector<Turso::NewDatabase> created;
    std::vector<std::pair<std::string, Turso::ConfigurationChange>> configured;
    /// Answers each run, in order of time; by default one affected row. May return a pending
    /// future.
    std::function<Base::Pending<Turso::Outcome>(const Run &)> onRun = [](const Run &run) {
        return Base::readyNow(Base::Result<Turso::Outcome>(outcome(1, run.script.dryRun)));
    };

    static Turso::Database database(const std::string &name, const std::string &group)
    {
        Turso::Database made;
        made.name = name;
        made.id = "id-" + name;
        made.group = group;
        made.engine = "libsql";
        return made;
    }

    static Turso::Outcome outcome(std::int64_t rows, bool dryRun)
    {
        Turso::Outcome done;
        done.affectedRows = rows;
        Turso::StatementOutcome statement;
        statement.affectedRows = rows;
        done.statements.push_back(statement);
        if (dryRun) {
            Turso::Impact impact;
            impact.affectedRows = rows;
            impact.method = "rolled_back_transaction";
            Turso::TableImpact table;
            table.name = "orders";
            table.deleted = rows;
            table.totalRows = 2000;
            table.via = "statement";
            impact.tables.push_back(table);
            done.impact = impact;
        }
        return done;
    }

    /// One statement that answered these rows, the text of a JSON array of arrays.
    static Turso::Outcome rows(std::size_t columns, const std::string &text)
    {
        Turso::Outcome done;
        Turso::StatementOutcome statement;
        statement.columns.resize(columns);
        statement.rows = text;
        done.statements.push_back(statement);
        return done;
    }

    /// Runs that really changed something.
    std::vector<Run> changes() const
    {
        std::vector<Run> real;
        for (const Run &run : runs) {
            if (!run.script.dryRun && run.privilege != Turso::Privilege::Read)
                real.push_back(run);
        }
        return real;
    }

    Turso::Capabilities can = {};

    Turso::Capabilities capabilities() const override { return can; }
    Turso::Organization organization() const override { return {"local", "Local"}; }
    Base::Pending<std::vector<Turso::Group>> groups() override
    {
        return Base::readyNow(Base::Result<std::vector<Turso::Group>>(std::vector<Turso::Group>{}));
    }
    Base::Pending<std::vector<Turso::Database>> databases(std::string group) override
    {
        std::vector<Turso::Database> list;
        for (const Turso::Database &one : known) {
            if (group.empty() || one.group == group)
                list.push_back(one);
        }
        return Base::readyNow(Base::Result<std::vector<Turso::Database>>(list));
    }
    Base::Pending<Turso::Database> database(std::string name) override
    {
        for (const Turso::Database &one : known) {
            if (one.name == name)
                return Base::readyNow(Base::Result<Turso::Database>(one));
        }
        return Base::readyNow(
            Base::Result<Turso::Database>(Base::fail(Base::ErrorKind::NotFound, "No such thing.")));
    }
    Base::Pending<Turso::Database> createDatabase(Turso::NewDatabase wanted) override
    {
        created.push_back(wanted);
        return Base::readyNow(Base::Result<Turso::Database>(database(wanted.name, wanted.group)));
    }
    Base::Pending<std::string> deleteDatabase(std::string name) override
    {
        deleted.push_back(name);
        return Base::readyNow(Base::Result<std::string>(name));
    }
    Base::Pending<Turso::Configured> configureDatabase(std::string name,
                                                       Turso::ConfigurationChange change) override
    {
        configured.emplace_back(name, change);
        Turso::Configured done;
        done.database = database(name, "default");
        return Base::readyNow(Base::Result<Turso::Configured>(done));
    }
    std::vector<std::pair<Base::Millis, Base::Millis>> periods; ///< that figures were asked for
    Turso::Analytics figures;
    Base::Pending<Turso::Analytics> analytics(std::string, Base::Millis from,
                                              Base::Millis to) override
    {
        if (!can.analytics)
            return unsupported<Turso::Analytics>("analytics");
        periods.emplace_back(from, to);
        Turso::Analytics answer = figures;
        answer.from = from;
        answer.to = to;
        return Base::readyNow(Base::Result<Turso::Analytics>(answer));
    }
    std::unique_ptr<Turso::Session> openSession(std::string name,
                                                Turso::Privilege privilege) override
    {
        return std::make_unique<FakeSession>(*this, std::move(name), privilege);
    }

private:
    class FakeSession final : public Turso::Session
    {
    public:
        FakeSession(FakePlatform &platform, std::string name, Turso::Privilege privilege)
            : m_platform(platform)
            , m_name(std::move(name))
            , m_privilege(privilege)
        {
        }
        Base::Pending<Turso::Outcome> execute(Turso::Script script,
                                              Base::CancelToken cancel) override
        {
            m_platform.runs.push_back({m_name, m_privilege, std::move(script), cancel});
            return m_platform.onRun(m_platform.runs.back());
        }

    private:
        FakePlatform &m_platform;
        std::string m_name;
        Turso::Privilege m_privilege;
    };
};
