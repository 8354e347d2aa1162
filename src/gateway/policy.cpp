// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/policy.h"

#include "base/json.h"

namespace Gateway
{

namespace
{

Verdict refuse(Base::ErrorKind kind, std::string message, std::string hint,
               std::string details = {})
{
    Verdict verdict;
    verdict.kind = Verdict::Kind::Refuse;
    verdict.reason = message;
    verdict.error = Base::Error{kind, std::move(message), std::move(hint), std::move(details)};
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

Verdict decide(const Question &question)
{
    const std::string name(permissionName(question.permission));
    if (question.access == Access::Off)
        return refuse(Base::ErrorKind::NotGranted, "This agent was not granted \"" + name + "\".",
                      "The person can widen the grant in Turso Companion.",
                      "{\"permission\":" + Base::quoteJson(name) + "}");
    if (question.readOnlyMode && question.changes)
        return refuse(Base::ErrorKind::ReadOnlyMode,
                      "Everything is read-only at the moment, for every agent.",
                      "The person switched this on in Turso Companion and can lift it there.");
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
