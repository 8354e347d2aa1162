// SPDX-License-Identifier: GPL-3.0-or-later
// Tools that need something of the client first. The test_elicitation and test_sampling ones are
// called by clients of 2025-11-25, test_input_required_* by those of 2026-07-28: here they are the
// same.
#include "interview.h"
#include "toolrun.h"

namespace Conformance
{

namespace
{

using Asks = std::function<Interview(const ToolRun &)>;
using Says = std::function<std::string(const Answers &)>;

FixtureTool askingTool(const char *name, const char *description, const Json &schema,
                       const Asks &asks, const Says &says)
{
    return fixtureTool(name, description, schema, [asks, says](ToolRun &run) {
        const auto answers = proceed(asks(run), run.call.inputs);
        if (answers)
            run.answer(text(says(*answers)));
        else
            run.answer(answers.error());
    });
}

/// One that asks every caller the same.
FixtureTool askingTool(const char *name, const char *description, const Interview &interview,
                       const Says &says)
{
    return askingTool(
        name, description, objectSchema(), [interview](const ToolRun &) { return interview; },
        says);
}

Says completedForm(const char *key)
{
    return [key](const Answers &answers) {
        return "Elicitation completed: " + formOf(answers, key);
    };
}

Json schemaWithDefaults()
{
    const auto with = [](const char *type, const Json &value) {
        return Json{{"type", type}, {"default", value}};
    };
    Json status = with("string", "active");
    status["enum"] = {"active", "inactive", "pending"};
    return objectSchema({{"name", with("string", "John Doe")},
                         {"age", with("integer", 30)},
                         {"score", with("number", 95.5)},
                         {"status", status},
                         {"verified", with("boolean", true)}});
}

Json schemaWithEnums()
{
    const Json options = {"option1", "option2", "option3"};
    const auto titled = [](const std::string &what) {
        return Json::array({{{"const", "value1"}, {"title", "First " + what}},
                            {{"const", "value2"}, {"title", "Second " + what}},
                            {{"const", "value3"}, {"title", "Third " + what}}});
    };
    return objectSchema(
        {{"untitledSingle", {{"type", "string"}, {"enum", options}}},
         {"titledSingle", {{"type", "string"}, {"oneOf", titled("Option")}}},
         {"legacyEnum",
          {{"type", "string"},
           {"enum", {"opt1", "opt2", "opt3"}},
           {"enumNames", {"Option One", "Option Two", "Option Three"}}}},
         {"untitledMulti", {{"type", "array"}, {"items", {{"type", "string"}, {"enum", options}}}}},
         {"titledMulti", {{"type", "array"}, {"items", {{"anyOf", titled("Choice")}}}}}});
}

Interview whatTheClientCan(const ToolRun &run)
{
    Interview interview;
    const Mcp::ClientCapabilities &can = run.call.capabilities;
    if (can.elicitation)
        interview.questions.push_back(elicitField("user_name", "What is your name?", "name"));
    if (can.sampling)
        interview.questions.push_back(sample("greeting", "Generate a greeting", 50));
    if (can.roots)
        interview.questions.push_back(listRoots("client_roots"));
    return interview;
}

std::vector<FixtureTool> requestingTools()
{
    const Json person = objectSchema({{"username", property("string", "User's response")},
                                      {"email", property("string", "User's email address")}},
                                     {"username", "email"});
    return {
        askingTool(
            "test_sampling", "Asks the client's model",
            objectSchema({{"prompt", property("string", "What to ask it")}}, {"prompt"}),
            [](const ToolRun &run) -> Interview {
                return {{sample("reply", run.argument("prompt"))}};
            },
            [](const Answers &answers) { return "LLM response: " + sampleOf(answers, "reply"); }),
        askingTool(
            "test_elicitation", "Asks the person who they are",
            objectSchema({{"message", property("string", "What to show them")}}, {"message"}),
            [person](const ToolRun &run) -> Interview {
                return {{elicit("person", run.argument("message"), person)}};
            },
            [](const Answers &answers) { return "User response: " + formOf(answers, "person"); }),
        askingTool("test_elicitation_sep1034_defaults", "Shows a form with values filled in",
                   {{elicit("form", "Please check the values", schemaWithDefaults())}},
                   completedForm("form")),
        askingTool("test_elicitation_sep1330_enums", "Shows a form with choices of every kind",
                   {{elicit("form", "Please choose", schemaWithEnums())}}, completedForm("form")),
    };
}

std::vector<FixtureTool> singleRoundTools()
{
    const auto name = elicitField("user_name", "What is your name?", "name");
    const auto confirm = elicitField("confirm", "Please confirm", "ok", "boolean");
    const auto stateIsGood = [](const Answers &answers) {
        return "state-ok: " + formOf(answers, "confirm");
    };
    return {
        askingTool("test_input_required_result_elicitation", "Asks for a name", {{name}},
                   [](const Answers &answers) {
                       return "Hello, " + fieldOf(answers, "user_name", "name") + "!";
                   }),
        askingTool("test_input_required_result_sampling", "Asks the client's model",
                   {{sample("capital_question", "What is the capital of France?")}},
                   [](const Answers &answers) { return sampleOf(answers, "capital_question"); }),
        askingTool("test_input_required_result_list_roots", "Asks for the client's roots",
                   {{listRoots("client_roots")}},
                   [](const Answers &answers) {
                       return "The client's roots: " + rootsOf(answers, "client_roots");
                   }),
        askingTool("test_input_required_result_request_state", "Wants its state back",
                   {.questions = {confirm}, .needsState = true}, stateIsGood),
        askingTool("test_input_required_result_tampered_state", "Wants its state back unchanged",
                   {.questions = {confirm}, .needsState = true}, stateIsGood),
        askingTool(
            "test_input_required_result_capabilities", "Asks only for what the client can give",
            objectSchema(), whatTheClientCan,
            [](const Answers &answers) { return "Answers: " + std::to_string(answers.size()); }),
    };
}

std::vector<FixtureTool> longerTools()
{
    return {
        askingTool("test_input_required_result_multiple_inputs", "Asks three things at once",
                   {.questions
                    = {elicitField("user_name", "What is your name?", "name"),
                       sample("greeting", "Generate a greeting", 50), listRoots("client_roots")},
                    .needsState = true},
                   [](const Answers &answers) {
                       return sampleOf(answers, "greeting") + " "
                           + fieldOf(answers, "user_name", "name") + ", of "
                           + rootsOf(answers, "client_roots");
                   }),
        askingTool(
            "test_input_required_result_multi_round", "Asks one thing after the other",
            {.questions = {elicitField("step1", "Step 1: What is your name?", "name"),
                           elicitField("step2", "Step 2: What is your favorite color?", "color")},
             .oneByOne = true,
             .needsState = true},
            [](const Answers &answers) {
                return fieldOf(answers, "step1", "name") + " likes "
                    + fieldOf(answers, "step2", "color") + ".";
            }),
    };
}

} // namespace

std::vector<FixtureTool> askingTools()
{
    std::vector<FixtureTool> tools = requestingTools();
    for (auto &more : {singleRoundTools(), longerTools()})
        tools.insert(tools.end(), more.begin(), more.end());
    return tools;
}

} // namespace Conformance
