// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway/approvals/approvalqueue.h"
#include "gateway/grants/grantstore.h"
#include "mcp/auth/consent.h"

#include <QObject>

#include <map>
#include <string>

namespace Gateway
{

/// Agents that sign in over HTTP: puts the authorization server's questions to the person, and
/// turns a yes into a grant. One thread.
class SignIns final : public QObject, public Mcp::Auth::ConsentDesk
{
    Q_OBJECT

public:
    SignIns(GrantStore &grants, ApprovalQueue &approvals)
        : m_grants(grants)
        , m_approvals(approvals)
    {
    }

    void ask(const Mcp::Auth::ConsentQuestion &question) override;
    void withdraw(const std::string &questionId) override;
    bool isLive(const std::string &grantId) const override
    {
        return m_grants.find(grantId).has_value();
    }

Q_SIGNALS:
    /// For Mcp::Auth::AuthorizationServer::decide(); no consent: no.
    void decided(const QByteArray &questionId, const std::optional<Mcp::Auth::Consent> &consent);
    void grantCreated(const Gateway::Grant &grant);
    /// The agent has signed in again, and got something else this time.
    void grantChanged(const Gateway::Grant &before, const Gateway::Grant &after);
    /// It has a grant for something else now.
    void grantReplaced(const Gateway::Grant &grant);

private:
    void answered(const Mcp::Auth::ConsentQuestion &question, const Answer &answer);
    Base::Result<Grant> granted(const GrantDraft &draft, const std::string &client);

    GrantStore &m_grants;
    ApprovalQueue &m_approvals;
    std::map<std::string, std::string> m_open; ///< question -> approval
};

} // namespace Gateway
