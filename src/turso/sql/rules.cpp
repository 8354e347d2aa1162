// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/sql/rules.h"

#include "turso/sql/lexer.h"

#include <algorithm>
#include <iterator>
#include <string>

namespace Turso::Sql
{

namespace
{

template <std::size_t N>
bool isOneOf(const std::string_view (&list)[N], std::string_view name)
{
    return std::any_of(std::begin(list), std::end(list),
                       [name](std::string_view entry) { return equalsFolded(entry, name); });
}

template <std::size_t N>
bool startsWithOneOf(const std::string_view (&list)[N], std::string_view name)
{
    return std::any_of(std::begin(list), std::end(list), [name](std::string_view prefix) {
        return equalsFolded(prefix, name.substr(0, prefix.size()));
    });
}

} // namespace

bool isDeniedFunction(std::string_view name)
{
    // writefile, readfile and fsdir are really there on libsql-server, even for read-only tokens.
    // eval, define, shaN_query and the statement tables run text as SQL, sqlite_log writes to the
    // host's log, fts3_tokenizer takes a pointer, crsql_ changes the schema. FTS3's optimize()
    // writes the index although SQLite calls its SELECT read-only; rtreecheck() begins a
    // transaction.
    static constexpr std::string_view kNames[]
        = {"load_extension", "writefile",     "readfile",    "edit",       "fts3_tokenizer",
           "eval",           "define",        "undefine",    "lsdir",      "lsmode",
           "mkdir",          "symlink",       "fsdir",       "zipfile",    "csv",
           "sqlite_log",     "sqlite_attach", "optimize",    "usleep",     "sqlite_detach",
           "sha3_query",     "sha1_query",    "define_free", "rtreecheck", "icu_load_collation"};
    static constexpr std::string_view kPrefixes[]
        = {"sqlite3mc_", "sqlite_crypt", "fileio_", "crsql_", "shell_"};
    return isOneOf(kNames, name) || startsWithOneOf(kPrefixes, name);
}

bool isDeniedTable(std::string_view name)
{
    static constexpr std::string_view kNames[]
        = {"fsdir",         "zipfile",      "lsdir",    "csv",         "sqlite_dbpage",
           "sqlite_dbdata", "sqlite_dbptr", "bytecode", "tables_used", "sqlite_stmt"};
    static constexpr std::string_view kPrefixes[] = {"fileio_", "crsql_"};
    if (isOneOf(kNames, name) || startsWithOneOf(kPrefixes, name))
        return true;
    static constexpr std::string_view kPragma = "pragma_";
    return equalsFolded(name.substr(0, kPragma.size()), kPragma)
        && pragmaRule(name.substr(kPragma.size())) == PragmaRule::Refused;
}

std::string deniedSentence(std::string_view name)
{
    return std::string(name)
        + " is never allowed: it reaches outside the database, runs text as SQL, shows what others "
          "run or writes from inside a query.";
}

bool isSystemName(std::string_view name)
{
    static constexpr std::string_view kPrefixes[]
        = {"sqlite_", "libsql_", "_litestream_", "turso_", "__turso_", "_cf_"};
    return startsWithOneOf(kPrefixes, name);
}

PragmaRule pragmaRule(std::string_view name)
{
    static constexpr std::string_view kWithArgument[] = {
        "table_info",  "table_xinfo",      "table_list",        "index_list",      "index_info",
        "index_xinfo", "foreign_key_list", "foreign_key_check", "integrity_check", "quick_check"};
    static constexpr std::string_view kWithoutArgument[]
        = {"database_list",   "collation_list", "function_list",  "module_list",    "pragma_list",
           "compile_options", "user_version",   "application_id", "schema_version", "page_count",
           "page_size",       "freelist_count", "encoding",       "data_version",   "foreign_keys"};
    if (isOneOf(kWithArgument, name))
        return PragmaRule::WithArgument;
    return isOneOf(kWithoutArgument, name) ? PragmaRule::WithoutArgument : PragmaRule::Refused;
}

bool isAllowedModule(std::string_view name)
{
    static constexpr std::string_view kModules[]
        = {"fts3", "fts4", "fts4aux", "fts5", "fts5vocab", "rtree", "rtree_i32", "geopoly"};
    return isOneOf(kModules, name);
}

} // namespace Turso::Sql
