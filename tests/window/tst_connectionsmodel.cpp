// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/testcase.h"
#include "window/auditlistmodel.h"
#include "window/connectionscenes.h"
#include "window/connectionsmodel.h"
#include "window/connectionwords.h"
#include "window/databaselistmodel.h"
#include "window/desklink.h"
#include "window/playedapp.h"
#include "window/scenes.h"
#include "window/serveraddress.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>

using Base::Json;
using Window::AuditListModel;
using Window::ConnectionsModel;
using Window::DatabaseListModel;
namespace ServerAddress = Window::ServerAddress;

namespace
{

struct Desk {
    Played::PlayedApp app;
    Window::DeskLink link{app.client()};
    ConnectionsModel model{link};
    QAbstractItemModelTester tester{&model, QAbstractItemModelTester::FailureReportingMode::QtTest};

    Desk()
    {
        app.connections.all = Scenes::connections();
        app.grants = Scenes::grants();
        link.open();
    }
    bool watch()
    {
        model.setWatched(true);
        return QTest::qWaitFor([this] {
            return model.isLoaded() && !app.asked("grants.list").empty()
                && !link.endpoint().isEmpty();
        });
    }
    QStringList names() const
    {
        QStringList names;
        for (int row = 0; row < model.count(); ++row)
            names << model.index(row).data(ConnectionsModel::NameRole).toString();
        return names;
    }
    int row(const QString &id) const
    {
        for (int row = 0; row < model.count(); ++row) {
            if (model.index(row).data(ConnectionsModel::IdRole) == id)
                return row;
        }
        return -1;
    }
    QVariant of(const QString &id, ConnectionsModel::Role role) const
    {
        return model.index(row(id)).data(role);
    }
    QVariant shown(const QString &id, const char *key) const
    {
        return of(id, ConnectionsModel::ShownRole).toMap()[QLatin1StringView(key)];
    }
    QString mend(const QString &id) const
    {
        return shown(id, "mend").toMap()[QStringLiteral("action")].toString();
    }
};

const QString kCloud = QStringLiteral("con_cloud");
const QString kServer = QStringLiteral("con_server");

} // namespace

class tst_ConnectionsModel : public Support::TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void theWorkspaceIsFirstAndStays()
    {
        Desk desk;
        std::swap(desk.app.connections.all[0], desk.app.connections.all[1]);
        QVERIFY(desk.watch());
        QCOMPARE(desk.names(),
                 (QStringList{QStringLiteral("Workspace"), QStringLiteral("Acme"),
                              QStringLiteral("Office server")}));
        const QString workspace = QStringLiteral("workspace");
        for (const char *key : {"mayRemove", "mayChange", "maySignOut", "mayAudit"})
            QVERIFY2(!desk.shown(workspace, key).toBool(), key);
        QVERIFY(desk.shown(kCloud, "mayRemove").toBool());
        QVERIFY(desk.shown(kCloud, "mayAudit").toBool());
        QVERIFY(!desk.shown(kServer, "mayAudit").toBool());
        QVERIFY(!desk.model.isAlone());
    }

    void everyStateHasAWordAShapeAndWhatMendsIt_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("glyph");
        QTest::addColumn<QString>("mend");
        QTest::newRow("con_away") << "Cannot be reached"
                                  << "connection-lost"
                                  << "check";
        QTest::newRow("con_out") << "Signed out"
                                 << "sign-out"
                                 << "sign-in";
        QTest::newRow("con_locked") << "Keyring locked"
                                    << "lock"
                                    << "check";
        QTest::newRow("con_limited") << "Limited"
                                     << "risk-destructive"
                                     << "sign-in";
        QTest::newRow("con_checking") << "Checking"
                                      << "clock"
                                      << "";
        QTest::newRow("con_memory") << "Ready"
                                    << "state-done"
                                    << "";
    }
    void everyStateHasAWordAShapeAndWhatMendsIt()
    {
        QFETCH(QString, text);
        QFETCH(QString, glyph);
        QFETCH(QString, mend);
        const QString id = QString::fromLatin1(QTest::currentDataTag());
        Desk desk;
        desk.app.connections.all = Scenes::brokenConnections();
        QVERIFY(desk.watch());
        QCOMPARE(desk.shown(id, "stateText").toString(), text);
        QCOMPARE(desk.shown(id, "stateGlyph").toString(), glyph);
        QCOMPARE(desk.mend(id), mend);
    }

    void aServerThatAsksForATokenIsChanged()
    {
        Desk desk;
        desk.app.connections.all[2]["state"] = "signed-out";
        desk.app.connections.all[1].update(
            {{"state", "limited"}, {"organization", ""}, {"signed_in_by", "browser"}});
        QVERIFY(desk.watch());
        QCOMPARE(desk.mend(kServer), QStringLiteral("change"));
        QCOMPARE(desk.mend(kCloud), QStringLiteral("change")); // its organization is missing
    }

    void whereTheTokenIsKeptIsSaid()
    {
        Desk desk;
        desk.app.connections.all = Scenes::brokenConnections();
        desk.app.connections.all.push_back(Scenes::serverConnection());
        QVERIFY(desk.watch());
        const auto token = [&desk](const char *id) {
            return desk.shown(QLatin1StringView(id), "token").toMap();
        };
        QCOMPARE(token("con_away")[QStringLiteral("tone")].toString(), QStringLiteral("quiet"));
        QVERIFY(token("con_out")[QStringLiteral("text")].toString().contains(
            QStringLiteral("keychain")));
        QVERIFY(token("con_memory")[QStringLiteral("text")].toString().contains(
            QStringLiteral("only in memory")));
        QVERIFY(token("con_memory")[QStringLiteral("note")].toString().contains(
            QStringLiteral("gnome-keyring")));
        QVERIFY(token("con_server")[QStringLiteral("text")].toString().contains(
            QStringLiteral("No token")));
        QVERIFY(token("workspace").isEmpty());
    }

    void whatItCanAndCannotIsSaidInWords()
    {
        Desk desk;
        QVERIFY(desk.watch());
        QCOMPARE(desk.shown(kServer, "can").toString(),
                 QStringLiteral("tell query figures, try changes out before they are made"));
        QVERIFY(desk.shown(kServer, "cannot").toString().contains(QStringLiteral("make branches")));
        QVERIFY(desk.shown(kCloud, "can").toString().contains(QStringLiteral("go back in time")));
    }

    void whoUsesItIsCounted()
    {
        Desk desk;
        for (Gateway::Grant &grant : desk.app.grants)
            grant.connection = "con_cloud";
        desk.app.grants[1].expiresAt = 1; // has run out
        desk.app.grants.push_back(desk.app.grants[0]); // two of one agent
        QVERIFY(desk.watch());
        QTRY_COMPARE(desk.of(kCloud, ConnectionsModel::UsersRole).toInt(), 2);
        QCOMPARE(desk.of(kCloud, ConnectionsModel::UseRole).toString(),
                 QStringLiteral("2 agents may use it"));
        QVERIFY(desk.of(kCloud, ConnectionsModel::FarewellRole)
                    .toString()
                    .startsWith(QStringLiteral("3 grants go with it")));
        QVERIFY(desk.of(kCloud, ConnectionsModel::FarewellRole)
                    .toString()
                    .contains(QStringLiteral("stay in Turso Cloud")));
        QCOMPARE(desk.of(kServer, ConnectionsModel::UseRole).toString(),
                 QStringLiteral("No agent may use it"));
    }

    void changesAreFollowedInPlace()
    {
        Desk desk;
        QVERIFY(desk.watch());
        QSignalSpy reset(&desk.model, &QAbstractItemModel::modelReset);
        desk.app.connections.become("con_cloud",
                                    {{"state", "unreachable"}, {"sentence", "It is away."}});
        QTRY_COMPARE(desk.mend(kCloud), QStringLiteral("check"));
        QCOMPARE(desk.row(kCloud), 1);
        desk.app.notify("connections.removed", {{"id", "con_cloud"}});
        QTRY_COMPARE(desk.model.count(), 2);
        desk.app.notify("connections.changed", {{"connection", Scenes::cloudConnection()}});
        QTRY_COMPARE(desk.model.count(), 3);
        QCOMPARE(desk.row(kCloud), 2);
        QVERIFY(reset.isEmpty());
    }

    void aPressIsSentOnce()
    {
        Desk desk;
        QVERIFY(desk.watch());
        desk.model.check(kCloud);
        desk.model.check(kCloud);
        desk.model.signOut(kCloud);
        QVERIFY(desk.of(kCloud, ConnectionsModel::BusyRole).toBool());
        QTRY_VERIFY(!desk.of(kCloud, ConnectionsModel::BusyRole).toBool());
        QCOMPARE(desk.app.asked("connections.check").size(), std::size_t(1));
        QVERIFY(desk.app.asked("connections.sign_out").empty());
        desk.model.signOut(kCloud);
        QTRY_COMPARE(desk.mend(kCloud), QStringLiteral("sign-in"));
        QVERIFY(!desk.shown(kCloud, "maySignOut").toBool());
    }

    void removingTakesItAway()
    {
        Desk desk;
        QVERIFY(desk.watch());
        desk.model.remove(kCloud);
        QTRY_COMPARE(desk.model.count(), 2);
        QCOMPARE(desk.row(kCloud), -1);
        QVERIFY(desk.app.asked("connections.remove")[0] == (Json{{"id", "con_cloud"}}));
    }

    void whatFailsIsSaidAndNothingChanges()
    {
        Desk desk;
        QVERIFY(desk.watch());
        QSignalSpy failed(&desk.link, &Window::DeskLink::failed);
        desk.app.answer("connections.remove", [](const Json &) -> Base::Result<Json> {
            return Base::fail(Base::ErrorKind::Internal, "The list cannot be written.");
        });
        desk.model.remove(kCloud);
        QTRY_COMPARE(failed.size(), 1);
        QCOMPARE(failed[0][0].toString(), QStringLiteral("The list cannot be written."));
        QCOMPARE(desk.model.count(), 3);
        QVERIFY(!desk.of(kCloud, ConnectionsModel::BusyRole).toBool());
    }

    void aListThatCannotBeHadSaysSo()
    {
        Desk desk;
        desk.app.answer("connections.list", [](const Json &) -> Base::Result<Json> {
            return Base::fail(Base::ErrorKind::Internal, "The profile cannot be read.");
        });
        desk.model.setWatched(true);
        QTRY_COMPARE(desk.model.problem(), QStringLiteral("The profile cannot be read."));
        QVERIFY(!desk.model.isLoaded());
        desk.app.answer("connections.list",
                        [](const Json &) { return Base::Result<Json>(Scenes::connections()); });
        desk.model.load();
        QTRY_VERIFY(desk.model.isLoaded());
        QVERIFY(desk.model.problem().isEmpty());
    }

    void anAddressIsReadAsItIsTyped_data()
    {
        QTest::addColumn<bool>("good");
        QTest::addColumn<QString>("says");
        QTest::newRow("") << false << "";
        QTest::newRow("htt") << false << "";
        QTest::newRow("https://") << false << "";
        QTest::newRow("http://127.0.0.1:8080") << true << "";
        QTest::newRow(" https://db.example.org ") << true << "";
        QTest::newRow("libsql://db.example.org") << true << "";
        QTest::newRow("http://[::1]:8080") << true << "";
        QTest::newRow("db.example.org:8080") << false << "Begin with http";
        QTest::newRow("ftp://db.example.org") << false << "ftp:// is not spoken here";
        QTest::newRow("https://me:secret@db.example.org") << false << "Only the address";
        QTest::newRow("libsql://db.example.org?authToken=x") << false << "Only the address";
        QTest::newRow("http://db example.org") << false << "This is no address yet";
        QTest::newRow("http://:8080") << false << "This is no address yet";
    }
    void anAddressIsReadAsItIsTyped()
    {
        QFETCH(bool, good);
        QFETCH(QString, says);
        const QString typed = QString::fromLatin1(QTest::currentDataTag());
        QCOMPARE(ServerAddress::isGood(typed), good);
        QVERIFY2(says.isEmpty() ? ServerAddress::problem(typed).isEmpty()
                                : ServerAddress::problem(typed).startsWith(says),
                 qPrintable(ServerAddress::problem(typed)));
    }

    void whoCanReadAlongIsSaid()
    {
        const auto note = [](const char *url) {
            return ServerAddress::note(QLatin1StringView(url));
        };
        QVERIFY(note("http://127.0.0.1:8080").isEmpty());
        QVERIFY(note("http://localhost").isEmpty());
        QVERIFY(note("https://db.example.org").isEmpty());
        QVERIFY(note("http://db.example.org").startsWith(QStringLiteral("Not encrypted")));
    }

    void tenThousandDatabasesComeAsSomebodyLooks()
    {
        Desk desk;
        desk.app.connections.databases = Scenes::databases(10'000);
        DatabaseListModel databases(desk.link);
        const auto asked = [&desk] {
            return desk.app.asked("connections.databases").size();
        };
        databases.open(kCloud, QStringLiteral("Acme"));
        databases.loadMore(); // while the first is under way
        QTRY_COMPARE(databases.count(), 200);
        QCOMPARE(databases.summary(), QStringLiteral("The first 200"));
        QCOMPARE(asked(), std::size_t(1)); // nobody has come near the end
        QVERIFY(databases.canFetchMore({}));
        databases.fetchMore({});
        QVERIFY(!databases.canFetchMore({}));
        QTRY_COMPARE(databases.count(), 400);
        const auto at = [&databases](int row, DatabaseListModel::Role role) {
            return databases.index(row).data(role).toString();
        };
        QCOMPARE(at(0, DatabaseListModel::NameRole), QStringLiteral("tenant-100000"));
        QCOMPARE(at(0, DatabaseListModel::ProtectedRole), QStringLiteral("true"));
        QCOMPARE(at(2, DatabaseListModel::BranchOfRole), QStringLiteral("tenant-100000"));
        QCOMPARE(at(3, DatabaseListModel::GroupRole), QStringLiteral("europe-production"));
        QCOMPARE(at(4, DatabaseListModel::SizeRole), QString());

        databases.setFilter(QStringLiteral("TENANT-109")); // the last thousand
        QCOMPARE(databases.count(), 0);
        QVERIFY(databases.isBusy());
        QTRY_COMPARE(databases.count(), 1'000);
        QCOMPARE(asked(), std::size_t(50));
        QCOMPARE(databases.summary(), QStringLiteral("1,000 of 10,000 databases"));
        databases.setFilter({});
        QCOMPARE(databases.count(), 10'000);
        QVERIFY(!databases.canFetchMore({}));
        QCOMPARE(databases.summary(), QStringLiteral("10,000 databases"));
    }

    void aPageThatCannotBeHadIsAskedForAgain()
    {
        Desk desk;
        desk.app.connections.databases = Scenes::databases(300);
        DatabaseListModel databases(desk.link);
        databases.open(kCloud, QStringLiteral("Acme"));
        QTRY_COMPARE(databases.count(), 200);
        bool fails = true;
        desk.app.answer("connections.databases", [&](const Json &params) -> Base::Result<Json> {
            if (fails)
                return Base::fail(Base::ErrorKind::UpstreamError, "No answer.");
            return desk.app.connections.reply("connections.databases", params);
        });
        databases.fetchMore({});
        QTRY_VERIFY(!databases.problem().isEmpty());
        QCOMPARE(databases.count(), 200);
        QVERIFY(!databases.canFetchMore({})); // not again and again
        fails = false;
        databases.loadMore();
        QTRY_COMPARE(databases.count(), 300);
        QVERIFY(databases.problem().isEmpty());
    }

    void aListThatLeadsNowhereEnds()
    {
        Desk desk;
        DatabaseListModel databases(desk.link);
        desk.app.answer("connections.databases", [](const Json &) -> Base::Result<Json> {
            return Json{{"databases", {{{"name", "one"}}}}, {"next_cursor", "again"}};
        });
        databases.open(kCloud, QStringLiteral("Acme"));
        QTRY_VERIFY(databases.isLoaded());
        databases.setFilter(QStringLiteral("nothing"));
        QTRY_VERIFY(!databases.isBusy());
        QCOMPARE(desk.app.asked("connections.databases").size(), std::size_t(2));
    }

    void theAuditListIsReadPageByPage()
    {
        Desk desk;
        desk.app.connections.audit = Scenes::auditEntries(120);
        AuditListModel audit(desk.link);
        QAbstractItemModelTester tester(&audit,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        audit.open(kCloud, QStringLiteral("Acme"));
        audit.loadMore(); // while the first is under way
        QTRY_COMPARE(audit.count(), 100);
        QVERIFY(audit.hasMore());
        QCOMPARE(desk.app.asked("connections.audit").size(), std::size_t(1));
        audit.loadMore();
        QTRY_COMPARE(audit.count(), 120);
        QVERIFY(!audit.hasMore());
        QVERIFY(desk.app.asked("connections.audit")[1] == (Json{{"id", "con_cloud"}, {"page", 2}}));
        const auto at = [&audit](int row, AuditListModel::Role role) {
            return audit.index(row).data(role).toString();
        };
        QCOMPARE(at(0, AuditListModel::TextRole), QStringLiteral("Database created"));
        QCOMPARE(at(0, AuditListModel::FromRole), QStringLiteral("with the turso CLI"));
        QCOMPARE(at(3, AuditListModel::ToneRole), QStringLiteral("bad"));
        QCOMPARE(at(5, AuditListModel::TextRole), QStringLiteral("Database woken up"));
        QCOMPARE(at(6, AuditListModel::TextRole), QStringLiteral("something-new"));
        QCOMPARE(at(6, AuditListModel::FromRole), QStringLiteral("terraform"));
    }

    void aListThatThePlanLacksIsToldApartFromAnError()
    {
        Desk desk;
        AuditListModel audit(desk.link);
        auto kind = Base::ErrorKind::UpstreamError;
        desk.app.answer("connections.audit", [&kind](const Json &) -> Base::Result<Json> {
            return Base::fail(kind, "No answer.");
        });
        audit.open(kCloud, QStringLiteral("Acme"));
        QTRY_VERIFY(!audit.isBusy());
        QVERIFY(!audit.problem().isEmpty() && !audit.isLacking() && !audit.isLoaded());
        kind = Base::ErrorKind::Unsupported;
        audit.loadMore();
        QTRY_VERIFY(audit.isLacking());
        QVERIFY(audit.count() == 0);
    }

    void theAnswerForAnotherConnectionIsNotShown()
    {
        Desk desk;
        desk.app.connections.audit = Scenes::auditEntries(5);
        AuditListModel audit(desk.link);
        audit.open(kCloud, QStringLiteral("Acme"));
        audit.open(QStringLiteral("con_other"), QStringLiteral("Other"));
        QTRY_VERIFY(!audit.isBusy());
        QTest::qWait(50); // the other answer has had its time
        QCOMPARE(audit.count(), 5);
        QCOMPARE(audit.name(), QStringLiteral("Other"));
    }
};

QTEST_GUILESS_MAIN(tst_ConnectionsModel)
#include "tst_connectionsmodel.moc"
