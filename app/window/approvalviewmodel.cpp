// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/approvalviewmodel.h"

#include "window/wording.h"

namespace Window
{

namespace
{

constexpr qsizetype kSentenceLetters = 240;
constexpr qsizetype kLineLetters = 400;

} // namespace

ApprovalViewModel::ApprovalViewModel(QObject *parent)
    : QObject(parent)
{
}

void ApprovalViewModel::set(const std::optional<Gateway::Approval> &approval)
{
    const bool other = !approval || approval->id != m_approval.id;
    m_approval = approval.value_or(Gateway::Approval());
    m_impact = Impact::read(m_approval.impact);
    if (other) {
        m_typed.clear();
        m_rememberScope = QStringLiteral("statement");
        m_rememberSeconds = 0;
    }
    Q_EMIT changed();
    Q_EMIT choiceChanged();
}

QString ApprovalViewModel::yes() const
{
    return isOffer() ? Wording::allow(*m_approval.offer) : tr("Approve");
}

QString ApprovalViewModel::agent() const
{
    return Wording::oneLine(m_approval.agent, 80);
}

QString ApprovalViewModel::program() const
{
    return Wording::oneLine(m_approval.program, kLineLetters);
}

QString ApprovalViewModel::place() const
{
    const QString connection = Wording::oneLine(m_approval.connection, 60);
    if (m_approval.database.empty())
        return connection;
    return Wording::oneLine(m_approval.database, 60) + QStringLiteral(" · ") + connection;
}

QString ApprovalViewModel::environment() const
{
    return Wording::environment(m_approval.connection, m_approval.database);
}

QString ApprovalViewModel::sentence() const
{
    return Wording::oneLine(m_approval.sentence, kSentenceLetters);
}

QString ApprovalViewModel::context() const
{
    return Wording::oneLine(m_approval.context, kLineLetters);
}

QString ApprovalViewModel::risk() const
{
    return Wording::text(Gateway::riskName(m_approval.risk));
}

QString ApprovalViewModel::sql() const
{
    return Wording::unmasked(m_approval.sql);
}

QString ApprovalViewModel::reason() const
{
    return Wording::oneLine(m_approval.reason, kLineLetters);
}

QString ApprovalViewModel::undo() const
{
    return Wording::oneLine(m_approval.undo, kLineLetters);
}

QString ApprovalViewModel::mustType() const
{
    return Wording::text(m_approval.mustType);
}

bool ApprovalViewModel::isTypedRight() const
{
    return m_approval.mustType.empty() || m_typed.toStdString() == m_approval.mustType;
}

Base::Json ApprovalViewModel::approveParams() const
{
    Base::Json params = {{"id", m_approval.id}};
    if (!m_approval.mustType.empty())
        params["typed"] = m_typed.toStdString();
    if (mayRemember() && m_rememberSeconds > 0)
        params["remember"]
            = {{"scope", m_rememberScope.toStdString()}, {"seconds", m_rememberSeconds}};
    return params;
}

} // namespace Window
