// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/platformapi/records.h"
#include "turso/platformapi/routes.h"

namespace Turso::PlatformApi
{

using Base::Json;
using Base::Result;

void listGroups(const Parts &, const CallPointer &call)
{
    Json groups = Json::array();
    for (const Group &group : call->groups) {
        if (call->mayReach(group.name))
            groups.push_back(groupRecord(group));
    }
    call->answer({{"groups", std::move(groups)}});
}

void createGroup(const Parts &parts, const CallPointer &call)
{
    bool isRight = true;
    auto name = call->textField("name", isRight);
    const auto location = call->textField("location", isRight);
    if (!isRight)
        return;
    if (!name || name->empty())
        return call->refuse(400, "group name is required");
    if (location && !location->empty() && *location != kLocation)
        return call->refuse(400, "invalid location: " + *location);
    if (const Json &extensions = call->field("extensions");
        !extensions.is_null() && !extensions.empty())
        return call->refuse(400, "The workspace's databases have no extensions.");
    Base::whenDone(parts.platform.createGroup(std::move(*name)), parts.owner,
                   [call](const Result<Group> &group) {
                       if (!group && group.error().kind == Base::ErrorKind::InvalidArgument)
                           return call->refuse(422, "name not available: " + group.error().message);
                       if (!group)
                           return call->refuse(group.error());
                       call->answer({{"group", groupRecord(*group)}});
                   });
}

void showGroup(const Parts &, const CallPointer &call)
{
    call->answer({{"group", groupRecord(call->group)}});
}

void deleteGroup(const Parts &parts, const CallPointer &call)
{
    const std::string name = call->parameter("group");
    Base::whenDone(parts.platform.databases(name), parts.owner,
                   [&parts, call, name](const Result<std::vector<Database>> &databases) {
                       if (!databases)
                           return call->refuse(databases.error());
                       const Group *group = call->groupNamed(name);
                       if (group && !group->deleteProtection && !databases->empty())
                           return call->refuse(409,
                                               "group " + name + " still has "
                                                   + std::to_string(databases->size())
                                                   + " databases; delete them first");
                       Base::whenDone(parts.platform.deleteGroup(name), parts.owner,
                                      [&parts, call](const Result<Group> &deleted) {
                                          if (!deleted)
                                              return call->refuse(deleted.error());
                                          parts.access.forgetGroup(deleted->id);
                                          call->answer({{"group", groupRecord(*deleted)}});
                                      });
                   });
}

void showGroupConfiguration(const Parts &, const CallPointer &call)
{
    call->answer({{"delete_protection", call->group.deleteProtection}});
}

void configureGroup(const Parts &parts, const CallPointer &call)
{
    bool isRight = true;
    const auto isProtected = call->flagField("delete_protection", isRight);
    if (!isRight)
        return;
    if (!isProtected)
        return showGroupConfiguration(parts, call);
    Base::whenDone(parts.platform.protectGroup(call->group.name, *isProtected), parts.owner,
                   [call](const Result<Group> &group) {
                       if (!group)
                           return call->refuse(group.error());
                       call->answer({{"delete_protection", group->deleteProtection}});
                   });
}

void waitForLocation(const Parts &, const CallPointer &call)
{
    if (call->parameter("location") != kLocation)
        return call->refuse(400, "invalid location: " + call->parameter("location"));
    call->answer({{"group", groupRecord(call->group)}}); // a group is there once it is answered
}

} // namespace Turso::PlatformApi
