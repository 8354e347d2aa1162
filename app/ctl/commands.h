// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ctl/arguments.h"
#include "ctl/session.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace Ctl
{

/// One row of the table of commands: what it is called, what it takes, what it does.
struct Command {
    std::string_view name; ///< one to three words
    std::span<const std::string_view> operands; ///< "[AGENT]" may be left out
    std::span<const Option> options;
    std::string_view summary;
    void (*run)(Session &session); ///< ends the session sooner or later
    bool needsApp = true; ///< otherwise it runs without one, too
};

std::span<const Command> commands();

/// "turso-companionctl approvals deny ID [--message TEXT]"
std::string usageLine(const Command &command);
std::string commandHelp(const Command &command);
std::string generalHelp();

// One function a command, by family.
void showStatus(Session &session);
void listAgents(Session &session);
void listConnections(Session &session);
void showOneConnection(Session &session);
void addConnection(Session &session);
void changeConnection(Session &session);
void checkConnection(Session &session);
void removeConnection(Session &session);
void signInToConnection(Session &session);
void signOutOfConnection(Session &session);
void listItsDatabases(Session &session);
void showConnectionAudit(Session &session);
void switchReadOnlyOn(Session &session);
void switchReadOnlyOff(Session &session);
void serveWorkspace(Session &session);
void stopServingWorkspace(Session &session);

void listGrants(Session &session);
void createGrant(Session &session);
void changeGrant(Session &session);
void pauseGrant(Session &session);
void resumeGrant(Session &session);
void revokeGrant(Session &session);
void listTokens(Session &session);
void createToken(Session &session);
void revokeToken(Session &session);
/// The draft that the options of `tokens create` describe. Without `agent` for a consent, which has
/// one.
Base::Json draftFromOptions(const Arguments &arguments);

void listApprovals(Session &session);
void showApproval(Session &session);
void approve(Session &session);
void deny(Session &session);

void connectAgent(Session &session);

void listCalls(Session &session);
void showCall(Session &session);

} // namespace Ctl
