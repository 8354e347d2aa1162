// SPDX-License-Identifier: GPL-3.0-or-later
// What tools, resources and prompts do, said by the script in letters. These answer: r a result, f
// a failed one, e an error, n not found, c a capability is missing; i and I ask for input, without
// and with a state, u by a URL, m two things at once, E nothing but to come back. These only tell:
// p and P progress, l and L log, d "this takes long", D the same and is kept for no time, s pauses.
#pragma once

#include "world.h"

#include "mcp/server/toolgate.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <string>

namespace Fuzz
{

/// A request that a source has begun, and what is left of its letters.
struct Work {
    enum Kind { Tool, Prompt, Resource, List, Completions };
    Kind kind = Tool;
    std::string mark; ///< of who asks
    std::string text; ///< what is asked
    std::string binding; ///< what a request state is good for
    std::string letters;
    Mcp::Responder::Reply reply;
    Mcp::Responder::Report report = {};
};

class Stage
{
public:
    using CallId = Mcp::Responder::CallId;

    explicit Stage(World &world)
        : m_world(world)
    {
    }

    /// Does what the letters say up to the next one that answers; what is behind that is for the
    /// next round. Without one the work is held.
    CallId begin(Work work, const Mcp::Inputs &inputs, bool modern);
    void cancel(CallId call, Work::Kind kind, Work::Kind orKind)
    {
        CHECK(call != 0);
        const auto it = held.find(call);
        if (it == held.end())
            return;
        CHECK(it->second.kind == kind || it->second.kind == orKind);
        m_late.push_back(std::move(it->second));
        held.erase(it);
    }
    /// It may go on, but the server has forgotten it.
    void unheard(CallId call)
    {
        CHECK(held.contains(call));
        CHECK(m_unheard.insert(call).second);
    }
    std::size_t heard() const
    {
        return static_cast<std::size_t>(
            std::count_if(held.begin(), held.end(),
                          [this](const auto &item) { return !m_unheard.contains(item.first); }));
    }

    /// Further letters for the oldest or newest that is held.
    void go(bool oldest, const std::string &letters)
    {
        if (held.empty())
            return;
        const auto it = oldest ? held.begin() : std::prev(held.end());
        const Work work = it->second; // it may be cancelled while it acts
        act(it->first, work, letters);
    }
    /// What was cancelled answers all the same; nobody must ever hear it.
    void goLate()
    {
        for (Work &work : std::exchange(m_late, {})) {
            work.mark = "@late@";
            if (work.report)
                work.report(Mcp::Progress{1e9, {}, work.mark});
            work.reply(result(work, false));
        }
    }
    void forgetAll()
    {
        held.clear();
        m_late.clear();
    }

    std::map<CallId, Work> held;

private:
    void act(CallId id, const Work &work, const std::string &letters);
    void tell(const Work &work, char letter);
    Mcp::Outcome outcome(const Work &work, char letter);
    Mcp::Outcome result(const Work &work, bool isError) const;
    Mcp::InputRequest question(const Work &work, const char *method, const char *mode = nullptr);
    std::size_t round(const Work &work, const Mcp::Inputs &inputs, bool modern) const;

    World &m_world;
    std::vector<Work> m_late;
    std::set<CallId> m_unheard;
    CallId m_last = 0;
    int m_lastKey = 0;
    double m_progress = 0;
};

} // namespace Fuzz
