// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/pipeline.h"

#include <QTimer>

#include <algorithm>

// Which of the connections that an agent was granted does a call mean?

namespace Gateway
{

using Base::ErrorKind;
using Base::Result;

namespace
{

constexpr std::chrono::milliseconds kLookUpTime{3'000};

std::vector<std::string> connectionsOf(const std::vector<Grant> &grants)
{
    std::vector<std::string> connections;
    for (const Grant &grant : grants) {
        if (std::find(connections.begin(), connections.end(), grant.connection)
            == connections.end())
            connections.push_back(grant.connection);
    }
    return connections;
}

// The call's arguments name a database or nothing; who was granted several connections has to be
// helped by the person.
Base::Error ambiguous(const std::string &what)
{
    return {ErrorKind::InvalidArgument,
            what,
            "Ask the person to give this agent one connection at a time, in Turso Companion.",
            {}};
}

} // namespace

void Pipeline::use(const CallPtr &call, const std::string &connection)
{
    call->platform = m_parts.connections.find(connection);
    if (!call->platform)
        return fail(call,
                    {ErrorKind::Unauthorized,
                     "The connection " + m_parts.connections.nameOf(connection)
                         + " cannot be used at the moment.",
                     "The person can see why, and mend it, on the Connections page of Turso "
                     "Companion.",
                     {}});
    std::erase_if(call->candidates,
                  [&](const Grant &grant) { return grant.connection != connection; });
    call->grant = call->candidates.front();
    checkScope(call);
}

// still 1: an agent may have grants for several connections, a call is about one
void Pipeline::chooseConnection(const CallPtr &call)
{
    const std::string &database = call->plan.database;
    if (!call->plan.connection.empty())
        std::erase_if(call->candidates, [&call](const Grant &grant) {
            return grant.connection != call->plan.connection;
        });
    if (call->candidates.empty())
        return fail(call, noDatabase(database));
    std::vector<std::string> connections = connectionsOf(call->candidates);
    if (connections.size() == 1)
        return use(call, connections.front());
    if (database.empty())
        return call->plan.changes
            ? fail(call,
                   ambiguous("This agent may use several connections, and the call does not "
                             "say which one it means."))
            : use(call, connections.front());
    std::vector<Grant> covering = call->candidates;
    std::erase_if(covering, [&database](const Grant &grant) {
        return !covers(grant, database, grant.group);
    });
    connections = connectionsOf(covering);
    if (connections.size() < 2)
        return use(call,
                   connections.empty() ? call->candidates.front().connection : connections.front());
    lookUpConnection(call, connections);
}

// Where is there a database of that name? A connection that does not answer counts as one where
// there is none: what is done elsewhere was granted there.
void Pipeline::lookUpConnection(const CallPtr &call, const std::vector<std::string> &connections)
{
    struct Search {
        std::vector<std::string> found;
        std::size_t open = 0;
        bool done = false;
    };
    const auto search = std::make_shared<Search>();
    const auto end = [this, call, search] {
        if (std::exchange(search->done, true) || call->finished)
            return;
        if (search->found.size() == 1)
            return use(call, search->found.front());
        if (search->found.empty())
            return fail(call, noDatabase(call->plan.database));
        std::string names;
        for (const std::string &connection : search->found)
            names += (names.empty() ? "" : " and ") + m_parts.connections.nameOf(connection);
        fail(call, ambiguous("There is a database " + call->plan.database + " in " + names + '.'));
    };
    search->open = connections.size();
    for (const std::string &connection : connections) {
        const auto platform = m_parts.connections.find(connection);
        if (!platform) {
            --search->open;
            continue;
        }
        Base::whenDone(platform->database(call->plan.database), this,
                       [search, end, connection, platform](const Result<Turso::Database> &found) {
                           if (found)
                               search->found.push_back(connection);
                           if (--search->open == 0)
                               end();
                       });
    }
    if (search->open == 0)
        return end();
    QTimer::singleShot(kLookUpTime, this, end);
}

} // namespace Gateway
