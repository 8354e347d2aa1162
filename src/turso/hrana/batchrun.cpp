// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/hrana/batchrun.h"

#include "turso/hrana/text.h"

#include <algorithm>
#include <utility>

namespace Turso::Hrana
{

namespace
{

tl::unexpected<Problem> refuse(std::string text)
{
    return tl::unexpected<Problem>(Problem{{}, Refusal{400, std::move(text)}});
}

/// What is wrong with the condition of step `index`, or nothing.
std::optional<std::string> problemOf(const Condition &condition, std::size_t index, Version version)
{
    if (condition.type == Condition::IsAutocommit && version == Version::Two)
        return "BatchCond of type `is_autocommit` is only supported in protocol version hrana3 and "
               "higher";
    if ((condition.type == Condition::Ok || condition.type == Condition::Error)
        && condition.step >= index)
        return "Invalid reference to step in a batch condition";
    for (const Condition &part : condition.parts) {
        if (auto problem = problemOf(part, index, version))
            return problem;
    }
    return std::nullopt;
}

} // namespace

Refusal forbidden(const Embedded::StreamError &error, const std::string &database)
{
    const std::string why = error.message.empty()
        ? "Current session doesn't not have Write permission to namespace " + database
        : error.message;
    return {403, errorBody("Authorization forbidden: " + why), true};
}

tl::expected<ReadyStatement, Problem> readyStatement(const Statement &statement,
                                                     const JobContext &context)
{
    const auto sql = context.texts->textOf(statement.text);
    if (!sql)
        return refuse(sql.error());
    if (!statement.args.empty() && !statement.namedArgs.empty())
        return tl::unexpected<Problem>(
            Problem{{"Specifying both positional and named arguments is not supported",
                     "ARGS_BOTH_POSITIONAL_AND_NAMED"},
                    {}});
    auto read = Embedded::readStatement(*sql);
    if (!read && read.error().isForbidden)
        return tl::unexpected<Problem>(Problem{{}, forbidden(read.error(), context.database)});
    if (!read)
        return tl::unexpected<Problem>(Problem{std::move(read).error(), {}});
    if (read->writes && !context.mayWrite)
        return tl::unexpected<Problem>(Problem{{}, forbidden({}, context.database)});
    return ReadyStatement{std::move(*read), {statement.args, statement.namedArgs}};
}

tl::expected<void, Problem> BatchRun::read(const Batch &batch, const JobContext &context,
                                           Embedded::StreamSession &session)
{
    for (std::size_t i = 0; i < batch.size(); ++i) {
        const auto &condition = batch[i].condition;
        if (!condition)
            continue;
        if (auto problem = problemOf(*condition, i, context.version))
            return refuse(std::move(*problem));
    }
    for (const Step &step : batch) {
        auto ready = readyStatement(step.statement, context);
        if (!ready)
            return tl::unexpected(std::move(ready).error());
        if (auto checked = session.check(ready->statement); !checked)
            return tl::unexpected<Problem>(Problem{std::move(checked).error(), {}});
        m_steps.push_back({step.condition, std::move(*ready)});
    }
    m_succeeded.reserve(m_steps.size());
    return {};
}

bool BatchRun::advance(const Embedded::StreamSession &session)
{
    while (m_step < m_steps.size()) {
        const auto &condition = m_steps[m_step].condition;
        if (!condition || holds(*condition, session))
            return true;
        done(false);
    }
    return false;
}

void BatchRun::done(bool succeeded)
{
    m_succeeded.push_back(succeeded);
    ++m_step;
}

bool BatchRun::holds(const Condition &condition, const Embedded::StreamSession &session) const
{
    const auto isTrue = [&](const Condition &part) {
        return holds(part, session);
    };
    const auto &parts = condition.parts;
    switch (condition.type) {
    case Condition::Ok:
        return m_succeeded[condition.step];
    case Condition::Error:
        return !m_succeeded[condition.step]; // of a skipped step too, as on Turso's server
    case Condition::Not:
        return !isTrue(parts.front());
    case Condition::And:
        return std::all_of(parts.begin(), parts.end(), isTrue);
    case Condition::Or:
        return std::any_of(parts.begin(), parts.end(), isTrue);
    case Condition::IsAutocommit:
        return session.isAutocommit();
    }
    return false;
}

} // namespace Turso::Hrana
