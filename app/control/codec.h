// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "gateway/values.h"
#include "turso/health.h"
#include "turso/types.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// The gateway's values as the control API's JSON (PROTOCOL.md) and back. Pure functions, any
/// thread. to...: never fails; text that is not UTF-8 becomes U+FFFD when it is written. from...:
/// InvalidArgument names the member that is missing or of the wrong type; members that are not
/// known are skipped, except in drafts, which come from outside.
namespace Control
{

/// In lists and notifications a call's SQL is cut to this many bytes and ends with "…"; calls.show
/// has all.
inline constexpr std::size_t kListedSqlBytes = 4096;

/// In lists and notifications an approval's SQL and reason are cut to this many bytes, with a line
/// after them that says so; approvals.show has all.
inline constexpr std::size_t kListedApprovalBytes = 16 * 1024;
/// An impact that is longer than this as text is null there.
inline constexpr std::size_t kListedImpactBytes = 256 * 1024;

Base::Json toJson(const Gateway::Status &status);
Base::Json toJson(const Gateway::ConnectionInfo &connection);
Base::Json toJson(const Gateway::SignInOffer &offer);
Base::Json toJson(const Gateway::CliAccountInfo &account);
Base::Json toJson(const Turso::AuditPage &page);
Base::Json toJson(const Turso::DatabasePage &page);
Base::Json toJson(const Gateway::AgentInfo &agent);
Base::Json toJson(const Gateway::ConnectionScope &scope);
Base::Json toJson(const Gateway::CallRecord &call); ///< as listed: the SQL is cut
Base::Json toJson(const Gateway::CallDetail &detail);
Base::Json toJson(const Gateway::Approval &approval); ///< all of it
/// Of each as listed: long texts are cut.
Base::Json listedApprovals(const std::vector<Gateway::Approval> &approvals);
Base::Json toJson(const Gateway::Grant &grant);
Base::Json toJson(const Gateway::GrantDraft &draft);
/// The parameters of grants.change without the id.
Base::Json toJson(const Gateway::GrantChange &change);
Base::Json toJson(const Gateway::MintedToken &minted);
Base::Json toJson(const Gateway::WorkspaceAccess &access);
/// Whole seconds, rounded up.
Base::Json toJson(const Gateway::Remember &remember);

/// A JSON array of toJson of each.
template <typename T>
Base::Json toJsonList(const std::vector<T> &values)
{
    Base::Json list = Base::Json::array();
    for (const T &value : values)
        list.push_back(toJson(value));
    return list;
}

Base::Result<Gateway::Status> statusFrom(const Base::Json &json);
Base::Result<Gateway::ConnectionInfo> connectionFrom(const Base::Json &json);
Base::Result<Gateway::SignInOffer> signInOfferFrom(const Base::Json &json);
Base::Result<Gateway::AgentInfo> agentFrom(const Base::Json &json);
Base::Result<Gateway::ConnectionScope> connectionScopeFrom(const Base::Json &json);
Base::Result<Gateway::CallRecord> callFrom(const Base::Json &json);
Base::Result<Gateway::CallDetail> callDetailFrom(const Base::Json &json);
Base::Result<Gateway::Approval> approvalFrom(const Base::Json &json);
Base::Result<Gateway::Grant> grantFrom(const Base::Json &json);
Base::Result<Gateway::MintedToken> mintedTokenFrom(const Base::Json &json);
Base::Result<Gateway::WorkspaceAccess> workspaceAccessFrom(const Base::Json &json);

/// Strict: unknown members are refused by name.
Base::Result<Gateway::GrantDraft> draftFrom(const Base::Json &json);
/// Strict. Tokens become secrets.
Base::Result<Gateway::ConnectionDraft> connectionDraftFrom(const Base::Json &json);
/// Strict, and not empty; the `id` beside it is not looked at.
Base::Result<Gateway::ConnectionChange> connectionChangeFrom(const Base::Json &json);
/// Strict, and not empty. `now`: what a duration counts from.
Base::Result<Gateway::GrantChange> changeFrom(const Base::Json &json, Base::Millis now);
/// Strict. At most 30 days.
Base::Result<Gateway::Remember> rememberFrom(const Base::Json &json);

/// listFrom(json, callFrom): a JSON array of such values.
template <typename T>
Base::Result<std::vector<T>> listFrom(const Base::Json &json,
                                      Base::Result<T> (*decode)(const Base::Json &))
{
    if (!json.is_array())
        return Base::fail(Base::ErrorKind::InvalidArgument, "Expected a list.");
    std::vector<T> values;
    values.reserve(json.size());
    for (const Base::Json &item : json) {
        auto value = decode(item);
        if (!value)
            return tl::unexpected<Base::Error>(value.error());
        values.push_back(std::move(*value));
    }
    return values;
}

/// "8h": the largest unit that Base::parseDuration reads back as at least this long, without loss
/// where possible.
std::string durationText(Base::Millis duration);

/// The `data.code` of an error: Denied is "already_answered", NotGranted "not_allowed", the others
/// their wire code.
std::string_view errorCode(Base::ErrorKind kind);
/// The inverse; codes that are not known are Internal.
Base::ErrorKind errorKindFrom(std::string_view code);

} // namespace Control
