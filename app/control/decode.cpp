// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/codec.h"
#include "control/fields.h"

#include <utility>

namespace Control
{

using Base::Json;
using Base::Result;
using namespace Gateway;

namespace
{

// The value of a list whose name is written in that member.
template <typename T, typename NameOf, std::size_t Count>
T named(Fields &fields, const char *key, const T (&values)[Count], NameOf nameOf)
{
    const std::string written = fields.text(key);
    for (const T value : values) {
        if (nameOf(value) == written)
            return value;
    }
    fields.reject(std::string("There is no ") + key + " named \"" + written + "\".");
    return values[0];
}

constexpr Risk kRisks[] = {Risk::Safe, Risk::Change, Risk::Destructive, Risk::Irreversible};
constexpr CallState kCallStates[]
    = {CallState::Judging, CallState::Previewing, CallState::Waiting,
       CallState::Running, CallState::Done,       CallState::Refused,
       CallState::Denied,  CallState::Failed,     CallState::Cancelled};
constexpr ApprovalState kApprovalStates[]
    = {ApprovalState::Open, ApprovalState::Approved, ApprovalState::Denied, ApprovalState::Expired,
       ApprovalState::Withdrawn};
constexpr Asker::Proof kProofs[]
    = {Asker::Proof::Verified, Asker::Proof::SelfDeclared, Asker::Proof::LocalProgram};

template <typename T>
Result<T> finished(const Fields &fields, T value)
{
    if (!fields.isValid())
        return fields.failure();
    return value;
}

Permissions permissions(Fields &fields)
{
    const std::string written = fields.text("permissions");
    if (!fields.isValid())
        return {};
    auto parsed = Permissions::parse(written);
    if (!parsed) {
        fields.reject(parsed.error().message);
        return {};
    }
    return *parsed;
}

// An object, or null: but it must be there.
std::optional<Offer> offer(Fields &fields)
{
    if (fields.objectText("offer").empty())
        return std::nullopt;
    Fields members(fields.object("offer"), "an offer");
    Offer offer;
    offer.grantId = members.text("grant_id");
    const std::string permission = members.text("permission");
    offer.permission = permissionFromName(permission);
    offer.database = members.text("database");
    if (!members.isValid())
        fields.reject(members.failure().value().message);
    else if (permission.empty() == offer.database.empty()
             || offer.permission.has_value() == permission.empty())
        fields.reject("An offer is about one permission or one database.");
    return offer;
}

CallRecord readCall(Fields &fields)
{
    CallRecord call;
    call.id = fields.text("call_id");
    call.startedAt = fields.time("started_at");
    call.agent = fields.text("agent");
    call.tool = fields.text("tool");
    call.connection = fields.text("connection");
    call.database = fields.text("database");
    call.statementClass = fields.text("statement_class");
    call.risk = named(fields, "risk", kRisks, riskName);
    call.state = named(fields, "state", kCallStates, callStateName);
    call.decision = fields.text("decision");
    call.rule = fields.text("rule");
    call.rows = fields.optionalInteger("rows");
    call.affectedRows = fields.optionalInteger("affected_rows");
    call.bytes = fields.integer("bytes");
    call.durationMs = fields.number("duration_ms");
    call.waitMs = fields.number("wait_ms");
    call.code = fields.text("code");
    call.sql = fields.text("sql");
    return call;
}

// All of its members are there, as text or null.
Result<ServedWorkspace> servedFrom(const Json &json, std::initializer_list<const char *> keys)
{
    Fields fields(json, "where the workspace is served");
    ServedWorkspace served;
    for (const char *key : keys) {
        if (fields.isValid() && !json.contains(key))
            fields.reject(std::string("where the workspace is served lacks \"") + key + "\".");
    }
    served.platformUrl = fields.optionalText("platform_url").value_or("");
    served.sqlUrl = fields.optionalText("sql_url").value_or("");
    served.hostSuffix = fields.optionalText("host_suffix").value_or("");
    served.problem = fields.optionalText("problem").value_or("");
    return finished(fields, std::move(served));
}

} // namespace

Result<Status> statusFrom(const Json &json)
{
    Fields fields(json, "the status");
    Status status;
    status.endpoint = fields.text("endpoint");
    status.version = fields.text("version");
    status.profile = fields.text("profile");
    status.pid = fields.integer("pid");
    auto connections = listFrom(fields.array("connections"), connectionFrom);
    if (connections)
        status.connections = std::move(*connections);
    else
        fields.reject(connections.error().message);
    status.agents = static_cast<int>(fields.integer("agents"));
    status.approvalsPending = static_cast<int>(fields.integer("approvals_pending"));
    status.readOnly = fields.boolean("read_only");
    status.readOnlyUntil = fields.optionalTime("read_only_until");
    if (fields.has("workspace_served")) {
        auto served = servedFrom(json["workspace_served"],
                                 {"platform_url", "sql_url", "host_suffix", "problem"});
        if (served)
            status.served = std::move(*served);
        else
            fields.reject(served.error().message);
    }
    return finished(fields, std::move(status));
}

Result<AgentInfo> agentFrom(const Json &json)
{
    Fields fields(json, "an agent");
    AgentInfo agent;
    agent.name = fields.text("name");
    agent.program = fields.text("program");
    agent.transport = fields.text("transport");
    agent.connected = fields.boolean("connected");
    agent.callsToday = fields.integer("calls_today");
    agent.lastCallAt = fields.optionalTime("last_call_at");
    return finished(fields, std::move(agent));
}

Result<CallRecord> callFrom(const Json &json)
{
    Fields fields(json, "a call");
    CallRecord call = readCall(fields);
    return finished(fields, std::move(call));
}

Result<CallDetail> callDetailFrom(const Json &json)
{
    Fields fields(json, "a call");
    CallDetail detail;
    detail.record = readCall(fields);
    detail.grantId = fields.text("grant_id");
    detail.approvalId = fields.text("approval_id");
    detail.program = fields.text("program");
    detail.arguments = fields.objectText("arguments");
    detail.result = fields.objectText("result");
    detail.reason = fields.text("reason");
    detail.judgeMs = fields.number("judge_ms");
    detail.previewMs = fields.number("preview_ms");
    detail.runMs = fields.number("run_ms");
    return finished(fields, std::move(detail));
}

namespace
{

Result<Asker> askerFrom(const Json &json)
{
    Fields fields(json, "who asks");
    Asker asker;
    asker.proof = named(fields, "proof", kProofs, proofName);
    asker.host = fields.text("host");
    asker.answerTo = fields.text("answer_to");
    asker.executable = fields.text("executable");
    asker.announced = fields.text("announced");
    asker.scope = fields.text("scope");
    return finished(fields, std::move(asker));
}

Result<DatabaseScope> databaseScopeFrom(const Json &json)
{
    Fields fields(json, "a database");
    DatabaseScope database;
    database.name = fields.text("name");
    database.deleteProtection = fields.boolean("delete_protection");
    database.branchOf = fields.text("branch_of");
    database.sizeBytes = fields.optionalInteger("size_bytes");
    return finished(fields, std::move(database));
}

Result<GroupScope> groupScopeFrom(const Json &json)
{
    Fields fields(json, "a group");
    GroupScope group;
    group.name = fields.text("name");
    group.deleteProtection = fields.boolean("delete_protection");
    auto databases = listFrom(fields.array("databases"), databaseScopeFrom);
    if (databases)
        group.databases = std::move(*databases);
    else
        fields.reject(databases.error().message);
    return finished(fields, std::move(group));
}

} // namespace

Result<ConnectionScope> connectionScopeFrom(const Json &json)
{
    Fields fields(json, "what can be granted");
    ConnectionScope scope;
    scope.id = fields.text("id");
    scope.kind = fields.text("kind");
    scope.name = fields.text("name");
    scope.organization = fields.text("organization");
    auto groups = listFrom(fields.array("groups"), groupScopeFrom);
    if (groups)
        scope.groups = std::move(*groups);
    else
        fields.reject(groups.error().message);
    scope.leftOut = fields.integer("left_out");
    scope.problem = fields.text("problem");
    return finished(fields, std::move(scope));
}

Result<Approval> approvalFrom(const Json &json)
{
    Fields fields(json, "an approval");
    Approval approval;
    approval.id = fields.text("id");
    approval.kind = fields.text("kind");
    approval.callId = fields.text("call_id");
    approval.agent = fields.text("agent");
    approval.program = fields.text("program");
    if (fields.has("asker")) {
        auto asker = askerFrom(json["asker"]);
        if (asker)
            approval.asker = std::move(*asker);
        else
            fields.reject(asker.error().message);
    }
    approval.tool = fields.text("tool");
    approval.connection = fields.text("connection");
    approval.database = fields.text("database");
    approval.sentence = fields.text("sentence");
    approval.context = fields.text("context");
    approval.risk = named(fields, "risk", kRisks, riskName);
    approval.impact = fields.objectText("impact");
    approval.sql = fields.text("sql");
    approval.reason = fields.text("reason");
    approval.undo = fields.text("undo");
    approval.mustType = fields.text("must_type");
    approval.mayRemember = fields.boolean("may_remember");
    approval.offer = offer(fields);
    approval.createdAt = fields.time("created_at");
    approval.expiresAt = fields.time("expires_at");
    approval.state = named(fields, "state", kApprovalStates, approvalStateName);
    return finished(fields, std::move(approval));
}

Result<Grant> grantFrom(const Json &json)
{
    Fields fields(json, "a grant");
    Grant grant;
    grant.id = fields.text("id");
    grant.kind = fields.text("kind");
    grant.agent = fields.text("agent");
    grant.program = fields.text("program");
    grant.connection = fields.text("connection");
    grant.organization = fields.text("organization");
    grant.group = fields.text("group");
    grant.databases = fields.texts("databases");
    grant.permissions = permissions(fields);
    grant.createdAt = fields.time("created_at");
    grant.expiresAt = fields.optionalTime("expires_at");
    grant.lastUsedAt = fields.optionalTime("last_used_at");
    grant.paused = fields.boolean("paused");
    return finished(fields, std::move(grant));
}

Result<MintedToken> mintedTokenFrom(const Json &json)
{
    Fields fields(json, "a token");
    MintedToken minted;
    minted.token = fields.text("token");
    const Json &written = fields.object("grant");
    if (!fields.isValid())
        return fields.failure();
    auto grant = grantFrom(written);
    if (!grant)
        return tl::unexpected<Base::Error>(grant.error());
    minted.grant = std::move(*grant);
    return minted;
}

Result<WorkspaceAccess> workspaceAccessFrom(const Json &json)
{
    auto served = servedFrom(json, {"platform_url", "sql_url", "host_suffix", "token"});
    if (!served)
        return tl::unexpected<Base::Error>(served.error());
    Fields fields(json, "the workspace's access");
    WorkspaceAccess access{std::move(*served), fields.optionalText("token").value_or("")};
    return finished(fields, std::move(access));
}

Result<GrantDraft> draftFrom(const Json &json)
{
    Fields fields(json, "the grant");
    fields.allowOnly(
        {"agent", "connection", "organization", "group", "databases", "permissions", "expires"});
    GrantDraft draft;
    draft.agent = fields.text("agent");
    if (draft.agent.empty())
        fields.reject("A grant needs the name of an agent.");
    draft.permissions = permissions(fields);
    // An empty connection is not "any connection": it is the default, like an absent one.
    if (const std::string named = fields.optionalText("connection").value_or(""); !named.empty())
        draft.connection = named;
    draft.organization = fields.optionalText("organization").value_or("");
    draft.group = fields.optionalText("group").value_or("");
    if (fields.has("databases"))
        draft.databases = fields.texts("databases");
    for (const std::string &database : draft.databases) {
        if (database.empty())
            fields.reject("A database in a grant needs a name.");
    }
    if (const auto expires = fields.optionalText("expires"); expires && fields.isValid()) {
        const auto duration = Base::parseDuration(*expires);
        if (duration)
            draft.expiresIn = *duration;
        else
            fields.reject(duration.error().message);
    }
    return finished(fields, std::move(draft));
}

Result<GrantChange> changeFrom(const Json &json, Base::Millis now)
{
    Fields fields(json, "the change");
    fields.allowOnly({"group", "databases", "permissions", "expires", "paused"});
    GrantChange change;
    change.group = fields.optionalText("group");
    if (fields.has("databases"))
        change.databases = fields.texts("databases");
    for (const std::string &database : change.databases.value_or(std::vector<std::string>())) {
        if (database.empty())
            fields.reject("A database in a grant needs a name.");
    }
    if (fields.has("permissions"))
        change.permissions = permissions(fields);
    if (const auto expires = fields.optionalText("expires"); expires && fields.isValid()) {
        const auto duration = Base::parseDuration(*expires);
        const auto time = fromRfc3339(*expires);
        if (!duration && !time && *expires != "never")
            fields.reject("A grant expires after a duration such as 8h or 7d, at a time such as "
                          "2026-11-22T15:39:35Z, or never.");
        change.expiry = Expiry{time};
        if (duration)
            change.expiry->at = now + *duration;
    }
    if (fields.has("paused"))
        change.paused = fields.boolean("paused");
    if (fields.isValid() && change == GrantChange())
        fields.reject("Say what to change: group, databases, permissions, expires or paused.");
    return finished(fields, std::move(change));
}

Result<Remember> rememberFrom(const Json &json)
{
    constexpr std::int64_t kMostSeconds = 30LL * 86400;
    Fields fields(json, "\"remember\"");
    fields.allowOnly({"scope", "seconds"});
    const std::string scope = fields.text("scope");
    const std::int64_t seconds = fields.integer("seconds");
    Remember remember;
    if (scope == "table")
        remember.scope = Remember::Scope::Table;
    else if (scope == "database")
        remember.scope = Remember::Scope::Database;
    else if (scope != "statement")
        fields.reject("An answer is remembered for a statement, a table or a database.");
    if (seconds < 1 || seconds > kMostSeconds)
        fields.reject("An answer is remembered for 1 second to 30 days.");
    else
        remember.duration = seconds * 1000;
    return finished(fields, remember);
}

} // namespace Control
