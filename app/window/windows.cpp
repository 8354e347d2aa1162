// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/windows.h"

#include "base/logging.h"
#include "window/desklink.h"
#include "window/glyphprovider.h"

#include <QDir>
#include <QGuiApplication>
#include <QQmlComponent>
#include <QQuickWindow>
#include <QScreen>
#include <QSettings>
#include <QStandardPaths>

#include <algorithm>
#include <utility>

namespace Window
{

namespace
{

constexpr int kScreenMargin = 24;
const QString kMainPlace = QStringLiteral("main/geometry");
const QString kApprovalPlace = QStringLiteral("approval/position");

/// True where a good part of `frame` can be seen on some screen.
bool isReachable(const QRect &frame)
{
    constexpr int kVisible = 120;
    const auto screens = QGuiApplication::screens();
    for (const QScreen *screen : screens) {
        const QRect seen = screen->availableGeometry() & frame;
        if (seen.width() >= kVisible && seen.height() >= kVisible / 2)
            return true;
    }
    return false;
}

} // namespace

Windows::Windows(DeskLink &link, int lingerMs)
    : m_link(link)
    , m_approvals(link)
    , m_consents(link, ApprovalQueue::Kind::Consents)
    , m_scopePicker(link, &m_consents)
    , m_scopeEditor(link, nullptr)
    , m_live(link)
    , m_call(link)
    , m_agents(link)
    , m_wizard(link, Connect::Places::ofThisMachine())
    , m_connections(link)
    , m_connectionWizard(link)
    , m_audit(link)
    , m_databases(link)
    , m_lingerMs(lingerMs)
{
    m_engine.addImportPath(QStringLiteral("qrc:/qt/qml"));
    m_engine.addImageProvider(QStringLiteral("glyph"), new GlyphProvider);
    m_linger.setSingleShot(true);
    connect(&m_linger, &QTimer::timeout, this, &Windows::finished);
    connect(&m_appearance, &Appearance::changed, this, &Windows::applyAppearance);
    connect(&link, &DeskLink::pageWanted, this, &Windows::openMain);
    connect(&link, &DeskLink::lost, this, &Windows::bidFarewell);
    connect(&link, &DeskLink::approvalsChanged, this, [this] {
        if (m_approvals.count() > 0)
            showApproval();
        if (m_consents.count() > 0)
            showPicker();
    });
    connect(&m_approvals, &ApprovalQueue::wanted, this, [this] {
        showApproval();
        if (m_approval)
            m_approval->raise();
    });
    connect(&m_consents, &ApprovalQueue::wanted, this, [this] {
        showPicker();
        if (m_picker)
            m_picker->raise();
    });
    connect(&link, &DeskLink::grantWanted, this, [this](const QString &grantId) {
        m_scopeEditor.edit(grantId);
        showEditor();
    });
    connect(&link, &DeskLink::tokenWanted, this, [this] {
        m_scopeEditor.newToken();
        showEditor();
    });
    connect(&m_connectionWizard, &ConnectionWizard::attentionWanted, this, [this] {
        if (m_main)
            m_main->alert(0); // the browser has the keyboard
    });
    connect(&m_scopeEditor, &ScopePicker::finished, this, [this] {
        if (m_editor)
            m_editor->hide();
    });
}

Windows::~Windows()
{
    keepPlaces();
    // A window that goes says so, to members that have gone before it.
    for (QQuickWindow *window : all())
        window->disconnect(this);
    m_approval.reset();
    m_picker.reset();
    m_editor.reset();
    m_main.reset();
}

void Windows::start(const QString &page)
{
    if (page.isEmpty()) {
        createApproval();
        connect(&m_link, &DeskLink::ready, this, &Windows::updateLife);
    } else {
        createMain();
        connect(&m_link, &DeskLink::ready, this, [this, page] { openMain(page); });
    }
    m_link.open();
}

std::unique_ptr<QQuickWindow> Windows::create(const char *file, QVariantMap properties)
{
    properties.insert(QStringLiteral("dark"), m_appearance.isDark());
    properties.insert(QStringLiteral("reducedMotion"), m_appearance.hasReducedMotion());
    QQmlComponent component(
        &m_engine,
        QUrl(QStringLiteral("qrc:/qt/qml/Companion/Ui/%1.qml").arg(QLatin1StringView(file))));
    std::unique_ptr<QObject> made(component.createWithInitialProperties(properties));
    auto *window = qobject_cast<QQuickWindow *>(made.get());
    if (!window) {
        qCCritical(logDesktop).noquote() << component.errorString();
        return nullptr;
    }
    (void)made.release();
    connect(window, &QQuickWindow::frameSwapped, this, &Windows::noteFrame);
    connect(window, &QWindow::visibleChanged, this, &Windows::updateLife);
    return std::unique_ptr<QQuickWindow>(window);
}

void Windows::createMain()
{
    m_main = create("MainWindow",
                    {{QStringLiteral("desk"), QVariant::fromValue(&m_link)},
                     {QStringLiteral("live"), QVariant::fromValue(&m_live)},
                     {QStringLiteral("call"), QVariant::fromValue(&m_call)},
                     {QStringLiteral("agents"), QVariant::fromValue(&m_agents)},
                     {QStringLiteral("wizard"), QVariant::fromValue(&m_wizard)},
                     {QStringLiteral("connections"), QVariant::fromValue(&m_connections)},
                     {QStringLiteral("connectionWizard"), QVariant::fromValue(&m_connectionWizard)},
                     {QStringLiteral("audit"), QVariant::fromValue(&m_audit)},
                     {QStringLiteral("databases"), QVariant::fromValue(&m_databases)},
                     {QStringLiteral("approvals"), QVariant::fromValue(&m_approvals)},
                     {QStringLiteral("consents"), QVariant::fromValue(&m_consents)}});
}

void Windows::createApproval()
{
    if (auto window = create("ApprovalWindow",
                             {{QStringLiteral("approvals"), QVariant::fromValue(&m_approvals)}}))
        m_approval = std::make_unique<QuestionWindow>(std::move(window), m_approvals);
}

void Windows::createPicker()
{
    if (auto window
        = create("PickerWindow", {{QStringLiteral("picker"), QVariant::fromValue(&m_scopePicker)}}))
        m_picker = std::make_unique<QuestionWindow>(std::move(window), m_consents);
}

void Windows::openMain(const QString &page)
{
    if (!m_main)
        createMain();
    if (!m_main)
        return;
    if (!std::exchange(m_following, true)) {
        m_link.followCalls();
        m_live.load();
        placeMain();
    }
    m_main->setProperty("page", page);
    m_main->show();
    m_main->raise();
    m_main->requestActivate();
}

void Windows::showApproval()
{
    if (!m_approval)
        createApproval();
    if (!m_approval || m_approval->window()->isVisible())
        return;
    placeApproval();
    m_approval->show();
}

void Windows::showPicker()
{
    if (!m_picker)
        createPicker();
    if (!m_picker || m_picker->window()->isVisible())
        return;
    placeInMiddle(*m_picker->window());
    m_picker->show();
}

void Windows::showEditor()
{
    if (!m_editor)
        m_editor = create("PickerWindow",
                          {{QStringLiteral("picker"), QVariant::fromValue(&m_scopeEditor)}});
    if (!m_editor)
        return;
    if (!m_editor->isVisible())
        placeInMiddle(*m_editor);
    m_editor->show();
    m_editor->raise();
    m_editor->requestActivate();
}

std::vector<QQuickWindow *> Windows::all() const
{
    std::vector<QQuickWindow *> windows;
    for (QQuickWindow *window : {mainWindow(), approvalWindow(), pickerWindow(), editorWindow()}) {
        if (window)
            windows.push_back(window);
    }
    return windows;
}

void Windows::applyAppearance()
{
    for (QQuickWindow *window : all()) {
        window->setProperty("dark", m_appearance.isDark());
        window->setProperty("reducedMotion", m_appearance.hasReducedMotion());
    }
}

QString Windows::settingsFile() const
{
    QString folder = m_link.profile();
    if (folder.isEmpty())
        folder = QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation)
            + QStringLiteral("/turso-companion");
    return folder + QStringLiteral("/window.ini");
}

void Windows::placeMain()
{
    const QRect kept = QSettings(settingsFile(), QSettings::IniFormat).value(kMainPlace).toRect();
    if (kept.isValid() && isReachable(kept)) {
        m_main->setGeometry(kept);
        return;
    }
    placeInMiddle(*m_main);
}

void Windows::placeInMiddle(QQuickWindow &window) const
{
    const QRect screen = window.screen()->availableGeometry();
    QRect frame(QPoint(), window.size().boundedTo(screen.size()));
    frame.moveCenter(screen.center());
    window.setGeometry(frame);
}

void Windows::placeApproval()
{
    QQuickWindow &window = *m_approval->window();
    const QVariant kept = QSettings(settingsFile(), QSettings::IniFormat).value(kApprovalPlace);
    const QRect there(kept.toPoint(), window.size());
    if (kept.isValid() && isReachable(there)) {
        window.setPosition(there.topLeft());
        return;
    }
    const QRect screen = window.screen()->availableGeometry();
    window.setPosition(screen.right() - window.width() - kScreenMargin,
                       screen.top() + kScreenMargin);
}

void Windows::keepPlaces()
{
    const QString file = settingsFile();
    if (m_link.profile().isEmpty() || !QDir(m_link.profile()).exists())
        return;
    QSettings settings(file, QSettings::IniFormat);
    if (m_main && m_following && m_main->visibility() != QWindow::Maximized)
        settings.setValue(kMainPlace, m_main->geometry());
    if (m_approval && m_approval->window()->property("moved").toBool())
        settings.setValue(kApprovalPlace, m_approval->window()->position());
}

void Windows::noteFrame()
{
    if (std::exchange(m_framed, true))
        return;
    Q_EMIT firstFrame();
    m_appearance.follow();
}

void Windows::updateLife()
{
    if (!m_link.isConnected()) { // closed by hand before the farewell was over
        if (m_linger.isActive() && !hasVisibleWindow())
            m_linger.start(0);
        return;
    }
    if (hasVisibleWindow() || m_approvals.count() > 0 || m_consents.count() > 0)
        m_linger.stop();
    else
        m_linger.start(m_lingerMs);
}

bool Windows::hasVisibleWindow() const
{
    const auto windows = all();
    return std::any_of(windows.begin(), windows.end(),
                       [](const QQuickWindow *window) { return window->isVisible(); });
}

void Windows::bidFarewell()
{
    m_linger.start(hasVisibleWindow() ? kFarewellMs : 0);
}

} // namespace Window
