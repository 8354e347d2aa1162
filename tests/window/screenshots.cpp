// SPDX-License-Identifier: GPL-3.0-or-later
// Draws every window from played data into PNG files: window_screenshots FOLDER. Scale by
// QT_SCALE_FACTOR.
#include "window/agentshome.h"
#include "window/connectionscenes.h"
#include "window/desklink.h"
#include "window/playedapp.h"
#include "window/realapp.h"
#include "window/scenes.h"
#include "window/windows.h"

#include <QDesktopServices>
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
    const char *page; ///< empty: the approval window; "picker" or "editor": the scope picker
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

/// The desktop's browser: opened for no picture.
class NoBrowser final : public QObject
{
    Q_OBJECT
public Q_SLOTS:
    void open(const QUrl &) { }
};

const Played::RealApp *handshakes = nullptr; ///< answers them, and ends with this program

/// Connects by the model, as only what comes of it is of interest.
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
    const auto nothing = [](Played::PlayedApp &app) {
        app.status.profile = handshakes->profile().toStdString();
        app.status.endpoint = handshakes->endpoint().toStdString();
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

SetUp connectionsOf(std::vector<Base::Json> connections)
{
    return [connections](Played::PlayedApp &app) {
        app.agents = Scenes::agents();
        app.grants = Scenes::grants();
        app.grants[1].connection = "con_cloud";
        app.grants[2].connection = "con_cloud";
        app.status.agents = 2;
        app.connections.all = connections;
    };
}

SetUp failing(const char *method, const char *sentence)
{
    return [method, sentence](Played::PlayedApp &app) {
        app.answer(method, [sentence](const Base::Json &) -> Base::Result<Base::Json> {
            return Base::fail(Base::ErrorKind::UpstreamError, sentence);
        });
    };
}

SetUp audited(SetUp more)
{
    return [more](Played::PlayedApp &app) {
        connectionsOf(Scenes::connections())(app);
        app.connections.audit = Scenes::auditEntries(140);
        more(app);
    };
}

void type(QQuickWindow &window, const char *field, const char *text)
{
    click(window, field);
    for (const char *letter = text; *letter; ++letter)
        QTest::keyClick(&window, *letter);
}

/// Adds one that becomes like `added`, by the server's form.
Then addedServer(const Base::Json &added)
{
    return [added](Played::PlayedApp &app, Window::Windows &windows, QQuickWindow &window) {
        app.connections.added = added;
        press({"addConnection", "way:server"})(app, windows, window);
        type(window, "urlField", "http://db.office.example:8080");
        press({"submit"})(app, windows, window);
    };
}

std::vector<Scene> connectionScenes()
{
    const auto three = connectionsOf(Scenes::connections());
    const auto cli = [three](Played::PlayedApp &app) {
        three(app);
        app.connections.cli = {{"found", true},
                               {"username", "ada-lovelace"},
                               {"organization", "acme-corp"},
                               {"api_url", "https://api.turso.tech"}};
    };
    return {
        {"connections", "connections", three},
        {"connections-empty", "connections", connectionsOf({Scenes::workspaceConnection()})},
        {"connections-broken", "connections", connectionsOf(Scenes::brokenConnections())},
        {"connections-broken-below", "connections", connectionsOf(Scenes::brokenConnections()),
         [](Played::PlayedApp &, Window::Windows &, QQuickWindow &window) {
             scroll(window, "connections", 1);
         }},
        {"connections-many", "connections", connectionsOf(Scenes::manyConnections(30)),
         [](Played::PlayedApp &, Window::Windows &, QQuickWindow &window) {
             scroll(window, "connections", 0.32);
         }},
        {"connections-narrow", "connections", connectionsOf(Scenes::manyConnections(30)),
         [](Played::PlayedApp &, Window::Windows &, QQuickWindow &window) {
             window.resize(960, 640);
         }},
        {"connections-remove", "connections", three, press({"remove"})},
        {"connections-problem", "connections",
         failing("connections.list", "The list could not be read from the profile.")},
        {"connections-lost", "connections", three,
         [](Played::PlayedApp &app, Window::Windows &, QQuickWindow &) {
             app.hangUp();
         }},
        {"add-connection", "connections", cli, press({"addConnection"})},
        {"add-browser", "connections", three, press({"addConnection", "way:browser"})},
        {"add-browser-failed", "connections", three,
         [](Played::PlayedApp &app, Window::Windows &windows, QQuickWindow &window) {
             press({"addConnection", "way:browser"})(app, windows, window);
             app.connections.become(
                 "con_1",
                 {{"state", "signed-out"},
                  {"sentence", "Nobody signed in within 10 minutes, so nothing was changed."}});
         }},
        {"add-browser-organization", "connections", three,
         [](Played::PlayedApp &app, Window::Windows &windows, QQuickWindow &window) {
             press({"addConnection", "way:browser"})(app, windows, window);
             app.connections.become("con_1",
                                    {{"state", "limited"},
                                     {"signed_in_by", "browser"},
                                     {"token_kept", "keychain"},
                                     {"sentence",
                                      "You are signed in, and the token does not tell for which "
                                      "organization."}});
         }},
        {"add-token", "connections", three,
         [](Played::PlayedApp &app, Window::Windows &windows, QQuickWindow &window) {
             press({"addConnection", "way:token"})(app, windows, window);
             type(window, "tokenField", "eyJhbGciOiJFZERTQSJ9");
         }},
        {"add-token-refused", "connections",
         [three](Played::PlayedApp &app) {
             three(app);
             failing("connections.add",
                     "This token opens every organization of yours, so it is not taken. Make one "
                     "for a single organization with --org.")(app);
         },
         [](Played::PlayedApp &app, Window::Windows &windows, QQuickWindow &window) {
             press({"addConnection", "way:token"})(app, windows, window);
             type(window, "tokenField", "eyJhbGciOiJFZERTQSJ9");
             press({"submit"})(app, windows, window);
         }},
        {"add-cli", "connections", cli, press({"addConnection", "way:cli"})},
        {"add-server", "connections", three,
         [](Played::PlayedApp &app, Window::Windows &windows, QQuickWindow &window) {
             press({"addConnection", "way:server", "more"})(app, windows, window);
             type(window, "urlField", "http://db.office.example:8080");
             type(window, "adminUrlField", "db.office.example:8081");
         }},
        {"add-server-ready", "connections", three,
         addedServer({{"name", "db.office.example"},
                      {"warnings", Scenes::serverConnection()["warnings"]},
                      {"facts", Scenes::serverConnection()["facts"]}})},
        {"add-server-unreachable", "connections", three,
         addedServer({{"name", "db.office.example"},
                      {"state", "unreachable"},
                      {"sentence",
                       "db.office.example:8080 does not answer: connection refused. "
                       "Start the server, or check the address."}})},
        {"change-connection", "connections", three, press({"change"})},
        {"databases", "connections",
         [](Played::PlayedApp &app) {
             connectionsOf(Scenes::connections())(app);
             app.connections.databases = Scenes::databases(10'000);
         },
         press({"databases"})},
        {"databases-none", "connections", three, press({"databases"})},
        {"databases-problem", "connections",
         [](Played::PlayedApp &app) {
             connectionsOf(Scenes::connections())(app);
             failing("connections.databases", "Turso Cloud did not answer within 10 seconds.")(app);
         },
         press({"databases"})},
        {"audit", "connections", audited([](Played::PlayedApp &) {}), press({"audit"})},
        {"audit-more", "connections", audited([](Played::PlayedApp &) {}),
         [](Played::PlayedApp &app, Window::Windows &windows, QQuickWindow &window) {
             press({"audit"})(app, windows, window);
             scroll(window, "audit", 1);
         }},
        {"audit-empty", "connections",
         audited([](Played::PlayedApp &app) { app.connections.audit.clear(); }), press({"audit"})},
        {"audit-lacking", "connections", audited([](Played::PlayedApp &app) {
             app.answer("connections.audit", [](const Base::Json &) -> Base::Result<Base::Json> {
                 return Base::fail(Base::ErrorKind::Unsupported, "The plan has none.");
             });
         }),
         press({"audit"})},
        {"audit-problem", "connections",
         audited(failing("connections.audit", "Turso Cloud did not answer within 10 seconds.")),
         press({"audit"})},
    };
}

Window::ScopeChoice &choiceOf(Window::Windows &windows)
{
    return *windows.scopePicker().choice();
}

SetUp pickerOf(std::vector<Gateway::Approval> approvals,
               std::vector<Gateway::ConnectionScope> scopes = Scenes::scopes())
{
    return [approvals, scopes](Played::PlayedApp &app) {
        app.approvals = approvals;
        app.scopes = scopes;
    };
}

std::vector<Scene> pickerScenes()
{
    return {
        {"picker", "picker", pickerOf({Scenes::signIn()})},
        {"picker-program", "picker", pickerOf({Scenes::consent()})},
        {"picker-verified", "picker", pickerOf({Scenes::verifiedSignIn(), Scenes::consent()})},
        {"picker-long", "picker", pickerOf({Scenes::longSignIn()}, Scenes::manyScopes(40)),
         [](Played::PlayedApp &, Window::Windows &windows, QQuickWindow &) {
             choiceOf(windows).setConnection(QStringLiteral("cloud"));
             choiceOf(windows).setGroupIndex(2);
         }},
        {"picker-forty", "picker", pickerOf({Scenes::signIn()}, Scenes::manyScopes(80)),
         [](Played::PlayedApp &, Window::Windows &windows, QQuickWindow &window) {
             choiceOf(windows).setConnection(QStringLiteral("cloud"));
             choiceOf(windows).setAllDatabases(false);
             for (const int row : {1, 2, 5})
                 choiceOf(windows).databases()->toggle(row);
             window.findChild<QQuickItem *>(QStringLiteral("databaseSearch"))->forceActiveFocus();
         }},
        {"picker-three", "picker", pickerOf({Scenes::signIn()}, Scenes::scopesOfThree())},
        {"picker-three-broken", "picker", pickerOf({Scenes::signIn()}, Scenes::scopesOfThree()),
         [](Played::PlayedApp &, Window::Windows &windows, QQuickWindow &) {
             choiceOf(windows).setConnection(QStringLiteral("con_server"));
         }},
        {"picker-custom", "picker", pickerOf({Scenes::signIn()}),
         [](Played::PlayedApp &, Window::Windows &windows, QQuickWindow &) {
             choiceOf(windows).setPreset(QStringLiteral("custom"));
             choiceOf(windows).setAccess(1, QStringLiteral("asks"));
             choiceOf(windows).setAccess(2, QStringLiteral("asks"));
             choiceOf(windows).setAccess(3, QStringLiteral("on"));
         }},
        {"picker-second-step", "picker", pickerOf({Scenes::signIn()}),
         [](Played::PlayedApp &, Window::Windows &windows, QQuickWindow &) {
             choiceOf(windows).setPreset(QStringLiteral("full-access"));
             choiceOf(windows).setGroupIndex(2);
             windows.scopePicker().allow();
             QTest::qWait(Window::ApprovalQueue::kGuardMs + 100);
         }},
        {"picker-done", "picker", pickerOf({Scenes::signIn()}),
         [](Played::PlayedApp &, Window::Windows &windows, QQuickWindow &) {
             windows.scopePicker().allow();
         }},
        {"picker-lost", "picker", pickerOf({Scenes::signIn()}),
         [](Played::PlayedApp &app, Window::Windows &, QQuickWindow &) {
             app.hangUp();
         }},
        {"picker-no-scopes", "picker",
         [](Played::PlayedApp &app) {
             app.approvals = {Scenes::signIn()};
             app.answer("scopes.list", [](const Base::Json &) -> Base::Result<Base::Json> {
                 return Base::fail(Base::ErrorKind::Internal, "What there is could not be read.");
             });
         }},
        {"editor", "editor",
         [](Played::PlayedApp &app) {
             app.grants = Scenes::grants();
             app.grants[1].group = "prod";
             app.grants[1].databases = {"shop-prod", "shop-staging"};
             app.scopes = Scenes::scopes();
         },
         [](Played::PlayedApp &, Window::Windows &windows, QQuickWindow &) {
             auto &choice = *windows.scopeEditor().choice();
             choice.setAccess(1, QStringLiteral("on"));
             choice.databases()->toggle(2);
             choice.setSeconds(3600);
         }},
        {"editor-token", "token", pickerOf({})},
        {"editor-token-made", "token", pickerOf({}),
         [](Played::PlayedApp &, Window::Windows &windows, QQuickWindow &) {
             windows.scopeEditor().setTokenName(QStringLiteral("nightly-report"));
             windows.scopeEditor().allow();
         }},
    };
}

std::vector<Scene> scenes()
{
    return {
        {"approval-delete", "", approvalOf({Scenes::deleteWithCascade()})},
        {"approval-widen", "", approvalOf({Scenes::widen()})},
        {"approval-update", "", approvalOf({Scenes::updateBeforeAfter()})},
        {"approval-drop", "", approvalOf({Scenes::dropTable()})},
        {"approval-drop-typed", "", approvalOf({Scenes::dropTable()}),
         [](Played::PlayedApp &, Window::Windows &windows, QQuickWindow &) {
             windows.approvals().current()->setProperty("typed", QStringLiteral("orders"));
         }},
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
    const std::string page = scene.page;
    const bool edits = page == "editor" || page == "token";
    const bool main = !page.empty() && page != "picker" && !edits;
    windows.start(main ? QLatin1StringView(scene.page) : QLatin1StringView());
    if (edits) {
        QObject::connect(&link, &Window::DeskLink::ready, &link, [&] {
            page == "token" ? link.newToken() : link.editGrant(QStringLiteral("grt_2"));
        });
    }
    const auto shown = [&] {
        return main            ? windows.mainWindow()
            : edits            ? windows.editorWindow()
            : page == "picker" ? windows.pickerWindow()
                               : windows.approvalWindow();
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
    const Played::RealApp real(QGuiApplication::applicationDirPath()
                               + QStringLiteral("/../bin/turso-companion"));
    handshakes = &real;
    NoBrowser nobody;
    QDesktopServices::setUrlHandler(QStringLiteral("https"), &nobody, "open");
    const QDir folder(arguments.value(1, QStringLiteral("screenshots")));
    QDir().mkpath(folder.path());
    std::vector<Scene> all = pickerScenes();
    for (auto *more : {scenes, wizardScenes, connectionScenes}) {
        for (Scene &scene : more())
            all.push_back(std::move(scene));
    }
    for (const Scene &scene : all) {
        if (arguments.size() > 2 && !QLatin1StringView(scene.name).startsWith(arguments[2]))
            continue;
        for (const char *theme : {"light", "dark"}) {
            home.furnish();
            shoot(scene, theme, folder);
        }
    }
    QDesktopServices::unsetUrlHandler(QStringLiteral("https"));
    return 0;
}

#include "screenshots.moc"
