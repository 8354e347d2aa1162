// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/effects.h"

#include "gateway/policy.h"
#include "gateway/toolfacts.h"

#include <array>

namespace Gateway
{

namespace
{

std::string listed(const std::vector<std::string> &parts, const char *last)
{
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0)
            text += i + 1 == parts.size() ? std::string(last) : std::string(", ");
        text += parts[i];
    }
    return text;
}

Verdict::Kind verdict(const ToolFacts &facts, Access access, Risk risk)
{
    Question question;
    question.permission = facts.permission;
    question.access = access;
    question.changes = facts.changes;
    question.risk = risk;
    question.asks = risk >= Risk::Destructive;
    return decide(question).kind;
}

bool isOutOfReach(const ToolFacts &facts, const GrantDraft &draft)
{
    return facts.makesDatabases && !draft.databases.empty();
}

Effect effectOf(const ToolFacts &facts, const GrantDraft &draft)
{
    const Access access = draft.permissions.access(facts.permission);
    const auto mild = verdict(facts, access, facts.mildest);
    if (mild == Verdict::Kind::Refuse || isOutOfReach(facts, draft))
        return Effect::Off;
    if (mild == Verdict::Kind::Ask)
        return Effect::Asks;
    return verdict(facts, access, facts.gravest) == Verdict::Kind::Ask ? Effect::OnAsks
                                                                       : Effect::On;
}

std::string noteOf(const ToolFacts &facts, const GrantDraft &draft, Effect effect)
{
    const Access access = draft.permissions.access(facts.permission);
    std::string note;
    switch (effect) {
    case Effect::Off:
        return access == Access::Off
            ? "Every use of it is refused."
            : "Refused: it may use certain databases only, so it cannot make others.";
    case Effect::Asks:
        note = access == Access::Ask ? "You are asked every time."
                                     : "You are asked every time, whatever was granted.";
        break;
    case Effect::OnAsks:
        note = "Runs by itself; you are asked before " + std::string(facts.gravestAsked) + ".";
        break;
    case Effect::On:
        note = "Runs by itself.";
        break;
    }
    if (facts.further && draft.permissions.access(*facts.further) == Access::Off)
        note += " It is refused for " + std::string(facts.furtherUse) + ".";
    return note;
}

std::string placeOf(const GrantDraft &draft, std::size_t databasesNow)
{
    const std::string within = draft.group.empty() ? draft.organization.empty()
            ? std::string("this connection")
            : "organization " + draft.organization
                                                   : "group " + draft.group;
    if (draft.databases.size() == 1)
        return "in the database " + draft.databases.front();
    if (!draft.databases.empty())
        return "in " + std::to_string(draft.databases.size()) + " databases of " + within;
    return std::string(draft.group.empty() ? "in every database of every group of "
                                           : "in every database of ")
        + within + " (" + (databasesNow == 0 ? "none" : std::to_string(databasesNow))
        + " today, and those made later)";
}

} // namespace

std::string_view effectName(Effect effect)
{
    constexpr std::array<std::string_view, 4> kNames = {"off", "asks", "on-asks", "on"};
    return kNames[static_cast<std::size_t>(effect)];
}

std::vector<ToolEffect> effectsOf(const GrantDraft &draft)
{
    std::vector<ToolEffect> effects;
    for (const ToolFacts &facts : toolFacts()) {
        const Effect effect = effectOf(facts, draft);
        effects.push_back({facts.tool, facts.permission, effect, noteOf(facts, draft, effect)});
    }
    return effects;
}

std::string effectSentence(const GrantDraft &draft, std::size_t databasesNow)
{
    std::vector<std::string> deeds;
    std::vector<std::string> asked;
    bool changes = false;
    // By permission, so that looking comes before changing and deleting.
    for (int i = 0; i < kPermissionCount; ++i) {
        for (const ToolFacts &facts : toolFacts()) {
            if (facts.permission != static_cast<Permission>(i))
                continue;
            const Effect effect = effectOf(facts, draft);
            changes = changes || (facts.changes && effect != Effect::Off);
            if (effect >= Effect::OnAsks && !facts.deed.empty())
                deeds.emplace_back(facts.deed);
            if (effect == Effect::OnAsks)
                asked.emplace_back(facts.gravestAsked);
            else if (effect == Effect::Asks && !facts.deedAsked.empty())
                asked.emplace_back(facts.deedAsked);
        }
    }
    if (deeds.empty() && asked.empty())
        return draft.agent + " may do nothing.";
    const std::string place = placeOf(draft, databasesNow);
    std::string text = deeds.empty()
        ? draft.agent + " may do nothing " + place + " without asking you."
        : draft.agent + " may " + listed(deeds, " and ") + ' ' + place + '.';
    if (!asked.empty())
        text += " It asks you before " + listed(asked, " or ") + '.';
    if (!changes)
        text += " It can change nothing.";
    if (mayDeleteDatabases(draft))
        text += " If you approve that, a deleted database cannot be brought back.";
    return text;
}

bool alwaysAsks(Permission permission)
{
    for (const ToolFacts &facts : toolFacts()) {
        if (facts.permission == permission
            && verdict(facts, Access::On, facts.mildest) != Verdict::Kind::Ask)
            return false;
    }
    return true;
}

bool isWholeOrganization(const GrantDraft &draft)
{
    return draft.group.empty() && draft.databases.empty();
}

bool mayDeleteDatabases(const GrantDraft &draft)
{
    return draft.permissions.access(Permission::DeleteDatabase) != Access::Off;
}

} // namespace Gateway
