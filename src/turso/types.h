// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// Turso's things as values. Text is UTF-8, sizes are bytes, times are Base::Millis.
namespace Turso
{

struct Organization {
    std::string slug;
    std::string name;
};

struct Group {
    std::string name;
    std::string id;
    bool deleteProtection = false;
};

/// Where a branch came from. `branchedAt`: the instant whose state it holds.
struct ParentDatabase {
    std::string id;
    std::string name;
    Base::Millis branchedAt = 0;
};

struct DatabaseConfiguration {
    std::optional<std::int64_t> sizeLimit = {}; ///< bytes
    bool deleteProtection = false;
    bool blockReads = false;
    bool blockWrites = false;
    std::vector<std::string> allowedIps = {};
    std::vector<std::string> allowedAwsVpcIds = {};
};

/// What to change of a configuration; what is not set stays as it is. An empty list lets everybody
/// in.
struct ConfigurationChange {
    std::optional<std::int64_t> sizeLimit = {}; ///< bytes
    std::optional<bool> deleteProtection = {};
    std::optional<bool> blockReads = {};
    std::optional<bool> blockWrites = {};
    std::optional<std::vector<std::string>> allowedIps = {};
    std::optional<std::vector<std::string>> allowedAwsVpcIds = {};
};

/// `engine` is "libsql" or "tursodb".
struct Database {
    std::string name;
    std::string id;
    std::string group;
    std::string engine;
    std::string hostname;
    std::string url;
    std::string region;
    std::optional<ParentDatabase> parent = {};
    std::optional<Base::Millis> createdAt = {};
    std::optional<std::int64_t> sizeBytes = {};
    DatabaseConfiguration configuration = {};
};

/// A configuration after a change.
struct Configured {
    Database database;
    std::vector<std::string> changed = {}; ///< the configuration's keys whose value is another now
    std::string note = {}; ///< a sentence on what this connection cannot enforce, or empty
};

struct NewDatabase {
    std::string name;
    std::string group; ///< empty: the first group
    std::optional<std::int64_t> sizeLimit = {};
    bool useTursodb = false;
};

/// A database that starts as a copy of another.
struct NewBranch {
    std::string database; ///< the source
    std::string name;
    std::string group; ///< empty: the source's
    /// The source's state at this instant, which may have passed; not set: its newest.
    std::optional<Base::Millis> timestamp = {};
};

/// What a connection can do; what is false answers ErrorKind::Unsupported.
struct Capabilities {
    bool groups = false;
    bool createDatabases = false;
    bool branches = false;
    bool pointInTime = false;
    bool configuration = false;
    bool analytics = false;
    bool rolledBackDryRun = false;
    bool auditList = false;
};

struct DatabasePage {
    std::vector<Database> databases = {}; ///< by name
    std::string next = {}; ///< the next page's cursor, or empty
};

struct Blob {
    std::string bytes;
    bool operator==(const Blob &) const = default;
};

/// A value bound to a statement.
using Value = std::variant<std::monostate, std::int64_t, double, std::string, Blob>;
/// By position, or by name (with or without its prefix character).
using Arguments = std::variant<std::vector<Value>, std::vector<std::pair<std::string, Value>>>;

struct Column {
    std::string name;
    std::optional<std::string>
        type; ///< as declared in the schema, if the column comes from a table
};

/// What one statement did. `rows` is the text of a JSON array of arrays in the encoding of the
/// tools' API: integers beyond 2^53-1 as strings, blobs as {"base64":...}, non-finite floats as
/// strings, text that is not UTF-8 with U+FFFD.
struct StatementOutcome {
    std::vector<Column> columns = {};
    std::string rows = "[]";
    std::int64_t rowCount = 0;
    bool truncated = false; ///< a row or byte limit cut the rows
    std::int64_t affectedRows = 0;
    std::optional<std::int64_t> lastInsertRowid = {};
    std::optional<std::int64_t> rowsRead = {};
};

struct TableImpact {
    std::string name;
    std::int64_t inserted = 0;
    std::int64_t updated = 0;
    std::int64_t deleted = 0;
    std::optional<std::int64_t> totalRows = {}; ///< before the change
    std::string via; ///< "statement", "trigger" or "cascade"
};

/// One changed row: the texts of JSON objects column -> value; empty where there is none.
struct RowSample {
    std::string table;
    std::string before;
    std::string after;
};

struct SchemaChange {
    std::string object; ///< "table orders"
    std::string change; ///< "dropped", "created", "altered: column note removed"
};

/// What a script would change, or changed.
struct Impact {
    std::int64_t affectedRows = 0; ///< by the statements themselves, without triggers and cascades
    std::vector<TableImpact> tables = {};
    std::vector<RowSample> sample = {}; ///< at most 20
    std::vector<SchemaChange> schema = {};
    std::string method; ///< "rolled_back_transaction" or "estimate"
    Base::Millis takenAt = 0;

    /// Every row touched, whatever touched it.
    std::int64_t totalRowsChanged() const
    {
        std::int64_t sum = 0;
        for (const TableImpact &table : tables)
            sum += table.inserted + table.updated + table.deleted;
        return sum;
    }
};

} // namespace Turso
