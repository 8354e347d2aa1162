// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/interrupted.h"
#include "turso/workspacefixture.h"

#include <QFile>

#include <functional>
#include <set>

using namespace Turso;

namespace
{

constexpr Base::Millis kDay = 24LL * 60 * 60 * 1000;

/// Time that the test moves.
class MovedClock final : public Base::Clock
{
public:
    Base::Millis now() const override { return m_now; }
    void advance(Base::Millis by) { m_now += by; }

private:
    Base::Millis m_now = 1'795'000'000'000;
};

} // namespace

/// What is deleted, and what an interruption leaves.
class tst_WorkspaceTrash : public WorkspaceFixture
{
    Q_OBJECT

private:
    MovedClock m_clock;

    void openWithClock()
    {
        m_workspace.reset();
        m_workspace = std::move(
            *Workspace::open({.folder = folder(), .clock = &m_clock, .seedDemo = false}));
    }
    QStringList entries(const char *name) const
    {
        return QDir(m_folder->filePath(QString::fromLatin1(name)))
            .entryList(QDir::Dirs | QDir::Hidden | QDir::NoDotAndDotDot, QDir::Name);
    }
    /// What the folders say is what the workspace says, and every database can be read.
    void checkThatAllIsWhole()
    {
        open();
        std::set<std::string> known;
        const std::vector<Database> databases = wait(m_workspace->databases("")).value();
        for (const Database &database : databases) {
            known.insert(database.id);
            QCOMPARE(rowsOf(read(database.name, "PRAGMA integrity_check")),
                     std::string("[[\"ok\"]]"));
        }
        QTRY_COMPARE(static_cast<std::size_t>(entries("databases").size()), known.size());
        for (const QString &entry : entries("databases"))
            QVERIFY(known.contains(entry.toStdString()));
    }
    /// Interrupts `work` before each of its steps, until it comes through.
    void interruptEverywhere(const std::function<bool(Workspace &)> &work,
                             const std::function<void()> &check)
    {
        int steps = 0;
        for (bool ended = true; ended; ++steps) {
            QVERIFY(steps < 500);
            m_workspace.reset();
            bool failed = false;
            ended = Interrupted::endsAt(steps, failed, [&] {
                auto opened = Workspace::open({.folder = folder(), .seedDemo = false});
                return opened && work(**opened);
            });
            QVERIFY(!failed);
            checkThatAllIsWhole();
            check();
            if (QTest::currentTestFailed())
                return;
        }
        QVERIFY2(steps > 5, "nothing was interrupted");
        qInfo("interrupted before each of %d steps", steps - 1);
    }

private Q_SLOTS:
    void theTrashKeepsForSevenDays()
    {
        openWithClock();
        QVERIFY(create("shop-1", "").empty() && create("shop-2", "").empty());
        QVERIFY(wait(m_workspace->deleteDatabase("shop-1")));
        m_clock.advance(6 * kDay);
        QVERIFY(wait(m_workspace->deleteDatabase("shop-2")));
        QCOMPARE(entries("trash").size(), 2);
        QVERIFY(entries("trash").front().startsWith(QStringLiteral("shop-1-1795000000000-")));
        m_clock.advance(kDay);
        openWithClock();
        QVERIFY(create("another", "").empty());
        QCOMPARE(entries("trash").size(), 2); // seven days are not over yet
        m_clock.advance(1);
        openWithClock();
        QTRY_COMPARE(entries("trash").size(), 1);
        QVERIFY(entries("trash").front().startsWith(QStringLiteral("shop-2-")));
    }

    void whatWasBeingMadeGoesAndWhatNobodyRefersToHasItsTime()
    {
        open();
        QVERIFY(create("kept", "CREATE TABLE t(a)").empty());
        m_workspace.reset();
        const QDir databases(m_folder->filePath(QStringLiteral("databases")));
        const QString orphan = QStringLiteral("0b0fde40-2c1e-4f7a-9d55-64656d6f0002");
        QVERIFY(databases.mkdir(orphan));
        QVERIFY(databases.mkdir(QStringLiteral("notes of a person")));
        QVERIFY(databases.mkdir(QStringLiteral(".new-") + orphan));
        QFile data(databases.filePath(orphan + QStringLiteral("/data.db")));
        QVERIFY(data.open(QIODevice::WriteOnly) && data.write("content") == 7);
        data.close();
        open();
        QCOMPARE(wait(m_workspace->databases(""))->size(), std::size_t(1));
        QTRY_COMPARE(entries("databases").size(), 2);
        QVERIFY(databases.exists(QStringLiteral("notes of a person")));
        QTRY_COMPARE(entries("trash").size(), 1);
        QFile kept(m_folder->filePath(QStringLiteral("trash/") + entries("trash").front()
                                      + QStringLiteral("/data.db")));
        QVERIFY(kept.open(QIODevice::ReadOnly));
        QCOMPARE(kept.readAll(), QByteArray("content"));
    }

    void anInterruptedCreationLeavesAllOrNothing()
    {
        open();
        QVERIFY(create("kept", "CREATE TABLE t(a)").empty());
        interruptEverywhere(
            [](Workspace &workspace) {
                return wait(workspace.createDatabase({.name = "made", .group = ""})).has_value();
            },
            [this] {
                if (wait(m_workspace->database("made")))
                    QVERIFY(wait(m_workspace->deleteDatabase("made")));
                QVERIFY(create("made", "CREATE TABLE t(a)").empty());
                QVERIFY(wait(m_workspace->deleteDatabase("made")));
            });
    }

    void anInterruptedDeletionKeepsTheContent()
    {
        open();
        int victims = 1;
        QVERIFY(create("victim", "CREATE TABLE t(a)").empty());
        interruptEverywhere(
            [](Workspace &workspace) {
                return wait(workspace.deleteDatabase("victim")).has_value();
            },
            [&] {
                // It is there, or it is in the trash.
                if (wait(m_workspace->database("victim")))
                    return;
                QTRY_COMPARE(entries("trash").size(), victims);
                ++victims;
                QVERIFY(create("victim", "CREATE TABLE t(a)").empty());
            });
        QVERIFY(victims > 2);
    }
};

QTEST_GUILESS_MAIN(tst_WorkspaceTrash)
#include "tst_workspacetrash.moc"
