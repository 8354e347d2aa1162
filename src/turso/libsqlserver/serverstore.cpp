// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/libsqlserver/serverstore.h"

#include "base/json.h"
#include "turso/workspace/binding.h"
#include "turso/workspace/engineerror.h"

#include <sqlite3.h>

#include <string_view>
#include <utility>

namespace Turso::SelfHosted
{

using Base::Json;
using Embedded::Connection;

namespace
{

constexpr Base::Millis kHour = 3'600'000;
constexpr Base::Millis kKeptTime = 90LL * 24 * kHour;

constexpr char kSchema[] = R"sql(
PRAGMA journal_mode=WAL;
BEGIN;
CREATE TABLE IF NOT EXISTS databases(name TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE,
    entry TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS hours(database TEXT NOT NULL, id TEXT NOT NULL,
    begun_at INTEGER NOT NULL, taken_at INTEGER NOT NULL, statements INTEGER NOT NULL,
    figures TEXT NOT NULL, PRIMARY KEY(database, begun_at, id)) WITHOUT ROWID;
COMMIT;
)sql";

std::string textAt(sqlite3_stmt *row, int column)
{
    const auto *text = reinterpret_cast<const char *>(sqlite3_column_text(row, column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(row, column));
    return text != nullptr ? std::string(text, size) : std::string();
}

Json numberOrNull(std::optional<std::int64_t> number)
{
    return number ? Json(*number) : Json();
}

std::optional<std::int64_t> integer(const Json &object, const char *key)
{
    if (const auto value = Base::integerMember(object, key))
        return *value;
    return std::nullopt;
}

std::string written(const Entry &entry)
{
    Json json = {{"created_at",
                  numberOrNull(entry.createdAt ? std::optional<std::int64_t>(*entry.createdAt)
                                               : std::nullopt)},
                 {"size_limit", numberOrNull(entry.kept.sizeLimit)},
                 {"delete_protection", entry.kept.deleteProtection},
                 {"allowed_ips", entry.kept.allowedIps},
                 {"allowed_aws_vpc_ids", entry.kept.allowedAwsVpcIds},
                 {"gone", entry.isGone}};
    if (entry.parent)
        json["parent"] = {{"id", entry.parent->id},
                          {"name", entry.parent->name},
                          {"branched_at", entry.parent->branchedAt}};
    return Base::dumpJson(json);
}

std::vector<std::string> list(const Json &object, const char *key)
{
    std::vector<std::string> all;
    for (const Json &item : Base::member(object, key)) {
        if (item.is_string())
            all.push_back(item.get<std::string>());
    }
    return all;
}

/// What cannot be read leaves the database protected: deny when unsure.
Entry entryAt(sqlite3_stmt *row)
{
    Entry entry;
    entry.name = textAt(row, 0);
    entry.id = textAt(row, 1);
    const auto json = Base::parseJson(textAt(row, 2));
    if (!json || !json->is_object()) {
        entry.kept.deleteProtection = true;
        return entry;
    }
    if (const auto at = integer(*json, "created_at"))
        entry.createdAt = *at;
    entry.kept.sizeLimit = integer(*json, "size_limit");
    entry.kept.deleteProtection = Base::boolMember(*json, "delete_protection").value_or(true);
    entry.kept.allowedIps = list(*json, "allowed_ips");
    entry.kept.allowedAwsVpcIds = list(*json, "allowed_aws_vpc_ids");
    entry.isGone = Base::boolMember(*json, "gone").value_or(false);
    const Json &parent = Base::member(*json, "parent");
    if (parent.is_object())
        entry.parent = ParentDatabase{Base::stringMember(parent, "id").value_or(""),
                                      Base::stringMember(parent, "name").value_or(""),
                                      Base::integerMember(parent, "branched_at").value_or(0)};
    return entry;
}

std::string written(const std::vector<HourFigures> &figures)
{
    Json all = Json::array();
    for (const HourFigures &one : figures)
        all.push_back(
            {one.fingerprint, one.query, one.totalMs, one.count, one.rowsRead, one.rowsWritten});
    return Base::dumpJson(all);
}

std::vector<HourFigures> figuresIn(const std::string &text)
{
    std::vector<HourFigures> figures;
    const auto all = Base::parseJson(text);
    if (!all || !all->is_array())
        return figures;
    for (const Json &one : *all) {
        if (!one.is_array() || one.size() != 6 || !one[0].is_string() || !one[1].is_string()
            || !one[2].is_number() || !one[3].is_number_integer() || !one[4].is_number_integer()
            || !one[5].is_number_integer())
            continue;
        figures.push_back({one[0].get<std::string>(), one[1].get<std::string>(),
                           one[2].get<double>(), one[3].get<std::int64_t>(),
                           one[4].get<std::int64_t>(), one[5].get<std::int64_t>()});
    }
    return figures;
}

tl::unexpected<Base::Error> unreadable(const std::string &path)
{
    return Base::fail(Base::ErrorKind::UpstreamError,
                      "What is known of the server's databases, " + path + ", cannot be read.",
                      "Restore the file from a backup, or remove it: protection, parents and "
                      "allow-rules are then forgotten; the databases themselves are untouched.");
}

} // namespace

Base::Result<std::unique_ptr<ServerStore>> ServerStore::open(const std::string &path)
{
    sqlite3 *db = nullptr;
    const bool made = sqlite3_open(path.c_str(), &db) == SQLITE_OK
        && sqlite3_exec(db, kSchema, nullptr, nullptr, nullptr) == SQLITE_OK;
    sqlite3_close(db);
    if (made) {
        if (auto connection = Connection::open(path, Embedded::Access::Write, std::nullopt))
            return std::unique_ptr<ServerStore>(new ServerStore(path, std::move(*connection)));
    }
    return unreadable(path);
}

Base::Result<void> ServerStore::execute(const char *sql, const std::vector<Value> &values)
{
    const auto statement = m_connection->prepareOwn(sql);
    if (statement && Embedded::bindArguments(statement.get(), values)
        && sqlite3_step(statement.get()) == SQLITE_DONE)
        return {};
    Base::Error error = Embedded::engineError(
        m_connection->handle(), sqlite3_extended_errcode(m_connection->handle()), nullptr);
    error.kind = Base::ErrorKind::UpstreamError;
    return tl::unexpected(std::move(error));
}

Base::Result<std::vector<Entry>> ServerStore::entries()
{
    std::vector<Entry> all;
    const auto rows
        = m_connection->prepareOwn("SELECT name, id, entry FROM databases ORDER BY name");
    int code = SQLITE_ERROR;
    while (rows && (code = sqlite3_step(rows.get())) == SQLITE_ROW)
        all.push_back(entryAt(rows.get()));
    if (code != SQLITE_DONE)
        return unreadable(m_path);
    return all;
}

Base::Result<void> ServerStore::put(const Entry &entry)
{
    return execute("INSERT OR REPLACE INTO databases(name, id, entry) VALUES(?, ?, ?)",
                   {entry.name, entry.id, written(entry)});
}

Base::Result<void> ServerStore::remove(const std::string &name)
{
    return execute("DELETE FROM databases WHERE name = ?", {name});
}

Base::Result<void> ServerStore::put(const std::string &databaseId, const HourSnapshot &snapshot)
{
    auto done
        = execute("INSERT OR REPLACE INTO hours(database, id, begun_at, taken_at, "
                  "statements, figures) VALUES(?, ?, ?, ?, ?, ?)",
                  {databaseId, snapshot.id, std::int64_t{snapshot.begunAt},
                   std::int64_t{snapshot.takenAt}, snapshot.statements, written(snapshot.figures)});
    if (!done)
        return done;
    return execute("DELETE FROM hours WHERE begun_at < ?",
                   {std::int64_t{snapshot.takenAt - kKeptTime}});
}

std::vector<HourSnapshot> ServerStore::snapshots(const std::string &databaseId, Base::Millis from,
                                                 Base::Millis to)
{
    std::vector<HourSnapshot> all;
    const auto rows = m_connection->prepareOwn(
        "SELECT id, begun_at, taken_at, statements, figures FROM hours "
        "WHERE database = ? AND begun_at < ? AND taken_at >= ? ORDER BY begun_at");
    const Arguments values = std::vector<Value>{databaseId, std::int64_t{to}, std::int64_t{from}};
    if (!rows || !Embedded::bindArguments(rows.get(), values))
        return all;
    while (sqlite3_step(rows.get()) == SQLITE_ROW) {
        HourSnapshot one;
        one.id = textAt(rows.get(), 0);
        one.begunAt = sqlite3_column_int64(rows.get(), 1);
        one.takenAt = sqlite3_column_int64(rows.get(), 2);
        one.statements = sqlite3_column_int64(rows.get(), 3);
        one.figures = figuresIn(textAt(rows.get(), 4));
        all.push_back(std::move(one));
    }
    return all;
}

} // namespace Turso::SelfHosted
