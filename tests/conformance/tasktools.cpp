// SPDX-License-Identifier: GPL-3.0-or-later
// Tools that take long, and become tasks where the client knows tasks.
#include "interview.h"
#include "toolrun.h"

#include <algorithm>

namespace Conformance
{

namespace
{

constexpr auto kWork = 300ms;
constexpr double kLongestSeconds = 300;

void greets(ToolRun &run)
{
    const std::string name = run.argument("name");
    run.answer(text("Hello, " + (name.empty() ? "World" : name) + "!"));
}

void computes(ToolRun &run)
{
    const Json &wanted = Base::member(run.call.arguments, "seconds");
    const double seconds
        = wanted.is_number() ? std::clamp(wanted.get<double>(), 0.0, kLongestSeconds) : 0;
    run.tell(Mcp::Deferral{.message = "Computing"});
    run.after(std::chrono::milliseconds(static_cast<long long>(seconds * 1000)),
              [&run] { run.answer(text("Computed: " + run.argument("label"))); });
}

/// For tools that only make sense as a task: false, and the call has been answered, if the client
/// does not know any.
bool knowsTasks(ToolRun &run)
{
    if (!run.call.capabilities.tasks)
        run.answer(Mcp::missingCapability(Mcp::kTasksExtension));
    return run.call.capabilities.tasks;
}

void fails(ToolRun &run)
{
    if (!knowsTasks(run))
        return;
    run.tell(Mcp::Deferral{.message = "Working"});
    run.after(kWork, [&run] { run.answer(failure("The job has failed, as it always does.")); });
}

void breaks(ToolRun &run)
{
    run.tell(Mcp::Deferral{.message = "Working"});
    run.after(kWork, [&run] {
        run.answer(Mcp::RpcError{Mcp::ErrorCode::kInternalError, "The job has broken down."});
    });
}

/// A task that asks on its way.
void asksAsTask(ToolRun &run, const Interview &interview,
                const std::function<std::string(const Answers &)> &says)
{
    run.tell(Mcp::Deferral{.message = "Needs an answer"});
    const auto answers = proceed(interview, run.call.inputs);
    if (answers)
        run.answer(text(says(*answers)));
    else
        run.answer(answers.error());
}

void confirmsDeletion(ToolRun &run)
{
    const std::string file = run.argument("filename");
    asksAsTask(run, {{elicitField("confirm", "Delete " + file + "?", "confirm", "boolean")}},
               [file](const Answers &answers) {
                   return "Delete " + file + ": " + formOf(answers, "confirm");
               });
}

void asksTwoThings(ToolRun &run)
{
    asksAsTask(run,
               {{elicitField("name", "What is your name?", "name"),
                 elicitField("confirm", "Are you sure?", "confirm", "boolean")}},
               [](const Answers &answers) {
                   return "Hello, " + fieldOf(answers, "name", "name")
                       + "! Sure: " + formOf(answers, "confirm");
               });
}

/// Asks before there is a task, and takes long afterwards.
void asksThenWorks(ToolRun &run)
{
    if (!knowsTasks(run))
        return;
    const auto answers
        = proceed({{elicitField("user_name", "What is your name?", "name")}}, run.call.inputs);
    if (!answers)
        return run.answer(answers.error());
    run.tell(Mcp::Deferral{.message = "Working"});
    run.after(kWork, [&run, name = fieldOf(*answers, "user_name", "name")] {
        run.answer(text("Hello, " + name + "!"));
    });
}

} // namespace

std::vector<FixtureTool> taskTools()
{
    const Json none = objectSchema();
    return {
        fixtureTool("greet", "Answers at once, always",
                    objectSchema({{"name", property("string", "Whom to greet")}}), greets),
        fixtureTool("slow_compute", "Takes as long as it is told to",
                    objectSchema({{"seconds", property("number", "How long")},
                                  {"label", property("string", "Comes back in the answer")}}),
                    computes),
        fixtureTool("failing_job", "A task that ends as a failure of the tool", none, fails),
        fixtureTool("protocol_error_job", "A task that ends as a failure of the server", none,
                    breaks),
        fixtureTool("confirm_delete", "A task that asks one thing",
                    objectSchema({{"filename", property("string", "What to delete")}}),
                    confirmsDeletion),
        fixtureTool("multi_input", "A task that asks two things at once", none, asksTwoThings),
        fixtureTool("test_tool_with_task", "Asks one thing, then becomes a task", none,
                    asksThenWorks),
    };
}

} // namespace Conformance
