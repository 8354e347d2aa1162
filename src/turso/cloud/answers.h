// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "turso/health.h"
#include "turso/types.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What Turso's Platform API answers, read leniently: a key in any case and under the names that
/// different generations of the API give it, numbers as text, unknown keys left alone. Sources:
/// Turso's OpenAPI description, its command line, its npm client, and the live service.
namespace Turso::CloudApi
{

/// The member with this name: spelled so, or else in any case, as Go reads JSON; null if there is
/// none with a value.
const Base::Json &field(const Base::Json &object, std::string_view name);
/// Text, or a number as text; nothing if it is missing, null, or neither.
std::optional<std::string> textField(const Base::Json &object, std::string_view name);
std::optional<bool> flagField(const Base::Json &object, std::string_view name);
/// A number, or text of digits.
std::optional<std::int64_t> integerField(const Base::Json &object, std::string_view name);
std::optional<double> numberField(const Base::Json &object, std::string_view name);
/// The texts of a list; empty where it is null.
std::optional<std::vector<std::string>> listField(const Base::Json &object, std::string_view name);

/// A database's record. Nothing if it does not even have a name. `configuration` holds what the
/// record says of it.
std::optional<Database> databaseFrom(const Base::Json &record);
/// "tursodb" or "libsql": as `engine` says, or `database_type`, or byte 5 of the id.
std::string engineOf(const Base::Json &record);

struct DatabaseList {
    std::vector<Database> databases;
    std::string next; ///< cursor, or empty
};
/// {"databases":[...],"pagination":{"next":...}}; the bare array too. Nothing if it is neither.
std::optional<DatabaseList> databasesFrom(const Base::Json &body);

/// Nothing if it is no configuration at all.
std::optional<DatabaseConfiguration> configurationFrom(const Base::Json &body);

std::optional<Group> groupFrom(const Base::Json &record);
std::optional<std::vector<Group>> groupsFrom(const Base::Json &body);

struct OrganizationRecord {
    std::string slug;
    std::string name;
    std::string type; ///< "personal", "team"
    std::string plan; ///< "starter", or empty
    bool blockedReads = false;
    bool blockedWrites = false;
};
/// Of GET /v1/organizations/{slug}, with or without the object around it.
std::optional<OrganizationRecord> organizationFrom(const Base::Json &body);
/// The bare array of the description, or the object that the clients read.
std::optional<std::vector<OrganizationRecord>> organizationsFrom(const Base::Json &body);

struct Usage {
    std::optional<std::int64_t> rowsRead;
    std::optional<std::int64_t> rowsWritten;
    std::optional<std::int64_t> storageBytes;
    std::optional<std::int64_t> databases; ///< of an organization
};
/// Of a database or an organization: `usage` as the clients read it, or `total` as described.
std::optional<Usage> usageFrom(const Base::Json &body);

std::optional<AuditPage> auditFrom(const Base::Json &body, int page);

/// RFC 3339 with or without fractions of any length, or nothing.
std::optional<Base::Millis> timeFrom(const std::string &text);

} // namespace Turso::CloudApi
