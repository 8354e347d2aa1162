// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway/values.h"
#include "window/approvalviewmodel.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <QtQml/qqmlregistration.h>

#include <map>
#include <string>
#include <vector>

namespace Window
{

class DeskLink;

/// The questions of one kind that wait for the person, one shown at a time. Sends their answers,
/// and keeps an answer from slipping out: approve() does nothing until the same content has been on
/// the screen for kGuardMs. The decision itself lives in the app; when that cannot be reached
/// nothing can be answered here.
class ApprovalQueue final : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Made by the window process")
    Q_PROPERTY(Window::ApprovalViewModel *current READ current CONSTANT FINAL)
    Q_PROPERTY(int count READ count NOTIFY changed FINAL)
    Q_PROPERTY(int position READ position NOTIFY changed FINAL)
    Q_PROPERTY(bool connected READ isConnected NOTIFY changed FINAL)
    Q_PROPERTY(bool busy READ isBusy NOTIFY changed FINAL)
    Q_PROPERTY(bool canApprove READ canApprove NOTIFY armedChanged FINAL)
    Q_PROPERTY(bool canDeny READ canDeny NOTIFY changed FINAL)
    Q_PROPERTY(QString notice READ notice NOTIFY noticeChanged FINAL)
    Q_PROPERTY(int secondsLeft READ secondsLeft NOTIFY ticked FINAL)
    Q_PROPERTY(double shareLeft READ shareLeft NOTIFY ticked FINAL)
    Q_PROPERTY(bool reading READ isReading NOTIFY ticked FINAL)

public:
    static constexpr int kGuardMs = 600; ///< clicks meant for another window end here
    static constexpr int kExtendMs = 20'000; ///< at most one wish for more time in this span
    static constexpr int kNoticeMs = 3500;
    static constexpr int kFarewellMs = 2000;

    /// Calls are approved as they are, an agent that asks to be let in with a grant.
    enum class Kind { Calls, Consents };

    explicit ApprovalQueue(DeskLink &link, Kind kind = Kind::Calls, QObject *parent = nullptr);

    ApprovalViewModel *current() { return &m_current; }
    int count() const { return static_cast<int>(m_open.size()); }
    int position() const { return m_at; }
    bool isConnected() const { return m_connected; }
    bool isBusy() const { return m_busy; }
    bool canApprove() const;
    bool canDeny() const { return m_connected && !m_busy && !m_open.empty(); }
    QString notice() const { return m_notice; }
    int secondsLeft() const;
    double shareLeft() const; ///< 1 when asked, 0 at the end
    bool isReading() const;

    /// The window is on the screen (its frame has been drawn) or has gone from it.
    void setShown(bool shown);

    Q_INVOKABLE void approve();
    /// Lets the agent in with this grant, a draft of the control API; `farewell` is said when that
    /// is done. For consents, and as guarded as approve().
    void allow(Base::Json grant, const QString &farewell);
    /// What is asked about, the one shown, or nothing.
    const Gateway::Approval *shown() const;
    /// What is on the screen is about to mean something else: 600 ms again.
    void guard();
    /// An empty message says just no.
    Q_INVOKABLE void deny(const QString &message = {});
    /// The person is at it: more time is asked for, now and then.
    Q_INVOKABLE void touch();
    Q_INVOKABLE void next() { go(1); }
    Q_INVOKABLE void previous() { go(-1); }
    /// Brings the window with the question that is shown to the front, for a person who asked for
    /// it.
    Q_INVOKABLE void review();
    /// The same with the question about this call. False if there is none.
    Q_INVOKABLE bool bringForward(const QString &callId);

Q_SIGNALS:
    void changed();
    void armedChanged();
    void noticeChanged();
    void ticked();
    /// The person asked for the question that is shown now.
    void wanted();
    /// Nothing waits, nothing has to be said: the window can go.
    void emptied();

private:
    void take(const std::vector<Gateway::Approval> &approvals);
    void leave(std::size_t index, const Gateway::Approval &last);
    void present(); ///< shows m_open[m_at], guarded anew
    void go(int step);
    void answered(const std::string &id, const Base::Result<Base::Json> &answer);
    void say(const QString &notice, int milliseconds = kNoticeMs);
    void send(const char *method, Base::Json params);
    QString ending(Gateway::ApprovalState state) const;
    void endIfEmpty();
    void loseConnection();
    bool isWhole(const Gateway::Approval &approval) const;
    void fetchWhole(const std::string &id);

    DeskLink &m_link;
    const Kind m_kind;
    QString m_farewell; ///< to be said when the answer that is under way has arrived
    ApprovalViewModel m_current;
    std::vector<Gateway::Approval> m_open; ///< oldest first
    int m_at = 0;
    QTimer m_guardTimer;
    QElapsedTimer m_since; ///< this content has been seen
    QTimer m_ticks;
    QTimer m_noticeTimer;
    QElapsedTimer m_lastTouch;
    QElapsedTimer m_lastExtend;
    QString m_notice;
    std::string m_answering; ///< the question whose answer is under way
    bool m_shown = false;
    std::map<std::string, Gateway::Approval> m_whole; ///< long questions that were fetched in full
    bool m_busy = false;
    bool m_connected = true;
};

} // namespace Window
