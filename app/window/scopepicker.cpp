// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/scopepicker.h"

#include "control/codec.h"
#include "window/desklink.h"
#include "window/grantwords.h"
#include "window/wording.h"

#include <QScopedValueRollback>

#include <algorithm>
#include <utility>

namespace Window
{

using Base::Json;

ScopePicker::ScopePicker(DeskLink &link, ApprovalQueue *questions, QObject *parent)
    : QObject(parent)
    , m_link(link)
    , m_questions(questions)
    , m_choice(nullptr)
{
    m_armTimer.setSingleShot(true);
    m_armTimer.setTimerType(Qt::PreciseTimer);
    m_farewell.setSingleShot(true);
    connect(&m_armTimer, &QTimer::timeout, this, &ScopePicker::armedChanged);
    connect(&m_farewell, &QTimer::timeout, this, &ScopePicker::finished);
    connect(&m_choice, &ScopeChoice::changed, this, &ScopePicker::noteChoice);
    connect(m_choice.databases(), &DatabaseChoices::filterChanged, this, &ScopePicker::noteChoice);
    connect(this, &ScopePicker::stepChanged, this, &ScopePicker::armedChanged);
    connect(&link, &DeskLink::connectedChanged, this, &ScopePicker::stepChanged);
    if (!m_questions)
        return;
    connect(m_questions, &ApprovalQueue::changed, this, &ScopePicker::takeQuestion);
    connect(m_questions, &ApprovalQueue::armedChanged, this, &ScopePicker::armedChanged);
    connect(m_questions, &ApprovalQueue::noticeChanged, this, &ScopePicker::stepChanged);
    connect(m_questions, &ApprovalQueue::emptied, this, &ScopePicker::finished);
}

void ScopePicker::takeQuestion()
{
    const Gateway::Approval *shown = m_questions->shown();
    if (!shown || shown->id == m_questionId)
        return Q_EMIT armedChanged();
    m_questionId = shown->id;
    m_question = *shown;
    const QScopedValueRollback settling(m_settling, true);
    m_choice.begin(shown->agent, shown->connection);
    begin(Mode::Consent);
}

void ScopePicker::edit(const QString &grantId)
{
    m_grant = {};
    m_choice.begin(std::string(), std::string());
    begin(Mode::Edit);
    const int turn = m_loading;
    m_link.call("grants.list", Json::object(), this,
                [this, turn, id = grantId.toStdString()](const Base::Result<Json> &answer) {
                    if (turn != m_loading)
                        return;
                    const auto grants = answer ? Control::listFrom(*answer, Control::grantFrom)
                                               : tl::unexpected<Base::Error>(answer.error());
                    if (!grants)
                        return say(Wording::text(grants.error().message), true);
                    const auto found
                        = std::find_if(grants->begin(), grants->end(),
                                       [&id](const Gateway::Grant &one) { return one.id == id; });
                    if (found == grants->end())
                        return say(tr("This grant is no longer there."), true);
                    m_grant = *found;
                    m_choice.begin(m_grant);
                    Q_EMIT subjectChanged();
                    load();
                });
}

void ScopePicker::newToken()
{
    m_tokenName.clear();
    m_choice.begin(std::string(), std::string());
    begin(Mode::Token);
}

void ScopePicker::begin(Mode mode)
{
    m_mode = mode;
    m_busy = false;
    m_token.clear();
    m_notice.clear();
    m_farewell.stop();
    m_confirming = false;
    ++m_loading;
    arm();
    Q_EMIT subjectChanged();
    Q_EMIT choiceChanged();
    Q_EMIT stepChanged();
    if (mode != Mode::Edit)
        load();
}

void ScopePicker::load()
{
    const int turn = ++m_loading;
    m_notice.clear();
    Q_EMIT stepChanged();
    m_link.call("scopes.list", Json::object(), this,
                [this, turn](const Base::Result<Json> &answer) {
                    if (turn != m_loading)
                        return;
                    auto scopes = answer ? Control::listFrom(*answer, Control::connectionScopeFrom)
                                         : tl::unexpected<Base::Error>(answer.error());
                    const QScopedValueRollback settling(m_settling, true);
                    if (scopes)
                        m_choice.offer(std::move(*scopes));
                    else
                        say(Wording::text(scopes.error().message), true);
                });
}

QString ScopePicker::mode() const
{
    return m_mode == Mode::Consent ? QStringLiteral("consent")
        : m_mode == Mode::Edit     ? QStringLiteral("edit")
                                   : QStringLiteral("token");
}

const Gateway::Asker *ScopePicker::asker() const
{
    return m_mode == Mode::Consent && m_question.asker ? &*m_question.asker : nullptr;
}

QString ScopePicker::agent() const
{
    return Wording::oneLine(m_mode == Mode::Consent ? m_question.agent : m_grant.agent, 56);
}

QString ScopePicker::proof() const
{
    return asker() ? Wording::text(Gateway::proofName(asker()->proof)) : QString();
}

QString ScopePicker::proofTitle() const
{
    if (m_mode == Mode::Edit)
        return m_grant.kind.empty() ? QString() : GrantWords::kindTitle(m_grant.kind);
    return asker() ? GrantWords::proofTitle(*asker()) : QString();
}

QString ScopePicker::proofText() const
{
    if (m_mode == Mode::Consent)
        return asker() ? GrantWords::proofText(*asker())
                       : Wording::oneLine(m_question.program, 240);
    return m_mode == Mode::Edit
        ? Wording::oneLine(m_grant.program, 240)
        : tr("Whoever has it may do what you pick here, without a window to ask for it.");
}

bool ScopePicker::isDoubtful() const
{
    return asker() && GrantWords::isDoubtful(m_question.agent, *asker());
}

QVariantList ScopePicker::wishes() const
{
    if (!asker() || asker()->scope.empty())
        return {};
    return GrantWords::wishes(asker()->scope, m_choice.draft().permissions);
}

QStringList ScopePicker::differences() const
{
    return m_mode == Mode::Edit ? m_choice.differences() : QStringList();
}

void ScopePicker::setTokenName(const QString &name)
{
    if (name == m_tokenName)
        return;
    m_tokenName = name;
    m_choice.setAgent(name.simplified().toStdString());
}

QString ScopePicker::notice() const
{
    if (m_notice.isEmpty() && m_questions)
        return m_questions->notice();
    if (m_notice.isEmpty() && !m_link.isConnected())
        return tr("Turso Companion has gone. Nothing can be changed from here.");
    return m_notice;
}

bool ScopePicker::isNoticeBad() const
{
    return m_noticeBad || !m_link.isConnected();
}

bool ScopePicker::needsSecondStep() const
{
    const Gateway::GrantDraft draft = m_choice.draft();
    Gateway::GrantDraft before;
    before.group = m_grant.group;
    before.databases = m_grant.databases;
    before.permissions = m_grant.permissions;
    const bool edits = m_mode == Mode::Edit; // what it may do already is not asked about again
    return (Gateway::isWholeOrganization(draft) && !(edits && Gateway::isWholeOrganization(before)))
        || (Gateway::mayDeleteDatabases(draft) && !(edits && Gateway::mayDeleteDatabases(before)));
}

QString ScopePicker::confirmText() const
{
    const Gateway::GrantDraft draft = m_choice.draft();
    QStringList parts;
    if (Gateway::isWholeOrganization(draft))
        parts << tr("This reaches every database of organization %1, in all groups, and all that "
                    "come later.")
                     .arg(m_choice.organization());
    if (Gateway::mayDeleteDatabases(draft))
        parts << tr("With your approval it can delete whole databases, for good.");
    if (draft.permissions == Gateway::Permissions::fullAccess())
        parts << tr("Rows are added and changed, and databases made, without asking you.");
    return parts.join(QLatin1Char(' '));
}

QString ScopePicker::missing() const
{
    if (m_mode == Mode::Token && m_tokenName.trimmed().isEmpty())
        return tr("Give it a name first.");
    if (asker() && asker()->proof == Gateway::Asker::Proof::LocalProgram
        && asker()->executable.empty())
        return tr("It cannot be let in from here.");
    if (const QString missing = m_choice.missing(); !missing.isEmpty())
        return missing;
    if (m_mode == Mode::Edit && differences().isEmpty())
        return tr("Nothing is changed yet.");
    return {};
}

bool ScopePicker::isBusy() const
{
    return m_busy || (m_questions && m_questions->isBusy());
}

bool ScopePicker::canDeny() const
{
    return m_questions ? m_questions->canDeny() : !m_busy;
}

bool ScopePicker::canAllow() const
{
    const bool open = m_questions ? m_questions->canApprove()
                                  : m_link.mayDecide() && !m_busy && m_token.isEmpty();
    return open && !m_farewell.isActive() && m_since.isValid()
        && m_since.elapsed() >= ApprovalQueue::kGuardMs && missing().isEmpty();
}

void ScopePicker::arm()
{
    m_since.restart();
    m_armTimer.start(ApprovalQueue::kGuardMs + 1);
}

void ScopePicker::setConfirming(bool confirming)
{
    if (confirming == m_confirming)
        return;
    m_confirming = confirming;
    arm(); // a second click of a hurried pair ends here
    Q_EMIT stepChanged();
}

void ScopePicker::noteChoice()
{
    if (m_questions && !m_settling)
        m_questions->touch(); // whoever picks is there
    setConfirming(false);
    Q_EMIT choiceChanged();
    Q_EMIT armedChanged();
}

void ScopePicker::back()
{
    setConfirming(false);
}

void ScopePicker::allow()
{
    // The button is off until then; this is for every other way in, such as a queued click.
    if (!canAllow())
        return;
    if (needsSecondStep() && !m_confirming)
        return setConfirming(true);
    const Gateway::GrantDraft draft = m_choice.draft();
    switch (m_mode) {
    case Mode::Consent:
        m_questions->allow(Control::toJson(draft), tr("%1 has been let in.").arg(agent()));
        break;
    case Mode::Edit:
        send("grants.change", changeParams());
        break;
    case Mode::Token:
        send("tokens.create", Control::toJson(draft));
        break;
    }
}

void ScopePicker::deny()
{
    if (m_questions) {
        m_questions->deny();
        return;
    }
    m_token.clear(); // it was shown this once
    Q_EMIT stepChanged();
    Q_EMIT finished();
}

Json ScopePicker::changeParams() const
{
    const Gateway::GrantDraft draft = m_choice.draft();
    Json params = {{"id", m_grant.id}};
    if (draft.group != m_grant.group)
        params["group"] = draft.group;
    const std::set<std::string> before(m_grant.databases.begin(), m_grant.databases.end());
    const std::set<std::string> after(draft.databases.begin(), draft.databases.end());
    if (before != after)
        params["databases"] = draft.databases;
    if (draft.permissions != m_grant.permissions)
        params["permissions"] = draft.permissions.text();
    if (draft.expiresIn)
        params["expires"] = Control::durationText(*draft.expiresIn);
    else if (m_choice.seconds() == 0 && m_grant.expiresAt)
        params["expires"] = "never";
    return params;
}

void ScopePicker::send(const char *method, Json params)
{
    m_busy = true;
    m_notice.clear();
    Q_EMIT stepChanged();
    m_link.call(method, std::move(params), this,
                [this, turn = m_loading](const Base::Result<Json> &answer) {
                    if (turn == m_loading)
                        answered(answer);
                });
}

void ScopePicker::answered(const Base::Result<Json> &answer)
{
    m_busy = false;
    m_confirming = false;
    arm();
    if (!answer)
        return say(Wording::text(answer.error().message), true);
    if (m_mode == Mode::Token) {
        const auto minted = Control::mintedTokenFrom(*answer);
        if (!minted)
            return say(Wording::text(minted.error().message), true);
        m_token = Wording::text(minted->token);
        Q_EMIT stepChanged();
        return;
    }
    m_farewell.start(ApprovalQueue::kFarewellMs);
    say(tr("Saved. It counts from its next call on."), false);
}

void ScopePicker::say(const QString &notice, bool bad)
{
    m_notice = notice;
    m_noticeBad = bad;
    Q_EMIT stepChanged();
}

} // namespace Window
