// SPDX-License-Identifier: GPL-3.0-or-later
// What all who take part know together: whose everything is, and what was seen before.
#pragma once

#include "account.h"

#include "mcp/protocol/clientcapabilities.h"
#include "mcp/protocol/revision.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace Fuzz
{

/// Who listens on a connection.
struct Owner {
    std::string principal;
    std::string session = {}; ///< what Caller::sessionId says; empty: not known, or modern
    bool onLine = false;
    Mcp::Revision revision = Mcp::kModern; ///< over HTTP
    std::optional<Mcp::ClientCapabilities> capabilities = {}; ///< if they are known

    bool sameAs(const Owner &other) const
    {
        return principal == other.principal && session == other.session;
    }
};

/// What the sources put in front of all that they say, so that it is known for whom it was.
inline std::string mark(const std::string &principal, const std::string &session)
{
    return '@' + principal + '/' + session + '@';
}

/// Resources that somebody may read, and wait for.
inline bool mayRead(const std::string &principal, const std::string &uri)
{
    return uri.starts_with("res://all/") || uri.starts_with("res://" + principal + '/');
}

/// One legacy event stream, as its client knows it.
struct Stream {
    Owner owner;
    std::string sessionId; // what its client says to come back
    std::string request; // id, as it was written, or empty
    std::shared_ptr<Account> account;
    std::map<unsigned long long, std::string> events;
    bool forgotten = false; // by a restart
};

class World
{
public:
    explicit World(bool isTight)
        : tight(isTight)
    {
    }

    /// Replaces $e0 by the newest event id that was seen, $e1 by the one before; $t tasks, $r
    /// request states, $q questions, $s sessions.
    std::string filled(std::string_view text) const
    {
        constexpr std::size_t kLongest = 32UL * 1024;
        std::string out;
        for (std::size_t i = 0; i < text.size(); ++i) {
            const auto list
                = i + 2 < text.size() && text[i] == '$' ? seen.find(text[i + 1]) : seen.end();
            const std::size_t back = list == seen.end() ? 0 : std::size_t(text[i + 2]) - '0';
            if (list == seen.end() || back > 9 || back >= list->second.size()
                || out.size() > kLongest) {
                out += text[i];
                continue;
            }
            out += list->second[list->second.size() - 1 - back];
            i += 2;
        }
        return out;
    }
    std::string newest(char kind) const
    {
        const auto list = seen.find(kind);
        return list == seen.end() ? std::string() : list->second.back();
    }
    void saw(char kind, std::string what) { seen[kind].push_back(std::move(what)); }

    /// Every message that reaches somebody, once.
    void look(const Json &message, Owner &owner);
    /// A request for what belongs to somebody else.
    bool isForbidden(const Json &message, const Owner &owner) const
    {
        const auto method = Base::stringMember(message, "method").value_or("");
        const auto id = Base::stringMember(Base::member(message, "params"), "taskId").value_or("");
        const auto task = tasks.find(id);
        return method.starts_with("tasks/") && task != tasks.end()
            && task->second != owner.principal;
    }
    /// Before a message goes to the server: it may answer a question that was put to its sender.
    void answers(const Json &message, const Owner &owner)
    {
        const auto id = Base::stringMember(message, "id").value_or("");
        const auto it = questions.find(id);
        if (it != questions.end() && it->second.first == mark(owner.principal, owner.session))
            answered.insert(it->second.second);
    }

    bool tight; ///< little is kept, and not for long
    std::map<std::string, std::shared_ptr<Stream>> streams;
    std::map<std::string, std::string> tasks; ///< whose they are
    /// What the clients of the tasks' calls can be asked for; who asks later may declare less.
    std::map<std::string, std::optional<Mcp::ClientCapabilities>> taskCapabilities;
    std::map<std::string, std::string> keys; ///< of input requests: the mark of who is asked
    std::set<std::string> answered; ///< keys, by those who were asked
    std::string onlyFor; ///< whom a change of lists concerns; empty: all
    std::string resuming; ///< the stream that somebody comes back for
    bool pausing = false;

private:
    void lookAtResult(const Json &result, Owner &owner);
    void lookAtTask(const Json &task, Owner &owner);
    void lookAtQuestion(const Json &message, Owner &owner);
    void lookAtAsked(const std::string &method, const Json &params, Owner &owner);
    void lookAtAcknowledged(const Json &filter, const Owner &owner) const;
    std::string isFor(const Json &text, Owner &owner);

    std::map<char, std::vector<std::string>> seen;
    std::map<std::string, std::pair<std::string, std::string>> questions; // id: mark, key
    std::set<std::string> lineSessions;
};

} // namespace Fuzz
