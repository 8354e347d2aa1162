// SPDX-License-Identifier: GPL-3.0-or-later
// Tools that answer by themselves: content of all kinds, progress, logs, lists that change.
#include "content.h"
#include "toolrun.h"

namespace Conformance
{

namespace
{

constexpr auto kPace = 50ms;

void logs(ToolRun &run)
{
    const auto say = [&run](const char *what) {
        run.tell(Mcp::LogMessage{"info", {}, what});
    };
    say("Tool execution started");
    run.after(kPace, [say] { say("Tool processing data"); });
    run.after(2 * kPace, [say, &run] {
        say("Tool execution completed");
        run.answer(text("The tool has logged three messages."));
    });
}

void logsOnce(ToolRun &run)
{
    run.tell(Mcp::LogMessage{"info", {}, "One message for whoever asked for it"});
    run.answer(text("The tool has logged one message."));
}

void reportsProgress(ToolRun &run)
{
    const auto reach = [&run](double percent) {
        run.tell(Mcp::Progress{percent, 100, {}});
    };
    reach(0);
    run.after(kPace, [reach] { reach(50); });
    run.after(2 * kPace, [reach, &run] {
        reach(100);
        run.answer(text("The tool has come to its end."));
    });
}

void breaksTheStream(ToolRun &run)
{
    run.tell(Mcp::StreamPause{});
    run.after(100ms, [&run] { run.answer(text("The client has come back for this.")); });
}

void needsSampling(ToolRun &run)
{
    if (!run.call.capabilities.sampling)
        return run.answer(Mcp::missingCapability("sampling"));
    run.answer(text("The client can sample."));
}

void echoesItsHeader(ToolRun &run)
{
    run.answer(text("Region: " + run.argument("region")));
}

/// Calls `trigger`, then answers.
std::function<void(ToolRun &)> triggers(const std::function<void()> &trigger)
{
    return [trigger](ToolRun &run) {
        trigger();
        run.answer(text("Whoever listens has been told."));
    };
}

/// Kept word for word: the suite looks for its keywords in tools/list.
Json schemaOf2020()
{
    const Json text = {{"type", "string"}};
    const auto required = [](const char *name) {
        return Json{{"required", {name}}};
    };
    return {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
            {"type", "object"},
            {"$defs",
             {{"address",
               {{"$anchor", "addressDef"},
                {"type", "object"},
                {"properties", {{"street", text}, {"city", text}}}}}}},
            {"properties",
             {{"name", text},
              {"address", {{"$ref", "#/$defs/address"}}},
              {"contactMethod", {{"type", "string"}, {"enum", {"phone", "email"}}}},
              {"phone", text},
              {"email", text}}},
            {"allOf", Json::array({{{"anyOf", {required("phone"), required("email")}}}})},
            {"if",
             {{"properties", {{"contactMethod", {{"const", "phone"}}}}},
              {"required", {"contactMethod"}}}},
            {"then", required("phone")},
            {"else", required("email")},
            {"additionalProperties", false}};
}

Json headerSchema()
{
    Json region = property("string", "Must be repeated in the header Mcp-Param-Region");
    region["x-mcp-header"] = "Region";
    return objectSchema({{"region", region}, {"query", property("string", "Anything")}},
                        {"region"});
}

std::vector<FixtureTool> contentTools()
{
    return {
        fixtureTool("test_simple_text", "Answers one text",
                    text("This is a simple text response for testing.")),
        fixtureTool("test_image_content", "Answers an image", blocks({imageBlock()})),
        fixtureTool("test_audio_content", "Answers a sound", blocks({audioBlock()})),
        fixtureTool("test_embedded_resource", "Answers a resource",
                    blocks({resourceBlock("test://embedded-resource", "text/plain",
                                          "This is an embedded resource content.")})),
        fixtureTool("test_multiple_content_types", "Answers a text, an image and a resource",
                    blocks({textBlock("Multiple content types test:"), imageBlock(),
                            resourceBlock("test://mixed-content-resource", "application/json",
                                          R"({"test":"data","value":123})")})),
        fixtureTool("test_error_handling", "Always fails",
                    failure("This tool intentionally returns an error for testing")),
        fixtureTool("test_streaming_elicitation", "Asks nothing, whatever its name says",
                    text("Nothing was asked on this request's stream.")),
    };
}

} // namespace

std::vector<FixtureTool> plainTools(const Triggers &all)
{
    std::vector<FixtureTool> tools = contentTools();
    const Json none = objectSchema();
    const auto add = [&tools](const char *name, const char *description, const Json &schema,
                              std::function<void(ToolRun &)> run) {
        tools.push_back(fixtureTool(name, description, schema, std::move(run)));
    };
    add("test_tool_with_logging", "Logs three messages", none, logs);
    add("test_logging_tool", "Logs one message", none, logsOnce);
    add("test_tool_with_progress", "Reports progress: 0, 50 and 100", none, reportsProgress);
    add("test_reconnection", "Ends its event stream before its answer", none, breaksTheStream);
    add("test_missing_capability", "Works only for clients that can sample", none, needsSampling);
    add("test_trigger_tool_change", "Says that the list of tools has changed", none,
        triggers(all.toolsChanged));
    add("test_trigger_prompt_change", "Says that the list of prompts has changed", none,
        triggers(all.promptsChanged));
    add("test_header_param", "Has an argument that a header repeats", headerSchema(),
        echoesItsHeader);
    add("json_schema_2020_12_tool", "Tool with JSON Schema 2020-12 features", schemaOf2020(),
        [](ToolRun &run) { run.answer(text("The schema is what matters.")); });
    return tools;
}

} // namespace Conformance
