// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/pipeline.h"

#include "gateway/policy.h"
#include "gateway/sentence.h"
#include "gateway/tools/encode.h"
#include "gateway/tools/schema.h"

#include <algorithm>

// The steps of a call, from top to bottom in the order in which they happen. What stands beside the
// path is in pipelinesupport.cpp (arriving, leaving) and pipelinewaiting.cpp (waiting, consent) and
// pipelinegrants.cpp (grants that change meanwhile).

namespace Gateway
{

using Base::ErrorKind;
using Base::Result;

namespace
{

Base::Error known(const Plan &plan, const Base::Error &error)
{
    const bool database = error.kind == ErrorKind::NotFound && !plan.database.empty();
    return database ? noDatabase(plan.database) : error;
}

Access leastAccess(const Grant &grant, const Plan &plan, Permission &weakest)
{
    weakest = plan.permission;
    Access least = grant.permissions.access(plan.permission);
    for (const Permission permission : plan.further) {
        if (grant.permissions.access(permission) < least) {
            least = grant.permissions.access(permission);
            weakest = permission;
        }
    }
    return least;
}

} // namespace

// 1 grant: which agent is this, and what may it do?
void Pipeline::findGrant(const CallPtr &call)
{
    const Mcp::Principal &principal = call->request.principal;
    call->candidates = m_parts.identity.grantsOf(principal);
    std::erase_if(call->candidates, [this](const Grant &grant) {
        return !m_parts.connections.has(grant.connection);
    });
    const bool granted = !call->candidates.empty();
    std::erase_if(call->candidates, [](const Grant &grant) { return grant.paused; });
    if (granted && call->candidates.empty())
        return fail(call, grantIsPaused());
    if (call->tool->description.name == kApprovalWait)
        return waitForApproval(call); // needs no permission: it fetches what was asked with one
    if (granted)
        return judge(call);
    if (Identity::isLocalProgram(principal) && !call->tool->neverAsks)
        return askConsent(call);
    fail(call, grantHasEnded());
}

// 2 gate: what do the arguments and statements really say?
void Pipeline::judge(const CallPtr &call)
{
    const Permission needed = call->tool->permission;
    const Access least = call->tool->neverAsks ? Access::On : Access::Ask;
    const auto lacks = [needed, least](const Grant &grant) {
        return grant.permissions.access(needed) < least;
    };
    if (std::all_of(call->candidates.begin(), call->candidates.end(), lacks)) {
        fail(call, notGranted(needed));
        return wantPermission(call, needed);
    }
    call->granted = call->candidates;
    std::erase_if(call->candidates, lacks);
    call->grant = call->candidates.front();
    auto arguments = checkedArguments(call->tool->description.inputSchema, call->request.arguments);
    if (!arguments)
        return fail(call, arguments.error());
    call->detail.record.sql = Base::stringMember(*arguments, "sql").value_or(std::string());
    call->detail.record.database
        = Base::stringMember(*arguments, "database").value_or(std::string());
    auto plan = call->tool->plan(*arguments);
    if (!plan)
        return fail(call, plan.error());
    call->plan = std::move(*plan);
    call->detail.record.sql = call->plan.sql;
    call->detail.record.statementClass = call->plan.statementClass;
    call->detail.record.risk = call->plan.risk;
    call->detail.reason = call->plan.reason;
    chooseConnection(call);
}

// still 1: is this database inside the grant?
void Pipeline::checkScope(const CallPtr &call)
{
    const std::string &database = call->plan.database;
    if (database.empty()) {
        const std::string &group = call->plan.group;
        if (!group.empty() && !call->grant.group.empty() && group != call->grant.group)
            return fail(call, noGroup(group));
        return applyPolicy(call);
    }
    const auto mayCover = [&database](const Grant &grant) {
        return covers(grant, database, grant.group);
    };
    if (std::none_of(call->candidates.begin(), call->candidates.end(), mayCover)) {
        fail(call, noDatabase(database));
        return wantDatabase(call);
    }
    for (const Grant &grant : call->candidates) {
        if (grant.group.empty() && mayCover(grant)) {
            call->grant = grant;
            return applyPolicy(call);
        }
    }
    lookUpGroup(call, [this, call](const std::optional<Base::Error> &unreachable) {
        for (const Grant &candidate : call->candidates) {
            // As it is now: it may have changed meanwhile.
            const auto grant = m_parts.identity.current(candidate.id);
            if (!grant || grant->paused
                || !covers(*grant, call->plan.database, *call->databaseGroup))
                continue;
            call->grant = *grant;
            return applyPolicy(call);
        }
        const auto now = m_parts.identity.current(call->grant.id);
        const auto ended = objection({}, now ? &*now : nullptr);
        fail(call, ended.value_or(unreachable.value_or(noDatabase(call->plan.database))));
        wantDatabase(call);
    });
}

// 3 policy: allow, ask or refuse
void Pipeline::applyPolicy(const CallPtr &call)
{
    const Plan &plan = call->plan;
    call->detail.grantId = call->grant.id;
    call->detail.record.connection = call->grant.connection;
    call->subject = {call->grant.id, call->tool->description.name, plan.database, {}, {}};
    Question question;
    question.access = leastAccess(call->grant, plan, question.permission);
    question.changes = plan.changes;
    question.risk = plan.risk;
    question.asks = plan.asks;
    question.askReason = plan.askReason;
    question.readOnlyMode = m_readOnly;
    if (plan.asks || plan.askAboveRows || question.access == Access::Ask) {
        call->subject.shape = plan.sql.empty() ? std::string() : Turso::Sql::normalized(plan.sql);
        // A trigger stands on one table and may touch any: no remembered answer for a table covers
        // it.
        for (const Turso::Sql::Statement &statement : plan.statements)
            call->subject.tables.push_back(statement.verb == "CREATE TRIGGER" ? std::string()
                                                                              : statement.table);
        question.rule = m_parts.rules.matching(call->subject);
    }
    const Verdict verdict = decide(question);
    call->detail.record.rule = verdict.rule.empty() ? verdict.reason : verdict.rule;
    call->detail.judgeMs = elapsedMs(call->arrived);
    if (verdict.kind == Verdict::Kind::Refuse) {
        fail(call, verdict.error);
        return wantPermission(call, question.permission);
    }
    if (const auto error = objection(needsOf(*call), &call->grant))
        return fail(call, *error);
    if (verdict.kind == Verdict::Kind::Ask && !call->tool->neverAsks)
        return measureImpact(call, verdict.reason);
    if (verdict.kind == Verdict::Kind::Ask)
        return fail(call, {ErrorKind::NotGranted, verdict.reason, {}, {}});
    call->detail.record.decision = verdict.rule.empty() ? "allowed" : "rule";
    if (!verdict.rule.empty())
        call->plan.askAboveRows = false;
    makeDurable(call);
}

// 4 impact: what would it change? Only when a person will be asked.
void Pipeline::measureImpact(const CallPtr &call, const std::string &why)
{
    if (call->plan.statements.empty() || !call->plan.changes)
        return askPerson(call, why, std::nullopt);
    enter(call, CallState::Previewing);
    Turso::Script script;
    script.statements = call->plan.statements;
    script.arguments = call->plan.arguments;
    script.limits = call->plan.limits;
    script.limits.maxRows = 0; // the sample shows the rows; RETURNING's are not needed
    script.dryRun = true;
    const std::shared_ptr<Turso::Session> session
        = call->platform->openSession(call->plan.database, call->plan.privilege);
    Base::whenDone(session->execute(std::move(script), call->cancel), this,
                   [this, call, why, session](const Result<Turso::Outcome> &outcome) {
                       if (call->finished)
                           return;
                       call->detail.previewMs = elapsedMs(call->entered);
                       if (!outcome) // what cannot run needs no question
                           return fail(call, known(call->plan, outcome.error()));
                       askPerson(call, why, outcome->impact);
                   });
}

// 5 approval: ask the person and wait; silence is a no
void Pipeline::askPerson(const CallPtr &call, const std::string &why,
                         const std::optional<Turso::Impact> &impact)
{
    if (!mayGoOn(call)) // what may not run needs no question
        return;
    const Plan &plan = call->plan;
    const bool irreversible = plan.risk == Risk::Irreversible;
    Approval question;
    question.kind = "call";
    question.callId = call->detail.record.id;
    question.agent = call->request.principal.agent;
    question.program = call->detail.program;
    question.tool = call->tool->description.name;
    question.connection = call->grant.connection;
    question.database = plan.database;
    question.sentence = sentenceFor(question.agent, question.tool, plan, impact);
    question.context = contextFor(plan, impact);
    if (question.connection != kWorkspace) {
        const std::string where = "on " + m_parts.connections.nameOf(question.connection);
        question.context = question.context.empty() ? where : question.context + ", " + where;
    }
    question.risk = plan.risk;
    question.impact = impact ? impactText(*impact) : std::string();
    question.sql = plan.sql;
    question.reason = plan.reason;
    question.undo = plan.changes ? "Once approved, this cannot be undone from here."
                                 : "Nothing is changed by this.";
    question.mustType = plan.mustType;
    question.mayRemember = !irreversible;
    // An estimate caps the run as well: one that was too low ends in impact_changed, not in more
    // than was shown.
    if (impact)
        call->approvedRows = impact->totalRowsChanged();
    const auto asked = m_parts.approvals.ask(
        std::move(question), [this, call](const Answer &answer) { personAnswered(call, answer); });
    if (!asked)
        return fail(call, asked.error());
    call->detail.approvalId = asked->id;
    call->approvalIds.push_back(asked->id);
    call->detail.record.rule = why;
    enter(call, CallState::Waiting);
    m_parts.history.record(call->detail);
    m_room.enter(call);
}

void Pipeline::personAnswered(const CallPtr &call, const Answer &answer)
{
    if (call->finished)
        return;
    m_room.leave(call);
    call->detail.record.waitMs += elapsedMs(call->entered);
    if (answer.state == ApprovalState::Approved) {
        call->approved = true;
        call->detail.record.decision = "approved";
        if (answer.remember)
            m_parts.rules.add(*answer.remember, call->subject);
        return makeDurable(call);
    }
    if (answer.state == ApprovalState::Denied) {
        call->detail.record.decision = "denied";
        return fail(
            call,
            {ErrorKind::Denied,
             answer.message.empty() ? "The person said no." : answer.message,
             "Nothing was changed. Do not try it another way; ask the person what to do instead.",
             {}});
    }
    call->detail.record.decision = "expired";
    fail(call,
         {ErrorKind::ApprovalExpired,
          "Nobody answered in time, so nothing was changed.",
          "Ask again when the person is there.",
          {}});
}

// 8 record, the half that comes first: what is destructive is on the disk before it runs
void Pipeline::makeDurable(const CallPtr &call)
{
    const bool asked = call->approved || !call->detail.approvalId.empty();
    if (call->plan.risk < Risk::Destructive && !asked)
        return runTool(call);
    enter(call, CallState::Running);
    call->durable = true;
    Base::whenDone(m_parts.history.recordDurably(call->detail), this,
                   [this, call](const Result<bool> &recorded) {
                       if (call->finished)
                           return;
                       if (!recorded)
                           return fail(call, recorded.error());
                       runTool(call);
                   });
}

// 6 tool: with the least that it needs, and no more than was approved
void Pipeline::runTool(const CallPtr &call)
{
    if (!mayGoOn(call))
        return;
    if (hangsOnGroup(needsOf(*call), call->grant)) // it was for all groups before
        return lookUpGroup(call, [this, call](const auto &) { runTool(call); });
    if (call->detail.record.state != CallState::Running)
        enter(call, CallState::Running);
    m_parts.identity.touch(call->grant.id);
    RunContext context{*call->platform, call->grant,      m_parts.settings,   {},
                       call->cancel,    call->candidates, m_parts.clock.now()};
    if (call->approved)
        context.maxRowsChanged = call->approvedRows;
    else if (call->plan.askAboveRows)
        context.maxRowsChanged = m_parts.settings.askAboveRows;
    Base::whenDone(call->tool->run(call->plan, context), this,
                   [this, call](const Result<Yield> &yield) {
                       if (!call->finished)
                           toolDone(call, yield);
                   });
}

// 7 shape: the answer as the tools' API has it
void Pipeline::toolDone(const CallPtr &call, const Result<Yield> &yield)
{
    call->detail.runMs = elapsedMs(call->entered);
    if (!yield && yield.error().kind == ErrorKind::UpstreamError)
        m_parts.connections.failed(call->grant.connection, yield.error());
    if (!yield && yield.error().kind == ErrorKind::Unauthorized)
        m_parts.connections.failed(call->grant.connection, yield.error());
    if (!yield) {
        const bool tooMany = yield.error().kind == ErrorKind::ImpactChanged && !call->approved
            && call->plan.askAboveRows;
        if (tooMany)
            return measureImpact(
                call, "It changes more than " + grouped(m_parts.settings.askAboveRows) + " rows.");
        return fail(call, known(call->plan, yield.error()));
    }
    call->detail.record.rows = yield->rows;
    call->detail.record.affectedRows = yield->affectedRows;
    announce(call);
    finish(call, okResult(call->detail.record.id, *yield));
}

// What others may want to know of: resources are made of schemas and names.
void Pipeline::announce(const CallPtr &call)
{
    const Plan &plan = call->plan;
    if (plan.dryRun)
        return;
    if (plan.permission == Permission::Schema)
        Q_EMIT schemaChanged(call->grant.connection, plan.database);
    else if (plan.permission == Permission::Create || plan.permission == Permission::Branch)
        Q_EMIT databasesChanged(call->grant.connection,
                                Base::stringMember(plan.given, "name").value_or(std::string()));
    else if (plan.permission == Permission::DeleteDatabase)
        Q_EMIT databasesChanged(call->grant.connection, plan.database);
}

// 8 record, and the one way out. The outcome of what was recorded durably is on the disk before
// anybody is told.
void Pipeline::finish(const CallPtr &call, Mcp::ToolResult result)
{
    call->finished = true;
    m_room.leave(call);
    CallRecord &record = call->detail.record;
    if (!isFinal(record.state))
        record.state = CallState::Done;
    record.durationMs = elapsedMs(call->arrived);
    record.bytes = static_cast<std::int64_t>(result.structured.size());
    if (result.structured.size() <= kMostKept)
        call->detail.result = result.structured;
    if (!call->durable) {
        m_parts.history.record(call->detail);
        return deliver(call, std::move(result));
    }
    Base::whenDone(
        m_parts.history.recordDurably(call->detail), this,
        [this, call, result = std::move(result)](const Result<bool> &) { deliver(call, result); });
}

void Pipeline::deliver(const CallPtr &call, Mcp::ToolResult result)
{
    m_open.erase(call->detail.record.id);
    if (call->pendingGiven)
        m_kept.keep(*call, result);
    const std::vector<Waiter> waiters = std::exchange(call->waiters, {});
    for (const Waiter &waiter : waiters)
        m_byRequest.erase(waiter.id);
    // A result can be large: the last one to wait, most often the only one, gets it itself.
    for (const Waiter &waiter : waiters)
        waiter.reply(&waiter == &waiters.back() ? std::move(result) : result);
    Q_EMIT callChanged(call->detail.record);
}

} // namespace Gateway
