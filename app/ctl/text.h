// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Text for people at a terminal. Everything that comes from agents and databases goes through
/// shown(), since a terminal obeys what it is sent.
namespace Ctl
{

/// `text` without control characters, escape sequences and marks that turn the writing direction:
/// they are shown as "\x1b" and the like. Line breaks become spaces, or stay with `keepLines`.
std::string shown(std::string_view text, bool keepLines = false);

/// The columns that `text` takes in a terminal: characters, wide ones as two, combining ones as
/// none.
std::size_t columns(std::string_view text);

/// At most `width` columns, ending in "…" where something is missing.
std::string clipped(std::string_view text, std::size_t width);

/// "now", "3 min ago", "in 2 h"; "-" for nothing.
std::string relativeTime(std::optional<Base::Millis> time, Base::Millis now);

/// "0.4 ms", "18 ms", "2.5 s", "3 min".
std::string spanText(double millis);

/// Left-aligned columns with two spaces between them. Cells are made safe with shown(); the last
/// column is not padded. `title` is the first row.
class Table
{
public:
    explicit Table(std::vector<std::string> title) { m_rows.push_back(std::move(title)); }
    void add(std::vector<std::string> cells);
    bool isEmpty() const { return m_rows.size() == 1; }
    std::string text() const;

private:
    std::vector<std::vector<std::string>> m_rows;
};

/// "Name:  value" lines, aligned; rows with an empty value are left out.
std::string facts(const std::vector<std::pair<std::string, std::string>> &rows);

} // namespace Ctl
