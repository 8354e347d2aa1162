// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/tools/encode.h"
#include "gateway/tools/schema.h"
#include "gateway/tools/toolset.h"
#include "turso/sizelimit.h"

#include <utility>

namespace Gateway
{

namespace
{

using Base::ErrorKind;
using Base::Json;
using Base::Result;

/// What a change says to the person, in words and key by key.
struct Wording {
    std::vector<std::string> deeds = {}; ///< "block every read"
    std::vector<std::string> settings = {}; ///< "block_reads = on"
    bool asks = false; ///< loosens protection or cuts access
};

std::string listed(const std::vector<std::string> &items, const char *last)
{
    std::string text;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i > 0)
            text += i + 1 == items.size() ? last : ", ";
        text += items[i];
    }
    return text;
}

/// Quoted as a name is: another value is another text to whoever remembers an answer.
std::string asName(const std::string &text)
{
    std::string quoted = "\"";
    for (const char c : text)
        quoted.append(c == '"' ? 2 : 1, c);
    return quoted + '"';
}

void addFlag(Wording &wording, const Json &given, const char *key, const char *on, const char *off,
             bool onAsks)
{
    const auto flag = Base::boolMember(given, key);
    if (!flag)
        return;
    wording.deeds.emplace_back(*flag ? on : off);
    wording.settings.push_back(std::string(key) + (*flag ? " = on" : " = off"));
    wording.asks = wording.asks || !*flag || onAsks;
}

std::optional<std::vector<std::string>> stringsOf(const Json &given, const char *key)
{
    if (!given.contains(key))
        return std::nullopt;
    std::vector<std::string> list;
    for (const Json &item : given[key])
        list.push_back(item.get<std::string>());
    return list;
}

void addList(Wording &wording, const Json &given, const char *key, const char *what)
{
    const auto list = stringsOf(given, key);
    if (!list)
        return;
    wording.asks = true;
    wording.deeds.push_back(list->empty() ? "let every " + std::string(what) + " connect"
                                          : "let only " + listed(*list, " and ") + " connect");
    std::string setting = std::string(key) + " = (";
    for (const std::string &item : *list)
        setting += (&item == &list->front() ? "" : ", ") + asName(item);
    wording.settings.push_back(setting + ')');
}

Wording wordingOf(const Json &given)
{
    Wording wording;
    addFlag(wording, given, "delete_protection", "protect it from being deleted",
            "lift its delete protection", false);
    addFlag(wording, given, "block_reads", "block every read", "allow reads again", true);
    addFlag(wording, given, "block_writes", "block every write", "allow writes again", true);
    addList(wording, given, "allowed_ips", "address");
    addList(wording, given, "allowed_aws_vpc_ids", "AWS VPC");
    if (const auto bytes = Base::integerMember(given, "size_limit")) {
        // Less than it holds by now stops every write; what it holds is not known here.
        wording.asks = true;
        wording.deeds.push_back("limit its size to " + std::to_string(*bytes) + " bytes");
        wording.settings.push_back("size_limit = " + asName(std::to_string(*bytes)));
    }
    return wording;
}

Result<Plan> configPlan(const Json &arguments)
{
    Plan plan;
    plan.permission = Permission::Configure;
    plan.database = *Base::stringMember(arguments, "database");
    plan.given = arguments;
    if (const auto size = Base::stringMember(arguments, "size_limit")) {
        const auto bytes = Turso::parseSizeLimit(*size);
        if (!bytes)
            return Base::fail(ErrorKind::InvalidArgument, bytes.error().message, {},
                              R"({"argument":"size_limit"})");
        plan.given["size_limit"] = *bytes;
    }
    const Wording wording = wordingOf(plan.given);
    if (wording.deeds.empty())
        return Base::fail(ErrorKind::InvalidArgument,
                          "There is nothing to change: give at least one setting.");
    plan.risk = wording.asks ? Risk::Destructive : Risk::Change;
    plan.asks = wording.asks;
    plan.askReason = "It would " + listed(wording.deeds, " and ") + ": " + plan.database + '.';
    plan.sql = listed(wording.settings, ", ");
    return plan;
}

Result<Yield> configYield(const Result<Turso::Configured> &done)
{
    if (!done)
        return tl::unexpected(done.error());
    Json answer = {{"database", done->database.name},
                   {"configuration", configurationDetail(done->database.configuration)},
                   {"changed", done->changed}};
    if (!done->note.empty())
        answer["hint"] = done->note;
    return Yield{.members = objectInside(answer)};
}

Base::Pending<Yield> configure(const Plan &plan, const RunContext &context)
{
    Turso::ConfigurationChange change;
    if (const auto bytes = Base::integerMember(plan.given, "size_limit"))
        change.sizeLimit = *bytes;
    change.deleteProtection = Base::boolMember(plan.given, "delete_protection");
    change.blockReads = Base::boolMember(plan.given, "block_reads");
    change.blockWrites = Base::boolMember(plan.given, "block_writes");
    change.allowedIps = stringsOf(plan.given, "allowed_ips");
    change.allowedAwsVpcIds = stringsOf(plan.given, "allowed_aws_vpc_ids");
    return Base::mapped(context.platform.configureDatabase(plan.database, std::move(change)),
                        configYield);
}

} // namespace

void addConfigTools(std::vector<Tool> &tools)
{
    Tool tool;
    tool.description.name = "set_database_config";
    tool.description.title = "Configure a database";
    tool.description.description
        = "Changes delete protection, access blocks, allow lists or the size limit of a database. "
          "Only what is given is changed. What loosens protection or cuts access waits for the "
          "person.";
    tool.description.inputSchema
        = InputSchema()
              .text("database", "The database's name.", true)
              .boolean("delete_protection", "Whether it is protected from being deleted.")
              .boolean("block_reads", "Refuse every read.")
              .boolean("block_writes", "Refuse every write.")
              .array("allowed_ips", "Addresses that may connect; an empty list allows all.",
                     "string")
              .array("allowed_aws_vpc_ids",
                     "AWS VPC ids that may connect; an empty list allows all.", "string")
              .text("size_limit", "The largest size, for example \"256mb\" or \"1 GiB\".")
              .json();
    tool.description.outputSchema = outputSchema(
        {{"database", {{"type", "string"}, {"description", "The database's name."}}},
         {"configuration",
          {{"type", "object"}, {"description", "The configuration after the change."}}},
         {"changed",
          {{"type", "array"},
           {"items", {{"type", "string"}}},
           {"description", "What has another value now."}}}});
    tool.description.annotations = {false, true, true, false};
    tool.plan = configPlan;
    tool.run = configure;
    tools.push_back(std::move(tool));
}

} // namespace Gateway
