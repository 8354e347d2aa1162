// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/grants/signins.h"

#include <algorithm>
#include <array>

namespace Gateway
{

namespace
{

bool allowsAny(const Permissions &permissions, std::initializer_list<Permission> any)
{
    return std::any_of(any.begin(), any.end(), [&permissions](Permission permission) {
        return permissions.access(permission) != Access::Off;
    });
}

} // namespace

std::string scopeOf(const Permissions &permissions)
{
    std::string scope;
    const auto add = [&scope](const char *word) {
        scope += (scope.empty() ? "" : " ") + std::string(word);
    };
    if (allowsAny(permissions, {Permission::Read, Permission::Analytics}))
        add("db:read");
    if (allowsAny(permissions, {Permission::Write, Permission::Delete}))
        add("db:write");
    if (allowsAny(permissions,
                  {Permission::Schema, Permission::Create, Permission::Branch,
                   Permission::Configure, Permission::DeleteDatabase}))
        add("db:admin");
    return scope;
}

void SignIns::ask(const Mcp::Auth::ConsentQuestion &question)
{
    Approval approval;
    approval.kind = "consent";
    approval.agent = question.client.name;
    approval.program = question.client.isDocument
        ? "verified: " + question.client.id
        : "calls itself that; its answer goes to " + question.redirectOwner;
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
        std::vector<Grant> before;
        for (const Grant &grant : m_grants.all()) {
            if (grant.kind == "oauth" && grant.program == question.client.id)
                before.push_back(grant);
        }
        if (const auto grant = m_grants.createSignedIn(draft, question.client.id)) {
            consent = Mcp::Auth::Consent{grant->id, scopeOf(grant->permissions)};
            for (const Grant &old : before) {
                // Revoked in memory even where it cannot be written.
                static_cast<void>(m_grants.revoke(old.id));
                Q_EMIT grantReplaced(old);
            }
            Q_EMIT grantCreated(*grant);
        }
    }
    Q_EMIT decided(QByteArray::fromStdString(question.id), consent);
}

} // namespace Gateway
