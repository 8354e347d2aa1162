// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mcp/server/resourcesource.h"

namespace Conformance
{

/// The resources that the suite reads. All answer at once.
class FixtureResources final : public Mcp::ResourceSource
{
public:
    CallId list(const Mcp::Caller &caller, Reply reply) override;
    std::vector<Mcp::ResourceTemplate> templates(const Mcp::Principal &principal) const override;
    CallId read(Mcp::ResourceRead read, Reply reply, Report report) override;
    CallId complete(Mcp::CompletionQuery query, Reply reply) override;
    bool maySubscribe(const Mcp::Principal &principal, const std::string &uri) const override;
    void cancel(CallId) override { }

private:
    CallId m_last = 0;
};

} // namespace Conformance
