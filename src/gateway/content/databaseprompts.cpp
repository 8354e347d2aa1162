// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/content/databaseprompts.h"

#include "gateway/content/contenttools.h"
#include "gateway/content/prompttexts.h"
#include "gateway/content/resourceuri.h"

#include <algorithm>

namespace Gateway
{

namespace
{

constexpr char kExplore[] = "explore_database";
constexpr char kSlow[] = "find_slow_queries";
constexpr char kReview[] = "review_migration";
constexpr std::size_t kLongestName = 200;
constexpr std::size_t kLongestMigration = 256UL * 1024;

Mcp::PromptArgument databaseArgument()
{
    return {"database", "Database", "The database's name, as list_databases shows it.", true};
}

Mcp::RpcError invalid(const char *message)
{
    return {Mcp::ErrorCode::kInvalidParams, message};
}

bool isName(const std::string &text)
{
    return !text.empty() && text.size() <= kLongestName
        && std::none_of(text.begin(), text.end(),
                        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

} // namespace

std::vector<Mcp::PromptDescription> DatabasePrompts::prompts(const Mcp::Principal &principal) const
{
    if (m_names.isPaused(principal))
        return {};
    return {{kExplore,
             "Explore a database",
             "What is in this database, how its tables hang together, and what it can answer.",
             {databaseArgument()}},
            {kSlow,
             "Find slow queries",
             "Which queries are slow and why, with query plans, and which indexes would help.",
             {databaseArgument()}},
            {kReview,
             "Review a migration",
             "Checks a migration against the schema and the data, rehearses it without changing "
             "anything, and says whether it is safe.",
             {databaseArgument(), {"migration", "Migration", "The SQL of the migration.", true}}}};
}

Mcp::Responder::CallId DatabasePrompts::get(Mcp::PromptGet get, Reply reply, Report)
{
    const CallId job = m_jobs.open();
    m_jobs.close(job);
    reply(written(get));
    return job;
}

Mcp::Outcome DatabasePrompts::written(const Mcp::PromptGet &get) const
{
    if (m_names.isPaused(get.principal))
        return invalid(
            "The person has paused this agent's grant. Nothing works until it is resumed "
            "in Turso Companion.");
    const auto argument = [&get](const char *name) {
        const auto it = get.arguments.find(name);
        return it == get.arguments.end() ? std::string() : it->second;
    };
    const std::string database = argument("database");
    const std::string migration = argument("migration");
    if (!isName(database))
        return invalid("\"database\" must be the name of a database.");
    const std::string connection = m_names.connection(get.principal);
    const auto platform = m_connections.find(connection);
    const std::string uri = ResourceUri{connection, database, {}}.text();
    const Turso::Capabilities can = platform ? platform->capabilities() : Turso::Capabilities();
    Mcp::PromptResult result;
    if (get.name == kExplore) {
        result.description = "Explore the database " + database;
        result.user(exploreText(database, uri));
    } else if (get.name == kSlow) {
        result.description = "Find slow queries in " + database;
        result.user(slowQueriesText(database, uri, can));
    } else if (get.name == kReview) {
        if (migration.find_first_not_of(" \t\r\n") == std::string::npos)
            return invalid("\"migration\" must be the SQL of the migration.");
        if (migration.size() > kLongestMigration)
            return invalid("\"migration\" is longer than 256 KiB.");
        result.description = "Review a migration of " + database;
        result.user(reviewText(database, uri, migration, can));
    } else {
        return invalid("There is no prompt of that name.");
    }
    // Clients of before June 2025 do not know resource links, and the text names the resource
    // already.
    if (get.modern && m_names.reach(get.principal, connection).mayCover(database))
        result.messages.push_back({{"role", "user"},
                                   {"content",
                                    {{"type", "resource_link"},
                                     {"uri", uri},
                                     {"name", database + "/schema"},
                                     {"title", "Schema of " + database},
                                     {"mimeType", "application/sql"}}}});
    return result;
}

Mcp::Responder::CallId DatabasePrompts::complete(Mcp::CompletionQuery query, Reply reply)
{
    const CallId job = m_jobs.open();
    const auto answer = [this, job, value = query.value, reply](const std::vector<Named> &names) {
        if (m_jobs.close(job))
            reply(completed(names, value));
    };
    const bool known = query.ref == kExplore || query.ref == kSlow || query.ref == kReview;
    if (known && query.argument == "database")
        m_jobs.add(job, m_names.databases(query, kComplete, answer));
    else
        answer({});
    return job;
}

} // namespace Gateway
