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
    , m_live(link)
    , m_call(link)
    , m_agents(link)
    , m_wizard(link, Connect::Places::ofThisMachine())
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
    });
    connect(&m_approvals, &ApprovalQueue::wanted, this, &Windows::raiseApproval);
    connect(&m_approvals, &ApprovalQueue::emptied, this, [this] {
        if (m_approval)
            m_approval->hide();
    });
}

Windows::~Windows()
{
    keepPlaces();
    // A window that goes says so, to members that have gone before it.
    for (auto *window : {&m_main, &m_approval}) {
        if (*window)
            (*window)->disconnect(this);
        window->reset();
    }
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
                     {QStringLiteral("approvals"), QVariant::fromValue(&m_approvals)}});
}

void Windows::createApproval()
{
    m_approval = create("ApprovalWindow",
                        {{QStringLiteral("approvals"), QVariant::fromValue(&m_approvals)}});
    if (!m_approval)
        return;
    // Mapped without being activated; the flag goes once the guard has run, so that a person, and
    // only a person, can give it the keyboard.
    m_approval->setProperty("_q_showWithoutActivating", true);
    connect(m_approval.get(), &QQuickWindow::frameSwapped, this, [this] {
        if (m_approval->isVisible() && m_approval->visibility() != QWindow::Minimized)
            m_approvals.setShown(true);
    });
    connect(m_approval.get(), &QWindow::visibilityChanged, this,
            [this](QWindow::Visibility visibility) {
                if (visibility == QWindow::Hidden || visibility == QWindow::Minimized)
                    m_approvals.setShown(false);
            });
    connect(&m_approvals, &ApprovalQueue::armedChanged, m_approval.get(), [this] {
        if (m_approvals.canApprove())
            m_approval->setFlag(Qt::WindowDoesNotAcceptFocus, false);
    });
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
    if (!m_approval || m_approval->isVisible())
        return;
    placeApproval();
    m_approval->setFlag(Qt::WindowDoesNotAcceptFocus, true);
    m_approval->show();
    m_approval->raise();
}

void Windows::raiseApproval()
{
    showApproval();
    if (!m_approval)
        return;
    m_approval->setFlag(Qt::WindowDoesNotAcceptFocus, false);
    m_approval->raise();
    m_approval->requestActivate();
}

void Windows::applyAppearance()
{
    for (QQuickWindow *window : {m_main.get(), m_approval.get()}) {
        if (!window)
            continue;
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
    const QRect screen = m_main->screen()->availableGeometry();
    QRect frame(QPoint(), m_main->size().boundedTo(screen.size()));
    frame.moveCenter(screen.center());
    m_main->setGeometry(frame);
}

void Windows::placeApproval()
{
    const QVariant kept = QSettings(settingsFile(), QSettings::IniFormat).value(kApprovalPlace);
    const QRect there(kept.toPoint(), m_approval->size());
    if (kept.isValid() && isReachable(there)) {
        m_approval->setPosition(there.topLeft());
        return;
    }
    const QRect screen = m_approval->screen()->availableGeometry();
    m_approval->setPosition(screen.right() - m_approval->width() - kScreenMargin,
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
    if (m_approval && m_approval->property("moved").toBool())
        settings.setValue(kApprovalPlace, m_approval->position());
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
    if (hasVisibleWindow() || m_approvals.count() > 0)
        m_linger.stop();
    else
        m_linger.start(m_lingerMs);
}

bool Windows::hasVisibleWindow() const
{
    return (m_main && m_main->isVisible()) || (m_approval && m_approval->isVisible());
}

void Windows::bidFarewell()
{
    m_linger.start(hasVisibleWindow() ? kFarewellMs : 0);
}

} // namespace Window
