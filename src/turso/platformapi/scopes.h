// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace Turso::PlatformApi
{

/// What a group-scoped platform token may do, by Turso's names.
enum class Scope : std::uint16_t {
    Read = 1, ///< "read": every GET
    DbCreate = 2,
    DbDelete = 4,
    DbConfigure = 8,
    DbMintToken = 16,
    DbRotateCreds = 32,
    GroupConfigure = 64,
    GroupMintToken = 128,
    GroupRotateCreds = 256,
};

class Scopes
{
public:
    bool has(Scope scope) const { return (m_bits & static_cast<unsigned>(scope)) != 0; }
    bool isEmpty() const { return m_bits == 0; }
    /// In Turso's order.
    std::vector<std::string> names() const;
    /// The names and the presets "read-only" and "full-access", which are expanded. InvalidArgument
    /// names what is no scope.
    static Base::Result<Scopes> parse(const std::vector<std::string> &names);

    bool operator==(const Scopes &) const = default;

private:
    unsigned m_bits = 0;
};

/// "db:create"
std::string_view scopeName(Scope scope);

} // namespace Turso::PlatformApi
