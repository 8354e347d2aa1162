// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/platformapi/records.h"
#include "turso/platformapi/routes.h"
#include "turso/sizelimit.h"

#include <QByteArray>

#include <algorithm>
#include <charconv>

namespace Turso::PlatformApi
{

using Base::Json;
using Base::Result;

namespace
{

constexpr std::size_t kMostListed = 10'000;

// A cursor is the last name of the page before, so that a page is right whatever came in between.
std::string cursorFor(const std::string &name)
{
    return QByteArray::fromStdString(name)
        .toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals)
        .toStdString();
}

std::string nameIn(const std::string &cursor)
{
    return QByteArray::fromBase64(QByteArray::fromStdString(cursor), QByteArray::Base64UrlEncoding)
        .toStdString();
}

void answerPage(const Parts &parts, const CallPointer &call, std::vector<Database> databases,
                std::size_t limit)
{
    const Target &target = call->target();
    const std::string group = target.value("group");
    const std::string parent = target.value("parent");
    const std::string after = nameIn(target.value("cursor"));
    std::erase_if(databases, [&](const Database &database) {
        return !call->mayReach(database.group) || (!group.empty() && database.group != group)
            || (!parent.empty() && (!database.parent || database.parent->id != parent))
            || database.name <= after;
    });
    std::sort(databases.begin(), databases.end(),
              [](const Database &a, const Database &b) { return a.name < b.name; });
    const bool hasMore = databases.size() > limit;
    if (hasMore)
        databases.resize(limit);
    Json records = Json::array();
    for (const Database &database : databases)
        records.push_back(databaseRecord(parts, *call, database));
    Json answer = {{"databases", std::move(records)}};
    if (hasMore)
        answer["pagination"] = {{"next", cursorFor(databases.back().name)}};
    else if (!target.value("limit").empty())
        answer["pagination"] = {{"next", nullptr}};
    call->answer(answer);
}

/// What the body wants changed; false when it was refused.
bool readChange(const CallPointer &call, ConfigurationChange &change)
{
    bool isRight = true;
    const auto size = call->textField("size_limit", isRight);
    const auto attach = call->flagField("allow_attach", isRight);
    change.blockReads = call->flagField("block_reads", isRight);
    change.blockWrites = call->flagField("block_writes", isRight);
    change.deleteProtection = call->flagField("delete_protection", isRight);
    change.allowedIps = call->listField("allowed_ips", isRight);
    change.allowedAwsVpcIds = call->listField("allowed_aws_vpc_ids", isRight);
    if (!isRight)
        return false;
    // For a list, null clears; for all else it leaves things as they are.
    for (const auto &[key, value] : call->body.items()) {
        if (value.is_null() && key == "allowed_ips")
            change.allowedIps = std::vector<std::string>();
        else if (value.is_null() && key == "allowed_aws_vpc_ids")
            change.allowedAwsVpcIds = std::vector<std::string>();
    }
    if (attach.value_or(false)) {
        call->refuse(400, "The workspace's databases cannot be attached.");
        return false;
    }
    if (!size)
        return true;
    // What a database without a limit shows may be sent back.
    if (size->empty() && !call->database.configuration.sizeLimit)
        return true;
    const auto bytes = parseSizeLimit(*size);
    if (!bytes) {
        call->refuse(400, bytes.error().message);
        return false;
    }
    change.sizeLimit = *bytes;
    return true;
}

} // namespace

void listDatabases(const Parts &parts, const CallPointer &call)
{
    const std::string text = call->target().value("limit");
    std::size_t limit = kMostListed;
    if (!text.empty()) {
        const char *end = text.data() + text.size();
        const auto [rest, error] = std::from_chars(text.data(), end, limit);
        if (error != std::errc() || rest != end || limit == 0)
            return call->refuse(400, "invalid limit parameter: " + text);
        limit = std::min(limit, kMostListed);
    }
    Base::whenDone(parts.platform.databases({}), parts.owner,
                   [&parts, call, limit](Result<std::vector<Database>> databases) {
                       if (!databases)
                           return call->refuse(databases.error());
                       answerPage(parts, call, std::move(*databases), limit);
                   });
}

void showDatabase(const Parts &parts, const CallPointer &call)
{
    call->answer({{"database", databaseRecord(parts, *call, call->database)}});
}

void deleteDatabase(const Parts &parts, const CallPointer &call)
{
    Base::whenDone(parts.platform.deleteDatabase(call->database.name), parts.owner,
                   [&parts, call](const Result<std::string> &name) {
                       if (!name)
                           return call->refuse(name.error());
                       parts.access.forgetDatabase(call->database.id);
                       call->answer({{"database", *name}});
                   });
}

void showConfiguration(const Parts &, const CallPointer &call)
{
    call->answer(configurationRecord(call->database.configuration));
}

void configureDatabase(const Parts &parts, const CallPointer &call)
{
    ConfigurationChange change;
    if (!readChange(call, change))
        return;
    Base::whenDone(parts.platform.configureDatabase(call->database.name, std::move(change)),
                   parts.owner, [call](const Result<Configured> &done) {
                       if (!done)
                           return call->refuse(done.error());
                       call->answer(configurationRecord(done->database.configuration));
                   });
}

void listInstances(const Parts &parts, const CallPointer &call)
{
    call->answer({{"instances", Json::array({instanceRecord(parts, call->database)})}});
}

void showInstance(const Parts &parts, const CallPointer &call)
{
    if (call->parameter("instance") != kLocation)
        return call->refuse(404,
                            "could not find instance with name " + call->parameter("instance")
                                + ": record not found");
    call->answer({{"instance", instanceRecord(parts, call->database)}});
}

} // namespace Turso::PlatformApi
