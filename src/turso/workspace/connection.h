// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "turso/sql/shape.h"
#include "turso/sql/statement.h"
#include "turso/workspace/authorizer.h"
#include "turso/workspace/runcontrol.h"

#include <array>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

struct sqlite3;
struct sqlite3_stmt;

namespace Turso::Embedded
{

struct StatementCloser {
    void operator()(sqlite3_stmt *statement) const;
};
using StatementPointer = std::unique_ptr<sqlite3_stmt, StatementCloser>;

class Archive;

/// A statement that both halves of the gate agree on.
struct Prepared {
    StatementPointer statement;
    Witness witness;
    std::shared_ptr<const Sql::Shape> shape; ///< null until somebody has asked for it
};

/// The shape of what has been prepared, or, if it could not be (null), of the statement's text.
/// Kept with what is prepared, so that a statement that comes again costs nothing.
std::shared_ptr<const Sql::Shape> shapeOf(Prepared *prepared, const Sql::Statement &statement);

enum class Access { Read, Write };

/// One hardened SQLite connection with its authorizer and its prepared statements. One thread at a
/// time.
class Connection
{
public:
    enum class Own { Begin, BeginImmediate, Commit, Rollback };

    /// Opens `path`, which must exist. A Read connection cannot write, whatever it is told.
    /// `sizeLimit` in bytes; it is no property of the file, so that every connection that writes
    /// has to be told. `archive`: the database's; every connection that writes it has to be given
    /// it.
    static Base::Result<std::unique_ptr<Connection>>
    open(const std::string &path, Access access, std::optional<std::int64_t> sizeLimit,
         std::shared_ptr<Archive> archive = nullptr);
    ~Connection();
    Connection(const Connection &) = delete;
    Connection &operator=(const Connection &) = delete;

    /// What open() was told, anew. SQLite's result code.
    int setSizeLimit(std::optional<std::int64_t> sizeLimit);

    sqlite3 *handle() const { return m_db; }
    Authorizer &authorizer() { return m_authorizer; }

    /// While set, the run's statements end when it says so.
    void setControl(RunControl *control) { m_control = control; }

    /// Whether it waits for another program that is in its way.
    void setWaits(bool waits) { m_waits = waits; }

    /// SQLite's result code. Not subject to the gate.
    int run(Own own);
    /// True between BEGIN and its end.
    bool isInTransaction() const;

    /// Statements of the connection itself, never of an agent: prepared outside the gate.
    StatementPointer prepareOwn(std::string_view sql);

    /// Prepares through the engine's half of the gate; NotUnderstood with {"statement": index}
    /// where SQLite sees something else than the lexical class says. Valid until the next call; a
    /// cached one is reused.
    Base::Result<Prepared *> prepare(const Sql::Statement &statement, std::size_t index,
                                     bool mayUseCache);

private:
    explicit Connection(sqlite3 *db)
        : m_db(db)
    {
    }
    int configure(Access access, std::optional<std::int64_t> sizeLimit);
    int runPragma(const std::string &sql);
    static int progress(void *self);
    static int busy(void *self, int attempts);
    static int committed(void *self, sqlite3 *db, const char *name, int frames);
    Base::Result<Prepared> prepareChecked(const Sql::Statement &statement, std::size_t index,
                                          bool persistent);

    using Cached = std::pair<std::string, Prepared>;
    sqlite3 *m_db = nullptr;
    Authorizer m_authorizer;
    RunControl *m_control = nullptr;
    std::shared_ptr<Archive> m_archive;
    bool m_hasCommitted = false;
    bool m_waits = true;
    std::array<StatementPointer, 4> m_own;
    std::list<Cached> m_cache; ///< most recently used first
    std::unordered_map<std::string_view, std::list<Cached>::iterator> m_byText;
    Prepared m_single;
};

} // namespace Turso::Embedded
