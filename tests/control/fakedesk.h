// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway/desk.h"

#include <QStringList>

/// Connections that answer what was asked, and keep a list of it. "lost" is no connection.
class FakeConnections final : public Gateway::ConnectionsDoor
{
public:
    explicit FakeConnections(QStringList &done)
        : m_done(done)
    {
    }
    Base::Pending<Gateway::ConnectionInfo> add(Gateway::ConnectionDraft draft) override;
    Base::Pending<Gateway::ConnectionInfo> change(std::string id,
                                                  Gateway::ConnectionChange change) override;
    Base::Pending<Gateway::ConnectionInfo> check(std::string id) override;
    Base::Pending<bool> remove(std::string id) override;
    Base::Pending<Gateway::SignInOffer> signIn(std::string id) override;
    Base::Result<void> cancelSignIn(const std::string &id) override;
    Base::Pending<Gateway::ConnectionInfo> signOut(std::string id) override;
    Base::Pending<Turso::DatabasePage> databases(std::string id, int limit,
                                                 std::string cursor) override;
    Base::Pending<Turso::AuditPage> auditList(std::string id, int page) override;
    Base::Result<Gateway::CliAccountInfo> cliAccount() const override;

    static Gateway::ConnectionInfo someConnection(const std::string &id);

private:
    Base::Pending<Gateway::ConnectionInfo> did(const QString &what, const std::string &id);
    QStringList &m_done;
};

/// A desk that answers what it was given, and keeps a list of what it was asked to do.
class FakeDesk final : public Gateway::Desk
{
    Q_OBJECT
public:
    FakeDesk();

    Gateway::Status status() const override { return currentStatus; }
    std::vector<Gateway::AgentInfo> agents() const override { return knownAgents; }
    Gateway::ConnectionsDoor *connections() override { return &m_connections; }
    Base::Pending<std::vector<Gateway::ConnectionScope>> scopes() override
    {
        return Base::readyNow<std::vector<Gateway::ConnectionScope>>(knownScopes);
    }
    Base::Pending<std::vector<Gateway::CallRecord>> calls(std::string filter, int limit) override;
    Base::Pending<Gateway::CallDetail> call(std::string id) override;
    std::vector<Gateway::Approval> approvals() const override { return openApprovals; }
    Base::Result<Gateway::Approval> approval(const std::string &id) const override;
    Base::Result<Gateway::Approval> approve(const std::string &id,
                                            std::optional<Gateway::Remember> remember,
                                            std::optional<Gateway::GrantDraft> grant) override;
    Base::Result<Gateway::Approval> deny(const std::string &id, std::string message) override;
    Base::Result<Gateway::Approval> extend(const std::string &id) override;
    std::vector<Gateway::Grant> grants() const override { return knownGrants; }
    Base::Result<Gateway::Grant> createGrant(const Gateway::GrantDraft &draft) override;
    Base::Result<Gateway::MintedToken> mintToken(const Gateway::GrantDraft &draft) override;
    Base::Result<Gateway::Grant> changeGrant(const std::string &id,
                                             const Gateway::GrantChange &change) override;
    Base::Result<Gateway::Grant> revokeGrant(const std::string &id) override;
    Gateway::Status setReadOnly(bool on, std::optional<Base::Millis> duration) override;
    Base::Result<Gateway::WorkspaceAccess>
    serveWorkspace(bool on, std::optional<std::uint16_t> port) override;

    static Gateway::CallRecord someCall(const std::string &id, Base::Millis startedAt);
    static Gateway::Approval someApproval(const std::string &id);
    static Gateway::Grant someGrant(const std::string &id, const std::string &kind);

    Gateway::Status currentStatus;
    std::vector<Gateway::AgentInfo> knownAgents;
    std::vector<Gateway::ConnectionScope> knownScopes;
    std::vector<Gateway::CallRecord> knownCalls; ///< newest first
    std::vector<Gateway::Approval> openApprovals;
    std::vector<Gateway::Grant> knownGrants;
    QStringList done; ///< "approve ap_1 table:900000", "deny ap_1 no", "readOnly on 60000" ...

private:
    FakeConnections m_connections{done};
};
