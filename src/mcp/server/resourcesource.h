// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mcp/server/responder.h"

#include <map>
#include <string>
#include <vector>

namespace Mcp
{

struct ResourceRead : Caller {
    std::string uri = {};
    Inputs inputs = {};
};

/// One completion/complete: which values of `argument` begin with, or fit, `value`?
struct CompletionQuery : Caller {
    std::string ref = {}; ///< a prompt's name, or a resource template's text
    std::string argument = {};
    std::string value = {};
    std::map<std::string, std::string> others
        = {}; ///< context.arguments: what is already filled in
};

/// The resources of a server. Everything may answer later; each reply runs exactly once.
class ResourceSource : public Responder
{
public:
    /// Answers ResourceList.
    virtual CallId list(const Caller &caller, Reply reply) = 0;
    virtual std::vector<ResourceTemplate> templates(const Principal &principal) const = 0;
    /// Answers ResourceResult, or resourceNotFound().
    virtual CallId read(ResourceRead read, Reply reply, Report report) = 0;
    /// Answers Completion; an unknown template or argument has no values.
    virtual CallId complete(CompletionQuery query, Reply reply) = 0;
    /// Whether somebody may wait for Server::resourceUpdated() of this one.
    virtual bool maySubscribe(const Principal &principal, const std::string &uri) const = 0;
};

/// -32002 or, since 2026-07-28, -32602 with data.uri: the server picks the code by the revision.
RpcError resourceNotFound(std::string_view uri);

} // namespace Mcp
