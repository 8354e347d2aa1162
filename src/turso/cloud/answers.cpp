// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/cloud/answers.h"

#include "turso/sizelimit.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace Turso::CloudApi
{

using Base::Json;

namespace
{

const Json kNone;

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool isSameKey(std::string_view a, std::string_view b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

template <typename T>
std::optional<T> parsed(std::string_view text)
{
    T value{};
    const char *end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    return error == std::errc() && stop == end && !text.empty() ? std::optional(value)
                                                                : std::nullopt;
}

std::string firstText(const Json &object, std::initializer_list<std::string_view> names)
{
    for (const std::string_view name : names) {
        if (auto text = textField(object, name); text && !text->empty())
            return std::move(*text);
    }
    return {};
}

/// The member, or the object itself where a server leaves out what is around it.
const Json &inside(const Json &body, std::string_view name)
{
    const Json &found = field(body, name);
    return found.is_object() ? found : body;
}

const Json *listInside(const Json &body, std::string_view name)
{
    if (body.is_array())
        return &body;
    const Json &found = field(body, name);
    if (found.is_array())
        return &found;
    // Go writes an empty list as null.
    static const Json kEmpty = Json::array();
    const bool isThere = body.is_object()
        && std::any_of(body.items().begin(), body.items().end(),
                       [name](const auto &item) { return isSameKey(item.key(), name); });
    return isThere && found.is_null() ? &kEmpty : nullptr;
}

std::optional<std::int64_t> sizeFrom(const Json &object)
{
    const auto text = textField(object, "size_limit");
    if (!text || text->empty())
        return std::nullopt;
    if (const auto bytes = parsed<std::int64_t>(*text))
        return *bytes > 0 ? bytes : std::nullopt;
    const auto withUnit = parseSizeLimit(*text);
    return withUnit ? std::optional(*withUnit) : std::nullopt;
}

/// What of a configuration stands in `object`; true if anything does.
bool readConfiguration(const Json &object, DatabaseConfiguration &configuration)
{
    bool isThere = false;
    const auto take = [&isThere](auto &value, auto found) {
        if (found) {
            value = std::move(*found);
            isThere = true;
        }
    };
    take(configuration.blockReads, flagField(object, "block_reads"));
    take(configuration.blockWrites, flagField(object, "block_writes"));
    take(configuration.deleteProtection, flagField(object, "delete_protection"));
    const Json &rules = field(object, "allow_rules_config"); // the third generation of the API
    for (const Json *place : {&rules, &object}) {
        take(configuration.allowedIps, listField(*place, "allowed_ips"));
        take(configuration.allowedAwsVpcIds, listField(*place, "allowed_aws_vpc_ids"));
    }
    if (const auto size = sizeFrom(object)) {
        configuration.sizeLimit = size;
        isThere = true;
    }
    return isThere || textField(object, "size_limit").has_value();
}

std::optional<ParentDatabase> parentFrom(const Json &record)
{
    const Json &object = field(record, "parent");
    if (!object.is_object())
        return std::nullopt;
    ParentDatabase parent;
    parent.id = firstText(object, {"id", "DbId", "uuid"});
    parent.name = firstText(object, {"name"});
    if (parent.id.empty() && parent.name.empty())
        return std::nullopt;
    if (const auto at = textField(object, "branched_at"))
        parent.branchedAt = timeFrom(*at).value_or(0);
    return parent;
}

} // namespace

const Json &field(const Json &object, std::string_view name)
{
    if (!object.is_object())
        return kNone;
    const Json *found = nullptr;
    for (const auto &[key, value] : object.items()) {
        if (value.is_null() || !isSameKey(key, name))
            continue;
        if (key == name)
            return value;
        if (!found)
            found = &value;
    }
    return found ? *found : kNone;
}

std::optional<std::string> textField(const Json &object, std::string_view name)
{
    const Json &value = field(object, name);
    if (value.is_string())
        return value.get<std::string>();
    if (value.is_number())
        return Base::dumpJson(value);
    return std::nullopt;
}

std::optional<bool> flagField(const Json &object, std::string_view name)
{
    const Json &value = field(object, name);
    if (value.is_boolean())
        return value.get<bool>();
    const auto text = textField(object, name);
    if (text && (isSameKey(*text, "true") || *text == "1"))
        return true;
    if (text && (isSameKey(*text, "false") || *text == "0"))
        return false;
    return std::nullopt;
}

std::optional<std::int64_t> integerField(const Json &object, std::string_view name)
{
    const Json &value = field(object, name);
    if (value.is_number_integer())
        return value.get<std::int64_t>();
    if (const auto number = numberField(object, name);
        number && std::abs(*number) < 9e15 && std::floor(*number) == *number)
        return static_cast<std::int64_t>(*number);
    return std::nullopt;
}

std::optional<double> numberField(const Json &object, std::string_view name)
{
    const Json &value = field(object, name);
    if (value.is_number())
        return value.get<double>();
    const auto number
        = value.is_string() ? parsed<double>(value.get_ref<const std::string &>()) : std::nullopt;
    return number && std::isfinite(*number) ? number : std::nullopt;
}

std::optional<std::vector<std::string>> listField(const Json &object, std::string_view name)
{
    const Json &value = field(object, name);
    if (!value.is_array())
        return std::nullopt;
    std::vector<std::string> list;
    for (const Json &entry : value) {
        if (entry.is_string())
            list.push_back(entry.get<std::string>());
    }
    return list;
}

std::optional<Base::Millis> timeFrom(const std::string &text)
{
    const auto time = Base::parseRfc3339(text);
    return time ? std::optional(*time) : std::nullopt;
}

std::string engineOf(const Json &record)
{
    for (const char *name : {"engine", "database_type"}) {
        const auto said = textField(record, name);
        if (said && isSameKey(*said, "tursodb"))
            return "tursodb";
        if (said && (isSameKey(*said, "libsql") || isSameKey(*said, "sqlite")))
            return "libsql";
    }
    // Turso's command line tells it by the sixth byte of the id: digits 10 and 11 of a UUID.
    std::string digits;
    for (const char c : firstText(record, {"DbId", "id", "uuid"})) {
        if (c != '-')
            digits += c;
    }
    return digits.size() == 32 && digits.substr(10, 2) == "10" ? "tursodb" : "libsql";
}

std::optional<Database> databaseFrom(const Json &record)
{
    const Json &object = inside(record, "database");
    Database database;
    database.name = firstText(object, {"Name"});
    if (database.name.empty())
        return std::nullopt;
    database.id = firstText(object, {"DbId", "id", "uuid"});
    database.hostname = firstText(object, {"Hostname"});
    database.group = firstText(object, {"group", "group_name"});
    database.region = firstText(object, {"primaryRegion", "primary_region", "region"});
    database.engine = engineOf(object);
    if (!database.hostname.empty())
        database.url = "libsql://" + database.hostname;
    database.parent = parentFrom(object);
    if (const auto at = textField(object, "created_at"))
        database.createdAt = timeFrom(*at);
    database.sizeBytes = integerField(object, "storage_bytes");
    readConfiguration(object, database.configuration);
    return database;
}

std::optional<DatabaseList> databasesFrom(const Json &body)
{
    const Json *list = listInside(body, "databases");
    if (!list)
        return std::nullopt;
    DatabaseList all;
    all.databases.reserve(list->size());
    for (const Json &record : *list) {
        if (auto database = databaseFrom(record))
            all.databases.push_back(std::move(*database));
    }
    all.next = textField(field(body, "pagination"), "next").value_or("");
    return all;
}

std::optional<DatabaseConfiguration> configurationFrom(const Json &body)
{
    DatabaseConfiguration configuration;
    if (!readConfiguration(inside(body, "configuration"), configuration))
        return std::nullopt;
    return configuration;
}

std::optional<Group> groupFrom(const Json &record)
{
    const Json &object = inside(record, "group");
    Group group;
    group.name = firstText(object, {"name"});
    if (group.name.empty())
        return std::nullopt;
    group.id = firstText(object, {"uuid", "id"});
    group.deleteProtection = flagField(object, "delete_protection").value_or(false);
    return group;
}

std::optional<std::vector<Group>> groupsFrom(const Json &body)
{
    const Json *list = listInside(body, "groups");
    if (!list)
        return std::nullopt;
    std::vector<Group> groups;
    for (const Json &record : *list) {
        if (auto group = groupFrom(record))
            groups.push_back(std::move(*group));
    }
    return groups;
}

std::optional<OrganizationRecord> organizationFrom(const Json &body)
{
    const Json &object = inside(body, "organization");
    OrganizationRecord organization;
    organization.slug = firstText(object, {"slug", "name"});
    if (organization.slug.empty())
        return std::nullopt;
    organization.name = firstText(object, {"name", "slug"});
    organization.type = firstText(object, {"type"});
    organization.plan = firstText(object, {"plan_id", "plan"});
    organization.blockedReads = flagField(object, "blocked_reads").value_or(false);
    organization.blockedWrites = flagField(object, "blocked_writes").value_or(false);
    return organization;
}

std::optional<std::vector<OrganizationRecord>> organizationsFrom(const Json &body)
{
    const Json *list = listInside(body, "organizations");
    if (!list)
        return std::nullopt;
    std::vector<OrganizationRecord> organizations;
    for (const Json &record : *list) {
        if (auto organization = organizationFrom(record))
            organizations.push_back(std::move(*organization));
    }
    return organizations;
}

std::optional<Usage> usageFrom(const Json &body)
{
    const Json &around = field(body, "database").is_object() ? field(body, "database")
                                                             : inside(body, "organization");
    const Json *sums = &field(around, "usage");
    if (!sums->is_object())
        sums = &field(around, "total");
    if (!sums->is_object())
        return std::nullopt;
    Usage usage;
    usage.rowsRead = integerField(*sums, "rows_read");
    usage.rowsWritten = integerField(*sums, "rows_written");
    usage.storageBytes = integerField(*sums, "storage_bytes");
    usage.databases = integerField(*sums, "databases");
    return usage;
}

std::optional<AuditPage> auditFrom(const Json &body, int page)
{
    const Json *list = listInside(body, "audit_logs");
    if (!list)
        return std::nullopt;
    AuditPage answer;
    for (const Json &record : *list) {
        AuditEntry entry;
        entry.code = firstText(record, {"code"});
        entry.message = firstText(record, {"message"});
        entry.author = firstText(record, {"author"});
        entry.origin = firstText(record, {"origin"});
        entry.at = timeFrom(firstText(record, {"created_at"})).value_or(0);
        answer.entries.push_back(std::move(entry));
    }
    const Json &pages = field(body, "pagination");
    constexpr std::int64_t kMost = 1'000'000;
    answer.page = static_cast<int>(
        std::clamp<std::int64_t>(integerField(pages, "page").value_or(page), 1, kMost));
    answer.pages = static_cast<int>(std::clamp<std::int64_t>(
        integerField(pages, "total_pages").value_or(answer.page), answer.page, kMost));
    return answer;
}

} // namespace Turso::CloudApi
