// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mcp/protocol/revision.h"
#include "mcp/server/outcome.h"

#include <string>
#include <string_view>
#include <vector>

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

/// Writes the results of the methods, each as its revision wants it. Immutable.
class Codec
{
public:
    explicit Codec(const ServerInfo &info);

    /// All functions answer the text of a JSON object.
    std::string initializeResult(Revision revision) const;
    std::string discoverResult() const;
    std::string toolListResult(const std::vector<ToolDescription> &tools, Revision revision) const;
    /// An empty result: `{}`, or its modern form.
    std::string emptyResult(Revision revision) const;
    /// The end of a modern subscription; `id` is the listen request's, raw.
    std::string subscriptionResult(std::string_view id) const;

    /// Appends the whole response of a tools/call. `structured` is copied as it is, `text` is
    /// escaped on the way: nothing is parsed again.
    void appendToolResponse(std::string &out, std::string_view id, const ToolResult &result,
                            Revision revision) const;

    /// A whole notifications/progress; `token` is raw.
    static std::string progressText(std::string_view token, const Progress &progress,
                                    Revision revision);

    /// {"supported":[...],"requested":...}, the data of an unsupported version's error.
    static std::string versionData(std::string_view requested);

private:
    std::string m_implementation; // serverInfo as JSON
    std::string m_instructions; // ,"instructions":"..." or empty
    std::string m_modernTail; // ,"resultType":"complete","_meta":{...}}
};

} // namespace Mcp
