// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mcp/server/outlet.h"
#include "mcp/server/tasks.h"

#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace Mcp
{

class Codec;

/// Who wants to hear of changes: modern `subscriptions/listen` streams, which say exactly what, and
/// legacy sessions, which hear of every list and of the resources that they have subscribed to.
class Subscriptions
{
public:
    enum List { Tools, Prompts, Resources };
    struct Filter {
        bool tools = true;
        bool prompts = true;
        bool resources = true;
        std::vector<std::string> uris = {};
        std::vector<std::string> taskIds = {};

        /// The filter as the acknowledgement repeats it.
        std::string text() const;
    };

    explicit Subscriptions(const Codec &codec)
        : m_codec(codec)
    {
    }

    /// Modern: acknowledges, then listens. `id` is the request's, raw.
    void listen(Outlet &outlet, std::string id, std::string principalId, Filter filter);
    /// Legacy: a stream that the session had before is ended, since a message goes to one only.
    void attach(Outlet &outlet, std::string principalId, std::string sessionId);

    /// Legacy resources/subscribe. False: too many. Where there are too many sessions, one goes
    /// that listens to nothing.
    bool add(std::string_view sessionId, std::string uri);
    void remove(std::string_view sessionId, const std::string &uri);

    /// These go to one principal's, or with an empty id to everybody's.
    void listChanged(List list, std::string_view principalId) const;
    void resourceUpdated(std::string_view uri, std::string_view principalId) const;
    void taskChanged(const Task &task) const;

    /// On a line: notifications/cancelled of a listen request.
    void cancel(const std::string &id, const Outlet &outlet);
    /// A connection is going.
    void hungUp(const Outlet &outlet);
    /// A legacy session's stream is going. The session goes on, and so do its resources: it may
    /// open another one.
    void lost(const Outlet &stream);
    void endSession(std::string_view sessionId);
    void endAll();
    std::size_t count() const { return m_entries.size(); }
    std::size_t countOf(const Outlet &outlet) const;

private:
    struct Entry {
        Outlet *outlet = nullptr;
        std::string id; // raw id of the listen request; empty: legacy
        std::string principalId;
        std::string sessionId;
        Filter filter;
    };
    void end(const Entry &entry) const;
    void endStreams(std::string_view sessionId);
    bool dropSilent();
    static void notify(const Entry &entry, std::string_view method, std::string members);

    const Codec &m_codec;
    std::vector<Entry> m_entries;
    std::unordered_map<std::string, std::set<std::string>> m_uris; // by legacy session
};

} // namespace Mcp
