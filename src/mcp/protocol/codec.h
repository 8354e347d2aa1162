// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mcp/protocol/revision.h"
#include "mcp/server/outcome.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace Mcp
{

/// What the server says of itself. All but the first three may be empty.
struct ServerInfo {
    std::string name;
    std::string title;
    std::string version;
    std::string instructions = {};
    std::string description = {};
    std::string websiteUrl = {};
    Base::Json icons = Base::Json::array(); ///< Icon[] with data: URIs
};

/// Which parts of the protocol a server has, besides tools.
struct Features {
    bool resources = false;
    bool prompts = false;
};

/// Writes the results of the methods, each as its revision wants it. Immutable.
class Codec
{
public:
    explicit Codec(const ServerInfo &info, Features features = {});

    /// These answer the text of a result, a JSON object. `next` is the next page's cursor, or
    /// empty.
    std::string initializeResult(Revision revision) const;
    std::string discoverResult() const;
    std::string toolListResult(std::span<const ToolDescription> tools, Revision revision,
                               std::string_view next = {}) const;
    std::string promptListResult(std::span<const PromptDescription> prompts, Revision revision,
                                 std::string_view next) const;
    std::string resourceListResult(std::span<const ResourceDescription> resources,
                                   Revision revision, std::string_view next) const;
    std::string templateListResult(std::span<const ResourceTemplate> templates, Revision revision,
                                   std::string_view next) const;
    std::string toolResult(const ToolResult &result, Revision revision) const;
    std::string promptResult(const PromptResult &result, Revision revision) const;
    std::string readResult(const ResourceResult &result, Revision revision) const;
    std::string completionResult(const Completion &completion, Revision revision) const;
    /// Modern only; `state` is sealed, or empty.
    std::string inputRequiredResult(std::span<const InputRequest> requests,
                                    std::string_view state) const;
    /// Modern only; `fields` are taskFields(). `created`: the answer to the call itself.
    std::string taskResult(std::string_view fields, bool created) const;
    /// An empty result: `{}`, or its modern form.
    std::string emptyResult(Revision revision) const;
    /// The end of a modern subscription; `id` is the listen request's, raw.
    std::string subscriptionResult(std::string_view id) const;

    /// Appends the whole response of a tools/call. `structured` is copied as it is, `text` is
    /// escaped on the way: nothing is parsed again.
    void appendToolResponse(std::string &out, std::string_view id, const ToolResult &result,
                            Revision revision) const;

    /// Whole notifications; `token` is raw.
    static std::string progressText(std::string_view token, const Progress &progress,
                                    Revision revision);
    static std::string logText(const LogMessage &message);

    /// {"supported":[...],"requested":...}, the data of an unsupported version's error.
    static std::string versionData(std::string_view requested);

private:
    std::string capabilities(Revision revision) const;
    /// Ends a result that was begun: `{...` without its brace.
    std::string &finish(std::string &out, Revision revision) const;
    std::string &finishCached(std::string &out, Revision revision) const;
    void appendToolMembers(std::string &out, const ToolResult &result, Revision revision) const;

    Features m_features;
    std::string m_implementation; // serverInfo as JSON
    std::string m_fullImplementation; // since 2025-11-25 it says more
    std::string m_instructions; // ,"instructions":"..." or empty
    std::string m_modernTail; // ,"resultType":"complete","_meta":{...}}
};

/// {"KEY":{"method":...,"params":...},...}
std::string inputRequestsText(std::span<const InputRequest> requests);

/// Position in the order of the log levels of RFC 5424, "debug" first; nothing for other words.
std::optional<int> logLevel(std::string_view name);

} // namespace Mcp
