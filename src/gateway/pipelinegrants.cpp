// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/pipeline.h"

#include "gateway/tools/schema.h"

#include <algorithm>

// Grants that change while calls are on their way, and calls that lack something in their grant.

namespace Gateway
{

using Base::ErrorKind;
using Base::Result;

// The world may have changed while a person thought: the grant, its permissions, the panic switch.
bool Pipeline::mayGoOn(const CallPtr &call)
{
    const auto grant = m_parts.identity.current(call->grant.id);
    if (const auto error = objection(needsOf(*call), grant ? &*grant : nullptr)) {
        fail(call, *error);
        return false;
    }
    if (m_readOnly && call->plan.changes) {
        fail(call,
             {ErrorKind::ReadOnlyMode,
              "Everything is read-only at the moment, for every agent.",
              "The person switched this on in Turso Companion and can lift it there.",
              {}});
        return false;
    }
    if (call->cancel.isCancelled()) {
        fail(call, {ErrorKind::Cancelled, "The agent no longer wants the answer.", {}, {}});
        return false;
    }
    call->grant = *grant;
    return true;
}

// Once; where it cannot be told, no grant for a group covers the database.
void Pipeline::lookUpGroup(const CallPtr &call,
                           std::function<void(const std::optional<Base::Error> &)> then)
{
    Base::whenDone(call->platform->database(call->plan.database), this,
                   [call, then = std::move(then)](const Result<Turso::Database> &found) {
                       if (call->finished)
                           return;
                       call->databaseGroup = found ? found->group : std::string();
                       const bool unreachable = !found && found.error().kind != ErrorKind::NotFound;
                       then(unreachable ? std::optional(found.error()) : std::nullopt);
                   });
}

void Pipeline::stopIfObjected(const CallPtr &call)
{
    const CallState state = call->detail.record.state;
    const bool asks = state == CallState::Previewing || state == CallState::Waiting;
    if (!asks || call->finished)
        return;
    const auto grant = m_parts.identity.current(call->grant.id);
    if (grant && hangsOnGroup(needsOf(*call), *grant))
        return lookUpGroup(call, [this, call](const auto &) { stopIfObjected(call); });
    if (const auto error = objection(needsOf(*call), grant ? &*grant : nullptr)) {
        call->cancel.cancel(); // a preview
        fail(call, *error);
    }
}

void Pipeline::grantNarrowed(const std::string &grantId)
{
    m_parts.rules.dropGrant(grantId); // remembered under a grant that allowed more
    const auto open = m_open;
    for (const auto &[id, call] : open) {
        if (call->grant.id == grantId)
            stopIfObjected(call);
    }
}

void Pipeline::grantEnded(const std::string &grantId, Running running)
{
    m_parts.rules.dropGrant(grantId);
    m_kept.dropGrant(grantId);
    const auto open = m_open;
    for (const auto &[id, call] : open) {
        if (call->grant.id != grantId || call->finished)
            continue;
        if (running == Running::IsInterrupted)
            call->cancel.cancel();
        stopIfObjected(call);
    }
}

KeptResults::Objection Pipeline::objections() const
{
    return [this](const std::string &grantId, const Needs &needs) -> std::optional<Base::Error> {
        const auto grant = m_parts.identity.current(grantId);
        if (grant && hangsOnGroup(needs, *grant))
            return noDatabase(needs.database);
        return objection(needs, grant ? &*grant : nullptr);
    };
}

Want Pipeline::wantOf(const CallPtr &call, const Grant &grant) const
{
    Want want;
    want.offer.grantId = grant.id;
    want.callId = call->detail.record.id;
    want.agent = call->request.principal.agent;
    want.program = call->detail.program;
    want.tool = call->tool->description.name;
    want.database = call->plan.database;
    want.reason = call->plan.reason;
    return want;
}

// One missing permission, and nothing else: with it, the call would be judged like any other.
void Pipeline::wantPermission(const CallPtr &call, Permission missing)
{
    if (m_readOnly || call->tool->neverAsks || call->candidates.empty())
        return;
    if (call->detail.grantId.empty()) { // refused before its arguments were looked at
        const auto arguments
            = checkedArguments(call->tool->description.inputSchema, call->request.arguments);
        auto plan = arguments ? call->tool->plan(*arguments) : tl::unexpected(arguments.error());
        if (!plan)
            return;
        call->plan = std::move(*plan);
    }
    Needs needs = needsOf(*call);
    std::erase(needs.permissions, missing);
    const bool makes = missing == Permission::Create || missing == Permission::Branch;
    for (const Grant &grant : call->candidates) {
        if (objection(needs, &grant) || (makes && !grant.databases.empty()))
            continue;
        Want want = wantOf(call, grant);
        want.offer.permission = missing;
        Q_EMIT wanting(want);
        return;
    }
}

// One missing database, in a grant that lists its databases: for others there is no change that
// adds this one and nothing else.
void Pipeline::wantDatabase(const CallPtr &call)
{
    if (m_readOnly || call->tool->neverAsks)
        return;
    Needs needs = needsOf(*call);
    needs.database.clear();
    for (const Grant &grant : call->candidates) {
        if (grant.databases.empty() || objection(needs, &grant))
            continue;
        Want want = wantOf(call, grant);
        want.offer.database = call->plan.database;
        Q_EMIT wanting(want);
        return;
    }
}

} // namespace Gateway
