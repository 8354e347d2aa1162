// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/cloud/api.h"
#include "turso/cloud/databases.h"
#include "turso/cloud/facts.h"
#include "turso/sqlclient/sqlaccess.h"

#include <QPointer>

#include <map>
#include <memory>
#include <string>
#include <utility>

namespace Turso::CloudApi
{

class Recorder;

/// Tokens for SQL, made by Turso for one database and one privilege each, for ten minutes, with the
/// connection's token. In memory only; gone with the connection's own token. Tokens with
/// fine-grained permissions are asked for first, and never relied upon: Turso does not say that it
/// enforces them. The gateway thread; what it is given must outlive it.
class SqlTokens : public QObject
{
    Q_OBJECT
public:
    /// `recorder` may be null; it learns the databases' ids.
    SqlTokens(Api &api, Databases &databases, Facts &facts, const Base::Clock &clock,
              Recorder *recorder);

    /// For sessions, which may outlive this: they hear Cancelled then.
    std::shared_ptr<SqlAccess> access();

    /// One request at a time for the same database and privilege; who asks meanwhile gets its
    /// answer.
    Base::Pending<SqlDoor> door(const std::string &database, Privilege privilege);
    void refused(const std::string &database, Privilege privilege, const SqlDoor &door);
    /// It is gone, or another one.
    void forget(const std::string &database);

private:
    using Key = std::pair<std::string, Privilege>;
    struct Entry {
        SqlDoor door = {};
        Base::Millis until = 0;
        std::shared_ptr<const Base::Secret> madeWith = {}; ///< the connection's token
        QFuture<Base::Result<SqlDoor>> pending = {};
        bool isPending = false;
    };

    Base::Pending<SqlDoor> make(const Key &key);
    Base::Pending<std::string> mint(const Key &key, const std::string &id);
    Base::Pending<std::string> post(const Key &key, const Base::Json &body);
    Base::Result<SqlDoor> keep(const Key &key, SqlDoor door, std::string jwt,
                               std::shared_ptr<const Base::Secret> madeWith);

    Api &m_api;
    Databases &m_databases;
    Facts &m_facts;
    const Base::Clock &m_clock;
    Recorder *m_recorder;
    std::map<Key, Entry> m_entries;
};

/// Where a database's SQL is, without its token. UpstreamError for a host name that cannot be one,
/// or that is on this computer while the API is not.
Base::Result<SqlDoor> doorOf(const Database &database, bool isApiHere);

} // namespace Turso::CloudApi
