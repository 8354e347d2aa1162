// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"

#include <string>
#include <vector>

namespace Mcp
{

struct PromptArgument {
    std::string name;
    std::string title = {};
    std::string description = {};
    bool required = false;
};

/// What prompts/list says of one prompt. The server checks that required arguments are there.
struct PromptDescription {
    std::string name;
    std::string title = {};
    std::string description = {};
    std::vector<PromptArgument> arguments = {};
    Base::Json icons = nullptr; ///< Icon[] with data: URIs, or null
};

/// What prompts/get answers.
struct PromptResult {
    std::string description = {};
    Base::Json messages = Base::Json::array(); ///< PromptMessage[]

    /// Appends {"role":"user","content":{"type":"text","text":TEXT}}.
    PromptResult &user(std::string text)
    {
        messages.push_back(
            {{"role", "user"}, {"content", {{"type", "text"}, {"text", std::move(text)}}}});
        return *this;
    }
};

} // namespace Mcp
