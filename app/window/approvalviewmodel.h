// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "gateway/values.h"
#include "window/impact.h"

#include <QObject>
#include <QString>
#include <QStringList>
#include <QVariantList>
#include <QtQml/qqmlregistration.h>

#include <optional>

namespace Window
{

/// One open question as the person sees it, and what they have chosen so far. Asks and decides
/// nothing itself.
class ApprovalViewModel final : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Made by the approval queue")
    Q_PROPERTY(bool offer READ isOffer NOTIFY changed FINAL)
    Q_PROPERTY(QString yes READ yes NOTIFY changed FINAL)
    Q_PROPERTY(QString agent READ agent NOTIFY changed FINAL)
    Q_PROPERTY(QString program READ program NOTIFY changed FINAL)
    Q_PROPERTY(QString place READ place NOTIFY changed FINAL)
    Q_PROPERTY(QString environment READ environment NOTIFY changed FINAL)
    Q_PROPERTY(QString sentence READ sentence NOTIFY changed FINAL)
    Q_PROPERTY(QString context READ context NOTIFY changed FINAL)
    Q_PROPERTY(QString risk READ risk NOTIFY changed FINAL)
    Q_PROPERTY(QString sql READ sql NOTIFY changed FINAL)
    Q_PROPERTY(QString reason READ reason NOTIFY changed FINAL)
    Q_PROPERTY(QString undo READ undo NOTIFY changed FINAL)
    Q_PROPERTY(QString mustType READ mustType NOTIFY changed FINAL)
    Q_PROPERTY(bool mayRemember READ mayRemember NOTIFY changed FINAL)
    Q_PROPERTY(bool hasImpact READ hasImpact NOTIFY changed FINAL)
    Q_PROPERTY(QString impactTitle READ impactTitle NOTIFY changed FINAL)
    Q_PROPERTY(QString impactNote READ impactNote NOTIFY changed FINAL)
    Q_PROPERTY(QVariantList samples READ samples NOTIFY changed FINAL)
    Q_PROPERTY(QStringList schemaChanges READ schemaChanges NOTIFY changed FINAL)
    Q_PROPERTY(QStringList furtherTables READ furtherTables NOTIFY changed FINAL)
    Q_PROPERTY(QString typed MEMBER m_typed NOTIFY choiceChanged FINAL)
    Q_PROPERTY(bool typedRight READ isTypedRight NOTIFY choiceChanged FINAL)
    Q_PROPERTY(int rememberSeconds MEMBER m_rememberSeconds NOTIFY choiceChanged FINAL)
    Q_PROPERTY(QString rememberScope MEMBER m_rememberScope NOTIFY choiceChanged FINAL)

public:
    explicit ApprovalViewModel(QObject *parent);

    /// Shows another question, or none. Choices start anew when it is another one.
    void set(const std::optional<Gateway::Approval> &approval);

    /// It adds to the agent's grant; no call waits for it.
    bool isOffer() const { return m_approval.offer.has_value(); }
    QString yes() const; ///< what the button says: "Approve", "Allow writing"
    QString agent() const;
    QString program() const;
    QString place() const;
    QString environment() const;
    QString sentence() const;
    QString context() const;
    QString risk() const;
    QString sql() const;
    QString reason() const;
    QString undo() const;
    QString mustType() const;
    bool mayRemember() const { return m_approval.mayRemember; }
    bool hasImpact() const { return !m_impact.isEmpty(); }
    QString impactTitle() const { return m_impact.title; }
    QString impactNote() const { return m_impact.note; }
    QVariantList samples() const { return m_impact.samples; }
    QStringList schemaChanges() const { return m_impact.schema; }
    QStringList furtherTables() const { return m_impact.tables; }
    /// True where nothing has to be typed, too.
    bool isTypedRight() const;

    /// The parameters of approvals.approve for the choices made. Just this once, unless the person
    /// chose otherwise.
    Base::Json approveParams() const;

Q_SIGNALS:
    void changed();
    void choiceChanged();

private:
    Gateway::Approval m_approval;
    Impact m_impact;
    QString m_typed;
    QString m_rememberScope = QStringLiteral("statement");
    int m_rememberSeconds = 0; ///< 0: just this once
};

} // namespace Window
