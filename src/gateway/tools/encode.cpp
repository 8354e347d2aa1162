// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/tools/encode.h"

#include "base/clock.h"

#include <QByteArray>

#include <charconv>
#include <cstdio>

namespace Gateway
{

namespace
{

using Base::ErrorKind;
using Base::Json;

constexpr std::int64_t kSafeInteger = 9'007'199'254'740'991;

template <typename T>
Json orNull(const std::optional<T> &value)
{
    return value ? Json(*value) : Json();
}

Json time(const std::optional<Base::Millis> &value)
{
    return value ? Json(Base::toRfc3339(*value)) : Json();
}

Base::Result<Turso::Value> binding(const Json &value, const std::string &where)
{
    switch (value.type()) {
    case Json::value_t::null:
        return std::monostate();
    case Json::value_t::boolean:
        return std::int64_t(value.get<bool>() ? 1 : 0);
    case Json::value_t::number_integer:
        return value.get<std::int64_t>();
    case Json::value_t::number_unsigned:
        if (value.get<std::uint64_t>() <= 9'223'372'036'854'775'807ULL)
            return value.get<std::int64_t>();
        break;
    case Json::value_t::number_float:
        return value.get<double>();
    case Json::value_t::string:
        return value.get<std::string>();
    case Json::value_t::object: {
        const auto text = Base::stringMember(value, "base64");
        if (!text || value.size() != 1)
            break;
        const auto bytes = QByteArray::fromBase64Encoding(QByteArray::fromStdString(*text),
                                                          QByteArray::AbortOnBase64DecodingErrors);
        if (!bytes)
            break;
        return Turso::Blob{(*bytes).toStdString()};
    }
    default:
        break;
    }
    return Base::fail(ErrorKind::InvalidArgument,
                      "The value for " + where
                          + " cannot be bound. Use a string, a 64-bit number, true, false, null or "
                            "{\"base64\": \"...\"}.",
                      {}, R"({"argument":"args"})");
}

} // namespace

Json databaseSummary(const Turso::Database &database)
{
    Json parent;
    if (database.parent)
        parent = {{"id", database.parent->id},
                  {"name", database.parent->name},
                  {"branched_at", Base::toRfc3339(database.parent->branchedAt)}};
    return {{"name", database.name},
            {"id", database.id},
            {"group", database.group},
            {"engine", database.engine},
            {"hostname", database.hostname},
            {"parent", parent},
            {"delete_protection", database.configuration.deleteProtection},
            {"size_bytes", orNull(database.sizeBytes)}};
}

Json databaseDetail(const Turso::Database &database)
{
    Json detail = databaseSummary(database);
    detail["url"] = database.url;
    detail["region"] = database.region;
    detail["created_at"] = time(database.createdAt);
    detail.update(configurationDetail(database.configuration));
    return detail;
}

Json configurationDetail(const Turso::DatabaseConfiguration &configuration)
{
    return {{"size_limit", orNull(configuration.sizeLimit)},
            {"delete_protection", configuration.deleteProtection},
            {"block_reads", configuration.blockReads},
            {"block_writes", configuration.blockWrites},
            {"allowed_ips", configuration.allowedIps},
            {"allowed_aws_vpc_ids", configuration.allowedAwsVpcIds}};
}

std::string objectInside(const Json &object)
{
    const std::string text = Base::dumpJson(object);
    return text.substr(1, text.size() - 2);
}

std::string impactText(const Turso::Impact &impact)
{
    std::string out = "{\"affected_rows\":";
    appendInteger(out, impact.affectedRows);
    out += ",\"tables\":[";
    for (const Turso::TableImpact &table : impact.tables) {
        if (&table != &impact.tables.front())
            out += ',';
        const Json entry = {{"name", table.name},
                            {"inserted", table.inserted},
                            {"updated", table.updated},
                            {"deleted", table.deleted},
                            {"total_rows", orNull(table.totalRows)},
                            {"via", table.via}};
        out += Base::dumpJson(entry);
    }
    out += "],\"sample\":[";
    for (const Turso::RowSample &row : impact.sample) {
        if (&row != &impact.sample.front())
            out += ',';
        out += "{\"table\":";
        Base::appendQuoted(out, row.table);
        out += ",\"before\":" + (row.before.empty() ? "null" : row.before);
        out += ",\"after\":" + (row.after.empty() ? "null" : row.after) + '}';
    }
    out += "],\"schema\":[";
    for (const Turso::SchemaChange &change : impact.schema) {
        if (&change != &impact.schema.front())
            out += ',';
        out += Base::dumpJson(Json{{"object", change.object}, {"change", change.change}});
    }
    out += "],\"method\":";
    Base::appendQuoted(out, impact.method);
    out += ",\"taken_at\":";
    Base::appendQuoted(out, Base::toRfc3339(impact.takenAt));
    out += '}';
    return out;
}

void appendInteger(std::string &out, std::int64_t value)
{
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    const bool quoted = value > kSafeInteger || value < -kSafeInteger;
    if (quoted)
        out += '"';
    out.append(digits, end);
    if (quoted)
        out += '"';
}

void appendMillis(std::string &out, double value)
{
    char digits[40];
    std::snprintf(digits, sizeof digits, "%.3f", value);
    out += digits;
}

void appendRows(std::string &out, const Turso::StatementOutcome &outcome)
{
    out += "\"columns\":[";
    for (std::size_t i = 0; i < outcome.columns.size(); ++i) {
        out += i == 0 ? "{\"name\":" : ",{\"name\":";
        Base::appendQuoted(out, outcome.columns[i].name);
        out += ",\"type\":";
        if (outcome.columns[i].type)
            Base::appendQuoted(out, *outcome.columns[i].type);
        else
            out += "null";
        out += '}';
    }
    out += "],\"rows\":";
    out += outcome.rows;
    out += ",\"row_count\":" + std::to_string(outcome.rowCount);
    out += outcome.truncated ? ",\"truncated\":true" : ",\"truncated\":false";
}

Base::Result<Turso::Arguments> bindings(const Json &args)
{
    if (args.is_object()) {
        std::vector<std::pair<std::string, Turso::Value>> named;
        for (const auto &[name, value] : args.items()) {
            auto bound = binding(value, "\"" + name + "\"");
            if (!bound)
                return tl::unexpected(bound.error());
            named.emplace_back(name, std::move(*bound));
        }
        return named;
    }
    std::vector<Turso::Value> values;
    for (std::size_t i = 0; args.is_array() && i < args.size(); ++i) {
        auto bound = binding(args[i], "position " + std::to_string(i + 1));
        if (!bound)
            return tl::unexpected(bound.error());
        values.push_back(std::move(*bound));
    }
    return values;
}

} // namespace Gateway
