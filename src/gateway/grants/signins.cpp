// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/grants/signins.h"

#include <QUrl>

namespace Gateway
{

namespace
{

// Only the host counts: who has another's host can say what stands at any path of it.
std::string hostOf(const std::string &address)
{
    const QUrl url(QString::fromStdString(address));
    return url.authority(QUrl::FullyEncoded).toStdString();
}

Asker askerOf(const Mcp::Auth::ConsentQuestion &question)
{
    Asker asker;
    if (question.client.isDocument) {
        asker.proof = Asker::Proof::Verified;
        asker.host = hostOf(question.client.id);
    }
    asker.answerTo = question.redirectOwner;
    asker.scope = question.scope;
    return asker;
}

} // namespace

void SignIns::ask(const Mcp::Auth::ConsentQuestion &question)
{
    Approval approval;
    approval.kind = "consent";
    approval.agent = question.client.name;
    approval.program = question.client.isDocument
        ? "verified: " + question.client.id
        : "calls itself that; its answer goes to " + question.redirectOwner;
    approval.asker = askerOf(question);
    approval.connection = "workspace";
    approval.sentence = question.client.name + " wants to work with your databases";
    approval.context = "It signs in through the browser.";
    approval.risk = Risk::Change;
    approval.undo = "You can take it back at any time.";
    const auto asked = m_approvals.ask(std::move(approval), [this, question](const Answer &answer) {
        answered(question, answer);
    });
    if (asked) {
        m_open[question.id] = asked->id;
        return;
    }
    // Not from inside of the server's own call.
    QMetaObject::invokeMethod(
        this,
        [this, id = question.id] { Q_EMIT decided(QByteArray::fromStdString(id), std::nullopt); },
        Qt::QueuedConnection);
}

void SignIns::withdraw(const std::string &questionId)
{
    const auto found = m_open.find(questionId);
    if (found == m_open.end())
        return;
    const std::string approval = found->second;
    m_open.erase(found);
    m_approvals.withdraw(approval);
}

void SignIns::answered(const Mcp::Auth::ConsentQuestion &question, const Answer &answer)
{
    m_open.erase(question.id);
    std::optional<Mcp::Auth::Consent> consent;
    if (answer.state == ApprovalState::Approved && answer.grant) {
        GrantDraft draft = *answer.grant;
        draft.agent = question.client.name;
        if (const auto grant = granted(draft, question.client.id))
            consent = Mcp::Auth::Consent{grant->id, scopeOf(grant->permissions)};
    }
    Q_EMIT decided(QByteArray::fromStdString(question.id), consent);
}

// An agent has one grant, however often and from however many of its processes it signs in: a
// second sign-in changes it for all of them, and ends nobody's.
Base::Result<Grant> SignIns::granted(const GrantDraft &draft, const std::string &client)
{
    std::vector<Grant> others;
    for (const Grant &grant : m_grants.all()) {
        if (grant.kind != "oauth" || grant.program != client)
            continue;
        if (grant.connection != draft.connection || grant.organization != draft.organization) {
            others.push_back(grant);
            continue;
        }
        auto again = m_grants.regrant(grant.id, draft);
        if (again && *again != grant)
            Q_EMIT grantChanged(grant, *again);
        return again;
    }
    auto grant = m_grants.createSignedIn(draft, client);
    if (!grant)
        return grant;
    for (const Grant &old : others) {
        // Revoked in memory even where it cannot be written.
        static_cast<void>(m_grants.revoke(old.id));
        Q_EMIT grantReplaced(old);
    }
    Q_EMIT grantCreated(*grant);
    return grant;
}

} // namespace Gateway
