// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "window/approvalqueue.h"
#include "window/scopechoice.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <QtQml/qqmlregistration.h>

#include <string>

namespace Window
{

class DeskLink;

/// One scope picker: what an agent that asks may touch, or what a grant allows from now on, or a
/// new token. Far-reaching choices take a second step; that and every answer is inert for
/// ApprovalQueue::kGuardMs after it came up. Whatever is not an explicit yes is a no.
class ScopePicker final : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Made by the window process")
    Q_PROPERTY(Window::ScopeChoice *choice READ choice CONSTANT FINAL)
    Q_PROPERTY(Window::ApprovalQueue *questions READ questions CONSTANT FINAL)
    Q_PROPERTY(QString mode READ mode NOTIFY subjectChanged FINAL)
    Q_PROPERTY(QString agent READ agent NOTIFY subjectChanged FINAL)
    Q_PROPERTY(QString proof READ proof NOTIFY subjectChanged FINAL)
    Q_PROPERTY(QString proofTitle READ proofTitle NOTIFY subjectChanged FINAL)
    Q_PROPERTY(QString proofText READ proofText NOTIFY subjectChanged FINAL)
    Q_PROPERTY(bool doubtful READ isDoubtful NOTIFY subjectChanged FINAL)
    Q_PROPERTY(QVariantList wishes READ wishes NOTIFY choiceChanged FINAL)
    Q_PROPERTY(QStringList differences READ differences NOTIFY choiceChanged FINAL)
    Q_PROPERTY(QString tokenName READ tokenName WRITE setTokenName NOTIFY choiceChanged FINAL)
    Q_PROPERTY(QString token READ token NOTIFY stepChanged FINAL)
    Q_PROPERTY(QString notice READ notice NOTIFY stepChanged FINAL)
    Q_PROPERTY(bool noticeIsBad READ isNoticeBad NOTIFY stepChanged FINAL)
    Q_PROPERTY(QString confirmText READ confirmText NOTIFY stepChanged FINAL)
    Q_PROPERTY(bool confirming READ isConfirming NOTIFY stepChanged FINAL)
    Q_PROPERTY(QString missing READ missing NOTIFY armedChanged FINAL)
    Q_PROPERTY(bool canAllow READ canAllow NOTIFY armedChanged FINAL)
    Q_PROPERTY(bool canDeny READ canDeny NOTIFY armedChanged FINAL)
    Q_PROPERTY(bool busy READ isBusy NOTIFY armedChanged FINAL)

public:
    /// With `questions`, it follows them; without, it waits for edit() and newToken().
    ScopePicker(DeskLink &link, ApprovalQueue *questions, QObject *parent = nullptr);

    ScopeChoice *choice() { return &m_choice; }
    ApprovalQueue *questions() { return m_questions; }
    QString mode() const; ///< "consent", "edit" or "token"
    QString agent() const;
    QString proof() const; ///< a proof's name, or empty
    QString proofTitle() const;
    QString proofText() const;
    bool isDoubtful() const;
    QVariantList wishes() const;
    QStringList differences() const;
    QString tokenName() const { return m_tokenName; }
    void setTokenName(const QString &name);
    QString token() const { return m_token; }
    QString notice() const;
    bool isNoticeBad() const;
    /// What becomes possible, where that takes a second step.
    QString confirmText() const;
    bool isConfirming() const { return m_confirming; }
    QString missing() const;
    bool canAllow() const;
    bool canDeny() const;
    bool isBusy() const;

    void edit(const QString &grantId);
    void newToken();

    /// Allows, saves or makes the token; or takes the first of two steps towards it.
    Q_INVOKABLE void allow();
    /// Back from the second step.
    Q_INVOKABLE void back();
    /// No; or, where nobody asked, just the end.
    Q_INVOKABLE void deny();
    /// Asks once more what there is.
    Q_INVOKABLE void load();

Q_SIGNALS:
    void subjectChanged();
    void choiceChanged();
    void stepChanged();
    void armedChanged();
    /// There is nothing (more) to show.
    void finished();

private:
    enum class Mode { Consent, Edit, Token };

    void takeQuestion();
    void begin(Mode mode);
    void noteChoice();
    void setConfirming(bool confirming);
    void arm();
    void say(const QString &notice, bool bad);
    void send(const char *method, Base::Json params);
    void answered(const Base::Result<Base::Json> &answer);
    Base::Json changeParams() const;
    bool needsSecondStep() const;
    const Gateway::Asker *asker() const;

    DeskLink &m_link;
    ApprovalQueue *m_questions;
    ScopeChoice m_choice;
    Mode m_mode = Mode::Consent;
    std::string m_questionId;
    Gateway::Approval m_question;
    Gateway::Grant m_grant; ///< as it was when it was opened
    QString m_tokenName;
    QString m_token;
    QString m_notice;
    bool m_noticeBad = false;
    bool m_confirming = false;
    bool m_busy = false;
    bool m_settling = false; ///< the choice changes, and nobody has picked anything
    int m_loading = 0; ///< answers of an earlier subject are late
    QElapsedTimer m_since; ///< this step has been there
    QTimer m_armTimer;
    QTimer m_farewell;
};

} // namespace Window
