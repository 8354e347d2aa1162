// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "gateway/callfilter.h"
#include "gateway/values.h"

#include <QObject>

#include <string>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace Gateway
{

/// The history's SQLite file. Lives on the history's thread and blocks there.
class HistoryFile : public QObject
{
    Q_OBJECT
public:
    explicit HistoryFile(std::string file)
        : m_path(std::move(file))
    {
    }
    ~HistoryFile() override;

    /// Opens or creates it; what an earlier run left unfinished is closed as `failed`.
    Base::Result<bool> open();
    /// One transaction. Durable: on the disk before this returns, else within the WAL's own time.
    Base::Result<bool> write(const std::vector<CallDetail> &calls, bool durable);
    Base::Result<std::vector<CallRecord>> find(const CallFilter &filter, int limit);
    Base::Result<CallDetail> call(const std::string &id);

private:
    Base::Error failure() const;
    bool run(const char *sql);
    bool upsert(sqlite3_stmt *statement, const CallDetail &call);

    std::string m_path;
    sqlite3 *m_db = nullptr;
};

} // namespace Gateway
