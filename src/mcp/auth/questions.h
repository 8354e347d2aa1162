// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "mcp/auth/consent.h"
#include "mcp/auth/tokens.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace Mcp::Auth
{

/// What a browser's tab waits for, once it has been let in at /authorize.
struct Visit {
    Client client;
    CodeBinding binding;
    std::string resource;
    std::string scope;
    std::string state;
};

/// How it ended for one tab.
struct Verdict {
    Visit visit;
    std::optional<Consent> consent; ///< nothing: no
    No why = No::Said;
};

/// The open questions and the tabs that wait for them. Equal questions are one: several processes
/// of one agent that sign in at once make the person decide once, if it has registered; of agents
/// with a document each sign-in is a question of its own, one at a time from one host, and none for
/// a minute after a no, as any web page can ask like that. One thread.
class Questions
{
public:
    /// Beyond what the person can draw the answer out to: their own window ends it before.
    static constexpr Base::Millis kTime = 16 * 60'000;
    static constexpr Base::Millis kRest = 60'000; ///< of a document's host, after a no
    static constexpr Base::Millis kLateTime = 10 * 60'000; ///< a late yes counts so long
    static constexpr std::size_t kMostOpen = 3;
    static constexpr std::size_t kMostTabs = 16; ///< of one question

    Questions(ConsentDesk &desk, const Base::Clock &clock)
        : m_desk(desk)
        , m_clock(clock)
    {
    }

    /// The ticket of a new tab; nothing if there are too many. Asks, unless that is being asked.
    std::optional<std::string> open(Visit visit);

    /// `told` runs once: with the verdict, or with nothing when `patience` is over (see sweep()),
    /// after which the tab may come again. The one that waited before gets nothing at once. False:
    /// no such ticket.
    bool wait(const std::string &ticket, Base::Millis patience,
              std::function<void(std::optional<Verdict>)> told);

    /// The person has decided. False: there is no such question (any more).
    bool decide(const std::string &questionId, std::optional<Consent> consent, No why = No::Said);

    /// The tab's connection has gone. It may come back.
    void left(const std::string &ticket);

    /// A yes that nobody has made use of yet: it came when the agent had given up.
    std::optional<Consent> unusedYes(const Visit &visit) const;
    /// The client has its tokens: from now on it has to ask again.
    void used(const std::string &clientId);

    /// Acts on times that have passed; the next one.
    Base::Millis sweep();
    std::size_t openCount() const { return m_open.size(); }

private:
    struct Tab {
        Visit visit;
        std::function<void(std::optional<Verdict>)> told; ///< empty: it is between two waits
        Base::Millis until = 0;
    };
    struct Open {
        std::string asker;
        ConsentQuestion question;
        std::map<std::string, Tab> tabs; ///< by ticket
    };
    struct Late {
        Consent consent;
        Base::Millis until = 0;
    };
    struct Done {
        Verdict verdict;
        Base::Millis until = 0;
    };
    Open *openFor(const Visit &visit);
    bool mayAsk(const Client &client) const;
    void finish(Open open, const std::optional<Consent> &consent, No why);

    ConsentDesk &m_desk;
    const Base::Clock &m_clock;
    std::map<std::string, Open> m_open; ///< by the question's id
    std::map<std::string, Base::Millis> m_resting; ///< until when, by a document's host
    std::map<std::string, Late> m_late; ///< by asker
    std::map<std::string, Done> m_done; ///< verdicts of tabs that were between two waits, by ticket
};

} // namespace Mcp::Auth
