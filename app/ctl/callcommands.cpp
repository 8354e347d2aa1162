// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/codec.h"
#include "ctl/commands.h"
#include "ctl/follow.h"
#include "ctl/text.h"

#include <charconv>

namespace Ctl
{

using Base::Json;

namespace
{

constexpr int kUsualForPeople = 20;
constexpr int kUsualForPrograms = 100;

std::string numberText(std::optional<std::int64_t> number)
{
    return number ? std::to_string(*number) : std::string();
}

std::string payload(const char *title, const std::string &text)
{
    if (text.empty())
        return {};
    const auto value = Base::parseJson(text);
    const std::string written
        = value ? value->dump(2, ' ', false, Json::error_handler_t::replace) : text;
    return std::string("\n") + title + ":\n" + shown(written, true) + '\n';
}

std::string describe(const Gateway::CallDetail &detail)
{
    const Gateway::CallRecord &call = detail.record;
    std::string text
        = facts({{"Call", call.id},
                 {"State", std::string(Gateway::callStateName(call.state))},
                 {"Started",
                  Base::toRfc3339(call.startedAt) + " ("
                      + relativeTime(call.startedAt, Base::SystemClock().now()) + ")"},
                 {"Agent", call.agent},
                 {"Program", detail.program},
                 {"Tool", call.tool},
                 {"Database", call.database.empty() ? "" : call.connection + "/" + call.database},
                 {"Statements", call.statementClass},
                 {"Risk", std::string(Gateway::riskName(call.risk))},
                 {"Decision", call.decision},
                 {"Because", call.rule},
                 {"Code", call.code},
                 {"Rows", numberText(call.rows)},
                 {"Rows changed", numberText(call.affectedRows)},
                 {"Took",
                  spanText(call.durationMs) + " (judging " + spanText(detail.judgeMs) + ", preview "
                      + spanText(detail.previewMs) + ", waiting " + spanText(call.waitMs)
                      + ", running " + spanText(detail.runMs) + ")"},
                 {"Grant", detail.grantId},
                 {"Approval", detail.approvalId},
                 {"The agent says", detail.reason}});
    if (!call.sql.empty())
        text += "\nSQL:\n" + shown(call.sql, true) + '\n';
    return text + payload("Arguments", detail.arguments) + payload("Answer", detail.result);
}

} // namespace

void listCalls(Session &session)
{
    int limit = session.printsJson() ? kUsualForPrograms : kUsualForPeople;
    if (const auto text = session.arguments().value("--limit")) {
        const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), limit);
        if (error != std::errc() || end != text->data() + text->size() || limit < 1 || limit > 1000)
            return session.fail(
                {Base::ErrorKind::InvalidArgument, "--limit takes a number from 1 to 1000."});
    }
    const std::string filter = session.arguments().value("--filter").value_or("");
    if (session.arguments().has("--follow")) {
        auto *follow
            = new Follow(session, filter, static_cast<std::size_t>(limit)); // goes with the session
        return follow->start();
    }
    session.ask("calls.list", {{"filter", filter}, {"limit", limit}},
                [&session](const Json &result) {
                    CallPrinter printer(session);
                    for (auto it = result.rbegin(); it != result.rend(); ++it)
                        printer.add(*it);
                    printer.flush();
                    session.finish();
                });
}

void showCall(Session &session)
{
    session.ask("calls.show", {{"call_id", session.operand()}}, [&session](const Json &result) {
        if (session.printsJson())
            session.printJson(result);
        else if (const auto detail = session.decoded(Control::callDetailFrom(result)))
            session.print(describe(*detail));
        session.finish();
    });
}

} // namespace Ctl
