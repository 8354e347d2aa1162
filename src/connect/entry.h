// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "connect/agents.h"
#include "connect/configtext.h"
#include "connect/destination.h"
#include "connect/handshake.h"

#include <optional>
#include <string>

namespace Connect
{

/// The words that start the bridge for an agent: program and arguments.
std::vector<std::string> bridgeCommand(std::string_view agent, const Destination &destination);

/// The entry that connects that agent that way; and what of `existing` (may be null) contradicts
/// it.
EntryChange entryFor(const Agent &agent, Way way, const Destination &destination,
                     const Base::Json *existing);

/// What an entry that stands in a file amounts to.
struct EntryFinding {
    std::optional<Way> way; ///< nothing: neither a command nor a URL
    bool matches = false; ///< it is what entryFor() wants
    std::string explanation; ///< a sentence where it does not
};
EntryFinding judgeEntry(const Agent &agent, const Base::Json &entry,
                        const Destination &destination);

/// The command of a bridge entry; `program` is empty where there is none.
Command commandIn(const Base::Json &entry);

/// The URL of an entry, under whichever name, or empty.
std::string urlIn(const Base::Json &entry);

} // namespace Connect
