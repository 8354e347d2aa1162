// SPDX-License-Identifier: GPL-3.0-or-later
#include "companion/tray.h"

#include "base/logging.h"
#include "icons/icons.h"

#include <QApplication>
#include <QClipboard>
#include <QDBusConnection>
#include <QDBusConnectionInterface>
#include <QDBusServiceWatcher>
#include <QMessageBox>
#include <QPalette>
#include <QTimer>

namespace Companion
{

namespace
{

constexpr char kWatcherName[] = "org.kde.StatusNotifierWatcher";
constexpr int kPatienceMs = 4'000;
constexpr int kTextLength = 60;

QString text(const std::string &utf8)
{
    return QString::fromStdString(utf8);
}

// An & in a menu's text would become a mnemonic.
QString menuText(const std::string &utf8)
{
    QString shown = text(utf8).simplified();
    if (shown.size() > kTextLength)
        shown = shown.left(kTextLength - 1) + QChar(0x2026);
    return shown.replace(u'&', QStringLiteral("&&"));
}

Icons::TrayState stateOf(const Gateway::Status &status)
{
    if (status.approvalsPending > 0)
        return Icons::TrayState::Waiting;
    if (status.readOnly)
        return Icons::TrayState::ReadOnly;
    return status.agents > 0 ? Icons::TrayState::Connected : Icons::TrayState::Idle;
}

QString stateSentence(const Gateway::Status &status)
{
    if (status.approvalsPending == 1)
        return Tray::tr("One question waits for you");
    if (status.approvalsPending > 1)
        return Tray::tr("%1 questions wait for you").arg(status.approvalsPending);
    if (status.readOnly)
        return Tray::tr("Everything is read-only");
    if (status.agents == 0)
        return Tray::tr("Ready, no agent is connected");
    return status.agents == 1 ? Tray::tr("One agent is connected")
                              : Tray::tr("%1 agents are connected").arg(status.agents);
}

} // namespace

Tray::Tray()
    : m_menu(std::make_unique<QMenu>())
{
    connect(m_menu.get(), &QMenu::aboutToShow, this, &Tray::fillMenu);
    // An icon made before the desktop's tray is there never appears later, so wait for the tray's
    // name. Desktops with only the older kind of tray have no such name: after a while, try all the
    // same.
    auto bus = QDBusConnection::sessionBus();
    const QString name = QString::fromLatin1(kWatcherName);
    const bool there = bus.isConnected() && bus.interface()->isServiceRegistered(name);
    if (there || !bus.isConnected()) {
        createIcon();
        return;
    }
    m_watcher = std::make_unique<QDBusServiceWatcher>(name, bus,
                                                      QDBusServiceWatcher::WatchForRegistration);
    connect(m_watcher.get(), &QDBusServiceWatcher::serviceRegistered, this,
            [this] { QTimer::singleShot(300, this, &Tray::createIcon); });
    QTimer::singleShot(kPatienceMs, this, [this] {
        if (m_icon)
            return;
        createIcon();
        if (!QSystemTrayIcon::isSystemTrayAvailable())
            qCInfo(logDesktop,
                   "This desktop shows no tray. Start turso-companion again to open the window.");
    });
}

Tray::~Tray() = default;

void Tray::createIcon()
{
    if (m_icon)
        return;
    m_watcher.reset();
    m_icon = std::make_unique<QSystemTrayIcon>();
    m_icon->setContextMenu(m_menu.get());
    connect(m_icon.get(), &QSystemTrayIcon::activated, this,
            [this](QSystemTrayIcon::ActivationReason reason) {
                if (reason == QSystemTrayIcon::MiddleClick)
                    Q_EMIT readOnlyWanted(!m_snapshot.status.readOnly, 0);
                else if (reason != QSystemTrayIcon::Context)
                    Q_EMIT pageWanted(QStringLiteral("live"));
            });
    fillMenu(); // a tray may show the menu without asking first
    updateIcon();
    m_icon->show();
}

void Tray::show(const Snapshot &snapshot)
{
    m_snapshot = snapshot;
    updateIcon();
    if (m_icon && !m_menu->isVisible())
        fillMenu();
}

void Tray::updateIcon()
{
    if (!m_icon)
        return;
    const auto state = stateOf(m_snapshot.status);
    if (static_cast<int>(state) != m_state) {
        m_state = static_cast<int>(state);
        const bool dark = QApplication::palette().color(QPalette::Window).lightness() < 128;
        m_icon->setIcon(Icons::trayIcon(state, dark));
    }
    m_icon->setToolTip(QStringLiteral("Turso Companion\n") + stateSentence(m_snapshot.status));
}

void Tray::fillMenu()
{
    const Gateway::Status &status = m_snapshot.status;
    m_menu->clear();
    m_menu->addAction(stateSentence(status))->setEnabled(false);
    if (status.approvalsPending > 0)
        m_menu->addAction(tr("Answer…"), this, &Tray::approvalsWanted);
    m_menu->addSeparator();
    m_menu->addAction(tr("Open Turso Companion"), this,
                      [this] { Q_EMIT pageWanted(QStringLiteral("live")); });
    fillReadOnly();
    fillCalls();
    fillAgents();
    m_menu->addSeparator();
    m_menu->addAction(tr("Copy endpoint"), this, [this] {
        QApplication::clipboard()->setText(text(m_snapshot.status.endpoint));
    });
    m_menu->addAction(tr("Quit"), this, &Tray::quit);
}

void Tray::fillReadOnly()
{
    if (m_snapshot.status.readOnly) {
        m_menu->addAction(tr("Lift read-only"), this, [this] { Q_EMIT readOnlyWanted(false, 0); });
        return;
    }
    QMenu *menu = m_menu->addMenu(tr("Make everything read-only"));
    menu->addAction(tr("For 15 minutes"), this,
                    [this] { Q_EMIT readOnlyWanted(true, 15LL * 60'000); });
    menu->addAction(tr("Until I lift it"), this, [this] { Q_EMIT readOnlyWanted(true, 0); });
}

void Tray::fillCalls()
{
    if (m_snapshot.recent.empty())
        return;
    m_menu->addSeparator();
    m_menu->addAction(tr("Recent calls"))->setEnabled(false);
    for (const Gateway::CallRecord &call : m_snapshot.recent) {
        const std::string subject = call.sql.empty() ? call.database : call.sql;
        m_menu->addAction(menuText(call.agent + ": " + call.tool + " " + subject), this,
                          [this] { Q_EMIT pageWanted(QStringLiteral("live")); });
    }
}

void Tray::fillAgents()
{
    bool first = true;
    for (const Gateway::AgentInfo &agent : m_snapshot.agents) {
        if (!agent.connected)
            continue;
        if (std::exchange(first, false)) {
            m_menu->addSeparator();
            m_menu->addAction(tr("Connected agents"))->setEnabled(false);
        }
        m_menu->addAction(menuText(agent.name), this,
                          [this] { Q_EMIT pageWanted(QStringLiteral("agents")); });
    }
}

void Tray::quit()
{
    if (m_snapshot.status.agents > 0) {
        const auto answer = QMessageBox::question(
            nullptr, tr("Quit Turso Companion?"),
            tr("%n agent(s) are connected. They lose their databases until you start it again.",
               nullptr, m_snapshot.status.agents),
            QMessageBox::Yes | QMessageBox::Cancel, QMessageBox::Cancel);
        if (answer != QMessageBox::Yes)
            return;
    }
    Q_EMIT quitWanted();
}

} // namespace Companion
