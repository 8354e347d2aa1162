// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/fakedesk.h"

using namespace Gateway;
using Base::ErrorKind;
using Base::fail;
using Base::Result;

namespace
{

QString text(const std::string &utf8)
{
    return QString::fromStdString(utf8);
}

} // namespace

FakeDesk::FakeDesk()
{
    currentStatus = {"http://127.0.0.1:8765/mcp",
                     "0.1.0",
                     "/p",
                     4711,
                     {{"workspace", "workspace", "Workspace", "ready"}},
                     1,
                     1,
                     false,
                     {}};
    knownAgents = {{"Claude Code", "/usr/bin/claude", "stdio", true, 12, 1'795'361'975'000},
                   {"ci", "", "http", false, 0, {}}};
    Gateway::GroupScope group{"default", true};
    group.databases = {{"demo-shop", false, {}, 24'576}, {"try-out", true, "demo-shop", {}}};
    knownScopes = {{"workspace", "workspace", "Workspace", "local", {group}, 2, {}}};
    knownCalls = {someCall("call_3", 3000), someCall("call_2", 2000), someCall("call_1", 1000)};
    openApprovals = {someApproval("ap_1")};
    knownGrants = {someGrant("gr_token", "token"), someGrant("gr_bridge", "bridge")};
}

CallRecord FakeDesk::someCall(const std::string &id, Base::Millis startedAt)
{
    CallRecord call;
    call.id = id;
    call.startedAt = startedAt;
    call.agent = "Claude Code";
    call.tool = "read_database";
    call.connection = "workspace";
    call.database = "demo-shop";
    call.statementClass = "read";
    call.state = CallState::Done;
    call.decision = "allowed";
    call.rows = 3;
    call.bytes = 120;
    call.durationMs = 1.25;
    call.sql = "SELECT 1";
    return call;
}

Approval FakeDesk::someApproval(const std::string &id)
{
    Approval approval;
    approval.id = id;
    approval.kind = "call";
    approval.callId = "call_9";
    approval.agent = "Claude Code";
    approval.asker = Gateway::Asker{Gateway::Asker::Proof::Verified,
                                    "claude.ai",
                                    "a website",
                                    "/usr/bin/claude",
                                    "claude",
                                    "db:read"};
    approval.tool = "write_database";
    approval.connection = "workspace";
    approval.database = "demo-shop";
    approval.sentence = "Claude Code wants to delete 12 rows from orders";
    approval.context = "in demo-shop";
    approval.risk = Risk::Destructive;
    approval.impact = R"({"affected_rows":12,"tables":[{"name":"orders","deleted":12}]})";
    approval.sql = "DELETE FROM orders WHERE id < 13";
    approval.mayRemember = true;
    approval.createdAt = 1'795'361'975'000;
    approval.expiresAt = 1'795'362'275'000;
    return approval;
}

Grant FakeDesk::someGrant(const std::string &id, const std::string &kind)
{
    Grant grant;
    grant.id = id;
    grant.agent = "ci";
    grant.connection = "workspace";
    grant.organization = "local";
    grant.group = "default";
    grant.databases = {"demo-shop"};
    grant.permissions = Permissions::readOnly();
    grant.kind = kind;
    grant.createdAt = 1'795'361'975'000;
    return grant;
}

Base::Pending<std::vector<CallRecord>> FakeDesk::calls(std::string filter, int limit)
{
    done += QStringLiteral("calls %1 %2").arg(text(filter)).arg(limit);
    std::vector<CallRecord> found;
    for (const CallRecord &call : knownCalls) {
        if (int(found.size()) < limit && (filter.empty() || call.agent == filter.substr(6)))
            found.push_back(call);
    }
    return Base::readyNow(Result<std::vector<CallRecord>>(std::move(found)));
}

Base::Pending<CallDetail> FakeDesk::call(std::string id)
{
    for (const CallRecord &call : knownCalls) {
        if (call.id == id) {
            CallDetail detail;
            detail.record = call;
            detail.grantId = "gr_bridge";
            detail.arguments = R"({"sql":"SELECT 1"})";
            detail.result = R"({"rows":[[1]]})";
            return Base::readyNow(Result<CallDetail>(std::move(detail)));
        }
    }
    return Base::readyNow(
        Result<CallDetail>(fail(ErrorKind::NotFound, "There is no call " + id + ".")));
}

Result<Approval> FakeDesk::approval(const std::string &id) const
{
    for (const Approval &approval : openApprovals) {
        if (approval.id == id)
            return approval;
    }
    return fail(ErrorKind::NotFound, "There is no question " + id + ".");
}

Result<Approval> FakeDesk::approve(const std::string &id, std::optional<Remember> remember,
                                   std::optional<GrantDraft> grant)
{
    auto approval = this->approval(id);
    if (!approval)
        return approval;
    QString entry = QStringLiteral("approve ") + text(id);
    if (remember)
        entry += QStringLiteral(" %1:%2").arg(int(remember->scope)).arg(remember->duration);
    if (grant)
        entry += QStringLiteral(" grant %1 %2")
                     .arg(text(grant->agent), text(grant->permissions.text()));
    done += entry;
    approval->state = ApprovalState::Approved;
    return approval;
}

Result<Approval> FakeDesk::deny(const std::string &id, std::string message)
{
    auto approval = this->approval(id);
    if (!approval)
        return approval;
    done += QStringLiteral("deny %1 %2").arg(text(id), text(message));
    approval->state = ApprovalState::Denied;
    return approval;
}

Result<Approval> FakeDesk::extend(const std::string &id)
{
    done += QStringLiteral("extend ") + text(id);
    return approval(id);
}

Result<Grant> FakeDesk::createGrant(const GrantDraft &draft)
{
    done += QStringLiteral("createGrant ") + text(draft.agent);
    Grant grant = someGrant("gr_new", "bridge");
    grant.agent = draft.agent;
    grant.permissions = draft.permissions;
    return grant;
}

Result<MintedToken> FakeDesk::mintToken(const GrantDraft &draft)
{
    done += QStringLiteral("mintToken ") + text(draft.agent);
    Grant grant = someGrant("gr_new", "token");
    grant.agent = draft.agent;
    grant.permissions = draft.permissions;
    return MintedToken{"tct_secret", grant};
}

Result<Grant> FakeDesk::changeGrant(const std::string &id, const GrantChange &change)
{
    for (Grant &grant : knownGrants) {
        if (grant.id == id) {
            done += QStringLiteral("change ") + text(id);
            grant = changed(grant, change);
            return grant;
        }
    }
    return fail(ErrorKind::NotFound, "There is no grant " + id + ".");
}

Result<Grant> FakeDesk::revokeGrant(const std::string &id)
{
    for (const Grant &grant : knownGrants) {
        if (grant.id == id) {
            done += QStringLiteral("revoke ") + text(id);
            return grant;
        }
    }
    return fail(ErrorKind::NotFound, "There is no grant " + id + ".");
}

Status FakeDesk::setReadOnly(bool on, std::optional<Base::Millis> duration)
{
    done += QStringLiteral("readOnly %1 %2").arg(on).arg(duration.value_or(0));
    currentStatus.readOnly = on;
    currentStatus.readOnlyUntil = {};
    if (on && duration)
        currentStatus.readOnlyUntil = Base::SystemClock().now() + *duration;
    return currentStatus;
}

Result<WorkspaceAccess> FakeDesk::serveWorkspace(bool on, std::optional<std::uint16_t> port)
{
    done += QStringLiteral("serve %1 %2").arg(on).arg(port ? *port : -1);
    currentStatus.served = {};
    if (!on)
        return WorkspaceAccess{};
    if (port && *port == 80)
        return fail(ErrorKind::AlreadyExists, "The port 80 is taken.");
    currentStatus.served
        = {"http://127.0.0.1:7", "http://127.0.0.1:7", "localhost:7", std::string()};
    return WorkspaceAccess{currentStatus.served, "platform_secret"};
}
