// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/testcase.h"
#include "window/connectionscenes.h"
#include "window/connectionsmodel.h"
#include "window/connectionwizard.h"
#include "window/desklink.h"
#include "window/playedapp.h"

#include <QDesktopServices>
#include <QSignalSpy>
#include <QUrl>

using Base::Json;
using Window::ConnectionWizard;
using Stage = Window::ConnectionWizard::Stage;

namespace
{

const QString kToken = QStringLiteral("eyJhbGciOiJFZERTQSJ9.played.token");

struct Desk {
    Played::PlayedApp app;
    Window::DeskLink link{app.client()};
    Window::ConnectionsModel model{link};
    ConnectionWizard wizard{link};
    QSignalSpy finished{&wizard, &ConnectionWizard::finished};

    bool open()
    {
        link.open();
        model.setWatched(true);
        wizard.open();
        return QTest::qWaitFor(
            [this] { return model.isLoaded() && !app.asked("connections.cli_account").empty(); });
    }
    std::size_t asked(const char *what) const
    {
        return app.asked(std::string("connections.") + what).size();
    }
    bool signedOutWaits()
    {
        wizard.chooseBrowser();
        return QTest::qWaitFor([this] { return !wizard.signInUrl().isEmpty(); });
    }
    bool idle()
    {
        return QTest::qWaitFor([this] { return !wizard.isBusy(); });
    }
    /// Whatever is under way has been heard by the app, and answered.
    bool settled()
    {
        const auto before = app.asked("status").size();
        bool answered = false;
        link.call("status", Json::object(), &wizard,
                  [&answered](const Base::Result<Json> &) { answered = true; });
        return QTest::qWaitFor([&] { return answered; }) && app.asked("status").size() > before;
    }
};

Base::Result<Json> refused(const Json &)
{
    return Base::fail(Base::ErrorKind::Unauthorized, "This token opens every organization.");
}

} // namespace

class tst_ConnectionWizard : public Support::TestCase
{
    Q_OBJECT

public Q_SLOTS:
    /// The desktop's browser.
    void open(const QUrl &url) { m_opened << url; }

private:
    QList<QUrl> m_opened;

private Q_SLOTS:
    void initTestCase() { QDesktopServices::setUrlHandler(QStringLiteral("https"), this, "open"); }
    void init() { m_opened.clear(); }
    void cleanupTestCase() { QDesktopServices::unsetUrlHandler(QStringLiteral("https")); }

    void theBrowserIsWaitedFor()
    {
        Desk desk;
        QVERIFY(desk.open());
        desk.wizard.chooseBrowser();
        desk.wizard.chooseBrowser(); // a second press
        QVERIFY(desk.wizard.isBusy());
        QTRY_VERIFY(!desk.wizard.signInUrl().isEmpty());
        QCOMPARE(desk.asked("add"), std::size_t(1));
        QCOMPARE(desk.asked("sign_in"), std::size_t(1));
        QCOMPARE(m_opened, QList<QUrl>{QUrl(desk.wizard.signInUrl())});
        QVERIFY(desk.wizard.isBrowserOpen());
        QVERIFY(desk.wizard.secondsLeft() > 590 && desk.wizard.secondsLeft() <= 600);
        QVERIFY(desk.wizard.shareLeft() > 0.9);
        QSignalSpy attention(&desk.wizard, &ConnectionWizard::attentionWanted);
        desk.app.connections.become("con_1",
                                    {{"state", "ready"},
                                     {"name", "Acme"},
                                     {"organization", "acme-corp"},
                                     {"signed_in_by", "browser"},
                                     {"token_kept", "keychain"}});
        QTRY_COMPARE(desk.wizard.stage(), Stage::Result);
        QCOMPARE(attention.size(), 1);
        QVERIFY(desk.wizard.isReady());
        QVERIFY(desk.wizard.signInUrl().isEmpty());
        desk.wizard.keep(QStringLiteral("Acme"));
        QCOMPARE(desk.finished.size(), 1);
        QVERIFY(desk.settled());
        QCOMPARE(desk.asked("change"), std::size_t(0)); // the name is what it was
        QCOMPARE(desk.asked("remove"), std::size_t(0));
    }

    void onlyAddressesOfTheWebAreOpened()
    {
        Desk desk;
        desk.app.answer("connections.sign_in", [](const Json &) {
            return Base::Result<Json>(
                Json{{"url", "file:///usr/bin/x"}, {"expires_at", "2026-01-01T00:00:00.000Z"}});
        });
        QVERIFY(desk.open());
        QVERIFY(desk.signedOutWaits());
        QVERIFY(m_opened.isEmpty() && !desk.wizard.isBrowserOpen());
        QCOMPARE(desk.wizard.secondsLeft(), 0);
    }

    void cancelWhileWaitingLeavesNothingBehind()
    {
        Desk desk;
        QVERIFY(desk.open());
        QVERIFY(desk.signedOutWaits());
        QVERIFY(desk.wizard.back());
        QCOMPARE(desk.wizard.stage(), Stage::Choosing);
        QTRY_COMPARE(desk.asked("remove"), std::size_t(1));
        QCOMPARE(desk.asked("sign_in_cancel"), std::size_t(1));
        QTRY_COMPARE(desk.model.count(), 1);
        QVERIFY(!desk.wizard.back());
        QVERIFY(desk.finished.isEmpty());
    }

    void cancelBeforeItIsThereLeavesNothingBehind()
    {
        Desk desk;
        QVERIFY(desk.open());
        desk.wizard.chooseBrowser();
        QVERIFY(desk.wizard.back()); // the answer is still to come
        QTRY_COMPARE(desk.asked("remove"), std::size_t(1));
        QVERIFY(desk.settled());
        QCOMPARE(desk.asked("sign_in"), std::size_t(0));
        QCOMPARE(desk.wizard.stage(), Stage::Choosing);
        QTRY_COMPARE(desk.model.count(), 1);
    }

    void aSignInThatFailsIsSaidAndTriedAgain()
    {
        Desk desk;
        QVERIFY(desk.open());
        QVERIFY(desk.signedOutWaits());
        desk.app.connections.become(
            "con_1", {{"state", "signed-out"}, {"sentence", "You said no in the browser."}});
        QTRY_COMPARE(desk.wizard.problem(), QStringLiteral("You said no in the browser."));
        QCOMPARE(desk.wizard.stage(), Stage::Browser);
        QVERIFY(desk.signedOutWaits());
        QVERIFY(desk.wizard.problem().isEmpty());
        QCOMPARE(desk.asked("add"), std::size_t(1)); // it is there already
        QCOMPARE(desk.asked("sign_in"), std::size_t(2));
        desk.app.connections.become("con_1",
                                    {{"state", "signed-out"}, {"sentence", "Nobody signed in."}});
        QTRY_VERIFY(!desk.wizard.problem().isEmpty());
        desk.wizard.chooseToken(); // in another way
        desk.wizard.submitToken(kToken, {});
        QTRY_COMPARE(desk.wizard.stage(), Stage::Result);
        QVERIFY(desk.app.asked("connections.change")[0]["id"] == Json("con_1"));
    }

    void theOrganizationIsAskedForWhereTheTokenDoesNotTell()
    {
        Desk desk;
        QVERIFY(desk.open());
        QVERIFY(desk.signedOutWaits());
        desk.app.connections.become("con_1",
                                    {{"state", "limited"},
                                     {"signed_in_by", "browser"},
                                     {"sentence", "Which organization?"}});
        QTRY_COMPARE(desk.wizard.stage(), Stage::Result);
        QVERIFY(desk.wizard.lacksOrganization());
        desk.wizard.submitOrganization(QStringLiteral("  "));
        QVERIFY(!desk.wizard.isBusy());
        desk.wizard.submitOrganization(QStringLiteral(" acme-corp "));
        desk.wizard.submitOrganization(QStringLiteral("acme-corp"));
        QTRY_VERIFY(desk.wizard.isReady());
        QCOMPARE(desk.asked("change"), std::size_t(1));
        QVERIFY(desk.app.asked("connections.change")[0]
                == (Json{{"id", "con_1"}, {"organization", "acme-corp"}}));
    }

    void aTokenIsSentOnceAndTrimmed()
    {
        Desk desk;
        QVERIFY(desk.open());
        desk.wizard.chooseToken();
        desk.wizard.submitToken(QStringLiteral(" \n"), {});
        QVERIFY(!desk.wizard.problem().isEmpty());
        desk.wizard.submitToken(QStringLiteral("two words"), {});
        QVERIFY(desk.wizard.problem().contains(QStringLiteral("one word")));
        QCOMPARE(desk.asked("add"), std::size_t(0));
        desk.wizard.submitToken(kToken + u'\n', QStringLiteral("acme "));
        desk.wizard.submitToken(kToken, QStringLiteral("acme"));
        QTRY_COMPARE(desk.wizard.stage(), Stage::Result);
        QCOMPARE(desk.asked("add"), std::size_t(1));
        QVERIFY(desk.app.asked("connections.add")[0]
                == (Json{{"kind", "turso-cloud"},
                         {"token", kToken.toStdString()},
                         {"organization", "acme"}}));
    }

    void aTokenThatIsRefusedSavesNothing()
    {
        Desk desk;
        desk.app.answer("connections.add", refused);
        QVERIFY(desk.open());
        desk.wizard.chooseToken();
        desk.wizard.submitToken(kToken, {});
        QTRY_COMPARE(desk.wizard.problem(), QStringLiteral("This token opens every organization."));
        QCOMPARE(desk.wizard.stage(), Stage::Token);
        QVERIFY(!desk.wizard.isBusy());
        desk.wizard.back();
        QVERIFY(desk.wizard.problem().isEmpty());
    }

    void noPropertyHoldsASecret()
    {
        Desk desk;
        QVERIFY(desk.open());
        desk.wizard.chooseServer();
        desk.wizard.setUrl(QStringLiteral("http://127.0.0.1:8080"));
        desk.wizard.submitServer(kToken, QStringLiteral("admin-key-secret"));
        const auto holds = [&desk] {
            const QMetaObject &about = *desk.wizard.metaObject();
            for (int i = 0; i < about.propertyCount(); ++i) {
                QString text;
                QDebug(&text) << about.property(i).read(&desk.wizard);
                if (text.contains(kToken) || text.contains(QStringLiteral("admin-key-secret")))
                    return true;
            }
            return false;
        };
        QVERIFY(!holds());
        QTRY_COMPARE(desk.wizard.stage(), Stage::Result);
        QVERIFY(!holds());
    }

    void theCliAccountIsUsedOnlyWhereItIsFoundAndAskedFor()
    {
        Desk desk;
        QVERIFY(desk.open());
        QVERIFY(desk.settled());
        QVERIFY(desk.wizard.cliAccount().isEmpty());
        desk.wizard.chooseCli();
        QCOMPARE(desk.wizard.stage(), Stage::Choosing);
        desk.app.connections.cli
            = {{"found", true}, {"username", "ada"}, {"organization", "acme-corp"}};
        desk.wizard.open();
        QTRY_COMPARE(desk.wizard.cliAccount()[QStringLiteral("username")].toString(),
                     QStringLiteral("ada"));
        desk.wizard.chooseCli();
        QCOMPARE(desk.wizard.stage(), Stage::Cli);
        QVERIFY(desk.settled());
        QCOMPARE(desk.asked("add"), std::size_t(0)); // it asks first
        desk.wizard.submitCli();
        desk.wizard.submitCli();
        QTRY_COMPARE(desk.wizard.stage(), Stage::Result);
        QCOMPARE(desk.asked("add"), std::size_t(1));
        QVERIFY(desk.app.asked("connections.add")[0]
                == (Json{{"kind", "turso-cloud"}, {"from_cli", true}}));
    }

    void aServerIsSentWithWhatWasTyped()
    {
        Desk desk;
        QVERIFY(desk.open());
        desk.wizard.chooseServer();
        desk.wizard.setUrl(QStringLiteral("db.example.org"));
        desk.wizard.submitServer({}, {});
        QVERIFY(!desk.wizard.isBusy()); // not an address
        desk.wizard.setUrl(QStringLiteral("https://db.example.org"));
        desk.wizard.setAdminUrl(QStringLiteral("nonsense"));
        QVERIFY(!desk.wizard.areAddressesGood());
        desk.wizard.setAdminUrl(QStringLiteral("https://admin.example.org"));
        desk.wizard.submitServer(kToken, QStringLiteral("k"));
        QTRY_COMPARE(desk.wizard.stage(), Stage::Result);
        QVERIFY(desk.app.asked("connections.add")[0]
                == (Json{{"kind", "libsql-server"},
                         {"url", "https://db.example.org"},
                         {"admin_url", "https://admin.example.org"},
                         {"token", kToken.toStdString()},
                         {"admin_key", "k"}}));
        desk.wizard.keep(QStringLiteral("Office"));
        QTRY_COMPARE(desk.finished.size(), 1);
        QVERIFY(desk.app.asked("connections.change")[0]
                == (Json{{"id", "con_1"}, {"name", "Office"}}));
    }

    void whatCannotBeReachedIsAddedOnlyIfSaid()
    {
        Desk desk;
        QVERIFY(desk.open());
        desk.wizard.chooseServer();
        desk.wizard.setUrl(QStringLiteral("http://127.0.0.1:9"));
        desk.app.connections.added
            = {{"state", "unreachable"}, {"sentence", "Nobody answers there."}};
        desk.wizard.submitServer({}, {});
        QTRY_COMPARE(desk.wizard.problem(), QStringLiteral("Nobody answers there."));
        QVERIFY(desk.wizard.mayAddAnyway());
        QCOMPARE(desk.wizard.stage(), Stage::Server);
        QCOMPARE(desk.model.count(), 1);
        desk.wizard.submitServer({}, {}, true);
        QVERIFY(!desk.wizard.mayAddAnyway());
        QTRY_COMPARE(desk.finished.size(), 1);
        QTRY_COMPARE(desk.model.count(), 2);
        QVERIFY(desk.app.asked("connections.add")[1]
                == (Json{{"kind", "libsql-server"},
                         {"url", "http://127.0.0.1:9"},
                         {"unchecked", true}}));
        QCOMPARE(desk.asked("remove"), std::size_t(0));
    }

    void aServerThatSaysNoIsNotAddedAnyway()
    {
        Desk desk;
        desk.app.answer("connections.add", refused);
        QVERIFY(desk.open());
        desk.wizard.chooseServer();
        desk.wizard.setUrl(QStringLiteral("http://127.0.0.1:9"));
        desk.wizard.submitServer(kToken, {});
        QTRY_VERIFY(!desk.wizard.problem().isEmpty());
        QVERIFY(!desk.wizard.mayAddAnyway());
    }

    void whatIsNotReadyIsKeptOnlyIfSaid_data()
    {
        QTest::addColumn<QString>("then");
        QTest::newRow("back") << "back";
        QTest::newRow("leave") << "leave";
        QTest::newRow("keep") << "keep";
        QTest::newRow("again") << "again";
    }
    void whatIsNotReadyIsKeptOnlyIfSaid()
    {
        QFETCH(QString, then);
        Desk desk;
        QVERIFY(desk.open());
        desk.wizard.chooseServer();
        desk.wizard.setUrl(QStringLiteral("http://127.0.0.1:9"));
        desk.app.connections.added
            = {{"state", "limited"}, {"sentence", "The admin API does not answer."}};
        desk.wizard.submitServer({}, {});
        QTRY_COMPARE(desk.wizard.stage(), Stage::Result);
        QVERIFY(!desk.wizard.isReady());
        if (then == QStringLiteral("keep"))
            desk.wizard.keep({});
        else if (then == QStringLiteral("leave"))
            desk.wizard.leave();
        else if (then == QStringLiteral("back"))
            desk.wizard.back();
        else
            desk.wizard.checkAgain();
        QVERIFY(desk.settled());
        const bool stays = then == QStringLiteral("keep") || then == QStringLiteral("again");
        QCOMPARE(desk.asked("remove"), std::size_t(stays ? 0 : 1));
        QTRY_COMPARE(desk.model.count(), stays ? 2 : 1);
        QCOMPARE(desk.finished.size(), then == QStringLiteral("keep") ? 1 : 0);
        QCOMPARE(desk.wizard.isReady(), then == QStringLiteral("again"));
    }

    void whatIsStillBeingCheckedIsWaitedFor()
    {
        Desk desk;
        QVERIFY(desk.open());
        desk.wizard.chooseToken();
        desk.app.connections.added = {{"state", "checking"}};
        desk.wizard.submitToken(kToken, {});
        QTRY_COMPARE(desk.asked("add"), std::size_t(1));
        QVERIFY(desk.settled());
        QCOMPARE(desk.wizard.stage(), Stage::Token);
        QVERIFY(desk.wizard.isBusy());
        desk.app.connections.become("con_1", {{"state", "ready"}});
        QTRY_COMPARE(desk.wizard.stage(), Stage::Result);
    }

    void signingInAgainGoesTheWayItWas_data()
    {
        QTest::addColumn<QString>("by");
        QTest::addColumn<int>("stage");
        QTest::newRow("browser") << "browser" << int(Stage::Browser);
        QTest::newRow("never") << "" << int(Stage::Browser);
        QTest::newRow("token") << "token" << int(Stage::Token);
        QTest::newRow("cli") << "cli" << int(Stage::Token);
    }
    void signingInAgainGoesTheWayItWas()
    {
        QFETCH(QString, by);
        QFETCH(int, stage);
        Desk desk;
        desk.app.connections.all = Scenes::connections();
        desk.app.connections.all[1].update(
            {{"state", "signed-out"}, {"signed_in_by", by.toStdString()}});
        QVERIFY(desk.open());
        QVERIFY(!desk.wizard.signIn(&desk.model, QStringLiteral("con_gone")));
        QVERIFY(desk.wizard.signIn(&desk.model, QStringLiteral("con_cloud")));
        QCOMPARE(int(desk.wizard.stage()), stage);
        QVERIFY(desk.wizard.isExisting());
        QVERIFY(desk.idle());
        QVERIFY(desk.wizard.back()); // it was there before, and stays
        QCOMPARE(desk.finished.size(), 1);
        QVERIFY(desk.settled());
        QCOMPARE(desk.asked("remove"), std::size_t(0));
        QCOMPARE(desk.asked("add"), std::size_t(0));
        QCOMPARE(desk.asked("sign_in_cancel"), desk.asked("sign_in"));
    }

    void onlyWhatIsChangedIsSent()
    {
        Desk desk;
        desk.app.connections.all = Scenes::connections();
        QVERIFY(desk.open());
        QVERIFY(desk.wizard.change(&desk.model, QStringLiteral("con_cloud")));
        desk.wizard.submitChange(QStringLiteral("Acme"), QStringLiteral("acme-corp"), {}, {});
        QCOMPARE(desk.finished.size(), 1);
        QVERIFY(desk.settled());
        QCOMPARE(desk.asked("change"), std::size_t(0));
        QVERIFY(desk.wizard.change(&desk.model, QStringLiteral("con_cloud")));
        desk.wizard.submitChange(QStringLiteral("Acme EU"), QStringLiteral("acme-corp"), {}, {});
        QTRY_COMPARE(desk.finished.size(), 2);
        QVERIFY(desk.app.asked("connections.change")[0]
                == (Json{{"id", "con_cloud"}, {"name", "Acme EU"}}));
    }

    void aChangeThatFailsStays()
    {
        Desk desk;
        desk.app.connections.all = Scenes::connections();
        desk.app.answer("connections.change", refused);
        QVERIFY(desk.open());
        QVERIFY(desk.wizard.change(&desk.model, QStringLiteral("con_server")));
        desk.wizard.submitChange(QStringLiteral("Office server"), {}, kToken, {});
        QTRY_VERIFY(!desk.wizard.problem().isEmpty());
        QCOMPARE(desk.wizard.stage(), Stage::Change);
        QVERIFY(desk.finished.isEmpty());
    }

    void oneThatIsRemovedElsewhereEndsTheWizard()
    {
        Desk desk;
        desk.app.connections.all = Scenes::connections();
        QVERIFY(desk.open());
        QVERIFY(desk.wizard.change(&desk.model, QStringLiteral("con_server")));
        desk.app.notify("connections.removed", {{"id", "con_server"}});
        QTRY_COMPARE(desk.finished.size(), 1);
        QCOMPARE(desk.wizard.stage(), Stage::Choosing);
    }
};

QTEST_MAIN(tst_ConnectionWizard)
#include "tst_connectionwizard.moc"
