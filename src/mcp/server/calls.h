// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mcp/jsonrpc/message.h"
#include "mcp/protocol/codec.h"
#include "mcp/server/asker.h"
#include "mcp/server/batches.h"
#include "mcp/server/clientrequests.h"
#include "mcp/server/requeststates.h"
#include "mcp/server/responder.h"
#include "mcp/server/tasks.h"

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

namespace Mcp
{

/// A request that is to be begun with a Responder.
struct Work {
    using Begin = std::function<Responder::CallId(Inputs, Responder::Reply, Responder::Report)>;

    Responder *responder = nullptr;
    /// Runs once; again for each round of input, if the responder asks for input.
    Begin begin;
    /// Who asks what: a requestState is good for this only. Empty where no input is ever asked.
    std::string binding = {};
    bool mayBecomeTask = false;
};

/// The requests in flight: from their beginning, through rounds of input and tasks, to the one
/// answer that each gets. One thread.
class Calls
{
public:
    using Serial = unsigned long long;

    /// `wake`: there is a new time limit, see next().
    Calls(const Codec &codec, std::string_view key, const Base::Clock &clock,
          std::function<void(ClientRequests::Time)> wake);
    ~Calls(); ///< cancels every call

    /// Answers `later`, or an error. Takes what it needs out of the request.
    Answer start(Message &request, const Asker &asker, Work &&work);

    /// notifications/cancelled. False if no call has the id.
    bool cancelRequest(const std::string &id, const Asker &asker);
    /// A legacy client's answer to a request of the server's.
    void clientAnswered(const Message &response, const Asker &asker);
    /// The outlet is going: what waits on it is cancelled.
    void hungUp(Outlet &outlet);
    /// The same where it is no cancellation: the calls go on at their responders, and are forgotten
    /// here.
    void unheard(Outlet &outlet);
    /// Cancels every call, and answers each with the error.
    void endAll(const RpcError &error);
    /// logging/setLevel of a session.
    void setLogLevel(std::string_view sessionId, int level);
    void endSession(std::string_view sessionId);

    /// tasks/update and tasks/cancel.
    void updateTask(Task &task, const Base::Json &responses);
    void cancelTask(Task &task);
    Tasks &tasks() { return m_tasks; }
    Batches &batches() { return m_batches; }

    /// Ends what has waited for too long.
    void sweep(ClientRequests::Time now);
    ClientRequests::Time next() const; ///< when next to sweep, or Time::max()
    std::size_t count() const { return m_calls.size(); }

private:
    struct Call {
        Outlet *outlet = nullptr; // null once nobody listens there
        std::string id;
        std::string progressToken; // raw; empty: no progress
        std::string sessionId;
        std::string principalId;
        std::string taskId; // it has become a task
        double lastProgress = 0;
        bool reported = false;
        bool overHttp = true;
        Revision revision = kNewestLegacy;
        ClientCapabilities capabilities;
        std::optional<int> logLevel; // modern: what the request asks for
        Responder::CallId gateId = 0; // 0 while it waits for input
        Batches::Id batch = 0;
        Work work;
        int awaited = 0; // requests to the client that are open
        Inputs inputs;
    };
    using Found = std::unordered_map<Serial, Call>::iterator;

    std::optional<Answer> takeInputs(const Message &request, const Asker &asker,
                                     const std::string &binding, Inputs &inputs) const;
    void run(Serial serial, Inputs inputs);
    void reply(Serial serial, Outcome outcome);
    void send(Call &call, const Outcome &outcome);
    void sendError(Call &call, RpcError error);
    void report(Serial serial, const CallEvent &event);
    void progress(Call &call, const Progress &step);
    void log(Call &call, const LogMessage &message);
    void defer(Serial serial, Call &call, const Deferral &deferral);
    void ask(Found call, InputRequired &&required);
    void askLegacy(Serial serial, Call &call, InputRequired &&required);
    void drop(Found call); // cancels what runs, says nothing
    std::vector<Call> take(const Outlet &outlet); // those that are answered there
    std::string resultText(const Outcome &outcome, Revision revision) const;

    const Codec &m_codec;
    RequestStates m_states;
    std::function<void(ClientRequests::Time)> m_wake;
    Tasks m_tasks;
    Batches m_batches;
    ClientRequests m_asked;
    std::unordered_map<Serial, Call> m_calls;
    std::unordered_map<std::string, int> m_logLevels; // by session
    std::string m_text; // the response being written; kept for its buffer
    Serial m_lastSerial = 0;
};

} // namespace Mcp
