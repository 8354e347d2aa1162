// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/cloud/allowlists.h"
#include "turso/cloud/databases.h"
#include "turso/cloud/flow.h"
#include "turso/sizelimit.h"

// What changes something is sent once. Whether it was done is known only if Turso says so.

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

std::string databasePath(const std::string &name)
{
    return "/databases/" + percentEncoded(name);
}

/// The keys that are meant and no other: null would mean something, too.
Result<Json> bodyOf(const ConfigurationChange &change)
{
    Json body = Json::object();
    if (change.sizeLimit) {
        if (auto checked = checkSizeLimit(*change.sizeLimit); !checked)
            return tl::unexpected(checked.error());
        body["size_limit"] = std::to_string(*change.sizeLimit);
    }
    if (change.deleteProtection)
        body["delete_protection"] = *change.deleteProtection;
    if (change.blockReads)
        body["block_reads"] = *change.blockReads;
    if (change.blockWrites)
        body["block_writes"] = *change.blockWrites;
    if (change.allowedIps) {
        auto list = cleanedAddresses(*change.allowedIps);
        if (!list)
            return tl::unexpected(std::move(list).error());
        body["allowed_ips"] = std::move(*list);
    }
    if (change.allowedAwsVpcIds) {
        auto list = cleanedVpcIds(*change.allowedAwsVpcIds);
        if (!list)
            return tl::unexpected(std::move(list).error());
        body["allowed_aws_vpc_ids"] = std::move(*list);
    }
    if (body.empty())
        return fail(ErrorKind::InvalidArgument, "There is nothing to change.");
    return body;
}

std::vector<std::string> changedKeys(const DatabaseConfiguration &before,
                                     const DatabaseConfiguration &after)
{
    std::vector<std::string> keys;
    const auto note = [&keys](bool isOther, const char *key) {
        if (isOther)
            keys.emplace_back(key);
    };
    note(before.deleteProtection != after.deleteProtection, "delete_protection");
    note(before.blockReads != after.blockReads, "block_reads");
    note(before.blockWrites != after.blockWrites, "block_writes");
    note(before.allowedIps != after.allowedIps, "allowed_ips");
    note(before.allowedAwsVpcIds != after.allowedAwsVpcIds, "allowed_aws_vpc_ids");
    note(before.sizeLimit != after.sizeLimit, "size_limit");
    return keys;
}

/// What was asked for and is not so, although Turso said yes.
std::string notesOn(const Json &asked, const DatabaseConfiguration &now)
{
    const Json is = {{"delete_protection", now.deleteProtection},
                     {"block_reads", now.blockReads},
                     {"block_writes", now.blockWrites},
                     {"allowed_ips", now.allowedIps},
                     {"allowed_aws_vpc_ids", now.allowedAwsVpcIds},
                     {"size_limit", now.sizeLimit ? std::to_string(*now.sizeLimit) : ""}};
    std::string notes;
    for (const auto &[key, value] : asked.items()) {
        if (is.at(key) != value)
            notes += (notes.empty() ? "" : " ") + ("Turso took " + key + " and says that it is ")
                + Base::dumpJson(is.at(key)) + " now.";
    }
    return notes;
}

auto isProtectedError(const std::string &what)
{
    return fail(ErrorKind::Protected, what + " is delete-protected and cannot be deleted",
                "A person can lift the protection.");
}

} // namespace

Result<void> checkSizeLimit(std::int64_t bytes)
{
    if (bytes >= kPageSize)
        return {};
    return fail(ErrorKind::InvalidArgument, "A size limit is at least 4096 bytes.", {},
                R"({"argument":"size_limit"})");
}

Pending<Database> Databases::post(std::string name, Json body, std::string doing)
{
    Asked asked{.doing = std::move(doing), .scope = "db:create", .changes = true, .creates = true};
    m_kept = {};
    return andThen(m_api.send("POST", m_api.path("/databases"), body, asked), this,
                   [name](const Json &answer) {
                       // It is made, whatever the answer looks like.
                       Database made = databaseFrom(answer).value_or(Database());
                       made.name = name;
                       return readyNow<Database>(std::move(made));
                   });
}

Pending<Configured> Databases::patch(const std::string &name, Database before, Json body)
{
    const Asked asked{.doing = "change the configuration of \"" + name + "\"",
                      .scope = "db:configure",
                      .changes = true,
                      .database = name};
    const auto sent
        = m_api.send("PATCH", m_api.path(databasePath(name) + "/configuration"), body, asked);
    return andThen(sent, this, [this, name, before, body](const Json &answer) {
        const auto said = configurationFrom(answer);
        const auto now = said ? readyNow<DatabaseConfiguration>(*said) : configuration(name);
        return andThen(now, this, [before, body](DatabaseConfiguration after) {
            Configured configured;
            configured.database = before;
            configured.changed = changedKeys(before.configuration, after);
            configured.note = notesOn(body, after);
            configured.database.configuration = std::move(after);
            return readyNow<Configured>(std::move(configured));
        });
    });
}

Pending<Configured> Databases::configure(std::string name, ConfigurationChange change)
{
    auto body = bodyOf(change);
    if (!body)
        return readyNow<Configured>(tl::unexpected(std::move(body).error()));
    return andThen(whole(name), this, [this, name, body = std::move(*body)](Database before) {
        return patch(name, std::move(before), body);
    });
}

/// False where the group's configuration cannot be seen: Turso itself has the last word then.
Pending<bool> Databases::isGroupProtected(const std::string &group)
{
    if (group.empty())
        return readyNow<bool>(false);
    const Asked asked{.doing = "show the configuration of the group \"" + group + "\""};
    return afterwards(
        m_api.get(m_api.path("/groups/" + percentEncoded(group) + "/configuration"), asked), this,
        [](Result<Json> body) {
            if (body)
                return readyNow<bool>(flagField(*body, "delete_protection").value_or(false));
            const ErrorKind kind = body.error().kind;
            const bool isHidden = kind == ErrorKind::NotFound || kind == ErrorKind::Unsupported
                || kind == ErrorKind::Unauthorized;
            return isHidden ? readyNow<bool>(false)
                            : readyNow<bool>(tl::unexpected(std::move(body).error()));
        });
}

Pending<std::string> Databases::erase(const std::string &name)
{
    const Asked asked{.doing = "delete the database \"" + name + "\"",
                      .scope = "db:delete",
                      .changes = true,
                      .database = name};
    m_kept = {};
    return andThen(m_api.send("DELETE", m_api.path(databasePath(name)), {}, asked), this,
                   [this, name](const Json &) {
                       Q_EMIT removed(QString::fromStdString(name));
                       return readyNow<std::string>(name);
                   });
}

Pending<std::string> Databases::remove(std::string name)
{
    return andThen(record(name), this, [this, name](const Database &database) {
        if (database.configuration.deleteProtection)
            return readyNow<std::string>(isProtectedError("database " + name));
        const auto asked = both(configuration(name), isGroupProtected(database.group), this);
        using Protection = std::pair<Result<DatabaseConfiguration>, Result<bool>>;
        return andThen(asked, this, [this, name, group = database.group](Protection protection) {
            auto &[own, groups] = protection;
            if (!own)
                return readyNow<std::string>(tl::unexpected(std::move(own).error()));
            if (own->deleteProtection)
                return readyNow<std::string>(isProtectedError("database " + name));
            if (!groups)
                return readyNow<std::string>(tl::unexpected(std::move(groups).error()));
            if (*groups)
                return readyNow<std::string>(isProtectedError("group " + group));
            return erase(name);
        });
    });
}

} // namespace Turso::CloudApi
