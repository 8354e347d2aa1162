// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mcp/server/resourcesource.h"

namespace Mcp
{

struct PromptGet : Caller {
    std::string name = {};
    std::map<std::string, std::string> arguments = {}; ///< the required ones are there
    Inputs inputs = {};
};

/// The prompts of a server.
class PromptSource : public Responder
{
public:
    /// In a stable order.
    virtual std::vector<PromptDescription> prompts(const Principal &principal) const = 0;
    /// Answers PromptResult. Only for names that prompts() has.
    virtual CallId get(PromptGet get, Reply reply, Report report) = 0;
    /// Answers Completion; an unknown prompt or argument has no values.
    virtual CallId complete(CompletionQuery query, Reply reply) = 0;
};

} // namespace Mcp
