// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/pipeline.h"

#include "gateway/grants/needs.h"
#include "gateway/policy.h"

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
    const auto isElsewhere = [&connection](const Grant &grant) {
        return grant.connection != connection;
    };
    std::erase_if(call->candidates, isElsewhere);
    if (call->candidates.empty()) { // may be done, but not there
        std::erase_if(call->granted, isElsewhere);
        call->candidates = std::move(call->granted);
        fail(call, notGranted(call->tool->permission));
        return wantPermission(call, call->tool->permission);
    }
    call->granted.clear();
    call->grant = call->candidates.front();
    checkScope(call);
}

// still 1: an agent may have grants for several connections, and a call is about one. What the call
// would need does not choose it: who may only read here and delete there must not delete there
// what it meant here.
void Pipeline::chooseConnection(const CallPtr &call)
{
    const std::string &database = call->plan.database;
    std::vector<Grant> covering = call->granted;
    std::erase_if(covering, [&call, &database](const Grant &grant) {
        const bool isMeant
            = call->plan.connection.empty() || grant.connection == call->plan.connection;
        return !isMeant || (!database.empty() && !covers(grant, database, grant.group));
    });
    const std::vector<std::string> connections = connectionsOf(covering);
    if (connections.empty())
        return use(call, call->granted.front().connection); // which says no
    if (connections.size() == 1)
        return use(call, connections.front());
    if (!database.empty())
        return lookUpConnection(call, connections);
    if (!call->plan.changes)
        return use(call, connections.front());
    fail(call,
         ambiguous("This agent may use several connections, and the call does not say which "
                   "one it means."));
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
