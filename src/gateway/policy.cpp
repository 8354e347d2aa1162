// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/policy.h"

#include "base/json.h"

#include <utility>

namespace Gateway
{

namespace
{

Verdict refuse(Base::Error error)
{
    Verdict verdict;
    verdict.kind = Verdict::Kind::Refuse;
    verdict.reason = error.message;
    verdict.error = std::move(error);
    return verdict;
}

Verdict ask(std::string reason)
{
    Verdict verdict;
    verdict.kind = Verdict::Kind::Ask;
    verdict.reason = std::move(reason);
    return verdict;
}

} // namespace

Base::Error notGranted(Permission permission)
{
    const std::string name(permissionName(permission));
    return {Base::ErrorKind::NotGranted, "This agent was not granted \"" + name + "\".",
            "The person can allow it in Turso Companion, and may have been asked there just now. "
            "Tell them what for; once they have, call again.",
            "{\"permission\":" + Base::quoteJson(name) + "}"};
}

Verdict decide(const Question &question)
{
    const std::string name(permissionName(question.permission));
    if (question.access == Access::Off)
        return refuse(notGranted(question.permission));
    if (question.readOnlyMode && question.changes)
        return refuse({Base::ErrorKind::ReadOnlyMode,
                       "Everything is read-only at the moment, for every agent.",
                       "The person switched this on in Turso Companion and can lift it there.",
                       {}});
    if (question.risk == Risk::Irreversible)
        return ask(question.askReason.empty() ? "This cannot be undone, so it always asks."
                                              : question.askReason);
    if (!question.rule.empty()) {
        Verdict verdict;
        verdict.kind = Verdict::Kind::Allow;
        verdict.reason = "A remembered answer covers this.";
        verdict.rule = question.rule;
        return verdict;
    }
    if (question.access == Access::Ask)
        return ask("The grant asks before every use of \"" + name + "\".");
    if (question.asks || question.risk == Risk::Destructive)
        return ask(question.askReason.empty() ? "Destructive calls ask." : question.askReason);
    Verdict verdict;
    verdict.kind = Verdict::Kind::Allow;
    verdict.reason = "The grant allows \"" + name + "\".";
    return verdict;
}

} // namespace Gateway
