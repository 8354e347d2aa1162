// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "gateway/asker.h"
#include "gateway/connectioninfo.h"
#include "gateway/grant.h"
#include "gateway/scope.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// The gateway's facts as plain values: what windows, the command line and the history see. Text is
/// UTF-8, times are Base::Millis, durations are milliseconds.
namespace Gateway
{

enum class Risk { Safe, Change, Destructive, Irreversible };
/// "safe", "change", "destructive", "irreversible".
std::string_view riskName(Risk risk);
std::optional<Risk> riskFromName(std::string_view name);

/// Where a call is on its way. The last five are final.
enum class CallState {
    Judging,
    Previewing,
    Waiting,
    Running,
    Done,
    Refused,
    Denied,
    Failed,
    Cancelled
};
/// "judging", "previewing", "waiting", "running", "done", "refused", "denied", "failed",
/// "cancelled".
std::string_view callStateName(CallState state);
bool isFinal(CallState state);

/// One tools/call from arrival to answer, without its payloads.
struct CallRecord {
    std::string id;
    Base::Millis startedAt = 0;
    std::string agent;
    std::string tool;
    std::string connection;
    std::string database;
    std::string statementClass; ///< or empty for tools without SQL
    Risk risk = Risk::Safe;
    CallState state = CallState::Judging;
    std::string decision; ///< "allowed", "approved", "rule", "denied", "expired", "refused", or
                          ///< empty while open
    std::string
        rule; ///< why: the id of the remembered rule, or the policy's reason in one sentence
    std::optional<std::int64_t> rows = {};
    std::optional<std::int64_t> affectedRows = {};
    std::int64_t bytes = 0; ///< of the answer's structured part
    double durationMs = 0; ///< from arrival to answer
    double waitMs = 0; ///< of which spent waiting for a person
    std::string code; ///< wire code of the refusal or failure, or empty
    std::string sql; ///< as the agent sent it
};

/// A record with its payloads: the texts of JSON objects, cut at 64 KiB each.
struct CallDetail {
    CallRecord record;
    std::string grantId;
    std::string approvalId;
    std::string program; ///< what is known of the program behind the agent
    std::string arguments; ///< as sent
    std::string result; ///< structuredContent
    std::string reason; ///< the agent's own claim
    double judgeMs = 0;
    double previewMs = 0;
    double runMs = 0;
};

/// Let the same thing through for a while.
struct Remember {
    enum class Scope { Statement, Table, Database };
    Scope scope = Scope::Statement;
    Base::Millis duration = 0;
};

enum class ApprovalState { Open, Approved, Denied, Expired, Withdrawn };
/// "open", "approved", "denied", "expired", "withdrawn".
std::string_view approvalStateName(ApprovalState state);

/// One question put to the person.
struct Approval {
    std::string id;
    /// "call"; "consent" for an agent that has no grant yet; "widen" offers to add to a grant what
    /// a call was refused for: that call has its answer already.
    std::string kind;
    std::string callId;
    std::string agent;
    std::string program; ///< one line: how we know who asks
    std::optional<Asker> asker = {}; ///< the same as facts, with kind "consent"
    std::string tool;
    std::string connection;
    std::string database;
    std::string sentence; ///< "Codex wants to delete 1,284 rows from orders"
    std::string context; ///< "in demo-shop · 31 % of the table", may be empty
    Risk risk = Risk::Change;
    std::string impact; ///< the text of the impact object of the tools' API, or empty
    std::string sql;
    std::string reason; ///< the agent's own claim, or empty
    std::string undo; ///< one sentence on what can be undone
    std::string mustType; ///< the name that has to be typed to approve, or empty
    bool mayRemember = false;
    std::optional<Offer> offer = {}; ///< with kind "widen"
    Base::Millis createdAt = 0;
    Base::Millis expiresAt = 0;
    ApprovalState state = ApprovalState::Open;
};

struct AgentInfo {
    std::string name;
    std::string program;
    std::string transport; ///< "http" or "stdio"
    bool connected = false;
    std::int64_t callsToday = 0;
    std::optional<Base::Millis> lastCallAt = {};
};

/// The workspace over Turso's own protocols, for programs on this machine. Empty addresses: it is
/// not served.
struct ServedWorkspace {
    std::string platformUrl = {}; ///< "http://127.0.0.1:PORT"
    std::string sqlUrl = {};
    std::string hostSuffix = {}; ///< "localhost:PORT": a database is NAME-local.localhost:PORT
    std::string problem = {}; ///< a sentence: it is switched on and cannot be served

    bool isOn() const { return !platformUrl.empty() || !problem.empty(); }
    bool operator==(const ServedWorkspace &) const = default;
};

struct WorkspaceAccess {
    ServedWorkspace served;
    std::string token; ///< a secret, shown this once; empty when it was switched off
};

struct Status {
    std::string endpoint;
    std::string version;
    std::string profile;
    long long pid = 0;
    std::vector<ConnectionInfo> connections;
    int agents = 0; ///< connected now
    int approvalsPending = 0;
    bool readOnly = false;
    std::optional<Base::Millis> readOnlyUntil = {}; ///< empty while readOnly: until lifted
    ServedWorkspace served = {};
};

} // namespace Gateway
