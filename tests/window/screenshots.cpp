// SPDX-License-Identifier: GPL-3.0-or-later
// Draws every window from played data into PNG files: window_screenshots FOLDER. Scale by
// QT_SCALE_FACTOR.
#include "window/agentshome.h"
#include "window/desklink.h"
#include "window/playedapp.h"
#include "window/scenes.h"
#include "window/windows.h"

#include <QDir>
#include <QFont>
#include <QGuiApplication>
#include <QQuickItem>
#include <QQuickWindow>
#include <QTest>

namespace
{

using SetUp = std::function<void(Played::PlayedApp &)>;
using Then = std::function<void(Played::PlayedApp &, Window::Windows &, QQuickWindow &)>;

struct Scene {
    const char *name;
    const char *page; ///< empty: the approval window
    SetUp setUp;
    Then then = {};
};

/// The first one of that name that can be seen. What views make is no child of the window
/// otherwise.
QQuickItem *shownItem(QQuickItem *below, QLatin1StringView name)
{
    if (!below->isVisible())
        return nullptr;
    if (below->objectName() == name)
        return below;
    for (QQuickItem *child : below->childItems()) {
        if (QQuickItem *found = shownItem(child, name))
            return found;
    }
    return nullptr;
}

void click(QQuickWindow &window, const char *objectName)
{
    QQuickItem *item = shownItem(window.contentItem(), QLatin1StringView(objectName));
    if (!item)
        qFatal("there is no %s to press", objectName);
    QTest::mouseClick(&window, Qt::LeftButton, {},
                      item->mapToScene({item->width() / 2, item->height() / 2}).toPoint());
}

SetUp approvalOf(std::vector<Gateway::Approval> approvals)
{
    return [approvals](Played::PlayedApp &app) {
        app.approvals = approvals;
    };
}

void fill(Played::PlayedApp &app)
{
    app.calls = Scenes::calls(200);
    for (const Gateway::CallRecord &call : app.calls)
        app.details.push_back(Scenes::detailOf(call));
    app.agents = Scenes::agents();
    app.grants = Scenes::grants();
    app.status.agents = 2;
    app.status.approvalsPending = 1;
}

void select(Window::Windows &windows, QQuickWindow &window, int row)
{
    const QVariant call = window.property("call");
    call.value<Window::CallViewModel *>()->show(windows.live().callIdAt(row));
}

void crowd(Played::PlayedApp &app)
{
    fill(app);
    app.agents = Scenes::manyAgents();
    app.grants = Scenes::manyGrants();
    app.status.agents = 3;
    app.status.connections.push_back({"turso-cloud", "turso-cloud", "Turso Cloud", "ready"});
}

Then press(std::vector<const char *> names)
{
    return [names](Played::PlayedApp &, Window::Windows &, QQuickWindow &window) {
        for (const char *name : names) {
            click(window, name);
            QTest::qWait(400);
        }
    };
}

void scroll(QQuickWindow &window, const char *list, double share)
{
    QQuickItem *item = shownItem(window.contentItem(), QLatin1StringView(list));
    item->setProperty("contentY",
                      (item->property("contentHeight").toDouble() - item->height()) * share);
}

/// Connects by the model, so that it also works where nobody answers handshakes.
Then connected(bool undone)
{
    return [undone](Played::PlayedApp &, Window::Windows &, QQuickWindow &window) {
        auto *wizard = window.property("wizard").value<Window::ConnectWizard *>();
        const auto settle = [wizard] {
            if (!QTest::qWaitFor([wizard] { return !wizard->isBusy(); }, 20'000))
                qFatal("the wizard does not come to an end");
        };
        settle();
        wizard->choose(QStringLiteral("codex"));
        settle();
        wizard->go();
        settle();
        if (undone)
            wizard->undo();
        settle();
    };
}

std::vector<Scene> wizardScenes()
{
    const auto nothing = [](Played::PlayedApp &) {
    };
    return {
        {"wizard", "connect", nothing},
        {"wizard-diff", "connect", nothing, press({"agent:claude-desktop"})},
        {"wizard-diff-one-line", "connect", nothing, press({"agent:claude-code"})},
        {"wizard-diff-new", "connect", nothing, press({"agent:windsurf"})},
        {"wizard-outdated", "connect", nothing, press({"agent:gemini"})},
        {"wizard-broken", "connect", nothing, press({"agent:cursor"})},
        {"wizard-other", "connect", nothing, press({"agent:"})},
        {"wizard-done", "connect", nothing, connected(false)},
        {"wizard-undone", "connect", nothing, connected(true)},
    };
}

std::vector<Scene> scenes()
{
    return {
        {"approval-delete", "", approvalOf({Scenes::deleteWithCascade()})},
        {"approval-update", "", approvalOf({Scenes::updateBeforeAfter()})},
        {"approval-drop", "", approvalOf({Scenes::dropTable()})},
        {"approval-drop-typed", "", approvalOf({Scenes::dropTable()}),
         [](Played::PlayedApp &, Window::Windows &windows, QQuickWindow &) {
             windows.approvals().current()->setProperty("typed", QStringLiteral("orders"));
         }},
        {"approval-consent", "", approvalOf({Scenes::consent()})},
        {"approval-long", "", approvalOf({Scenes::veryLong()})},
        {"approval-several", "", approvalOf(Scenes::allApprovals())},
        {"approval-note", "", approvalOf({Scenes::deleteWithCascade()}),
         [](Played::PlayedApp &, Window::Windows &, QQuickWindow &window) {
             click(window, "denyWithNote");
         }},
        {"approval-expired", "", approvalOf({Scenes::deleteWithCascade()}),
         [](Played::PlayedApp &app, Window::Windows &, QQuickWindow &) {
             app.approvals[0].state = Gateway::ApprovalState::Expired;
             app.tell(app.approvals);
         }},
        {"approval-lost", "", approvalOf({Scenes::deleteWithCascade()}),
         [](Played::PlayedApp &app, Window::Windows &, QQuickWindow &) {
             app.hangUp();
         }},
        {"live", "live", fill},
        {"live-selected", "live", fill,
         [](Played::PlayedApp &, Window::Windows &windows, QQuickWindow &window) {
             select(windows, window, 186);
         }},
        {"live-approved", "live", fill,
         [](Played::PlayedApp &, Window::Windows &windows, QQuickWindow &window) {
             select(windows, window, 183);
         }},
        {"live-waiting", "live",
         [](Played::PlayedApp &app) {
             fill(app);
             app.approvals = {Scenes::deleteWithCascade()};
         },
         [](Played::PlayedApp &, Window::Windows &windows, QQuickWindow &window) {
             select(windows, window, 198);
         }},
        {"live-empty", "live",
         [](Played::PlayedApp &) {
         }},
        {"live-lost", "live", fill,
         [](Played::PlayedApp &app, Window::Windows &, QQuickWindow &) {
             app.hangUp();
         }},
        {"live-read-only", "live",
         [](Played::PlayedApp &app) {
             fill(app);
             app.status.readOnly = true;
         }},
        {"agents", "agents", fill},
        {"agents-one", "agents",
         [](Played::PlayedApp &app) {
             fill(app);
             app.agents.resize(1);
             app.grants.resize(1);
         }},
        {"agents-many", "agents", crowd},
        {"agents-many-middle", "agents", crowd,
         [](Played::PlayedApp &, Window::Windows &, QQuickWindow &window) {
             scroll(window, "agents", 0.45);
         }},
        {"agents-many-below", "agents", crowd,
         [](Played::PlayedApp &, Window::Windows &, QQuickWindow &window) {
             scroll(window, "agents", 1);
             QTest::qWait(100);
             click(window, "ended");
             QTest::qWait(100);
             scroll(window, "agents", 1);
         }},
        {"agents-all-databases", "agents", crowd, press({"all"})},
        {"agents-revoke", "agents", crowd, press({"revoke"})},
        {"agents-filtered", "agents", crowd,
         [](Played::PlayedApp &, Window::Windows &, QQuickWindow &window) {
             shownItem(window.contentItem(), QLatin1StringView("filter"))
                 ->setProperty("text", QStringLiteral("tenant"));
         }},
        {"agents-empty", "agents",
         [](Played::PlayedApp &) {
         }},
    };
}

void shoot(const Scene &scene, const char *theme, const QDir &folder)
{
    qputenv("TURSO_COMPANION_THEME", theme);
    Played::PlayedApp app;
    scene.setUp(app);
    Window::DeskLink link(app.client());
    Window::Windows windows(link);
    windows.start(QLatin1StringView(scene.page));
    const bool main = *scene.page != 0;
    const auto shown = [&] {
        return main ? windows.mainWindow() : windows.approvalWindow();
    };
    if (!QTest::qWaitFor([&] { return shown() && shown()->isVisible(); }, 5000))
        qFatal("%s did not appear", scene.name);
    if (main)
        shown()->resize(1180, 760);
    QTest::qWait(Window::ApprovalQueue::kGuardMs + 150);
    if (scene.then)
        scene.then(app, windows, *shown());
    QTest::qWait(250);
    const QString name = QStringLiteral("%1-%2@%3.png")
                             .arg(QLatin1StringView(scene.name), QLatin1StringView(theme))
                             .arg(shown()->effectiveDevicePixelRatio());
    shown()->grabWindow().save(folder.filePath(name));
}

} // namespace

int main(int argc, char **argv)
{
    qputenv("QT_QUICK_BACKEND", "software");
    QGuiApplication app(argc, argv);
    QGuiApplication::setQuitOnLastWindowClosed(false);
    const QStringList arguments = QGuiApplication::arguments();
    Played::AgentsHome home;
    home.moveIn();
    const QDir folder(arguments.value(1, QStringLiteral("screenshots")));
    QDir().mkpath(folder.path());
    std::vector<Scene> all = scenes();
    const std::vector<Scene> more = wizardScenes();
    all.insert(all.end(), more.begin(), more.end());
    for (const Scene &scene : all) {
        home.furnish();
        if (arguments.size() > 2 && !QLatin1StringView(scene.name).startsWith(arguments[2]))
            continue;
        for (const char *theme : {"light", "dark"})
            shoot(scene, theme, folder);
    }
    return 0;
}
