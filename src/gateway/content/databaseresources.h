// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway/content/jobs.h"
#include "gateway/content/names.h"
#include "mcp/server/resourcesource.h"

#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace Gateway
{

/// The schemas of databases and their tables as resources. Reading one is a call of the pipeline
/// (resources/read in the history) under the rules of read_database: it may ask, and a local
/// program without a grant gets the consent question. Listing and completing never ask; where a
/// person would have to be asked, there is nothing. What is not there and what is not granted look
/// alike. One thread.
class DatabaseResources final : public Mcp::ResourceSource
{
public:
    /// Both must outlive this.
    DatabaseResources(Pipeline &pipeline, Names &names)
        : m_pipeline(pipeline)
        , m_names(names)
        , m_jobs(pipeline)
    {
    }

    /// A schema for each database, the first 200 by name; the tables as well where there are few.
    CallId list(const Mcp::Caller &caller, Reply reply) override;
    std::vector<Mcp::ResourceTemplate> templates(const Mcp::Principal &principal) const override;
    CallId read(Mcp::ResourceRead read, Reply reply, Report report) override;
    CallId complete(Mcp::CompletionQuery query, Reply reply) override;
    /// True does not mean that there is such a database: whoever tells of a change looks again.
    bool maySubscribe(const Mcp::Principal &principal, const std::string &uri) const override;
    void cancel(CallId call) override { m_jobs.cancel(call); }
    void unheard(CallId call) override { m_jobs.unheard(call); }

    /// The URIs of this database of the connection that somebody has asked to watch.
    std::vector<std::string> watched(const std::string &connection,
                                     const std::string &database) const;

private:
    bool isReached(const Mcp::Principal &principal, const std::string &connection) const;
    struct Listing;
    using ListingPtr = std::shared_ptr<Listing>;

    void listTables(const Mcp::Caller &caller, CallId job, const ListingPtr &listing);
    void finishListing(CallId job, const ListingPtr &listing);

    Pipeline &m_pipeline;
    Names &m_names;
    Jobs m_jobs;
    mutable std::deque<std::string> m_watched; // at most 1,000, the oldest first
};

} // namespace Gateway
