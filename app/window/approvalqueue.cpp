// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/approvalqueue.h"

#include "control/codec.h"
#include "window/desklink.h"
#include "window/wording.h"

#include <QDateTime>

#include <algorithm>
#include <cmath>
#include <utility>

namespace Window
{

namespace
{

constexpr int kTickMs = 1000;
constexpr int kReadingMs = 6000; // after the last movement
constexpr Base::Millis kEnoughLeft = 15'000; // below this the clock is shown, whoever reads

Base::Millis now()
{
    return QDateTime::currentMSecsSinceEpoch();
}

bool sameContent(const Gateway::Approval &a, const Gateway::Approval &b)
{
    return a.sentence == b.sentence && a.sql == b.sql && a.impact == b.impact
        && a.context == b.context && a.risk == b.risk && a.mustType == b.mustType
        && a.database == b.database && a.agent == b.agent && a.undo == b.undo
        && a.reason == b.reason && a.asker == b.asker;
}

} // namespace

ApprovalQueue::ApprovalQueue(DeskLink &link, Kind kind, QObject *parent)
    : QObject(parent)
    , m_link(link)
    , m_kind(kind)
    , m_current(nullptr)
{
    m_guardTimer.setSingleShot(true);
    m_guardTimer.setTimerType(Qt::PreciseTimer);
    m_ticks.setInterval(kTickMs);
    m_noticeTimer.setSingleShot(true);
    connect(&m_guardTimer, &QTimer::timeout, this, &ApprovalQueue::armedChanged);
    connect(&m_ticks, &QTimer::timeout, this, &ApprovalQueue::ticked);
    connect(&m_noticeTimer, &QTimer::timeout, this, [this] {
        say({});
        guard(); // the buttons move as the notice goes
        endIfEmpty();
    });
    connect(&m_current, &ApprovalViewModel::choiceChanged, this, &ApprovalQueue::armedChanged);
    connect(this, &ApprovalQueue::changed, this, &ApprovalQueue::armedChanged);
    connect(&link, &DeskLink::approvalsChanged, this, &ApprovalQueue::take);
    connect(&link, &DeskLink::lost, this, &ApprovalQueue::loseConnection);
}

bool ApprovalQueue::canApprove() const
{
    return canDeny() && m_shown && m_since.isValid() && m_since.elapsed() >= kGuardMs
        && m_current.isTypedRight() && isWhole(m_open[static_cast<std::size_t>(m_at)]);
}

// Lists cut long texts. Nobody approves what they cannot see, so the shown question is fetched in
// full.
bool ApprovalQueue::isWhole(const Gateway::Approval &approval) const
{
    const bool cut
        = std::max(approval.sql.size(), approval.reason.size()) > Control::kListedApprovalBytes;
    return !cut || m_whole.contains(approval.id);
}

void ApprovalQueue::fetchWhole(const std::string &id)
{
    m_link.call("approvals.show", {{"id", id}}, this,
                [this, id](const Base::Result<Base::Json> &answer) {
                    const auto approval = answer ? Control::approvalFrom(*answer)
                                                 : tl::unexpected<Base::Error>(answer.error());
                    if (!approval)
                        return say(Wording::text(approval.error().message));
                    m_whole.insert_or_assign(id, *approval);
                    take({*approval});
                });
}

int ApprovalQueue::secondsLeft() const
{
    if (m_open.empty())
        return 0;
    const Base::Millis left = m_open[static_cast<std::size_t>(m_at)].expiresAt - now();
    return static_cast<int>(std::max<Base::Millis>((left + 999) / 1000, 0));
}

double ApprovalQueue::shareLeft() const
{
    if (m_open.empty())
        return 0;
    const Gateway::Approval &approval = m_open[static_cast<std::size_t>(m_at)];
    const Base::Millis whole = std::max<Base::Millis>(approval.expiresAt - approval.createdAt, 1);
    return std::clamp(static_cast<double>(approval.expiresAt - now()) / static_cast<double>(whole),
                      0.0, 1.0);
}

bool ApprovalQueue::isReading() const
{
    return !m_open.empty() && m_lastTouch.isValid() && m_lastTouch.elapsed() < kReadingMs
        && m_open[static_cast<std::size_t>(m_at)].expiresAt - now() > kEnoughLeft;
}

void ApprovalQueue::setShown(bool shown)
{
    if (shown == m_shown)
        return;
    m_shown = shown;
    if (shown && !m_open.empty())
        m_ticks.start();
    else
        m_ticks.stop();
    guard();
}

void ApprovalQueue::guard()
{
    m_since.restart();
    m_guardTimer.start(kGuardMs + 1);
    Q_EMIT armedChanged();
}

void ApprovalQueue::approve()
{
    // The button is off until then; this is for every other way in, such as a queued click.
    if (canApprove() && m_kind == Kind::Calls)
        send("approvals.approve", m_current.approveParams());
}

void ApprovalQueue::allow(Base::Json grant, const QString &farewell)
{
    if (!canApprove() || m_kind != Kind::Consents)
        return;
    m_farewell = farewell;
    send("approvals.approve", {{"id", shown()->id}, {"grant", std::move(grant)}});
}

void ApprovalQueue::deny(const QString &message)
{
    if (!canDeny())
        return;
    if (m_kind == Kind::Consents)
        m_farewell = tr("It was not let in.");
    Base::Json params = {{"id", shown()->id}};
    if (const QString said = message.trimmed(); !said.isEmpty())
        params["message"] = said.toStdString();
    send("approvals.deny", std::move(params));
}

void ApprovalQueue::send(const char *method, Base::Json params)
{
    m_busy = true;
    m_answering = shown()->id;
    Q_EMIT changed();
    m_link.call(
        method, std::move(params), this,
        [this, id = m_answering](const Base::Result<Base::Json> &answer) { answered(id, answer); });
}

const Gateway::Approval *ApprovalQueue::shown() const
{
    return m_open.empty() ? nullptr : &m_open[static_cast<std::size_t>(m_at)];
}

void ApprovalQueue::answered(const std::string &id, const Base::Result<Base::Json> &answer)
{
    if (!answer) {
        m_busy = false;
        m_answering.clear();
        m_farewell.clear();
        say(Wording::text(answer.error().message));
        // Somebody was quicker, or it has gone: it does not stay as if it could be answered.
        const bool over = answer.error().kind == Base::ErrorKind::Denied
            || answer.error().kind == Base::ErrorKind::NotFound;
        const auto found
            = std::find_if(m_open.begin(), m_open.end(),
                           [&id](const Gateway::Approval &open) { return open.id == id; });
        if (over && found != m_open.end()) {
            Gateway::Approval last = *found;
            last.state = Gateway::ApprovalState::Withdrawn;
            leave(static_cast<std::size_t>(found - m_open.begin()), last);
        } else {
            guard();
        }
        Q_EMIT changed();
        return;
    }
    if (const auto approval = Control::approvalFrom(*answer))
        take({*approval});
    m_busy = false;
    m_answering.clear();
    Q_EMIT changed();
    endIfEmpty();
}

void ApprovalQueue::touch()
{
    if (m_open.empty() || !m_connected)
        return;
    if (!m_since.isValid() || m_since.elapsed() < kGuardMs)
        return; // it came up under a pointer that somebody had left there
    const bool was = isReading();
    m_lastTouch.restart();
    if (was != isReading())
        Q_EMIT ticked();
    if (m_lastExtend.isValid() && m_lastExtend.elapsed() < kExtendMs)
        return;
    m_lastExtend.restart();
    m_link.call("approvals.extend", {{"id", m_open[static_cast<std::size_t>(m_at)].id}}, this,
                [this](const Base::Result<Base::Json> &answer) {
                    // No more time to be had is no news: the clock shows it.
                    if (const auto approval = answer ? Control::approvalFrom(*answer)
                                                     : tl::unexpected<Base::Error>(answer.error()))
                        take({*approval});
                });
}

void ApprovalQueue::go(int step)
{
    if (m_open.size() < 2 || m_busy)
        return;
    m_at = (m_at + step + count()) % count();
    present();
}

bool ApprovalQueue::bringForward(const QString &callId)
{
    const auto found
        = std::find_if(m_open.begin(), m_open.end(), [&callId](const Gateway::Approval &open) {
              return Wording::text(open.callId) == callId;
          });
    if (found == m_open.end())
        return false;
    if (!m_busy)
        m_at = static_cast<int>(found - m_open.begin());
    review();
    return true;
}

void ApprovalQueue::review()
{
    if (m_open.empty())
        return;
    if (!m_busy)
        present(); // guarded anew: the click that brought it here must not answer it
    Q_EMIT wanted();
}

void ApprovalQueue::take(const std::vector<Gateway::Approval> &approvals)
{
    for (const Gateway::Approval &approval : approvals) {
        const auto known = std::find_if(
            m_open.begin(), m_open.end(),
            [&approval](const Gateway::Approval &open) { return open.id == approval.id; });
        const bool open = approval.state == Gateway::ApprovalState::Open;
        if (known == m_open.end()) {
            const bool isOurs = (approval.kind == "consent") == (m_kind == Kind::Consents);
            if (!open || !isOurs)
                continue;
            m_open.push_back(approval);
            if (m_open.size() == 1)
                present();
        } else if (!open) {
            leave(static_cast<std::size_t>(known - m_open.begin()), approval);
        } else {
            Gateway::Approval next = approval;
            if (const auto whole = m_whole.find(next.id); whole != m_whole.end()) {
                next.sql = whole->second.sql; // a list has it cut
                next.reason = whole->second.reason;
                next.impact = whole->second.impact;
            }
            const bool same = sameContent(*known, next);
            const bool shown = known - m_open.begin() == m_at;
            *known = std::move(next);
            if (shown && !same)
                present();
        }
    }
    if (m_shown && !m_open.empty() && !m_ticks.isActive())
        m_ticks.start();
    Q_EMIT changed();
    Q_EMIT ticked();
}

void ApprovalQueue::leave(std::size_t index, const Gateway::Approval &last)
{
    const bool ours = last.id == m_answering;
    const bool shown = static_cast<int>(index) == m_at;
    m_whole.erase(last.id);
    m_open.erase(m_open.begin() + static_cast<std::ptrdiff_t>(index));
    if (!ours && shown)
        say(ending(last.state));
    else if (ours && !m_farewell.isEmpty())
        say(std::exchange(m_farewell, {}), kFarewellMs);
    if (shown)
        m_at = std::min(m_at, std::max(count() - 1, 0));
    else if (static_cast<int>(index) < m_at)
        --m_at;
    if (m_open.empty())
        m_ticks.stop();
    else if (shown)
        present();
    if (m_open.empty())
        guard();
    Q_EMIT changed();
    endIfEmpty();
}

QString ApprovalQueue::ending(Gateway::ApprovalState state) const
{
    const bool consent = m_kind == Kind::Consents;
    switch (state) {
    case Gateway::ApprovalState::Expired:
        return consent ? tr("Nobody answered in time. It was not let in.")
                       : tr("Nobody answered in time. Nothing was run.");
    case Gateway::ApprovalState::Approved:
        return consent ? tr("It was let in elsewhere.") : tr("It was approved elsewhere.");
    case Gateway::ApprovalState::Denied:
        return consent ? tr("It was denied elsewhere. It was not let in.")
                       : tr("It was denied elsewhere. Nothing was run.");
    default:
        return consent ? tr("The agent no longer asks to be let in.")
                       : tr("The agent no longer asks for this. Nothing was run.");
    }
}

void ApprovalQueue::present()
{
    m_lastTouch.invalidate();
    m_lastExtend.invalidate();
    const Gateway::Approval &shown = m_open[static_cast<std::size_t>(m_at)];
    m_current.set(shown);
    if (!isWhole(shown))
        fetchWhole(shown.id);
    guard();
    Q_EMIT changed();
    Q_EMIT ticked();
}

void ApprovalQueue::say(const QString &notice, int milliseconds)
{
    m_notice = notice;
    if (!notice.isEmpty())
        m_noticeTimer.start(milliseconds);
    Q_EMIT noticeChanged();
}

void ApprovalQueue::endIfEmpty()
{
    if (m_open.empty() && m_notice.isEmpty())
        Q_EMIT emptied();
}

void ApprovalQueue::loseConnection()
{
    m_connected = false;
    m_busy = false;
    m_ticks.stop();
    m_noticeTimer.stop();
    m_notice = tr("Turso Companion has gone. Nothing can be answered here; unanswered means no.");
    Q_EMIT noticeChanged();
    Q_EMIT changed();
}

} // namespace Window
