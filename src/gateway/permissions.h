// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace Gateway
{

enum class Permission {
    Read,
    Write,
    Delete,
    Schema,
    Create,
    Branch,
    Configure,
    DeleteDatabase,
    Analytics,
};
inline constexpr int kPermissionCount = 9;

/// "read", "delete-database" ...
std::string_view permissionName(Permission permission);
std::optional<Permission> permissionFromName(std::string_view name);

enum class Access { Off, Ask, On };

/// What a grant allows, permission by permission. Nothing, unless said.
class Permissions
{
public:
    Permissions() = default;
    static Permissions readOnly(); ///< read and analytics
    static Permissions fullAccess(); ///< all; destructive calls ask all the same, by policy

    /// "read-only", "full-access", or a list: "read,write,delete:ask". InvalidArgument names the
    /// wrong word.
    static Base::Result<Permissions> parse(std::string_view text);
    /// The shortest text that parse() reads back as this.
    std::string text() const;

    Access access(Permission permission) const { return m_access[index(permission)]; }
    void set(Permission permission, Access access) { m_access[index(permission)] = access; }

    bool operator==(const Permissions &) const = default;

private:
    static std::size_t index(Permission permission) { return static_cast<std::size_t>(permission); }
    std::array<Access, kPermissionCount> m_access{};
};

/// What the permissions are called in OAuth: any of "db:read db:write db:admin".
std::string scopeOf(const Permissions &permissions);

} // namespace Gateway
