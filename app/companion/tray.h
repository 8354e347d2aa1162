// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "companion/instance.h"

#include <QMenu>
#include <QSystemTrayIcon>

#include <memory>

class QDBusServiceWatcher;

namespace Companion
{

/// The icon in the tray and its menu: state by shape, questions, the read-only switch, recent
/// calls, agents. Shows a snapshot and sends wishes; decides nothing. GUI thread.
class Tray : public QObject
{
    Q_OBJECT
public:
    Tray();
    ~Tray() override;

    void show(const Snapshot &snapshot);

Q_SIGNALS:
    void pageWanted(const QString &page);
    void approvalsWanted();
    void readOnlyWanted(bool on, long long milliseconds);
    void quitWanted();

private:
    void createIcon();
    void updateIcon();
    void fillMenu();
    void fillReadOnly();
    void fillCalls();
    void fillAgents();
    void quit();

    Snapshot m_snapshot;
    std::unique_ptr<QMenu> m_menu;
    std::unique_ptr<QSystemTrayIcon> m_icon;
    std::unique_ptr<QDBusServiceWatcher> m_watcher;
    int m_state = -1; ///< the picture that is shown
};

} // namespace Companion
