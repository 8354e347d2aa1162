// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/async.h"

#include <map>
#include <string>
#include <vector>

namespace Connect
{

/// What a handshake has found.
struct Handshake {
    std::string
        sentence; ///< for a person: "Turso Companion 0.1.0 answered in 40 ms with 13 tools."
    std::string server; ///< "turso-companion"
    std::string version; ///< of the server; empty over HTTP, where an agent has to sign in first
    std::vector<std::string> tools; ///< names; empty over HTTP
    long long milliseconds = 0;
};

/// A command as an agent's configuration has it.
struct Command {
    std::string program;
    std::vector<std::string> arguments;
    std::map<std::string, std::string> environment; ///< on top of ours
    std::string folder; ///< to start in, or empty
};

/// Starts the command and says initialize and tools/list to it, as the agent would; then ends it.
/// Errors are sentences for a person. Needs an event loop on the calling thread, where the answer
/// arrives within `milliseconds`.
Base::Pending<Handshake> shakeHands(const Command &command, int milliseconds);

/// Asks the URL for initialize without a token: our app answers with where to sign in.
Base::Pending<Handshake> shakeHands(const std::string &url, int milliseconds);

} // namespace Connect
