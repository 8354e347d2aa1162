// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway/activecall.h"
#include "gateway/answers.h"
#include "gateway/approvals/approvalqueue.h"
#include "gateway/approvals/rules.h"
#include "gateway/connections.h"
#include "gateway/grants/identity.h"
#include "gateway/grants/offers.h"
#include "gateway/history/history.h"
#include "gateway/settings.h"
#include "gateway/waitingroom.h"

#include <QObject>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace Gateway
{

/// The spine: the only place that runs a tool. Every tools/call goes through its steps in order
/// (grant, gate, policy, impact, approval, tool, shape, record), and every way out goes through
/// finish(). One thread; nothing in it blocks. Owns the calls that are on their way and the answers
/// that agents have not fetched yet.
class Pipeline : public QObject, public Mcp::ToolGate
{
    Q_OBJECT
public:
    /// All outlive the pipeline.
    struct Parts {
        Connections &connections;
        Identity &identity;
        ApprovalQueue &approvals;
        Rules &rules;
        History &history;
        const Settings &settings;
        const Base::Clock &clock;
    };
    explicit Pipeline(Parts parts);
    ~Pipeline() override; ///< what is open is recorded as cancelled

    std::vector<Mcp::ToolDescription> tools(const Mcp::Principal &principal) const override;
    bool hasTool(const std::string &name) const override;
    CallId begin(Mcp::ToolCall call, Reply reply, Report report) override;
    void cancel(CallId call) override;
    void unheard(CallId call) override;

    /// What a resource, a prompt or a completion reads: a call like any other, with its own name in
    /// the history, by a tool that agents do not see. See content/contenttools.h. Answers
    /// ToolResult; never a task.
    CallId beginContent(const Mcp::Caller &caller, const char *tool, Base::Json arguments,
                        Reply reply);

    /// The panic switch; asked for every call, and again right before it runs.
    void setReadOnly(bool on);
    /// Something was taken away from the grant, or it was paused: what waits under it and is not
    /// allowed any more is refused now. What runs finishes.
    void grantNarrowed(const std::string &grantId);
    /// The grant is gone: what waits under it is refused now.
    enum class Running { Finishes, IsInterrupted };
    void grantEnded(const std::string &grantId, Running running);

    /// The calls that are not finished, oldest first.
    std::vector<CallRecord> running() const;
    std::optional<CallDetail> detail(const std::string &callId) const;

Q_SIGNALS:
    void callChanged(const Gateway::CallRecord &call);
    /// The agent was let in by the person's answer to a consent.
    void grantCreated(const Gateway::Grant &grant);
    /// A call was refused for want of one thing that can be added to an existing grant. The agent
    /// has its answer already, and it was the same whether this is sent or not.
    void wanting(const Gateway::Want &want);
    /// An agent has changed a database's schema.
    void schemaChanged(const std::string &connection, const std::string &database);
    /// An agent has created or deleted a database.
    void databasesChanged(const std::string &connection, const std::string &database);

private:
    using CallPtr = std::shared_ptr<ActiveCall>;

    // the steps, in order
    void findGrant(const CallPtr &call);
    void judge(const CallPtr &call);
    void chooseConnection(const CallPtr &call);
    void checkScope(const CallPtr &call);
    void applyPolicy(const CallPtr &call);
    void measureImpact(const CallPtr &call, const std::string &why);
    void askPerson(const CallPtr &call, const std::string &why,
                   const std::optional<Turso::Impact> &impact);
    void personAnswered(const CallPtr &call, const Answer &answer);
    void makeDurable(const CallPtr &call);
    void runTool(const CallPtr &call);
    void toolDone(const CallPtr &call, const Base::Result<Yield> &yield);
    void finish(const CallPtr &call, Mcp::ToolResult result);
    void deliver(const CallPtr &call, Mcp::ToolResult result);

    // beside the path
    void fail(const CallPtr &call, const Base::Error &error);
    void enter(const CallPtr &call, CallState state);
    CallId admit(const Tool *tool, Mcp::ToolCall request, Reply reply, Report report);
    CallPtr newCall(const Tool *tool, Mcp::ToolCall request, std::string key);
    CallPtr openCall(const std::string &key) const;
    std::size_t
    openOf(const std::string &principalId) const; ///< exact where it matters: beyond 256 in all
    void addWaiter(const CallPtr &call, Waiter waiter);
    Waiter newWaiter(CallId id, const Mcp::ToolCall &request, Reply reply, Report report) const;
    void givePending(const CallPtr &call, const Waiter &waiter);
    void waitForApproval(const CallPtr &call);
    void askConsent(const CallPtr &call);
    void consentAnswered(const Mcp::Principal &principal, const Answer &answer);
    bool mayGoOn(const CallPtr &call);
    void use(const CallPtr &call, const std::string &connection);
    void lookUpConnection(const CallPtr &call, const std::vector<std::string> &connections);
    void lookUpGroup(const CallPtr &call,
                     std::function<void(const std::optional<Base::Error> &unreachable)> then);
    void stopIfObjected(const CallPtr &call);
    KeptResults::Objection objections() const;
    void wantPermission(const CallPtr &call, Permission missing);
    void wantDatabase(const CallPtr &call);
    Want wantOf(const CallPtr &call, const Grant &grant) const;
    void announce(const CallPtr &call);
    const Tool *find(const std::string &name) const;

    struct Consent {
        std::string approvalId;
        std::vector<CallPtr> calls;
    };

    Parts m_parts;
    std::vector<Tool> m_tools;
    std::vector<Tool> m_contentTools;
    std::map<std::string, const Tool *, std::less<>> m_byName;
    std::map<CallId, CallPtr> m_byRequest;
    std::map<std::string, CallPtr> m_open; // by call id, so oldest first
    std::map<std::string, Consent> m_consents; // by principal
    std::map<std::string, Base::Millis> m_consentRefused; // by principal: until when
    KeptResults m_kept;
    WaitingRoom m_room;
    CallId m_next = 1;
    bool m_readOnly = false;
};

} // namespace Gateway
