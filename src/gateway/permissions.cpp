// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/permissions.h"

#include <algorithm>
#include <initializer_list>

namespace Gateway
{

namespace
{

constexpr std::array<std::string_view, kPermissionCount> kNames
    = {"read",   "write",     "delete",          "schema",   "create",
       "branch", "configure", "delete-database", "analytics"};

bool allowsAny(const Permissions &permissions, std::initializer_list<Permission> any)
{
    return std::any_of(any.begin(), any.end(), [&permissions](Permission permission) {
        return permissions.access(permission) != Access::Off;
    });
}

} // namespace

std::string_view permissionName(Permission permission)
{
    return kNames[static_cast<std::size_t>(permission)];
}

std::optional<Permission> permissionFromName(std::string_view name)
{
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        if (kNames[i] == name)
            return static_cast<Permission>(i);
    }
    return std::nullopt;
}

Permissions Permissions::readOnly()
{
    Permissions permissions;
    permissions.set(Permission::Read, Access::On);
    permissions.set(Permission::Analytics, Access::On);
    return permissions;
}

Permissions Permissions::fullAccess()
{
    Permissions permissions;
    permissions.m_access.fill(Access::On);
    return permissions;
}

Base::Result<Permissions> Permissions::parse(std::string_view text)
{
    if (text == "read-only")
        return readOnly();
    if (text == "full-access")
        return fullAccess();
    Permissions permissions;
    bool any = false;
    while (!text.empty()) {
        const auto comma = text.find(',');
        std::string_view word = text.substr(0, comma);
        text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
        Access access = Access::On;
        if (const auto colon = word.find(':'); colon != std::string_view::npos) {
            if (word.substr(colon + 1) != "ask")
                return Base::fail(Base::ErrorKind::InvalidArgument,
                                  "After a permission only :ask may stand, as in delete:ask.");
            access = Access::Ask;
            word = word.substr(0, colon);
        }
        const auto permission = permissionFromName(word);
        if (!permission)
            return Base::fail(
                Base::ErrorKind::InvalidArgument,
                "There is no permission named \"" + std::string(word) + "\".",
                "Use read-only, full-access, or a list of read, write, delete, schema, create, "
                "branch, configure, delete-database, analytics.");
        permissions.set(*permission, access);
        any = true;
    }
    if (!any)
        return Base::fail(Base::ErrorKind::InvalidArgument, "No permission was given.");
    return permissions;
}

std::string Permissions::text() const
{
    if (*this == readOnly())
        return "read-only";
    if (*this == fullAccess())
        return "full-access";
    std::string text;
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        if (m_access[i] == Access::Off)
            continue;
        if (!text.empty())
            text += ',';
        text += kNames[i];
        if (m_access[i] == Access::Ask)
            text += ":ask";
    }
    return text;
}

std::string scopeOf(const Permissions &permissions)
{
    std::string scope;
    const auto add = [&scope](const char *word) {
        scope += (scope.empty() ? "" : " ") + std::string(word);
    };
    if (allowsAny(permissions, {Permission::Read, Permission::Analytics}))
        add("db:read");
    if (allowsAny(permissions, {Permission::Write, Permission::Delete}))
        add("db:write");
    if (allowsAny(permissions,
                  {Permission::Schema, Permission::Create, Permission::Branch,
                   Permission::Configure, Permission::DeleteDatabase}))
        add("db:admin");
    return scope;
}

} // namespace Gateway
