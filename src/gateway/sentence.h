// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway/tools/tool.h"

#include <optional>
#include <string>

namespace Gateway
{

/// What a call is about, for a person: "Codex wants to delete 1,284 rows from orders".
std::string sentenceFor(const std::string &agent, const std::string &tool, const Plan &plan,
                        const std::optional<Turso::Impact> &impact);

/// What else to know, in one line: "in demo-shop · 31 % of the table · 212 rows in order_items
/// cascade".
std::string contextFor(const Plan &plan, const std::optional<Turso::Impact> &impact);

/// 1284 -> "1,284".
std::string grouped(std::int64_t number);

} // namespace Gateway
