// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connect/configtext.h"

#include <cstddef>

namespace Connect
{

/// A header or a key with its value in a TOML text; offsets in bytes.
struct TomlStatement {
    enum class Kind : std::uint8_t { Table, ArrayOfTables, KeyValue };
    Kind kind = Kind::KeyValue;
    std::vector<std::string> path; ///< unquoted; of a key: within its table
    std::size_t begin = 0; ///< the first character
    std::size_t valueBegin = 0; ///< of a key's value
    std::size_t end = 0; ///< behind the last character, before a comment
};

/// All statements of a text that readToml() has accepted, in order.
std::vector<TomlStatement> tomlStatements(std::string_view text);

/// The text as a value, by a real parser. InvalidArgument with line and column.
Base::Result<Base::Json> readToml(std::string_view text);

/// withEntry() and withoutEntry() for TOML, before their result is checked.
Base::Result<std::string> withTomlEntry(std::string_view text, const EntryChange &change);
Base::Result<std::string> withoutTomlEntry(std::string_view text, std::string_view container);

} // namespace Connect
