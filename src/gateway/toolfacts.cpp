// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/toolfacts.h"

#include <algorithm>
#include <array>

namespace Gateway
{

namespace
{

constexpr std::array<ToolFacts, 12> kFacts{{
    {"list_databases", Permission::Read, false, Risk::Safe, Risk::Safe, "", "", ""},
    {"get_database", Permission::Read, false, Risk::Safe, Risk::Safe, "", "", ""},
    {"create_database", Permission::Create, true, Risk::Change, Risk::Change, "create databases",
     "creating a database", "", true},
    {"delete_database", Permission::DeleteDatabase, true, Risk::Irreversible, Risk::Irreversible,
     "", "deleting a database", "deleting a database"},
    {"set_database_config", Permission::Configure, true, Risk::Change, Risk::Destructive,
     "tighten settings", "changing settings", "loosening a protection"},
    {"create_branch", Permission::Branch, true, Risk::Change, Risk::Change, "make branches",
     "making a branch", "", true},
    {"list_branches", Permission::Read, false, Risk::Safe, Risk::Safe, "", "", ""},
    {"database_analytics", Permission::Analytics, false, Risk::Safe, Risk::Safe,
     "see query statistics", "looking at query statistics", ""},
    {"read_database", Permission::Read, false, Risk::Safe, Risk::Safe, "read data", "reading data",
     ""},
    {"write_database", Permission::Write, true, Risk::Change, Risk::Destructive,
     "add and change rows", "adding or changing rows", "changing many rows at once", false,
     Permission::Delete, "replacing rows"},
    {"delete_from_database", Permission::Delete, true, Risk::Destructive, Risk::Destructive, "",
     "deleting rows", "deleting rows"},
    {"evolve_schema", Permission::Schema, true, Risk::Change, Risk::Destructive, "create tables",
     "changing the schema", "altering what is in the schema"},
}};

} // namespace

std::span<const ToolFacts> toolFacts()
{
    return kFacts;
}

const ToolFacts *findToolFacts(std::string_view tool)
{
    const auto *found = std::find_if(kFacts.begin(), kFacts.end(),
                                     [tool](const ToolFacts &facts) { return facts.tool == tool; });
    return found == kFacts.end() ? nullptr : found;
}

} // namespace Gateway
