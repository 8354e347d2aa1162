// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/json.h"
#include "support/testcase.h"
#include "turso/sizelimit.h"
#include "turso/sqlfile.h"
#include "turso/workspace/workspace.h"

#include <QDir>
#include <QElapsedTimer>
#include <QTemporaryDir>

#include <algorithm>

using namespace Turso;
using Base::ErrorKind;
using Base::Json;

namespace
{

/// The result, waited for: the test's own thread does not have to turn an event loop for it.
template <typename T>
Base::Result<T> wait(Base::Pending<T> pending)
{
    pending.waitForFinished();
    if (pending.resultCount() == 0)
        return Base::fail(ErrorKind::Cancelled, "dropped");
    return pending.result();
}

Script scriptOf(const std::string &sql, Arguments arguments = std::vector<Value>{})
{
    Script script;
    auto statements = Sql::classify(sql);
    if (statements)
        script.statements = *statements;
    script.arguments = std::move(arguments);
    return script;
}

Base::Result<Outcome> run(Platform &platform, const std::string &database, Privilege privilege,
                          Script script, const Base::CancelToken &cancel = {})
{
    return wait(platform.openSession(database, privilege)->execute(std::move(script), cancel));
}

std::string rowsOf(const Base::Result<Outcome> &result)
{
    if (!result)
        return "error: " + std::string(Base::wireCode(result.error().kind)) + ": "
            + result.error().message;
    return result->statements.empty() ? "none" : result->statements.back().rows;
}

[[maybe_unused]] std::string kindOf(const Base::Result<Outcome> &result)
{
    return result ? "ok" : std::string(Base::wireCode(result.error().kind));
}

} // namespace

class tst_Workspace : public Support::TestCase
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Workspace> m_workspace;

    std::string folder() const { return m_folder->path().toStdString(); }
    void open(bool seedDemo = false)
    {
        m_workspace.reset();
        WorkspaceOptions options;
        options.folder = folder();
        options.seedDemo = seedDemo;
        auto opened = Workspace::open(options);
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
        const auto built = run(*m_workspace, name, Privilege::Schema, scriptOf(schema));
        return built ? std::string() : built.error().message;
    }
    std::string fileOf(const std::string &name) const
    {
        const auto database = wait(m_workspace->database(name));
        return folder() + "/databases/" + database->id + "/data.db";
    }
    Base::Result<Outcome> read(const std::string &name, const std::string &sql)
    {
        return run(*m_workspace, name, Privilege::Read, scriptOf(sql));
    }
    Base::Result<Outcome> write(const std::string &name, const std::string &sql,
                                Privilege privilege = Privilege::Write)
    {
        return run(*m_workspace, name, privilege, scriptOf(sql));
    }

protected:
    void setUp() override { m_folder = std::make_unique<QTemporaryDir>(); }
    void tearDown() override
    {
        m_workspace.reset();
        m_folder.reset();
    }

private Q_SLOTS:
    void theDemoIsThereAfterAFirstStart()
    {
        QElapsedTimer timer;
        timer.start();
        open(true);
        qInfo("open: %lld us", static_cast<long long>(timer.nsecsElapsed() / 1000));
        QCOMPARE(rowsOf(read("demo-shop", "SELECT count(*) FROM orders")), std::string("[[2400]]"));
        qInfo("demo there: %lld us", static_cast<long long>(timer.nsecsElapsed() / 1000));
        QCOMPARE(rowsOf(read("demo-shop", "PRAGMA foreign_key_check")), std::string("[]"));
        QCOMPARE(rowsOf(read("demo-shop", "PRAGMA integrity_check")), std::string("[[\"ok\"]]"));
        timer.restart();
        open(true);
        qInfo("second open: %lld us", static_cast<long long>(timer.nsecsElapsed() / 1000));
        const auto result = read("demo-shop", "SELECT id, placed_at FROM orders WHERE id = 1");
        QVERIFY(result);
        Script script = scriptOf("SELECT id, placed_at, total_cents FROM orders WHERE id = ?",
                                 std::vector<Value>{std::int64_t{5}});
        std::vector<double> inside;
        std::vector<qint64> outside;
        auto session = m_workspace->openSession("demo-shop", Privilege::Read);
        for (int i = 0; i < 2000; ++i) {
            timer.restart();
            const auto one = wait(session->execute(script, {}));
            outside.push_back(timer.nsecsElapsed());
            QVERIFY(one);
            inside.push_back(one->durationMs * 1000);
        }
        std::sort(inside.begin(), inside.end());
        std::sort(outside.begin(), outside.end());
        qInfo("one row: %.1f us inside, %.1f us with the hop", inside[1000],
              static_cast<double>(outside[1000]) / 1000);
    }
};

QTEST_GUILESS_MAIN(tst_Workspace)
#include "tst_workspace.moc"
