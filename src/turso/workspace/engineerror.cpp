// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/workspace/engineerror.h"

#include "base/json.h"

#include <sqlite3.h>

#include <utility>

namespace Turso::Embedded
{

using Base::Error;
using Base::ErrorKind;

namespace
{

constexpr std::pair<int, const char *> kExtendedNames[] = {
    {SQLITE_CONSTRAINT_CHECK, "SQLITE_CONSTRAINT_CHECK"},
    {SQLITE_CONSTRAINT_COMMITHOOK, "SQLITE_CONSTRAINT_COMMITHOOK"},
    {SQLITE_CONSTRAINT_FOREIGNKEY, "SQLITE_CONSTRAINT_FOREIGNKEY"},
    {SQLITE_CONSTRAINT_FUNCTION, "SQLITE_CONSTRAINT_FUNCTION"},
    {SQLITE_CONSTRAINT_NOTNULL, "SQLITE_CONSTRAINT_NOTNULL"},
    {SQLITE_CONSTRAINT_PRIMARYKEY, "SQLITE_CONSTRAINT_PRIMARYKEY"},
    {SQLITE_CONSTRAINT_TRIGGER, "SQLITE_CONSTRAINT_TRIGGER"},
    {SQLITE_CONSTRAINT_UNIQUE, "SQLITE_CONSTRAINT_UNIQUE"},
    {SQLITE_CONSTRAINT_VTAB, "SQLITE_CONSTRAINT_VTAB"},
    {SQLITE_CONSTRAINT_ROWID, "SQLITE_CONSTRAINT_ROWID"},
    {SQLITE_CONSTRAINT_DATATYPE, "SQLITE_CONSTRAINT_DATATYPE"},
    {SQLITE_BUSY_RECOVERY, "SQLITE_BUSY_RECOVERY"},
    {SQLITE_BUSY_SNAPSHOT, "SQLITE_BUSY_SNAPSHOT"},
    {SQLITE_CORRUPT_VTAB, "SQLITE_CORRUPT_VTAB"},
    {SQLITE_CORRUPT_INDEX, "SQLITE_CORRUPT_INDEX"},
};

constexpr const char *kPrimaryNames[] = {
    "SQLITE_OK",       "SQLITE_ERROR",   "SQLITE_INTERNAL", "SQLITE_PERM",     "SQLITE_ABORT",
    "SQLITE_BUSY",     "SQLITE_LOCKED",  "SQLITE_NOMEM",    "SQLITE_READONLY", "SQLITE_INTERRUPT",
    "SQLITE_IOERR",    "SQLITE_CORRUPT", "SQLITE_NOTFOUND", "SQLITE_FULL",     "SQLITE_CANTOPEN",
    "SQLITE_PROTOCOL", "SQLITE_EMPTY",   "SQLITE_SCHEMA",   "SQLITE_TOOBIG",   "SQLITE_CONSTRAINT",
    "SQLITE_MISMATCH", "SQLITE_MISUSE",  "SQLITE_NOLFS",    "SQLITE_AUTH",     "SQLITE_FORMAT",
    "SQLITE_RANGE",    "SQLITE_NOTADB",
};

Error makeError(ErrorKind kind, std::string message, std::string hint, const Base::Json &details)
{
    return {kind, std::move(message), std::move(hint), Base::dumpJson(details)};
}

} // namespace

std::string engineCodeName(int code)
{
    for (const auto &[known, name] : kExtendedNames) {
        if (known == code)
            return name;
    }
    const auto primary = static_cast<std::size_t>(code & 0xFF);
    return primary < std::size(kPrimaryNames) ? kPrimaryNames[primary] : "SQLITE_ERROR";
}

Error endedError(RunControl::End end)
{
    if (end == RunControl::End::Cancelled)
        return {ErrorKind::Cancelled, "The call was cancelled; nothing was changed."};
    if (end == RunControl::End::Stopped)
        return {ErrorKind::Cancelled, "The database was closed; nothing was changed."};
    if (end == RunControl::End::Blocked)
        return makeError(ErrorKind::ReadOnlyMode,
                         "Operation was blocked: the database's configuration was changed while it "
                         "ran; nothing was changed.",
                         {}, {{"engine_code", "BLOCKED"}});
    return makeError(
        ErrorKind::UpstreamError,
        "The statement took longer than its time limit and was stopped; nothing was changed.",
        "Narrow it, add an index, or give it a longer timeout_ms.", {{"outcome", "not_run"}});
}

Error engineError(sqlite3 *db, int code, const RunControl *control)
{
    const int extended = (code & 0xFF) == (sqlite3_extended_errcode(db) & 0xFF)
        ? sqlite3_extended_errcode(db)
        : code;
    const Base::Json details = {{"engine_code", engineCodeName(extended)}};
    const std::string message = sqlite3_errmsg(db);
    switch (code & 0xFF) {
    case SQLITE_INTERRUPT:
        return endedError(control != nullptr ? control->end() : RunControl::End::TimedOut);
    case SQLITE_FULL:
        return makeError(
            ErrorKind::LimitExceeded, message,
            "The database has reached its size limit, or the disk is full. Nothing was changed.",
            details);
    case SQLITE_TOOBIG:
        return makeError(ErrorKind::LimitExceeded, message,
                         "One value or row may have at most 5,000,000 bytes.", details);
    case SQLITE_NOMEM:
        return makeError(ErrorKind::LimitExceeded,
                         "The statement needs more memory than all databases may use together; "
                         "nothing was changed.",
                         "Choose fewer or smaller columns, or fewer rows to sort.", details);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        if (control != nullptr && control->end() != RunControl::End::None)
            return endedError(control->end());
        return makeError(ErrorKind::UpstreamError, message,
                         "Another program holds a lock on the database. Nothing was changed.",
                         {{"outcome", "not_run"}, {"engine_code", engineCodeName(extended)}});
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
        return makeError(ErrorKind::UpstreamError, message, {},
                         {{"outcome", "not_run"}, {"engine_code", engineCodeName(extended)}});
    default:
        return makeError(ErrorKind::SqlError, message, {}, details);
    }
}

} // namespace Turso::Embedded
