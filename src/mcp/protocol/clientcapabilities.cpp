// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/protocol/clientcapabilities.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace Mcp
{

using Base::Json;

namespace
{

using Flag = bool ClientCapabilities::*;
// The tasks extension is not among them: it belongs to a request, never to a session.
constexpr std::array<std::pair<std::string_view, Flag>, 4> kNames{{
    {"elicitation", &ClientCapabilities::elicitation},
    {"elicitation.url", &ClientCapabilities::elicitationUrl},
    {"roots", &ClientCapabilities::roots},
    {"sampling", &ClientCapabilities::sampling},
}};

} // namespace

ClientCapabilities ClientCapabilities::from(const Json &capabilities)
{
    ClientCapabilities result;
    const Json &elicitation = Base::member(capabilities, "elicitation");
    if (elicitation.is_object()) {
        result.elicitationUrl = Base::member(elicitation, "url").is_object();
        // Before there were two modes the empty object stood for forms.
        result.elicitation = Base::member(elicitation, "form").is_object() || elicitation.empty();
    }
    result.sampling = Base::member(capabilities, "sampling").is_object();
    result.roots = Base::member(capabilities, "roots").is_object();
    result.tasks
        = Base::member(Base::member(capabilities, "extensions"), kTasksExtension).is_object();
    return result;
}

std::vector<std::string> ClientCapabilities::names() const
{
    std::vector<std::string> list;
    for (const auto &[name, flag] : kNames) {
        if (this->*flag)
            list.emplace_back(name);
    }
    return list;
}

ClientCapabilities ClientCapabilities::fromNames(const std::vector<std::string> &names)
{
    ClientCapabilities result;
    for (const auto &[name, flag] : kNames)
        result.*flag = std::find(names.begin(), names.end(), name) != names.end();
    return result;
}

} // namespace Mcp
