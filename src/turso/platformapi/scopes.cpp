// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/platformapi/scopes.h"

#include <utility>

namespace Turso::PlatformApi
{

namespace
{

constexpr std::pair<Scope, std::string_view> kNames[] = {
    {Scope::Read, "read"},
    {Scope::DbCreate, "db:create"},
    {Scope::DbDelete, "db:delete"},
    {Scope::DbConfigure, "db:configure"},
    {Scope::DbMintToken, "db:mint-token"},
    {Scope::DbRotateCreds, "db:rotate-creds"},
    {Scope::GroupConfigure, "group:configure"},
    {Scope::GroupMintToken, "group:mint-token"},
    {Scope::GroupRotateCreds, "group:rotate-creds"},
};
constexpr unsigned kAll = 511;

} // namespace

std::vector<std::string> Scopes::names() const
{
    std::vector<std::string> names;
    for (const auto &[scope, name] : kNames) {
        if (has(scope))
            names.emplace_back(name);
    }
    return names;
}

Base::Result<Scopes> Scopes::parse(const std::vector<std::string> &names)
{
    Scopes scopes;
    for (const std::string &wanted : names) {
        unsigned bits = 0;
        if (wanted == "read-only")
            bits = static_cast<unsigned>(Scope::Read);
        else if (wanted == "full-access")
            bits = kAll;
        for (const auto &[scope, name] : kNames) {
            if (wanted == name)
                bits = static_cast<unsigned>(scope);
        }
        if (bits == 0)
            return Base::fail(Base::ErrorKind::InvalidArgument, "invalid scope: " + wanted);
        scopes.m_bits |= bits;
    }
    return scopes;
}

std::string_view scopeName(Scope scope)
{
    for (const auto &[one, name] : kNames) {
        if (one == scope)
            return name;
    }
    return "read";
}

} // namespace Turso::PlatformApi
