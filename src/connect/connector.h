// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/async.h"
#include "base/clock.h"
#include "base/result.h"
#include "connect/agents.h"
#include "connect/destination.h"
#include "connect/handshake.h"
#include "connect/records.h"

#include <optional>
#include <string>
#include <vector>

namespace Connect
{

enum class AgentState : std::uint8_t {
    NotInstalled,
    Installed, ///< and not connected
    Connected,
    ConnectedDifferently, ///< our entry is there and points somewhere else: connect again
    FileBroken, ///< its file cannot be read or understood, so it is not touched
};

/// "not_installed", "installed", "connected", "connected_differently", "file_broken"
std::string_view stateName(AgentState state);

struct AgentInfo {
    std::string id;
    std::string name;
    std::string file; ///< its configuration, absolute; need not exist
    AgentState state = AgentState::NotInstalled;
    std::string explanation; ///< a sentence about the state for a person; may be empty
    std::optional<Way> way; ///< of our entry, if there is one
    std::vector<Way> ways; ///< how it can be connected, best first
    bool canUndo = false; ///< there is a record of what we wrote
    std::string restartNote; ///< what to do so that it reads its configuration
    std::string bundle; ///< path of the .mcpb file that it could install instead, or empty
};

/// What would be written, exactly.
struct Preview {
    std::string agent; ///< id
    Way way = Way::Bridge;
    std::string file; ///< as the agent knows it
    bool existed = false;
    std::string before; ///< the whole file, byte for byte; empty if there is none
    std::string after;
    bool removesFile = false; ///< undoing: there had been no file
    std::string diff; ///< unified, with three lines of context; empty: there is nothing to do
    std::vector<std::string> notes; ///< sentences: restart it, a link is followed, ...
};

struct Applied {
    std::string file;
    std::string backup; ///< the copy of what was there; empty if there was nothing or no change
    bool changed = false; ///< false: it was connected like that already
    std::vector<std::string> notes;
};

struct Undone {
    std::string file;
    bool exact = false; ///< the file is byte for byte what it was before connecting
    bool removedFile = false; ///< there had been none, so there is none again
    std::vector<std::string> notes;
};

/// Any agent that is not in the table: what its person has to type or paste.
struct Recipe {
    std::string url; ///< may be empty, see Destination
    std::vector<std::string> command; ///< the bridge and its arguments
    std::string commandLine; ///< the same for a shell
    std::string json; ///< {"mcpServers": {...}} with the bridge, indented
    std::string urlJson; ///< the same with the URL; may be empty
};

/// Connects agents. Keeps nothing in memory: every answer is from the files as they are now. Works
/// without the app. Blocking calls on small files (at most 16 MB); one thread at a time.
///
/// Only our own entry is ever changed. Comments, order, indentation, line ends, a byte order mark
/// and unknown keys stay, and the result is parsed and compared with what was meant before a byte
/// is written. No secret is ever written.
class Connector
{
public:
    /// Records and backups go to profileFolder(destination.profile)/connected-agents (0700), made
    /// when first needed.
    Connector(Places places, Destination destination, const Base::Clock &clock);

    /// All agents of the table.
    std::vector<AgentInfo> list() const;
    /// NotFound with the known ids.
    Base::Result<AgentInfo> describe(std::string_view id) const;

    /// What connecting would write. NotFound: no such agent. Unsupported: not that way.
    /// NotUnderstood: its file is broken (the message has line and column). Protected: it may not
    /// be written. Internal: it cannot be read. All messages are sentences for a person.
    Base::Result<Preview> preview(std::string_view id, Way way) const;

    /// Writes what was shown: backup and record first, then the file in one step. Changes nothing
    /// and says ImpactChanged if the file is not what it was at the preview any more.
    Base::Result<Applied> apply(const Preview &preview);

    /// What undo would write.
    Base::Result<Preview> previewUndo(std::string_view id) const;

    /// Takes back what apply wrote: the file byte for byte, if nobody has changed it since, or else
    /// only our entry. Without a record, too, if there is an entry of ours. NotFound: there is
    /// nothing of ours in it.
    Base::Result<Undone> undo(std::string_view id);

    /// A real handshake with what stands in the agent's file: starts that command, or dials that
    /// URL. Ends within `milliseconds`. The answer arrives on the calling thread, which needs an
    /// event loop; the connector need not live that long. NotFound: it is not connected.
    Base::Pending<Handshake> verify(std::string_view id, int milliseconds = 20000) const;

    Recipe recipe() const;

private:
    AgentInfo info(const Agent &agent) const;
    bool offers(const Agent &agent, Way way) const;
    Base::Result<Preview> undoOf(const Agent &agent) const;

    Places m_places;
    Destination m_destination;
    Records m_records;
    const Base::Clock &m_clock;
};

} // namespace Connect
