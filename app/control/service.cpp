// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/service.h"

#include "control/codec.h"
#include "control/connectionservice.h"
#include "control/fields.h"

#include <algorithm>
#include <utility>

namespace Control
{

using Base::ErrorKind;
using Base::fail;
using Base::Json;
using Base::Result;
using namespace Gateway;

namespace
{

constexpr int kMostCalls = 1000;
constexpr int kUsualCalls = 100;
constexpr std::int64_t kMostReadOnlySeconds = 365LL * 86400;

template <typename T>
Result<Json> written(const Result<T> &value)
{
    if (!value)
        return tl::unexpected<Base::Error>(value.error());
    return toJson(*value);
}

// The parameters of the methods that take one id and nothing else.
Result<std::string> onlyId(const Json &params, const char *key = "id")
{
    Fields fields(params, "the parameters");
    fields.allowOnly({key});
    std::string id = fields.text(key);
    if (!fields.isValid())
        return fields.failure();
    return id;
}

std::optional<Base::Error> noParameters(const Json &params)
{
    Fields fields(params, "the parameters");
    fields.allowOnly({});
    if (fields.isValid())
        return std::nullopt;
    return fields.failure().value();
}

std::vector<Grant> onlyTokens(std::vector<Grant> grants)
{
    std::erase_if(grants, [](const Grant &grant) { return grant.kind != "token"; });
    return grants;
}

} // namespace

tl::unexpected<Base::Error> Service::mayNotDecide()
{
    return fail(ErrorKind::NotGranted, "This is a decision, and this program may not decide.",
                "Answer it in the app's window, or start the app with --operator-key-file and pass "
                "the same file.");
}

void Service::perform(const Method &method, const Json &params, bool mayDecide, QObject *client,
                      Reply reply) const
{
    if (method.need == Need::Decide && !mayDecide)
        return reply(mayNotDecide());
    if (method.need == Need::DecideToLift)
        return reply(setReadOnly(params, mayDecide));
    if (method.need == Need::DecideToWiden)
        return reply(changeGrant(params, mayDecide));
    if (method.need == Need::DecideToOpen)
        return reply(serveWorkspace(params, mayDecide));
    if (method.name.starts_with("connections.") && method.name != "connections.list")
        return ConnectionService(m_desk).perform(method.name, params, client, std::move(reply));
    if (method.name == "calls.list")
        return listCalls(params, client, std::move(reply));
    if (method.name == "scopes.list")
        return listScopes(params, client, std::move(reply));
    if (method.name == "calls.show")
        return showCall(params, client, std::move(reply));
    reply(answer(method.name, params));
}

Result<Json> Service::answer(std::string_view name, const Json &params) const
{
    if (name == "approvals.approve")
        return approve(params);
    if (name == "grants.revoke" || name == "tokens.revoke")
        return revoke(params, name == "tokens.revoke");
    if (name == "grants.create" || name == "tokens.create") {
        const auto draft = draftFrom(params);
        if (!draft)
            return tl::unexpected<Base::Error>(draft.error());
        return name == "grants.create" ? written(m_desk.createGrant(*draft))
                                       : written(m_desk.mintToken(*draft));
    }
    if (name == "approvals.deny") {
        Fields fields(params, "the parameters");
        fields.allowOnly({"id", "message"});
        const std::string id = fields.text("id");
        std::string message = fields.optionalText("message").value_or("");
        if (!fields.isValid())
            return fields.failure();
        return written(m_desk.deny(id, std::move(message)));
    }
    if (name == "approvals.show" || name == "approvals.extend") {
        const auto id = onlyId(params);
        if (!id)
            return tl::unexpected<Base::Error>(id.error());
        return written(name == "approvals.show" ? m_desk.approval(*id) : m_desk.extend(*id));
    }
    if (auto error = noParameters(params))
        return tl::unexpected<Base::Error>(std::move(*error));
    if (name == "status")
        return toJson(m_desk.status());
    if (name == "connections.list")
        return toJsonList(m_desk.status().connections);
    if (name == "agents.list")
        return toJsonList(m_desk.agents());
    if (name == "approvals.list")
        return listedApprovals(m_desk.approvals());
    if (name == "grants.list")
        return toJsonList(m_desk.grants());
    if (name == "tokens.list")
        return toJsonList(onlyTokens(m_desk.grants()));
    return fail(ErrorKind::Internal, "The method has no code behind it.");
}

Result<Json> Service::approve(const Json &params) const
{
    Fields fields(params, "the parameters");
    fields.allowOnly({"id", "remember", "grant", "typed"});
    const std::string id = fields.text("id");
    const std::string typed = fields.optionalText("typed").value_or("");
    const Json remember = fields.has("remember") ? fields.object("remember") : Json();
    Json grant = fields.has("grant") ? fields.object("grant") : Json();
    if (!fields.isValid())
        return fields.failure();
    const auto approval = m_desk.approval(id);
    if (!approval)
        return tl::unexpected<Base::Error>(approval.error());
    if (approval->state != ApprovalState::Open)
        return fail(ErrorKind::Denied,
                    "This question is " + std::string(approvalStateName(approval->state))
                        + " already.");
    if (!approval->mustType.empty() && typed != approval->mustType)
        return fail(ErrorKind::InvalidArgument,
                    "To approve this, \"" + approval->mustType + "\" has to be typed.",
                    "Send it as `typed`; on the command line with --typed NAME.");
    std::optional<Remember> remembered;
    if (remember.is_object()) {
        const auto decoded = rememberFrom(remember);
        if (!decoded)
            return tl::unexpected<Base::Error>(decoded.error());
        if (!approval->mayRemember)
            return fail(ErrorKind::InvalidArgument, "The answer to this cannot be remembered.",
                        "Approve it for this once.");
        remembered = *decoded;
    }
    const bool isConsent = approval->kind == "consent";
    if (isConsent != grant.is_object())
        return fail(ErrorKind::InvalidArgument,
                    isConsent ? "An agent that asks for access needs a grant: what may it do?"
                              : "Only an agent's question for access is answered with a grant.");
    if (!isConsent)
        return written(m_desk.approve(id, remembered, std::nullopt));
    if (!grant.contains("agent"))
        grant["agent"] = approval->agent;
    auto draft = draftFrom(grant);
    if (!draft)
        return tl::unexpected<Base::Error>(draft.error());
    if (draft->agent != approval->agent)
        return fail(ErrorKind::InvalidArgument,
                    "It is " + approval->agent + " that asks, not " + draft->agent + ".");
    return written(m_desk.approve(id, remembered, std::move(*draft)));
}

Result<Json> Service::changeGrant(const Json &params, bool mayDecide) const
{
    Fields fields(params, "the parameters");
    const std::string id = fields.text("id");
    if (!fields.isValid())
        return fields.failure();
    Json rest = params;
    rest.erase("id");
    const auto change = changeFrom(rest, m_clock.now());
    if (!change)
        return tl::unexpected<Base::Error>(change.error());
    const std::vector<Grant> grants = m_desk.grants();
    const auto before = std::find_if(grants.begin(), grants.end(),
                                     [&id](const Grant &grant) { return grant.id == id; });
    if (before == grants.end())
        return fail(ErrorKind::NotFound, "There is no grant " + id + ".");
    if (!mayDecide && widens(*before, changed(*before, *change)))
        return mayNotDecide();
    return written(m_desk.changeGrant(id, *change));
}

Result<Json> Service::setReadOnly(const Json &params, bool mayDecide) const
{
    Fields fields(params, "the parameters");
    fields.allowOnly({"on", "seconds"});
    const bool on = fields.boolean("on");
    const auto seconds = fields.optionalInteger("seconds");
    if (seconds && (*seconds < 1 || *seconds > kMostReadOnlySeconds))
        fields.reject("Read-only lasts from 1 second to a year, or until it is lifted.");
    if (seconds && !on)
        fields.reject("Only switching read-only on takes \"seconds\".");
    if (!fields.isValid())
        return fields.failure();
    std::optional<Base::Millis> duration;
    if (seconds)
        duration = *seconds * 1000;
    // "On, for one second" would lift a lasting read-only a second later: ending it sooner is
    // lifting it.
    const Status now = m_desk.status();
    const bool endsSooner = now.readOnly && duration
        && (!now.readOnlyUntil || *now.readOnlyUntil > m_clock.now() + *duration);
    if ((!on || endsSooner) && !mayDecide)
        return mayNotDecide();
    return toJson(m_desk.setReadOnly(on, duration));
}

Result<Json> Service::serveWorkspace(const Json &params, bool mayDecide) const
{
    Fields fields(params, "the parameters");
    fields.allowOnly({"on", "port"});
    const bool on = fields.boolean("on");
    const auto port = fields.optionalInteger("port");
    if (port && (*port < 0 || *port > 65535))
        fields.reject("A port is a number from 0 to 65535.");
    if (port && !on)
        fields.reject("Only switching it on takes \"port\".");
    if (!fields.isValid())
        return fields.failure();
    if (on && !mayDecide)
        return mayNotDecide();
    std::optional<std::uint16_t> wanted;
    if (port)
        wanted = static_cast<std::uint16_t>(*port);
    return written(m_desk.serveWorkspace(on, wanted));
}

Result<Json> Service::revoke(const Json &params, bool tokensOnly) const
{
    const auto id = onlyId(params);
    if (!id)
        return tl::unexpected<Base::Error>(id.error());
    if (tokensOnly) {
        bool found = false;
        for (const Grant &grant : onlyTokens(m_desk.grants()))
            found = found || grant.id == *id;
        if (!found)
            return fail(ErrorKind::NotFound, "There is no token with the id " + *id + ".");
    }
    return written(m_desk.revokeGrant(*id));
}

void Service::listCalls(const Json &params, QObject *client, Reply reply) const
{
    Fields fields(params, "the parameters");
    fields.allowOnly({"filter", "limit"});
    std::string filter = fields.optionalText("filter").value_or("");
    const std::int64_t limit = fields.optionalInteger("limit").value_or(kUsualCalls);
    if (limit < 1 || limit > kMostCalls)
        fields.reject("A list has 1 to 1000 calls.");
    if (!fields.isValid())
        return reply(fields.failure());
    Base::whenDone(m_desk.calls(std::move(filter), static_cast<int>(limit)), client,
                   [reply = std::move(reply)](const Result<std::vector<CallRecord>> &calls) {
                       if (calls)
                           reply(toJsonList(*calls));
                       else
                           reply(tl::unexpected<Base::Error>(calls.error()));
                   });
}

void Service::listScopes(const Json &params, QObject *client, Reply reply) const
{
    if (auto error = noParameters(params))
        return reply(tl::unexpected<Base::Error>(std::move(*error)));
    Base::whenDone(m_desk.scopes(), client,
                   [reply = std::move(reply)](const Result<std::vector<ConnectionScope>> &scopes) {
                       if (scopes)
                           reply(toJsonList(*scopes));
                       else
                           reply(tl::unexpected<Base::Error>(scopes.error()));
                   });
}

void Service::showCall(const Json &params, QObject *client, Reply reply) const
{
    auto id = onlyId(params, "call_id");
    if (!id)
        return reply(tl::unexpected<Base::Error>(id.error()));
    Base::whenDone(
        m_desk.call(std::move(*id)), client,
        [reply = std::move(reply)](const Result<CallDetail> &call) { reply(written(call)); });
}

} // namespace Control
