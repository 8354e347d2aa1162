// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/content/databaseresources.h"

#include "gateway/content/contenttools.h"
#include "gateway/content/resourceuri.h"

#include <algorithm>

namespace Gateway
{

namespace
{

using Base::Json;

constexpr std::size_t kMostListed = 200;
constexpr std::size_t kMostOpened = 8; // databases whose tables are looked up for a listing
constexpr std::size_t kMostWatched = 1'000;
constexpr char kSqlType[] = "application/sql";
constexpr char kJsonType[] = "application/json";

Mcp::ResourceDescription schemaOf(const std::string &connection, const Named &database)
{
    const std::string place = database.group.empty() ? "" : " (group " + database.group + ")";
    return {ResourceUri{connection, database.name, {}}.text(),
            database.name + "/schema",
            "Schema of " + database.name,
            "All CREATE statements of the database " + database.name + place + ".",
            kSqlType,
            {}};
}

Mcp::ResourceDescription tableOf(const std::string &connection, const std::string &database,
                                 const std::string &table)
{
    return {ResourceUri{connection, database, table}.text(),
            database + "/" + table,
            table + " in " + database,
            "Columns, keys, indexes, foreign keys and triggers of one table.",
            kJsonType,
            {}};
}

Mcp::RpcError failure(const std::string &uri, const Json &answer, const std::string &text)
{
    const auto word = [&answer](const char *key) {
        return Base::stringMember(answer, key).value_or(std::string());
    };
    if (word("code") == Base::wireCode(Base::ErrorKind::NotFound))
        return Mcp::resourceNotFound(uri);
    if (word("status") == "pending_approval")
        return {Mcp::ErrorCode::kInternalError,
                "The person has not answered yet. The question stays open in Turso Companion; read "
                "the resource again in a while.",
                text};
    const std::string hint = word("hint");
    return {Mcp::ErrorCode::kInternalError, word("message") + (hint.empty() ? "" : " " + hint),
            text};
}

Mcp::Outcome contents(const std::string &uri, const Mcp::Outcome &outcome)
{
    const auto *result = std::get_if<Mcp::ToolResult>(&outcome);
    const auto answer = Base::parseJson(result ? result->structured : std::string());
    if (!answer)
        return Mcp::resourceNotFound(uri);
    const auto text = Base::stringMember(*answer, "text");
    if (result->isError || !text)
        return failure(uri, *answer, result->structured);
    const auto type = Base::stringMember(*answer, "mime_type").value_or(std::string());
    return Mcp::ResourceResult{{{uri, type, *text, false}}};
}

} // namespace

struct DatabaseResources::Listing {
    Reply reply;
    std::string connection;
    std::vector<Named> databases = {};
    std::vector<std::vector<Named>> tables = {}; // of each database
    std::size_t open = 0; // tables that are being looked up
};

Mcp::Responder::CallId DatabaseResources::list(const Mcp::Caller &caller, Reply reply)
{
    const CallId job = m_jobs.open();
    const auto listing = std::make_shared<Listing>(
        Listing{std::move(reply), m_names.connection(caller.principal)});
    m_jobs.add(job,
               m_names.databases(caller, kListResources,
                                 [this, caller, job, listing](const std::vector<Named> &found) {
                                     listing->databases = found;
                                     if (found.size() > kMostListed)
                                         listing->databases.resize(kMostListed);
                                     listTables(caller, job, listing);
                                 }));
    return job;
}

void DatabaseResources::listTables(const Mcp::Caller &caller, CallId job, const ListingPtr &listing)
{
    const std::size_t count = listing->databases.size();
    if (count == 0 || count > kMostOpened)
        return finishListing(job, listing);
    listing->tables.resize(count);
    listing->open = count;
    for (std::size_t i = 0; i < count; ++i)
        m_jobs.add(job,
                   m_names.tables(caller, kListResources, listing->databases[i].name,
                                  [this, job, listing, i](const std::vector<Named> &found) {
                                      listing->tables[i] = found;
                                      if (--listing->open == 0)
                                          finishListing(job, listing);
                                  }));
}

void DatabaseResources::finishListing(CallId job, const ListingPtr &listing)
{
    if (!m_jobs.close(job))
        return;
    const std::string &connection = listing->connection;
    std::size_t total = listing->databases.size();
    for (const auto &tables : listing->tables)
        total += tables.size();
    const bool few = total <= kMostListed;
    Mcp::ResourceList list;
    for (std::size_t i = 0; i < listing->databases.size(); ++i) {
        const Named &database = listing->databases[i];
        list.resources.push_back(schemaOf(connection, database));
        for (std::size_t t = 0; few && i < listing->tables.size() && t < listing->tables[i].size();
             ++t)
            list.resources.push_back(
                tableOf(connection, database.name, listing->tables[i][t].name));
    }
    listing->reply(std::move(list));
}

std::vector<Mcp::ResourceTemplate>
DatabaseResources::templates(const Mcp::Principal &principal) const
{
    if (m_names.isPaused(principal))
        return {};
    return {{kSchemaTemplate, "schema", "Schema of a database",
             "All CREATE statements of a database. What list_databases shows may be read; names "
             "are percent-encoded.",
             kSqlType},
            {kTableTemplate, "table", "One table of a database",
             "Columns with types, keys and defaults, indexes, foreign keys and triggers of one "
             "table or view.",
             kJsonType}};
}

Mcp::Responder::CallId DatabaseResources::read(Mcp::ResourceRead read, Reply reply, Report)
{
    const CallId job = m_jobs.open(Jobs::Unheard::GoesOn);
    const auto uri = ResourceUri::parse(read.uri);
    if (!uri || !isReached(read.principal, uri->connection)) {
        m_jobs.close(job);
        reply(Mcp::resourceNotFound(read.uri));
        return job;
    }
    Json arguments = {{"connection", uri->connection}, {"database", uri->database}};
    if (uri->table)
        arguments["table"] = *uri->table;
    m_jobs.add(
        job,
        m_pipeline.beginContent(read, kReadResource, std::move(arguments),
                                [this, job, text = read.uri, reply](const Mcp::Outcome &outcome) {
                                    if (m_jobs.close(job))
                                        reply(contents(text, outcome));
                                }));
    return job;
}

Mcp::Responder::CallId DatabaseResources::complete(Mcp::CompletionQuery query, Reply reply)
{
    const CallId job = m_jobs.open();
    const auto answer = [this, job, value = query.value, reply](const std::vector<Named> &names) {
        if (m_jobs.close(job))
            reply(completed(names, value));
    };
    const auto other = [&query](const char *name) {
        const auto it = query.others.find(name);
        return it == query.others.end() ? std::string() : it->second;
    };
    const bool known = query.ref == kSchemaTemplate || query.ref == kTableTemplate;
    const std::string connection = other("connection");
    const std::string home = m_names.connection(query.principal);
    const bool here = connection.empty() || connection == home;
    if (known && query.argument == "connection" && !m_names.reach(query.principal, home).isEmpty())
        answer({Named{home}});
    else if (known && here && query.argument == "database")
        m_jobs.add(job, m_names.databases(query, kComplete, answer));
    else if (query.ref == kTableTemplate && here && query.argument == "table")
        m_jobs.add(job, m_names.tables(query, kComplete, other("database"), answer));
    else
        answer({});
    return job;
}

bool DatabaseResources::maySubscribe(const Mcp::Principal &principal, const std::string &uri) const
{
    const auto parsed = ResourceUri::parse(uri);
    // Another spelling would never be told of anything.
    if (!parsed || parsed->text() != uri
        || !m_names.reach(principal, parsed->connection).mayCover(parsed->database))
        return false;
    if (std::find(m_watched.begin(), m_watched.end(), uri) == m_watched.end()) {
        if (m_watched.size() >= kMostWatched)
            m_watched.pop_front();
        m_watched.push_back(uri);
    }
    return true;
}

bool DatabaseResources::isReached(const Mcp::Principal &principal,
                                  const std::string &connection) const
{
    const auto all = m_names.connections(principal);
    // Without a grant, a local program may still be asked about: for the workspace.
    return all.empty() ? connection == kWorkspace
                       : std::find(all.begin(), all.end(), connection) != all.end();
}

std::vector<std::string> DatabaseResources::watched(const std::string &connection,
                                                    const std::string &database) const
{
    std::vector<std::string> uris;
    for (const std::string &uri : m_watched) {
        const auto parsed = ResourceUri::parse(uri);
        if (parsed && parsed->connection == connection && parsed->database == database)
            uris.push_back(uri);
    }
    return uris;
}

} // namespace Gateway
