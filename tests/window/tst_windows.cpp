// SPDX-License-Identifier: GPL-3.0-or-later
#include "icons/icons.h"
#include "window/desklink.h"
#include "window/playedapp.h"
#include "window/scenes.h"
#include "window/windows.h"

#include <QGuiApplication>
#include <QQmlComponent>
#include <QQuickItem>
#include <QQuickWindow>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using Base::Json;

namespace
{

/// The window process's objects over a played app.
struct Desk {
    Played::PlayedApp app;
    std::unique_ptr<Window::DeskLink> link;
    std::unique_ptr<Window::Windows> windows;

    explicit Desk(std::vector<Gateway::Approval> approvals, const QString &page = {},
                  int lingerMs = 20'000)
    {
        app.approvals = std::move(approvals);
        link = std::make_unique<Window::DeskLink>(app.client());
        windows = std::make_unique<Window::Windows>(*link, lingerMs);
        windows->start(page);
    }

    QQuickWindow *approval() const { return windows->approvalWindow(); }
    bool waitUntilShown() const
    {
        return QTest::qWaitFor(
            [this] { return approval() && approval()->isVisible() && approval()->isExposed(); });
    }
    bool waitUntilArmed() const
    {
        // The time is over a little before the window has heard of it.
        return QTest::qWaitFor([this] {
            return windows->approvals().canApprove()
                && !approval()->flags().testFlag(Qt::WindowDoesNotAcceptFocus);
        });
    }
    QQuickItem *item(const char *name) const
    {
        return approval()->findChild<QQuickItem *>(QLatin1StringView(name));
    }
    void click(const char *name) const
    {
        QQuickItem *target = item(name);
        QVERIFY2(target, name);
        const QPointF centre = target->mapToScene({target->width() / 2, target->height() / 2});
        QTest::mouseClick(approval(), Qt::LeftButton, {}, centre.toPoint());
    }
    void activate() const
    {
        approval()->setFlag(Qt::WindowDoesNotAcceptFocus, false);
        approval()->requestActivate();
        QVERIFY(QTest::qWaitForWindowActive(approval()));
    }
    void type(QLatin1StringView text) const
    {
        for (const char letter : text)
            QTest::keyClick(approval(), letter);
    }
    bool settle()
    {
        bool answered = false;
        link->call("status", Json::object(), windows.get(),
                   [&answered](const auto &) { answered = true; });
        return QTest::qWaitFor([&answered] { return answered; });
    }
    int approvals() const { return static_cast<int>(app.asked("approvals.approve").size()); }
    int denials() const { return static_cast<int>(app.asked("approvals.deny").size()); }
};

double luminance(const QColor &color)
{
    const auto part = [](double c) {
        return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * part(color.redF()) + 0.7152 * part(color.greenF())
        + 0.0722 * part(color.blueF());
}

double contrast(const QColor &a, const QColor &b)
{
    const auto [low, high] = std::minmax({luminance(a), luminance(b)});
    return (high + 0.05) / (low + 0.05);
}

QStringList textsBelow(const QQuickItem *item)
{
    QStringList texts;
    if (item->property("text").isValid() && item->property("textFormat").isValid())
        texts << item->property("text").toString();
    for (const QQuickItem *child : item->childItems())
        texts << textsBelow(child);
    return texts;
}

/// True where this text stands in something that can be seen.
bool shows(const QQuickItem *item, const QString &text)
{
    if (!item->isVisible())
        return false;
    const QList<QQuickItem *> children = item->childItems();
    return item->property("text").toString() == text
        || std::any_of(children.begin(), children.end(),
                       [&text](const QQuickItem *child) { return shows(child, text); });
}

void checkPlain(const QQuickItem *item)
{
    // Text and TextEdit count their formats alike: 0 is plain.
    if (item->property("textFormat").isValid())
        QCOMPARE(item->property("textFormat").toInt(), 0);
    for (const QQuickItem *child : item->childItems())
        checkPlain(child);
}

} // namespace

class tst_Windows : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        // What the offscreen platform cannot do it says as a warning.
        QTest::failOnWarning(
            QRegularExpression(QStringLiteral("^(?!This plugin does not support)")));
    }

    void nothingOpensForNothing()
    {
        Desk desk({});
        QVERIFY(QTest::qWaitFor([&desk] { return desk.link->isConnected(); }));
        QVERIFY(desk.settle());
        QVERIFY(!desk.approval()->isVisible());
        QVERIFY(!desk.windows->mainWindow());
    }

    void aQuestionOpensTheWindowWithoutTakingTheKeyboard()
    {
        Desk desk({Scenes::deleteWithCascade()});
        QVERIFY(desk.waitUntilShown());
        QVERIFY(desk.approval()->flags().testFlag(Qt::WindowStaysOnTopHint));
        QVERIFY(desk.approval()->flags().testFlag(Qt::WindowDoesNotAcceptFocus));
        QVERIFY(desk.approval()->property("_q_showWithoutActivating").toBool());
        QVERIFY(desk.item("deny")->hasFocus());
        QVERIFY(desk.waitUntilArmed());
        QVERIFY(!desk.approval()->flags().testFlag(Qt::WindowDoesNotAcceptFocus));
    }

    void aClickInTheFirst600MsDoesNothing()
    {
        Desk desk({Scenes::deleteWithCascade()});
        QVERIFY(desk.waitUntilShown());
        desk.click("approve");
        QVERIFY(desk.settle());
        QCOMPARE(desk.approvals(), 0);
        QVERIFY(desk.approval()->isVisible());
    }

    void aClickAfterwardsApprovesOnce()
    {
        Desk desk({Scenes::deleteWithCascade()});
        QVERIFY(desk.waitUntilShown());
        QVERIFY(desk.waitUntilArmed());
        desk.click("approve");
        desk.click("approve");
        QTRY_VERIFY(!desk.approval()->isVisible());
        QCOMPARE(desk.approvals(), 1);
        QCOMPARE(desk.denials(), 0);
    }

    void keysNeverApprove_data()
    {
        QTest::addColumn<int>("key");
        QTest::addColumn<int>("denials");
        QTest::newRow("Return") << int(Qt::Key_Return) << 1;
        QTest::newRow("Enter") << int(Qt::Key_Enter) << 1;
        QTest::newRow("Space") << int(Qt::Key_Space) << 1;
        QTest::newRow("Escape") << int(Qt::Key_Escape) << 0;
        QTest::newRow("a letter") << int(Qt::Key_A) << 0;
    }
    void keysNeverApprove()
    {
        QFETCH(int, key);
        QFETCH(int, denials);
        Desk desk({Scenes::deleteWithCascade()});
        QVERIFY(desk.waitUntilShown());
        QVERIFY(desk.waitUntilArmed());
        desk.activate();
        QTest::keyClick(desk.approval(), static_cast<Qt::Key>(key));
        QVERIFY(desk.settle());
        QCOMPARE(desk.approvals(), 0);
        QCOMPARE(desk.denials(), denials);
        QCOMPARE(desk.windows->approvals().count(), 1 - denials);
    }

    void noPlaceOfTheKeyboardMakesReturnApprove()
    {
        Desk desk({Scenes::deleteWithCascade()});
        QVERIFY(desk.waitUntilShown());
        QVERIFY(desk.waitUntilArmed());
        desk.activate();
        // Deny answers with no and the drop-downs open; the rest must do nothing. So: never on
        // Approve.
        for (int i = 0; i < 12; ++i) {
            QTest::keyClick(desk.approval(), Qt::Key_Tab);
            QVERIFY(desk.approval()->activeFocusItem() != desk.item("approve"));
        }
    }

    void theChordApproves()
    {
        Desk desk({Scenes::deleteWithCascade()});
        QVERIFY(desk.waitUntilShown());
        desk.activate();
        QTest::keyClick(desk.approval(), Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(desk.settle());
        QCOMPARE(desk.approvals(), 0); // too early
        QVERIFY(desk.waitUntilArmed());
        QTest::keyClick(desk.approval(), Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_COMPARE(desk.approvals(), 1);
    }

    void closingTheWindowDenies()
    {
        Desk desk({Scenes::deleteWithCascade(), Scenes::updateBeforeAfter()});
        QVERIFY(desk.waitUntilShown());
        desk.approval()->close();
        QTRY_COMPARE(desk.denials(), 1);
        QVERIFY(desk.app.asked("approvals.deny")[0]["id"] == Json("apr_delete"));
        QTRY_COMPARE(desk.windows->approvals().count(), 1);
        QVERIFY(desk.approval()->isVisible()); // for the other one
        QTRY_VERIFY(!desk.windows->approvals().isBusy());
        desk.approval()->close();
        QTRY_VERIFY(!desk.approval()->isVisible());
        QCOMPARE(desk.approvals(), 0);
    }

    void theNameIsTypedInTheWindow()
    {
        Desk desk({Scenes::dropTable()});
        QVERIFY(desk.waitUntilShown());
        desk.activate();
        desk.click("typedName");
        desk.type(QLatin1StringView("order"));
        QTest::qWait(Window::ApprovalQueue::kGuardMs + 50);
        QVERIFY(!desk.item("approve")->isEnabled());
        desk.click("approve");
        desk.type(QLatin1StringView("s"));
        QTest::keyClick(desk.approval(), Qt::Key_Return);
        QVERIFY(desk.settle());
        QCOMPARE(desk.approvals(), 0);
        QTRY_VERIFY(desk.item("approve")->isEnabled());
        desk.click("approve");
        QTRY_COMPARE(desk.approvals(), 1);
        QVERIFY(desk.app.asked("approvals.approve")[0]["typed"] == Json("orders"));
    }

    void aNoteIsSentWithTheDenial()
    {
        Desk desk({Scenes::deleteWithCascade()});
        QVERIFY(desk.waitUntilShown());
        desk.activate();
        desk.click("denyWithNote");
        desk.type(QLatin1StringView("use the branch"));
        QTest::keyClick(desk.approval(), Qt::Key_Return);
        QTRY_COMPARE(desk.denials(), 1);
        QVERIFY(desk.app.asked("approvals.deny")[0]["message"] == Json("use the branch"));
        QCOMPARE(desk.approvals(), 0);
    }

    void markupIsShownAsItIsWritten()
    {
        auto approval = Scenes::deleteWithCascade();
        const QString markup
            = QStringLiteral("<b>Safe</b> <img src='http://127.0.0.1:1/x'> &amp; **bold**");
        for (std::string *text : {&approval.sentence, &approval.sql, &approval.reason,
                                  &approval.agent, &approval.program, &approval.context,
                                  &approval.undo, &approval.database, &approval.connection})
            *text = markup.toStdString();
        approval.impact = Base::dumpJson(
            {{"sample", {{{"table", "t"}, {"before", {{"<u>c</u>", markup.toStdString()}}}}}},
             {"schema", {{{"object", markup.toStdString()}, {"change", "<i>x</i>"}}}}});
        Desk desk({approval});
        QVERIFY(desk.waitUntilShown());
        const QStringList texts = textsBelow(desk.approval()->contentItem());
        QVERIFY(texts.filter(markup).size() >= 6);
        checkPlain(desk.approval()->contentItem());
    }

    void anExpiredQuestionSaysSoAndGoes()
    {
        Desk desk({Scenes::deleteWithCascade()});
        QVERIFY(desk.waitUntilShown());
        desk.app.approvals[0].state = Gateway::ApprovalState::Expired;
        desk.app.tell(desk.app.approvals);
        QTRY_VERIFY(!desk.item("approve")->isEnabled() && !desk.item("deny")->isEnabled());
        QVERIFY(textsBelow(desk.approval()->contentItem())
                    .join(u' ')
                    .contains(QStringLiteral("Nothing was run")));
        QTRY_VERIFY_WITH_TIMEOUT(!desk.approval()->isVisible(),
                                 Window::ApprovalQueue::kNoticeMs + 2000);
        QCOMPARE(desk.denials(), 0);
    }

    void theProcessEndsWithItsApp()
    {
        Desk desk({Scenes::deleteWithCascade()});
        QVERIFY(desk.waitUntilShown());
        QSignalSpy finished(desk.windows.get(), &Window::Windows::finished);
        desk.app.hangUp();
        QTRY_VERIFY(!desk.item("deny")->isEnabled());
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, Window::Windows::kFarewellMs + 2000);
    }

    void theProcessEndsSomeTimeAfterItsLastWindow()
    {
        Desk desk({Scenes::deleteWithCascade()}, {}, 300);
        QSignalSpy finished(desk.windows.get(), &Window::Windows::finished);
        QVERIFY(desk.waitUntilShown());
        QVERIFY(!finished.wait(600));
        desk.approval()->close();
        QTRY_VERIFY(!desk.approval()->isVisible());
        QTRY_COMPARE(finished.count(), 1);
    }

    void theMainWindowOpensOnItsPageAndRemembersItsPlace()
    {
        QTemporaryDir profile;
        const QRect place(40, 50, 1000, 600);
        for (const bool again : {false, true}) {
            Played::PlayedApp app;
            app.status.profile = profile.path().toStdString();
            app.calls = Scenes::calls(30);
            app.agents = Scenes::agents();
            Window::DeskLink link(app.client());
            Window::Windows windows(link);
            windows.start(QStringLiteral("live"));
            QTRY_VERIFY(windows.mainWindow() && windows.mainWindow()->isVisible());
            QTRY_COMPARE(windows.live().count(), 30);
            if (again)
                QCOMPARE(windows.mainWindow()->geometry(), place);
            app.notify("window.show", {{"page", "agents"}});
            QTRY_COMPARE(windows.mainWindow()->property("page").toString(),
                         QStringLiteral("agents"));
            windows.mainWindow()->setGeometry(place);
        }
    }

    void colorsCanBeReadInBothThemes()
    {
        QQmlEngine engine;
        engine.addImportPath(QStringLiteral("qrc:/qt/qml"));
        QQmlComponent component(&engine);
        component.setData(
            "import QtQml\nimport Companion.Controls\nQtObject { property var theme: Theme }", {});
        const std::unique_ptr<QObject> holder(component.create());
        QVERIFY2(holder, qPrintable(component.errorString()));
        auto *theme = holder->property("theme").value<QObject *>();
        const char *const grounds[] = {"window", "surface", "raised", "sunken"};
        const char *const inks[]
            = {"text", "secondary", "accent", "safe", "change", "destructive", "irreversible"};
        const std::pair<const char *, const char *> pairs[]
            = {{"inkOnAccent", "accent"},
               {"inkOnAccent", "accentHover"},
               {"inkOnAccent", "accentPressed"},
               {"inkOnDestructive", "destructive"},
               {"inkOnDestructive", "destructiveHover"},
               {"safe", "safeSoft"},
               {"change", "changeSoft"},
               {"destructive", "destructiveSoft"},
               {"irreversible", "irreversibleSoft"},
               {"accent", "accentSoft"},
               {"text", "accentSoft"},
               {"secondary", "accentSoft"},
               {"text", "changeSoft"},
               {"secondary", "changeSoft"},
               {"text", "hover"},
               {"secondary", "hover"},
               {"text", "pressed"}};
        for (const bool dark : {false, true}) {
            theme->setProperty("dark", dark);
            const auto check = [&](const char *ink, const char *ground, double least) {
                const double found = contrast(theme->property(ink).value<QColor>(),
                                              theme->property(ground).value<QColor>());
                QVERIFY2(found >= least,
                         qPrintable(QStringLiteral("%1 on %2, dark %3: %4")
                                        .arg(QLatin1StringView(ink), QLatin1StringView(ground))
                                        .arg(dark)
                                        .arg(found)));
            };
            for (const char *ground : grounds) {
                for (const char *ink : inks)
                    check(ink, ground, 4.5);
                check("outline", ground, 3);
            }
            for (const auto &[ink, ground] : pairs)
                check(ink, ground, 4.5);
        }
        theme->setProperty("dark", false);
    }

    void everyIconCanBeDrawn()
    {
        QVERIFY(Icons::glyphNames().size() > 30);
        for (const QString &name : Icons::glyphNames())
            QVERIFY2(!Icons::glyph(name, Qt::black, {16, 16}).isNull(), qPrintable(name));
        for (const auto state : {Icons::TrayState::Idle, Icons::TrayState::Connected,
                                 Icons::TrayState::Waiting, Icons::TrayState::ReadOnly}) {
            for (const bool dark : {false, true})
                QVERIFY(!Icons::trayIcon(state, dark).pixmap(22).isNull());
        }
        QVERIFY(!Icons::appIcon().pixmap(64).isNull());
        QVERIFY(Icons::glyph(QStringLiteral("no-such"), Qt::black, {16, 16}).isNull());
    }
};

QTEST_MAIN(tst_Windows)
#include "tst_windows.moc"
