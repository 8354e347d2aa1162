// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "support/testcase.h"
#include "turso/workspace/workspace.h"

#include <QDir>
#include <QTemporaryDir>

#include <memory>
#include <string>

/// The result, waited for: the test's own thread does not have to turn an event loop for it.
template <typename T>
Base::Result<T> wait(Base::Pending<T> pending)
{
    pending.waitForFinished();
    if (pending.resultCount() == 0)
        return Base::fail(Base::ErrorKind::Cancelled, "dropped");
    return pending.result();
}

inline Turso::Script scriptOf(const std::string &sql,
                              Turso::Arguments arguments = std::vector<Turso::Value>{})
{
    Turso::Script script;
    auto statements = Turso::Sql::classify(sql);
    if (statements)
        script.statements = *statements;
    script.arguments = std::move(arguments);
    return script;
}

inline Base::Result<Turso::Outcome> run(Turso::Platform &platform, const std::string &database,
                                        Turso::Privilege privilege, Turso::Script script,
                                        const Base::CancelToken &cancel = {})
{
    return wait(platform.openSession(database, privilege)->execute(std::move(script), cancel));
}

inline std::string rowsOf(const Base::Result<Turso::Outcome> &result)
{
    if (!result)
        return "error: " + std::string(Base::wireCode(result.error().kind)) + ": "
            + result.error().message;
    return result->statements.empty() ? "none" : result->statements.back().rows;
}

template <typename T>
std::string kindOf(const Base::Result<T> &result)
{
    return result ? "ok" : std::string(Base::wireCode(result.error().kind));
}

/// A workspace in a folder of its own.
class WorkspaceFixture : public Support::TestCase
{
protected:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Turso::Workspace> m_workspace;

    std::string folder() const { return m_folder->path().toStdString(); }
    void open(bool seedDemo = false)
    {
        m_workspace.reset();
        Turso::WorkspaceOptions options;
        options.folder = folder();
        options.seedDemo = seedDemo;
        auto opened = Turso::Workspace::open(options);
        QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
        m_workspace = std::move(*opened);
    }
    std::string create(const std::string &name, const std::string &schema,
                       std::optional<std::int64_t> sizeLimit = {})
    {
        const auto made = wait(
            m_workspace->createDatabase({.name = name, .group = "", .sizeLimit = sizeLimit}));
        if (!made)
            return made.error().message;
        if (schema.empty())
            return {};
        const auto built = run(*m_workspace, name, Turso::Privilege::Schema, scriptOf(schema));
        return built ? std::string() : built.error().message;
    }
    std::string fileOf(const std::string &name) const
    {
        const auto database = wait(m_workspace->database(name));
        return folder() + "/databases/" + database->id + "/data.db";
    }
    Base::Result<Turso::Outcome> read(const std::string &name, const std::string &sql)
    {
        return run(*m_workspace, name, Turso::Privilege::Read, scriptOf(sql));
    }
    Base::Result<Turso::Outcome> write(const std::string &name, const std::string &sql,
                                       Turso::Privilege privilege = Turso::Privilege::Write)
    {
        return run(*m_workspace, name, privilege, scriptOf(sql));
    }

    void setUp() override { m_folder = std::make_unique<QTemporaryDir>(); }
    void tearDown() override
    {
        m_workspace.reset();
        m_folder.reset();
    }
};
