// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/platformapi/records.h"

#include "turso/platformapi/gotime.h"

namespace Turso::PlatformApi
{

using Base::Json;

std::string hostnameOf(const Parts &parts, const Database &database)
{
    return database.name + "-" + parts.platform.organization().slug + "." + parts.hostSuffix;
}

Json databaseRecord(const Parts &parts, const Call &call, const Database &database)
{
    const DatabaseConfiguration &configuration = database.configuration;
    Json parent;
    if (database.parent)
        parent = {{"id", database.parent->id},
                  {"name", database.parent->name},
                  {"branched_at", Base::toRfc3339(database.parent->branchedAt)}};
    const Group *group = call.groupNamed(database.group);
    return {{"Name", database.name},
            {"DbId", database.id},
            {"Hostname", hostnameOf(parts, database)},
            {"block_reads", configuration.blockReads},
            {"block_writes", configuration.blockWrites},
            {"delete_protection", configuration.deleteProtection},
            {"allow_attach", false},
            {"group", database.group},
            {"group_id", group ? group->id : std::string()},
            {"organization_id", parts.access.organizationId()},
            {"primaryRegion", kLocation},
            {"regions", Json::array({kLocation})},
            {"parent", std::move(parent)},
            {"type", "logical"},
            {"database_type", database.engine},
            {"engine", database.engine},
            {"backend", "embedded"},
            {"sleeping", false},
            {"archived", false},
            {"is_schema", false},
            {"schema", ""}};
}

Json configurationRecord(const DatabaseConfiguration &configuration)
{
    return {{"size_limit",
             configuration.sizeLimit ? std::to_string(*configuration.sizeLimit) : std::string()},
            {"allow_attach", false},
            {"block_reads", configuration.blockReads},
            {"block_writes", configuration.blockWrites},
            {"delete_protection", configuration.deleteProtection},
            {"allowed_ips", configuration.allowedIps},
            {"allowed_aws_vpc_ids", configuration.allowedAwsVpcIds}};
}

Json groupRecord(const Group &group)
{
    return {{"name", group.name},    {"uuid", group.id},
            {"version", "embedded"}, {"locations", Json::array({kLocation})},
            {"primary", kLocation},  {"delete_protection", group.deleteProtection},
            {"archived", false}};
}

Json organizationRecord(const Parts &parts)
{
    const Organization organization = parts.platform.organization();
    return {{"id", parts.access.organizationId()},
            {"name", organization.name},
            {"slug", organization.slug},
            {"type", "personal"},
            {"overages", false},
            {"require_mfa", false},
            {"blocked_reads", false},
            {"blocked_writes", false},
            {"plan_id", "local"},
            {"plan_timeline", ""},
            {"platform", ""}};
}

Json instanceRecord(const Parts &parts, const Database &database)
{
    return {{"uuid", database.id},
            {"name", kLocation},
            {"type", "primary"},
            {"region", kLocation},
            {"hostname", hostnameOf(parts, database)}};
}

Json tokenRecord(const Call &call, const ApiToken &token)
{
    Json record
        = {{"name", token.name}, {"id", token.id}, {"created_at", dateText(token.createdAt)}};
    if (!token.organization.empty())
        record["organization"] = token.organization;
    if (token.isGroupScoped()) {
        record["group"] = call.groupName(token.groupId);
        record["scopes"] = token.scopes.names();
    }
    return record;
}

} // namespace Turso::PlatformApi
