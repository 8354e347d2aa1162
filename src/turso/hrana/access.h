// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace Turso::Hrana
{

enum class Access { None, ReadOnly, FullAccess };

struct Authorization {
    Access access = Access::None;
    /// Why there is none, in the words of Turso's server: "The JWT has expired".
    std::string reason = {};
};

/// Knows which token may use which database. Asked on the event loop; quick.
class Authorizer
{
public:
    virtual ~Authorizer() = default;
    /// `bearer`: the token of the request, empty if it has none. `databaseId` is one that exists.
    /// A token of another database has no access and no reason: its bearer is told that there is no
    /// such database.
    virtual Authorization authorize(std::string_view bearer, std::string_view databaseId) = 0;
};

} // namespace Turso::Hrana
