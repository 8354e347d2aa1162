// SPDX-License-Identifier: GPL-3.0-or-later
#include "fixtureprompts.h"

#include "interview.h"

#include <algorithm>

namespace Conformance
{

namespace
{

struct Fixture {
    Mcp::PromptDescription description;
    Mcp::Outcome (*answer)(const Mcp::PromptGet &get);
};

Json user(Json block)
{
    return {{"role", "user"}, {"content", std::move(block)}};
}

std::string argumentOf(const Mcp::PromptGet &get, const char *name)
{
    const auto found = get.arguments.find(name);
    return found == get.arguments.end() ? std::string() : found->second;
}

Mcp::Outcome simple(const Mcp::PromptGet &)
{
    return Mcp::PromptResult().user("This is a simple prompt for testing.");
}

Mcp::Outcome withArguments(const Mcp::PromptGet &get)
{
    return Mcp::PromptResult().user("Prompt with arguments: arg1='" + argumentOf(get, "arg1")
                                    + "', arg2='" + argumentOf(get, "arg2") + "'");
}

Mcp::Outcome withResource(const Mcp::PromptGet &get)
{
    Mcp::PromptResult result;
    result.messages.push_back(user(resourceBlock(argumentOf(get, "resourceUri"), "text/plain",
                                                 "Embedded resource content for testing.")));
    return result.user("Please process the embedded resource above.");
}

Mcp::Outcome withImage(const Mcp::PromptGet &)
{
    Mcp::PromptResult result;
    result.messages.push_back(user(imageBlock()));
    return result.user("Please analyze the image above.");
}

Mcp::Outcome asksFirst(const Mcp::PromptGet &get)
{
    const auto answers
        = proceed({{elicitField("user_context", "What context should the prompt use?", "context")}},
                  get.inputs);
    if (!answers)
        return answers.error();
    return Mcp::PromptResult().user("Context: " + fieldOf(*answers, "user_context", "context"));
}

const std::vector<Fixture> &fixtures()
{
    const auto required = [](const char *name, const char *description) {
        return Mcp::PromptArgument{.name = name, .description = description, .required = true};
    };
    static const std::vector<Fixture> kFixtures = {
        {{.name = "test_simple_prompt", .description = "One message"}, simple},
        {{.name = "test_prompt_with_arguments",
          .description = "One message made of two arguments",
          .arguments
          = {required("arg1", "First test argument"), required("arg2", "Second test argument")}},
         withArguments},
        {{.name = "test_prompt_with_embedded_resource",
          .description = "A message with a resource",
          .arguments = {required("resourceUri", "URI of the resource to embed")}},
         withResource},
        {{.name = "test_prompt_with_image", .description = "A message with an image"}, withImage},
        {{.name = "test_input_required_result_prompt", .description = "Asks for a context first"},
         asksFirst},
    };
    return kFixtures;
}

} // namespace

std::vector<Mcp::PromptDescription> FixturePrompts::prompts(const Mcp::Principal &) const
{
    std::vector<Mcp::PromptDescription> list;
    for (const Fixture &one : fixtures())
        list.push_back(one.description);
    return list;
}

Mcp::Responder::CallId FixturePrompts::get(Mcp::PromptGet get, Reply reply, Report)
{
    const auto found = std::find_if(fixtures().begin(), fixtures().end(), [&](const Fixture &one) {
        return one.description.name == get.name;
    });
    reply(found->answer(get));
    return ++m_last;
}

Mcp::Responder::CallId FixturePrompts::complete(Mcp::CompletionQuery query, Reply reply)
{
    Mcp::Completion completion;
    if (query.ref == "test_prompt_with_arguments" && query.argument == "arg1") {
        for (const std::string value : {"paris", "park", "party"}) {
            if (value.starts_with(query.value))
                completion.values.push_back(value);
        }
    }
    completion.total = static_cast<std::int64_t>(completion.values.size());
    reply(std::move(completion));
    return ++m_last;
}

} // namespace Conformance
