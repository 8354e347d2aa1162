// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/cloud/groups.h"

#include "turso/cloud/flow.h"

#include <algorithm>

namespace Turso::CloudApi
{

using Base::ErrorKind;
using Base::fail;
using Base::Json;
using Base::Pending;
using Base::readyNow;
using Base::Result;

namespace
{

std::string groupPath(const std::string &name)
{
    return "/groups/" + percentEncoded(name);
}

Asked listing()
{
    return {.doing = "list the groups"};
}

template <typename T>
Pending<T> strange(const Asked &asked, const char *what)
{
    return readyNow<T>(tl::unexpected(strangeAnswer(asked, what)));
}

/// Where the first group is.
std::string locationIn(const Json &body)
{
    const Json &list = body.is_array() ? body : field(body, "groups");
    if (!list.is_array())
        return {};
    for (const Json &record : list) {
        if (auto primary = textField(record, "primary"); primary && !primary->empty())
            return std::move(*primary);
        const auto locations = listField(record, "locations");
        if (locations && !locations->empty())
            return locations->front();
    }
    return {};
}

} // namespace

Groups::Groups(Api &api, Databases &databases, std::string own)
    : m_api(api)
    , m_databases(databases)
    , m_own(std::move(own))
{
}

Pending<Json> Groups::list()
{
    return m_api.get(m_api.path("/groups"), listing());
}

Pending<std::vector<Group>> Groups::all()
{
    using List = std::vector<Group>;
    return andThen(list(), this, [](const Json &body) {
        auto groups = groupsFrom(body);
        return groups ? readyNow<List>(std::move(*groups))
                      : strange<List>(listing(), "it is no list");
    });
}

Pending<std::string> Groups::usual()
{
    if (!m_own.empty())
        return readyNow<std::string>(m_own);
    return andThen(all(), this, [](const std::vector<Group> &groups) {
        if (groups.empty())
            return readyNow<std::string>(
                fail(ErrorKind::NotFound, "The organization has no group yet.",
                     "A person can make the first one on app.turso.tech, where its location is "
                     "chosen."));
        const auto found = std::find_if(groups.begin(), groups.end(),
                                        [](const Group &group) { return group.name == "default"; });
        return readyNow<std::string>(found != groups.end() ? found->name : groups.front().name);
    });
}

Pending<Group> Groups::one(std::string name)
{
    if (!checkExisting(name))
        return readyNow<Group>(fail(ErrorKind::NotFound, "group not found"));
    const Asked asked{.doing = "show the group \"" + name + "\""};
    return andThen(m_api.get(m_api.path(groupPath(name)), asked), this, [asked](const Json &body) {
        auto group = groupFrom(body);
        return group ? readyNow<Group>(std::move(*group)) : strange<Group>(asked, "it is no group");
    });
}

Pending<Group> Groups::create(std::string name)
{
    if (auto checked = checkNew(name); !checked)
        return readyNow<Group>(tl::unexpected(checked.error()));
    return andThen(list(), this, [this, name](const Json &body) {
        const std::string location = locationIn(body);
        if (location.empty())
            return readyNow<Group>(
                fail(ErrorKind::Unsupported, "The organization has no group yet.",
                     "A person can make the first one on app.turso.tech, where its location is "
                     "chosen."));
        const Asked asked{.doing = "create the group \"" + name + "\"",
                          .scope = "",
                          .changes = true,
                          .creates = true};
        return andThen(m_api.send("POST", m_api.path("/groups"),
                                  {{"name", name}, {"location", location}}, asked),
                       this, [name](const Json &answer) {
                           Group group = groupFrom(answer).value_or(Group());
                           group.name = name;
                           return readyNow<Group>(std::move(group));
                       });
    });
}

Pending<Group> Groups::removeEmpty(const Group &group)
{
    const Asked asked{
        .doing = "delete the group \"" + group.name + "\"", .scope = "", .changes = true};
    return andThen(m_api.send("DELETE", m_api.path(groupPath(group.name)), {}, asked), this,
                   [group](const Json &) { return readyNow<Group>(group); });
}

Pending<Group> Groups::remove(std::string name)
{
    const auto seen = both(all(), m_databases.all(name), this);
    using Seen = std::pair<Result<std::vector<Group>>, Result<std::vector<Database>>>;
    const auto checked = andThen(seen, this, [name](Seen found) {
        auto &[groups, databases] = found;
        if (!groups)
            return readyNow<Group>(tl::unexpected(std::move(groups).error()));
        if (!databases)
            return readyNow<Group>(tl::unexpected(std::move(databases).error()));
        const auto group = std::find_if(groups->begin(), groups->end(),
                                        [&name](const Group &one) { return one.name == name; });
        if (group == groups->end())
            return readyNow<Group>(fail(ErrorKind::NotFound, "group not found"));
        if (!databases->empty())
            return readyNow<Group>(fail(ErrorKind::Protected,
                                        "group " + name + " still has databases",
                                        "Delete its databases first."));
        if (groups->size() == 1)
            return readyNow<Group>(fail(
                ErrorKind::Protected, "group " + name + " is the only group and cannot be deleted",
                "Create another group first."));
        return readyNow<Group>(*group);
    });
    return andThen(checked, this, [this, name](const Group &group) {
        const Asked asked{.doing = "show the configuration of the group \"" + name + "\""};
        return andThen(
            m_api.get(m_api.path(groupPath(name) + "/configuration"), asked), this,
            [this, group](const Json &body) {
                if (flagField(body, "delete_protection").value_or(group.deleteProtection))
                    return readyNow<Group>(
                        fail(ErrorKind::Protected,
                             "group " + group.name + " is delete-protected and cannot be deleted",
                             "A person can lift the group's protection."));
                return removeEmpty(group);
            });
    });
}

Pending<Group> Groups::protect(std::string name, bool isProtected)
{
    return andThen(one(name), this, [this, name, isProtected](Group group) {
        const Asked asked{.doing = "change the configuration of the group \"" + name + "\"",
                          .scope = "group:configure",
                          .changes = true};
        return andThen(m_api.send("PATCH", m_api.path(groupPath(name) + "/configuration"),
                                  {{"delete_protection", isProtected}}, asked),
                       this, [group, isProtected](const Json &body) mutable {
                           group.deleteProtection
                               = flagField(body, "delete_protection").value_or(isProtected);
                           return readyNow<Group>(group);
                       });
    });
}

} // namespace Turso::CloudApi
