// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/platformapi/gotime.h"
#include "turso/platformapi/records.h"
#include "turso/platformapi/routes.h"
#include "turso/sizelimit.h"
#include "turso/workspace/names.h"

#include <utility>

// POST databases: an empty one, or a branch of another.

namespace Turso::PlatformApi
{

using Base::ErrorKind;
using Base::Json;
using Base::Result;

namespace
{

/// What a POST asks for.
struct Wanted {
    std::string name;
    std::string group; ///< empty: not said
    std::optional<std::int64_t> sizeLimit;
    std::optional<std::string> source; ///< of a branch
    std::optional<Base::Millis> timestamp;
};

/// {"database": {...}} as it is right after it was made: three keys.
void answerCreated(const Parts &parts, const CallPointer &call, const Database &database)
{
    call->database = database;
    call->answer({{"database",
                   {{"DbId", database.id},
                    {"Hostname", hostnameOf(parts, database)},
                    {"Name", database.name}}}});
}

void refuseCreation(const CallPointer &call, const Base::Error &error, const Wanted &wanted)
{
    if (error.kind == ErrorKind::NotFound) // what the body names is not there
        return call->refuse(400, error.message);
    if (error.kind == ErrorKind::AlreadyExists)
        return call->refuse(409, "database with name " + wanted.name + " already exists");
    call->refuse(error);
}

/// Turso's rule, and ours: no dash at either end. Answered as a name that is not available.
bool isName(const CallPointer &call, const std::string &name)
{
    const auto checked = Embedded::checkName(name);
    if (!checked)
        call->refuse(422, "name not available: " + checked.error().message);
    return checked.has_value();
}

/// False when it was refused.
bool readSeed(const CallPointer &call, Wanted &wanted)
{
    const Json &seed = call->field("seed");
    if (seed.is_null())
        return true;
    const auto refuse = [&call](const std::string &sentence) {
        call->refuse(400, sentence);
        return false;
    };
    if (!seed.is_object())
        return refuse("seed must be an object");
    const std::string type = Base::stringMember(seed, "type").value_or("");
    if (type != "database")
        return refuse("The workspace makes databases from the seed type \"database\" only, not \""
                      + type + "\".");
    // Described as `name`; Turso's command line sends `value`.
    wanted.source = Base::stringMember(seed, "name");
    if (!wanted.source || wanted.source->empty())
        wanted.source = Base::stringMember(seed, "value");
    if (!wanted.source || wanted.source->empty())
        return refuse("seed.name is required when seed.type is \"database\"");
    const Json &timestamp = Base::member(seed, "timestamp");
    const bool isText = timestamp.is_string();
    if (timestamp.is_null() || (isText && timestamp.get<std::string>().empty()))
        return true;
    if (!isText)
        return refuse("seed.timestamp must be a string");
    const auto time = parseTime(timestamp.get<std::string>());
    if (!time)
        return refuse("invalid timestamp: " + time.error().message);
    wanted.timestamp = *time;
    return true;
}

/// Nothing when it was refused.
std::optional<Wanted> wantedBy(const CallPointer &call)
{
    bool isRight = true;
    Wanted wanted;
    wanted.name = call->textField("name", isRight).value_or("");
    wanted.group = call->textField("group", isRight).value_or("");
    const auto size = call->textField("size_limit", isRight);
    const bool useTursodb = call->flagField("use_tursodb", isRight).value_or(false);
    const bool isSchema = call->flagField("is_schema", isRight).value_or(false);
    const auto schema = call->textField("schema", isRight);
    const auto refuse = [&call](std::string_view sentence) {
        call->refuse(400, sentence);
        return std::nullopt;
    };
    if (!isRight)
        return std::nullopt;
    if (wanted.name.empty())
        return refuse("database name is required");
    if (useTursodb)
        return refuse("The workspace has SQLite databases (engine libsql) only. Leave use_tursodb "
                      "out.");
    if (!call->field("remote_encryption").is_null())
        return refuse("The workspace does not encrypt databases. Leave remote_encryption out.");
    if (isSchema || (schema && !schema->empty()))
        return refuse("The workspace has no schema databases.");
    if (size && !size->empty()) {
        const auto bytes = parseSizeLimit(*size);
        if (!bytes)
            return refuse(bytes.error().message);
        wanted.sizeLimit = *bytes;
    }
    if (!isName(call, wanted.name) || !readSeed(call, wanted))
        return std::nullopt;
    return wanted;
}

void limitSize(const Parts &parts, const CallPointer &call, const Database &database,
               std::int64_t bytes)
{
    ConfigurationChange change;
    change.sizeLimit = bytes;
    Base::whenDone(parts.platform.configureDatabase(database.name, change), parts.owner,
                   [&parts, call](const Result<Configured> &done) {
                       if (!done)
                           return call->refuse(done.error());
                       answerCreated(parts, call, done->database);
                   });
}

void createBranch(const Parts &parts, const CallPointer &call, const Wanted &wanted)
{
    Base::whenDone(
        parts.platform.database(*wanted.source), parts.owner,
        [&parts, call, wanted](const Result<Database> &source) {
            if (!source || !call->mayReach(source->group))
                return call->refuse(400,
                                    "could not find database with name " + *wanted.source
                                        + ": record not found");
            const NewBranch branch{*wanted.source, wanted.name, wanted.group, wanted.timestamp};
            Base::whenDone(parts.platform.createBranch(branch), parts.owner,
                           [&parts, call, wanted](const Result<Database> &database) {
                               if (!database)
                                   return refuseCreation(call, database.error(), wanted);
                               if (wanted.sizeLimit)
                                   limitSize(parts, call, *database, *wanted.sizeLimit);
                               else
                                   answerCreated(parts, call, *database);
                           });
        });
}

} // namespace

void createDatabase(const Parts &parts, const CallPointer &call)
{
    auto wanted = wantedBy(call);
    if (!wanted)
        return;
    if (call->caller.isGroupScoped() && wanted->group.empty())
        return call->refuse(403, "group-scoped tokens must specify a group in the request");
    if (!wanted->group.empty() && !call->mayReach(wanted->group))
        return call->refuse(400, "group not found");
    if (wanted->source)
        return createBranch(parts, call, *wanted);
    NewDatabase database{wanted->name, wanted->group, wanted->sizeLimit, false};
    Base::whenDone(parts.platform.createDatabase(std::move(database)), parts.owner,
                   [&parts, call, wanted = std::move(*wanted)](const Result<Database> &created) {
                       if (!created)
                           return refuseCreation(call, created.error(), wanted);
                       answerCreated(parts, call, *created);
                   });
}

} // namespace Turso::PlatformApi
