// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/codec.h"

#include "control/fields.h"

#include <array>
#include <initializer_list>
#include <utility>

namespace Control
{

using Base::Json;
using namespace Gateway;

namespace
{

Json timeOrNull(std::optional<Base::Millis> time)
{
    return time ? Json(Base::toRfc3339(*time)) : Json(nullptr);
}

Json numberOrNull(std::optional<std::int64_t> number)
{
    return number ? Json(*number) : Json(nullptr);
}

// The text of a JSON object, or null where there is none. What is not an object is null too: the
// reader relies on it.
Json objectOrNull(const std::string &text)
{
    if (text.empty())
        return nullptr;
    auto value = Base::parseJson(text);
    return value && value->is_object() ? std::move(*value) : Json(nullptr);
}

std::string cutText(const std::string &text, std::size_t limit, const std::string &mark = "…")
{
    if (text.size() <= limit)
        return text;
    std::size_t end = limit;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
        --end;
    return text.substr(0, end) + mark;
}

std::string cutWithNotice(const std::string &text)
{
    return cutText(text, kListedApprovalBytes,
                   "\n… cut here, " + std::to_string(text.size()) + " bytes in all");
}

Json askerJson(const std::optional<Asker> &asker)
{
    if (!asker)
        return nullptr;
    return {{"proof", std::string(proofName(asker->proof))},
            {"host", asker->host},
            {"answer_to", asker->answerTo},
            {"executable", asker->executable},
            {"announced", asker->announced},
            {"scope", asker->scope}};
}

Json offerOrNull(const std::optional<Offer> &offer)
{
    if (!offer)
        return nullptr;
    const std::string permission(offer->permission ? permissionName(*offer->permission) : "");
    return {
        {"grant_id", offer->grantId}, {"permission", permission}, {"database", offer->database}};
}

Json approvalJson(const Approval &approval, std::string sql, std::string reason, Json impact)
{
    return {{"id", approval.id},
            {"kind", approval.kind},
            {"call_id", approval.callId},
            {"agent", approval.agent},
            {"program", approval.program},
            {"asker", askerJson(approval.asker)},
            {"tool", approval.tool},
            {"connection", approval.connection},
            {"database", approval.database},
            {"sentence", approval.sentence},
            {"context", approval.context},
            {"risk", std::string(riskName(approval.risk))},
            {"impact", std::move(impact)},
            {"sql", std::move(sql)},
            {"reason", std::move(reason)},
            {"undo", approval.undo},
            {"must_type", approval.mustType},
            {"may_remember", approval.mayRemember},
            {"offer", offerOrNull(approval.offer)},
            {"created_at", Base::toRfc3339(approval.createdAt)},
            {"expires_at", Base::toRfc3339(approval.expiresAt)},
            {"state", std::string(approvalStateName(approval.state))}};
}

Json callJson(const CallRecord &call, std::string sql)
{
    return {{"call_id", call.id},
            {"started_at", Base::toRfc3339(call.startedAt)},
            {"agent", call.agent},
            {"tool", call.tool},
            {"connection", call.connection},
            {"database", call.database},
            {"statement_class", call.statementClass},
            {"risk", std::string(riskName(call.risk))},
            {"state", std::string(callStateName(call.state))},
            {"decision", call.decision},
            {"rule", call.rule},
            {"rows", numberOrNull(call.rows)},
            {"affected_rows", numberOrNull(call.affectedRows)},
            {"bytes", call.bytes},
            {"duration_ms", call.durationMs},
            {"wait_ms", call.waitMs},
            {"code", call.code},
            {"sql", std::move(sql)}};
}

Json textOrNull(const std::string &text)
{
    return text.empty() ? Json(nullptr) : Json(text);
}

Json servedJson(const ServedWorkspace &served)
{
    if (!served.isOn())
        return nullptr;
    return {{"platform_url", textOrNull(served.platformUrl)},
            {"sql_url", textOrNull(served.sqlUrl)},
            {"host_suffix", textOrNull(served.hostSuffix)},
            {"problem", textOrNull(served.problem)}};
}

std::string_view scopeName(Remember::Scope scope)
{
    switch (scope) {
    case Remember::Scope::Statement:
        return "statement";
    case Remember::Scope::Table:
        return "table";
    case Remember::Scope::Database:
        break;
    }
    return "database";
}

} // namespace

Json toJson(const Status &status)
{
    return {{"endpoint", status.endpoint},
            {"version", status.version},
            {"profile", status.profile},
            {"pid", status.pid},
            {"connections", toJsonList(status.connections)},
            {"agents", status.agents},
            {"approvals_pending", status.approvalsPending},
            {"read_only", status.readOnly},
            {"read_only_until", timeOrNull(status.readOnlyUntil)},
            {"workspace_served", servedJson(status.served)}};
}

Json toJson(const AgentInfo &agent)
{
    return {{"name", agent.name},
            {"program", agent.program},
            {"transport", agent.transport},
            {"connected", agent.connected},
            {"calls_today", agent.callsToday},
            {"last_call_at", timeOrNull(agent.lastCallAt)}};
}

Json toJson(const ConnectionScope &scope)
{
    Json groups = Json::array();
    for (const GroupScope &group : scope.groups) {
        Json databases = Json::array();
        for (const DatabaseScope &database : group.databases)
            databases.push_back({{"name", database.name},
                                 {"delete_protection", database.deleteProtection},
                                 {"branch_of", database.branchOf},
                                 {"size_bytes", numberOrNull(database.sizeBytes)}});
        groups.push_back({{"name", group.name},
                          {"delete_protection", group.deleteProtection},
                          {"databases", std::move(databases)}});
    }
    return {{"id", scope.id},
            {"kind", scope.kind},
            {"name", scope.name},
            {"organization", scope.organization},
            {"groups", std::move(groups)},
            {"left_out", scope.leftOut},
            {"problem", scope.problem}};
}

Json toJson(const CallRecord &call)
{
    return callJson(call, cutText(call.sql, kListedSqlBytes));
}

Json toJson(const CallDetail &detail)
{
    Json json = callJson(detail.record, detail.record.sql);
    json["grant_id"] = detail.grantId;
    json["approval_id"] = detail.approvalId;
    json["program"] = detail.program;
    json["arguments"] = objectOrNull(detail.arguments);
    json["result"] = objectOrNull(detail.result);
    json["reason"] = detail.reason;
    json["judge_ms"] = detail.judgeMs;
    json["preview_ms"] = detail.previewMs;
    json["run_ms"] = detail.runMs;
    return json;
}

Json toJson(const Approval &approval)
{
    return approvalJson(approval, approval.sql, approval.reason, objectOrNull(approval.impact));
}

Json listedApprovals(const std::vector<Approval> &approvals)
{
    Json list = Json::array();
    for (const Approval &approval : approvals) {
        const bool fits = approval.impact.size() <= kListedImpactBytes;
        list.push_back(approvalJson(approval, cutWithNotice(approval.sql),
                                    cutWithNotice(approval.reason),
                                    fits ? objectOrNull(approval.impact) : Json(nullptr)));
    }
    return list;
}

Json toJson(const Grant &grant)
{
    return {{"id", grant.id},
            {"kind", grant.kind},
            {"agent", grant.agent},
            {"program", grant.program},
            {"connection", grant.connection},
            {"organization", grant.organization},
            {"group", grant.group},
            {"databases", grant.databases},
            {"permissions", grant.permissions.text()},
            {"created_at", Base::toRfc3339(grant.createdAt)},
            {"expires_at", timeOrNull(grant.expiresAt)},
            {"last_used_at", timeOrNull(grant.lastUsedAt)},
            {"paused", grant.paused}};
}

Json toJson(const GrantDraft &draft)
{
    Json json = {{"agent", draft.agent},
                 {"connection", draft.connection},
                 {"organization", draft.organization},
                 {"group", draft.group},
                 {"databases", draft.databases},
                 {"permissions", draft.permissions.text()}};
    if (draft.expiresIn)
        json["expires"] = durationText(*draft.expiresIn);
    return json;
}

Json toJson(const GrantChange &change)
{
    Json json = Json::object();
    if (change.group)
        json["group"] = *change.group;
    if (change.databases)
        json["databases"] = *change.databases;
    if (change.permissions)
        json["permissions"] = change.permissions->text();
    if (change.expiry)
        json["expires"] = change.expiry->at ? Base::toRfc3339(*change.expiry->at) : "never";
    if (change.paused)
        json["paused"] = *change.paused;
    return json;
}

Json toJson(const MintedToken &minted)
{
    return {{"token", minted.token}, {"grant", toJson(minted.grant)}};
}

Json toJson(const WorkspaceAccess &access)
{
    return {{"platform_url", textOrNull(access.served.platformUrl)},
            {"sql_url", textOrNull(access.served.sqlUrl)},
            {"host_suffix", textOrNull(access.served.hostSuffix)},
            {"token", textOrNull(access.token)}};
}

Json toJson(const Remember &remember)
{
    return {{"scope", std::string(scopeName(remember.scope))},
            {"seconds", (remember.duration + 999) / 1000}};
}

std::string durationText(Base::Millis duration)
{
    constexpr Base::Millis kSecond = 1000;
    constexpr std::array<std::pair<Base::Millis, char>, 4> kUnits{
        {{86400 * kSecond, 'd'}, {3600 * kSecond, 'h'}, {60 * kSecond, 'm'}, {kSecond, 's'}}};
    constexpr Base::Millis kMostDigits = 9'999'999; // parseDuration reads eight characters
    const Base::Millis whole = duration < 1 ? 1 : duration;
    for (const auto &[unit, letter] : kUnits) {
        if (whole % unit == 0 && whole / unit <= kMostDigits)
            return std::to_string(whole / unit) + letter;
    }
    for (auto it = kUnits.rbegin(); it != kUnits.rend(); ++it) {
        const Base::Millis count = whole / it->first + (whole % it->first != 0 ? 1 : 0);
        if (count <= kMostDigits)
            return std::to_string(count) + it->second;
    }
    return std::to_string(kMostDigits) + 'd';
}

namespace
{

constexpr Base::ErrorKind kKinds[] = {
    Base::ErrorKind::WrongTool,       Base::ErrorKind::NotUnderstood,
    Base::ErrorKind::ApprovalExpired, Base::ErrorKind::ReadOnlyMode,
    Base::ErrorKind::Protected,       Base::ErrorKind::ImpactChanged,
    Base::ErrorKind::NotFound,        Base::ErrorKind::AlreadyExists,
    Base::ErrorKind::InvalidArgument, Base::ErrorKind::LimitExceeded,
    Base::ErrorKind::SqlError,        Base::ErrorKind::Unsupported,
    Base::ErrorKind::Unauthorized,    Base::ErrorKind::UpstreamError,
    Base::ErrorKind::Cancelled,       Base::ErrorKind::Denied,
    Base::ErrorKind::NotGranted,
};

} // namespace

std::string_view errorCode(Base::ErrorKind kind)
{
    if (kind == Base::ErrorKind::Denied)
        return "already_answered";
    if (kind == Base::ErrorKind::NotGranted)
        return "not_allowed";
    return Base::wireCode(kind);
}

Base::ErrorKind errorKindFrom(std::string_view code)
{
    for (const Base::ErrorKind kind : kKinds) {
        if (errorCode(kind) == code)
            return kind;
    }
    return Base::ErrorKind::Internal;
}

} // namespace Control
