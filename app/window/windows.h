// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "window/agentsmodel.h"
#include "window/appearance.h"
#include "window/approvalqueue.h"
#include "window/auditlistmodel.h"
#include "window/callviewmodel.h"
#include "window/connectionsmodel.h"
#include "window/connectionwizard.h"
#include "window/connectwizard.h"
#include "window/databaselistmodel.h"
#include "window/livemodel.h"
#include "window/questionwindow.h"
#include "window/scopepicker.h"

#include <QObject>
#include <QQmlEngine>
#include <QTimer>

#include <memory>
#include <vector>

class QQuickWindow;

namespace Window
{

class DeskLink;

/// Opens the windows when there is something to show, and says when the process is no longer
/// needed: some time after the last window has closed and nothing waits, or when the app has gone.
class Windows final : public QObject
{
    Q_OBJECT

public:
    static constexpr int kLingerMs = 20'000; ///< a next question finds the process warm
    static constexpr int kFarewellMs = 5'000; ///< time to read that the app has gone

    explicit Windows(DeskLink &link, int lingerMs = kLingerMs);
    ~Windows() override;

    /// Loads what will be shown first, and waits for the link. `page` is the main window's page, or
    /// empty for approvals only.
    void start(const QString &page);

    QQuickWindow *mainWindow() const { return m_main.get(); }
    QQuickWindow *approvalWindow() const { return m_approval ? m_approval->window() : nullptr; }
    /// Where a person lets agents in.
    QQuickWindow *pickerWindow() const { return m_picker ? m_picker->window() : nullptr; }
    /// Where a person changes a grant or makes a token.
    QQuickWindow *editorWindow() const { return m_editor.get(); }
    ApprovalQueue &approvals() { return m_approvals; }
    ApprovalQueue &consents() { return m_consents; }
    ScopePicker &scopePicker() { return m_scopePicker; }
    ScopePicker &scopeEditor() { return m_scopeEditor; }
    LiveModel &live() { return m_live; }
    Appearance &appearance() { return m_appearance; }

Q_SIGNALS:
    /// The first frame of the first window has been drawn.
    void firstFrame();
    void finished();

private:
    void openMain(const QString &page);
    void showApproval();
    void showPicker();
    void showEditor();
    std::unique_ptr<QQuickWindow> create(const char *file, QVariantMap properties);
    void createMain();
    void createApproval();
    void createPicker();
    void applyAppearance();
    void placeMain();
    void placeApproval();
    void placeInMiddle(QQuickWindow &window) const;
    std::vector<QQuickWindow *> all() const;
    void keepPlaces();
    QString settingsFile() const;
    void noteFrame();
    bool hasVisibleWindow() const;
    void updateLife();
    void bidFarewell();

    DeskLink &m_link;
    Appearance m_appearance;
    QQmlEngine m_engine;
    ApprovalQueue m_approvals;
    ApprovalQueue m_consents;
    ScopePicker m_scopePicker;
    ScopePicker m_scopeEditor;
    LiveModel m_live;
    CallViewModel m_call;
    AgentsModel m_agents;
    ConnectWizard m_wizard;
    ConnectionsModel m_connections;
    ConnectionWizard m_connectionWizard;
    AuditListModel m_audit;
    DatabaseListModel m_databases;
    std::unique_ptr<QQuickWindow> m_main;
    std::unique_ptr<QuestionWindow> m_approval;
    std::unique_ptr<QuestionWindow> m_picker;
    std::unique_ptr<QQuickWindow> m_editor;
    QTimer m_linger;
    int m_lingerMs;
    bool m_framed = false;
    bool m_following = false;
};

} // namespace Window
