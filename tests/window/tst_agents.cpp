// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/testcase.h"
#include "window/agentsmodel.h"
#include "window/desklink.h"
#include "window/playedapp.h"
#include "window/scenes.h"

#include <QAbstractItemModelTester>
#include <QDateTime>
#include <QSignalSpy>

using Base::Json;
using Window::AgentsModel;
using Window::GrantsModel;

namespace
{

constexpr Base::Millis kHour = 3'600'000;

struct Desk {
    Played::PlayedApp app;
    Window::DeskLink link{app.client()};
    AgentsModel model{link};
    QAbstractItemModelTester tester{&model, QAbstractItemModelTester::FailureReportingMode::QtTest};

    Desk()
    {
        app.agents = Scenes::agents();
        app.grants = Scenes::grants();
        link.open();
    }
    bool watch()
    {
        model.setWatched(true);
        return QTest::qWaitFor([this] { return model.isLoaded() && !link.endpoint().isEmpty(); });
    }
    QStringList names() const
    {
        QStringList names;
        for (int row = 0; row < model.count(); ++row)
            names << model.index(row).data(AgentsModel::NameRole).toString();
        return names;
    }
    QVariant of(const QString &name, AgentsModel::Role role) const
    {
        return model.index(static_cast<int>(names().indexOf(name))).data(role);
    }
    QStringList badges(const QString &name) const
    {
        QStringList texts;
        for (const QVariant &badge : of(name, AgentsModel::BadgesRole).toList())
            texts << badge.toMap()[QStringLiteral("text")].toString();
        return texts;
    }
    GrantsModel *grants(const QString &name, AgentsModel::Role role = AgentsModel::GrantsRole) const
    {
        return of(name, role).value<GrantsModel *>();
    }
    QString grant(const QString &name, GrantsModel::Role role) const
    {
        return grants(name)->index(0).data(role).toString();
    }
};

const QString kClaude = QStringLiteral("Claude Code");
const QString kCodex = QStringLiteral("Codex");
const QString kReport = QStringLiteral("nightly-report");

} // namespace

class tst_Agents : public Support::TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void everyAgentStandsWithItsGrants()
    {
        Desk desk;
        QVERIFY(desk.watch());
        QCOMPARE(desk.names(), (QStringList{kClaude, kCodex, kReport}));
        QCOMPARE(desk.grants(kClaude)->count(), 1);
        QCOMPARE(desk.grant(kClaude, GrantsModel::PlaceRole), QStringLiteral("Workspace"));
        QCOMPARE(desk.grant(kCodex, GrantsModel::DatabasesRole),
                 QStringLiteral("shop-prod, shop-staging"));
        QCOMPARE(desk.grant(kClaude, GrantsModel::DatabasesRole), QStringLiteral("All databases"));
        QCOMPARE(desk.of(kClaude, AgentsModel::CallsRole).toString(),
                 QStringLiteral("128 calls today"));
        QCOMPARE(desk.of(kReport, AgentsModel::LastCallRole).toString(),
                 QStringLiteral("has not called yet"));
    }

    void anAgentThatHasNotComeByStandsWithWhatItMay()
    {
        Desk desk;
        desk.app.agents.clear();
        QVERIFY(desk.watch());
        QCOMPARE(desk.model.total(), 3);
        QVERIFY(!desk.of(kCodex, AgentsModel::ConnectedRole).toBool());
    }

    void badgesSayHowThingsStand()
    {
        Desk desk;
        desk.app.agents.push_back({"Zed", "/usr/bin/zed", "stdio", true, 0, {}});
        QVERIFY(desk.watch());
        QCOMPARE(desk.badges(kClaude), QStringList{QStringLiteral("Connected")});
        QCOMPARE(desk.badges(kCodex),
                 (QStringList{QStringLiteral("Connected"), QStringLiteral("Read only"),
                              QStringLiteral("Ends in 7 hours")}));
        QCOMPARE(desk.badges(QStringLiteral("Zed")),
                 (QStringList{QStringLiteral("Connected"), QStringLiteral("May do nothing")}));
        QCOMPARE(desk.badges(kReport), QStringList{QStringLiteral("Read only")});
    }

    void howAnAgentIsKnownIsNeverItsOwnWord_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("program");
        QTest::addColumn<QString>("shown");
        QTest::newRow("token") << "token"
                               << ""
                               << "Bearer token";
        QTest::newRow("bridge") << "bridge"
                                << "/usr/bin/claude"
                                << "Local program · /usr/bin/claude";
        QTest::newRow("any bridge") << "bridge"
                                    << ""
                                    << "Local program · any that goes by this name";
        QTest::newRow("document") << "oauth"
                                  << "https://claude.ai/oauth/client.json"
                                  << "Signed in · verified by claude.ai";
        QTest::newRow("registered") << "oauth"
                                    << "client_7f2a"
                                    << "Signed in · the name is its own claim";
        QTest::newRow("not https") << "oauth"
                                   << "http://claude.ai/x"
                                   << "Signed in · the name is its own claim";
    }
    void howAnAgentIsKnownIsNeverItsOwnWord()
    {
        QFETCH(QString, kind);
        QFETCH(QString, program);
        QFETCH(QString, shown);
        Gateway::Grant grant;
        grant.agent = "Claude";
        grant.kind = kind.toStdString();
        grant.program = program.toStdString();
        QCOMPARE(Window::holderWording(grant), shown);
    }

    void whatHasEndedIsFoldedAway()
    {
        Desk desk;
        desk.app.grants[1].expiresAt = QDateTime::currentMSecsSinceEpoch() - kHour;
        QVERIFY(desk.watch());
        QCOMPARE(desk.grants(kCodex)->count(), 0);
        QCOMPARE(desk.grants(kCodex, AgentsModel::EndedRole)->count(), 1);
        QVERIFY(desk.badges(kCodex).contains(QStringLiteral("May do nothing")));
    }

    void whatEndsWhileSomebodyLooksIsRememberedUntilDismissed()
    {
        Desk desk;
        QVERIFY(desk.watch());
        desk.app.agents.pop_back();
        desk.app.grants.pop_back(); // the app lists no grant that has ended
        desk.app.tellStatus();
        QTRY_COMPARE(desk.badges(kReport), QStringList{QStringLiteral("May do nothing")});
        GrantsModel *ended = desk.grants(kReport, AgentsModel::EndedRole);
        QCOMPARE(ended->count(), 1);
        QCOMPARE(ended->index(0).data(GrantsModel::UntilRole).toString(),
                 QStringLiteral("ended just now"));
        desk.app.tellStatus();
        QTest::qWait(300);
        QCOMPARE(desk.grants(kReport, AgentsModel::EndedRole), ended);
        QCOMPARE(ended->count(), 1);
        desk.model.forget(QStringLiteral("grt_3"));
        QCOMPARE(ended->count(), 0);
        desk.app.tellStatus();
        QTRY_COMPARE(desk.names(), (QStringList{kClaude, kCodex}));
    }

    void fortyDatabasesAreNamedInShort()
    {
        Desk desk;
        auto &databases = desk.app.grants[1].databases;
        databases.clear();
        for (int i = 1; i <= 40; ++i)
            databases.push_back("db" + std::to_string(i));
        QVERIFY(desk.watch());
        QCOMPARE(desk.grant(kCodex, GrantsModel::DatabasesRole),
                 QStringLiteral("db1, db2, db3 and 37 more"));
        QCOMPARE(
            desk.grants(kCodex)->index(0).data(GrantsModel::AllDatabasesRole).toStringList().size(),
            40);
    }

    void aChangeTouchesOnlyItsRow()
    {
        Desk desk;
        QVERIFY(desk.watch());
        const QSignalSpy reset(&desk.model, &AgentsModel::modelReset);
        const QSignalSpy inserted(&desk.model, &AgentsModel::rowsInserted);
        const QSignalSpy removed(&desk.model, &AgentsModel::rowsRemoved);
        const QSignalSpy moved(&desk.model, &AgentsModel::rowsMoved);
        QSignalSpy changed(&desk.model, &AgentsModel::dataChanged);
        GrantsModel *grants = desk.grants(kCodex);
        const QSignalSpy grantChanged(grants, &GrantsModel::dataChanged);
        desk.app.grants[1].permissions = Gateway::Permissions::fullAccess();
        desk.app.tellStatus();
        QTRY_COMPARE(grantChanged.count(), 1);
        QCOMPARE(desk.grants(kCodex), grants);
        for (const auto &change : changed)
            QCOMPARE(change[0].toModelIndex().row(), 1);
        QCOMPARE(reset.count() + inserted.count() + removed.count() + moved.count(), 0);
    }

    void nothingJumpsWhileSomebodyLooks()
    {
        Desk desk;
        QVERIFY(desk.watch());
        desk.app.agents[0].connected = false; // would stand behind Codex
        desk.app.agents.insert(desk.app.agents.begin(), {"Ada", "", "stdio", true, 0, {}});
        desk.app.tellStatus();
        QTRY_COMPARE(desk.model.count(), 4);
        QCOMPARE(desk.names(), (QStringList{kClaude, kCodex, kReport, QStringLiteral("Ada")}));
        desk.model.setWatched(false);
        desk.model.setWatched(true);
        QTRY_COMPARE(desk.names(), (QStringList{QStringLiteral("Ada"), kCodex, kClaude, kReport}));
    }

    void nothingIsAskedForWhileNobodyLooks()
    {
        Desk desk;
        QVERIFY(desk.watch());
        desk.model.setWatched(false);
        const auto asked = desk.app.asked("agents.list").size();
        desk.app.tellStatus();
        desk.app.tell(Scenes::calls(3));
        QTest::qWait(1200); // longer than it waits for more
        QCOMPARE(desk.app.asked("agents.list").size(), asked);
    }

    void manyChangesMakeOneRequest()
    {
        Desk desk;
        QVERIFY(desk.watch());
        const auto asked = desk.app.asked("agents.list").size();
        for (int i = 0; i < 20; ++i)
            desk.app.tellStatus();
        desk.app.agents[1].callsToday = 42;
        QTRY_COMPARE(desk.of(kCodex, AgentsModel::CallsRole).toString(),
                     QStringLiteral("42 calls today"));
        QVERIFY(desk.app.asked("agents.list").size() <= asked + 2);
    }

    void pausingAndRevokingAsksTheApp()
    {
        Desk desk;
        QVERIFY(desk.watch());
        desk.model.setPaused(QStringLiteral("grt_2"), true);
        QTRY_COMPARE(desk.badges(kCodex).value(1), QStringLiteral("Paused"));
        QVERIFY(desk.app.asked("grants.change").front()
                == Json({{"id", "grt_2"}, {"paused", true}}));
        QVERIFY(desk.grants(kCodex)->index(0).data(GrantsModel::PausedRole).toBool());
        desk.model.setPaused(QStringLiteral("grt_2"), false);
        QTRY_COMPARE(desk.badges(kCodex).value(1), QStringLiteral("Read only"));
        desk.model.revoke(QStringLiteral("grt_2"));
        QTRY_COMPARE(desk.grants(kCodex)->count(), 0);
        QVERIFY(desk.app.asked("grants.revoke").front() == Json({{"id", "grt_2"}}));
    }

    void whatDidNotWorkIsSaid()
    {
        Desk desk;
        QVERIFY(desk.watch());
        QSignalSpy failed(&desk.link, &Window::DeskLink::failed);
        desk.app.answer("grants.revoke", [](const Json &) -> Base::Result<Json> {
            return Base::fail(Base::ErrorKind::Internal, "The grants could not be saved.");
        });
        desk.model.revoke(QStringLiteral("grt_1"));
        QTRY_COMPARE(failed.count(), 1);
        QCOMPARE(failed[0][0].toString(), QStringLiteral("The grants could not be saved."));
        desk.app.answer("grants.list", [](const Json &) -> Base::Result<Json> {
            return Base::fail(Base::ErrorKind::Internal, "The list is away.");
        });
        desk.model.load();
        QTRY_COMPARE(desk.model.problem(), QStringLiteral("The list is away."));
        QCOMPARE(desk.model.count(), 3); // what was known stays
    }

    void aFilterLooksAtNamesProgramsAndDatabases()
    {
        Desk desk;
        QVERIFY(desk.watch());
        const QSignalSpy reset(&desk.model, &AgentsModel::modelReset);
        desk.model.setFilter(QStringLiteral("STAGING"));
        QCOMPARE(desk.names(), QStringList{kCodex});
        desk.model.setFilter(QStringLiteral("usr claude"));
        QCOMPARE(desk.names(), QStringList{kClaude});
        desk.model.setFilter(QStringLiteral("nobody"));
        QCOMPARE(desk.model.count(), 0);
        QCOMPARE(desk.model.total(), 3);
        desk.model.setFilter({});
        QCOMPARE(desk.names(), (QStringList{kClaude, kCodex, kReport}));
        QCOMPARE(reset.count(), 0);
    }
};

QTEST_GUILESS_MAIN(tst_Agents)
#include "tst_agents.moc"
