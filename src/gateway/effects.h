// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway/values.h"

#include <string>
#include <string_view>
#include <vector>

/// What a grant would mean, said by the policy itself: each tool's mildest and gravest use is put
/// to decide(). Pure functions, any thread.
namespace Gateway
{

enum class Effect {
    Off, ///< refused
    Asks, ///< a person is asked every time
    OnAsks, ///< runs by itself, but a person is asked about its gravest uses
    On,
};
/// "off", "asks", "on-asks", "on".
std::string_view effectName(Effect effect);

struct ToolEffect {
    std::string_view tool;
    Permission permission = Permission::Read;
    Effect effect = Effect::Off;
    std::string note; ///< one sentence, always

    bool operator==(const ToolEffect &) const = default;
};

/// The twelve, in the order in which they are listed to agents.
std::vector<ToolEffect> effectsOf(const GrantDraft &draft);

/// What the agent will be able to do, in one to four plain sentences. `databasesNow`: how many
/// databases the draft covers today; counted only where it names none. The agent's name is put in
/// as it is.
std::string effectSentence(const GrantDraft &draft, std::size_t databasesNow);

/// True for permissions whose every use is put to a person, whatever was granted.
bool alwaysAsks(Permission permission);
/// True for all databases of all groups.
bool isWholeOrganization(const GrantDraft &draft);
/// True where it may delete databases, if only when asked: what that takes cannot be brought back.
bool mayDeleteDatabases(const GrantDraft &draft);

} // namespace Gateway
