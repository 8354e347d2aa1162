// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway/content/databaseprompts.h"
#include "gateway/content/databaseresources.h"
#include "gateway/desk.h"
#include "gateway/grants/offers.h"
#include "gateway/grants/signins.h"
#include "gateway/pipeline.h"
#include "gateway/workspacedoor.h"

#include <memory>
#include <string>

namespace Gateway
{

/// The gateway as a whole: owns grants, approvals, rules, history and the pipeline over the
/// connections, and is the person's desk over them. Everything of it lives on one thread.
class FrontDesk final : public Desk
{
    Q_OBJECT
public:
    /// Reads settings, grants and state from `profile` (an existing folder). An error names the
    /// file.
    static Base::Result<std::unique_ptr<FrontDesk>> open(std::string profile, std::string version,
                                                         Connections &connections,
                                                         const Base::Clock &clock);
    ~FrontDesk() override;

    Mcp::ToolGate &toolGate() { return *m_pipeline; }
    Mcp::ResourceSource &resources() { return *m_resources; }
    Mcp::PromptSource &prompts() { return *m_prompts; }
    Mcp::Authenticator &authenticator() { return m_identity; }
    /// The person as the authorization server knows them. Whoever has both connects
    /// SignIns::decided() and Identity::setSignedIn().
    SignIns &signIns() { return m_signIns; }
    Identity &identity() { return m_identity; }

    /// What only the composition knows: where agents connect, and who is connected now.
    void setEndpoint(std::string endpoint);
    void setConnected(std::vector<std::pair<Mcp::Principal, std::string>> agents);
    /// Must outlive the desk's use; null: there is none.
    void setWorkspaceDoor(WorkspaceDoor *door);
    /// The same.
    void setConnectionsDoor(ConnectionsDoor *door) { m_connectionsDoor = door; }
    /// What a program did through the workspace's door, which asks nobody: for the history.
    void noteOutside(CallDetail call);

    Status status() const override;
    std::vector<AgentInfo> agents() const override;
    ConnectionsDoor *connections() override { return m_connectionsDoor; }
    Base::Pending<std::vector<ConnectionScope>> scopes() override;
    Base::Pending<std::vector<CallRecord>> calls(std::string filter, int limit) override;
    Base::Pending<CallDetail> call(std::string id) override;
    std::vector<Approval> approvals() const override;
    Base::Result<Approval> approval(const std::string &id) const override;
    Base::Result<Approval> approve(const std::string &id, std::optional<Remember> remember,
                                   std::optional<GrantDraft> grant) override;
    Base::Result<Approval> deny(const std::string &id, std::string message) override;
    Base::Result<Approval> extend(const std::string &id) override;
    std::vector<Grant> grants() const override;
    Base::Result<Grant> createGrant(const GrantDraft &draft) override;
    Base::Result<MintedToken> mintToken(const GrantDraft &draft) override;
    Base::Result<Grant> changeGrant(const std::string &id, const GrantChange &change) override;
    Base::Result<Grant> revokeGrant(const std::string &id) override;
    Status setReadOnly(bool on, std::optional<Base::Millis> duration) override;
    Base::Result<WorkspaceAccess> serveWorkspace(bool on,
                                                 std::optional<std::uint16_t> port) override;

Q_SIGNALS:
    /// A bearer token no longer counts: whatever it holds open should be closed.
    void principalEnded(const QByteArray &principalId);
    /// A grant has been taken back: nothing may stand on it any more.
    void grantEnded(const QByteArray &grantId);
    /// For Mcp::Server: what this principal can list or read is no longer what it was. The list of
    /// tools is the same for everybody and always.
    void resourcesChanged(const QByteArray &principalId);
    void resourceUpdated(const QByteArray &uri, const QByteArray &principalId);

private:
    FrontDesk(std::string profile, std::string version, Connections &connections,
              const Base::Clock &clock, Settings settings, GrantStore grants);
    Base::Result<GrantDraft> completed(GrantDraft draft) const;
    void readState();
    void saveState() const;
    void applyReadOnly(bool on, std::optional<Base::Millis> until);
    void noteCall(const CallRecord &call);
    void noteSchema(const std::string &connection, const std::string &database);
    void noteDatabases(const std::string &connection, const std::string &database);
    void connectionIsGone(const std::string &id);
    void noteGrant(const Grant &grant);
    void noteChange(const Grant &before, const Grant &after);
    void grantIsGone(const Grant &grant,
                     Pipeline::Running running = Pipeline::Running::IsInterrupted);
    void endExpired();
    void scheduleExpiry();
    std::vector<Mcp::Principal> principals() const;

    std::string m_profile;
    std::string m_version;
    std::string m_endpoint;
    Connections &m_connections;
    WorkspaceDoor *m_door = nullptr;
    ConnectionsDoor *m_connectionsDoor = nullptr;
    const Base::Clock &m_clock;
    const Settings m_settings;
    GrantStore m_grants;
    Identity m_identity;
    Rules m_rules;
    ApprovalQueue m_approvals;
    SignIns m_signIns;
    Offers m_offers;
    History m_history;
    std::unique_ptr<Pipeline> m_pipeline;
    std::unique_ptr<Names> m_names;
    std::unique_ptr<DatabaseResources> m_resources;
    std::unique_ptr<DatabasePrompts> m_prompts;
    std::vector<std::pair<Mcp::Principal, std::string>> m_connected;
    struct Day {
        long long day = 0;
        std::int64_t calls = 0;
        Base::Millis last = 0;
    };
    std::map<std::string, Day> m_days; // calls today by agent's name
    bool m_readOnly = false;
    std::optional<Base::Millis> m_readOnlyUntil;
    QTimer m_liftTimer;
    QTimer m_expiryTimer; // runs while a grant will end
};

} // namespace Gateway
