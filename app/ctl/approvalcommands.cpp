// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/codec.h"
#include "ctl/commands.h"
#include "ctl/text.h"

namespace Ctl
{

using Base::Json;

namespace
{

std::string indented(const std::string &text)
{
    std::string out = "  ";
    for (const char c : shown(text, true)) {
        out += c;
        if (c == '\n')
            out += "  ";
    }
    return out + '\n';
}

// "orders: 12 deleted, 3 updated" a line.
std::string impactText(const std::string &text)
{
    const auto impact = Base::parseJson(text);
    if (!impact || !impact->is_object())
        return {};
    std::string out;
    for (const Json &table : Base::member(*impact, "tables")) {
        std::string changes;
        for (const char *change : {"inserted", "updated", "deleted"}) {
            const long long rows = Base::integerMember(table, change).value_or(0);
            if (rows > 0)
                changes += (changes.empty() ? "" : ", ") + std::to_string(rows) + ' ' + change;
        }
        if (!changes.empty())
            out += "  " + shown(Base::stringMember(table, "name").value_or("?")) + ": " + changes
                + '\n';
    }
    return out;
}

std::string describe(const Gateway::Approval &approval)
{
    const Base::Millis now = Base::SystemClock().now();
    std::string text = shown(approval.sentence) + '\n';
    if (!approval.context.empty())
        text += shown(approval.context) + '\n';
    text += '\n'
        + facts({{"Id", approval.id},
                 {"State", std::string(Gateway::approvalStateName(approval.state))},
                 {"Agent", approval.agent},
                 {"Program", approval.program},
                 {"Tool", approval.tool},
                 {"Database", approval.database},
                 {"Risk", std::string(Gateway::riskName(approval.risk))},
                 {"Asked", relativeTime(approval.createdAt, now)},
                 {"Expires",
                  approval.state == Gateway::ApprovalState::Open
                      ? relativeTime(approval.expiresAt, now)
                      : ""},
                 {"Undo", approval.undo},
                 {"The agent says", approval.reason},
                 {"To approve, type", approval.mustType}});
    if (const std::string impact = impactText(approval.impact); !impact.empty())
        text += "\nWould change:\n" + impact;
    if (!approval.sql.empty())
        text += "\nSQL:\n" + indented(approval.sql);
    return text;
}

void printAnswer(Session &session, const Json &result)
{
    if (session.printsJson()) {
        session.printJson(result);
    } else if (const auto approval = session.decoded(Control::approvalFrom(result))) {
        session.print(std::string(Gateway::approvalStateName(approval->state)) + ": "
                      + shown(approval->sentence));
    }
    session.finish();
}

// "table:15m"
Base::Result<Json> rememberFromOption(const std::string &text)
{
    const auto colon = text.find(':');
    const std::string scope = text.substr(0, colon);
    if (colon == std::string::npos
        || (scope != "statement" && scope != "table" && scope != "database"))
        return Base::fail(Base::ErrorKind::InvalidArgument,
                          "--remember takes statement, table or database, a colon and a duration: "
                          "table:15m");
    const auto duration = Base::parseDuration(text.substr(colon + 1));
    if (!duration)
        return tl::unexpected<Base::Error>(duration.error());
    return Json{{"scope", scope}, {"seconds", *duration / 1000}};
}

} // namespace

void listApprovals(Session &session)
{
    session.ask("approvals.list", Json::object(), [&session](const Json &result) {
        if (session.printsJson()) {
            session.printJson(result);
        } else if (const auto approvals
                   = session.decoded(Control::listFrom(result, Control::approvalFrom))) {
            const Base::Millis now = Base::SystemClock().now();
            Table table({"ID", "KIND", "RISK", "EXPIRES", "QUESTION"});
            for (const auto &approval : *approvals)
                table.add({approval.id, approval.kind,
                           std::string(Gateway::riskName(approval.risk)),
                           relativeTime(approval.expiresAt, now), approval.sentence});
            session.print(table.isEmpty() ? "Nothing waits for you." : table.text());
        }
        session.finish();
    });
}

void showApproval(Session &session)
{
    session.ask("approvals.show", {{"id", session.operand()}}, [&session](const Json &result) {
        if (session.printsJson())
            session.printJson(result);
        else if (const auto approval = session.decoded(Control::approvalFrom(result)))
            session.print(describe(*approval));
        session.finish();
    });
}

void sendApproval(Session &session, Json params)
{
    session.ask("approvals.approve", std::move(params),
                [&session](const Json &result) { printAnswer(session, result); });
}

void approve(Session &session)
{
    Json params = {{"id", session.operand()}};
    if (const auto text = session.arguments().value("--remember")) {
        auto remember = rememberFromOption(*text);
        if (!remember)
            return session.fail(remember.error());
        params["remember"] = std::move(*remember);
    }
    if (auto typed = session.arguments().value("--typed"))
        params["typed"] = std::move(*typed);
    if (Json draft = draftFromOptions(session.arguments()); !draft.empty())
        params["grant"] = std::move(draft);
    if (params.contains("typed"))
        return sendApproval(session, std::move(params));
    // What a window asks to have typed is said here by naming this one approval with the key in
    // hand.
    session.ask("approvals.show", {{"id", session.operand()}},
                [&session, params](const Json &shown) mutable {
                    if (const auto name = Base::stringMember(shown, "must_type");
                        name && !name->empty())
                        params["typed"] = *name;
                    sendApproval(session, std::move(params));
                });
}

void deny(Session &session)
{
    Json params = {{"id", session.operand()}};
    if (auto message = session.arguments().value("--message"))
        params["message"] = std::move(*message);
    session.ask("approvals.deny", std::move(params),
                [&session](const Json &result) { printAnswer(session, result); });
}

} // namespace Ctl
