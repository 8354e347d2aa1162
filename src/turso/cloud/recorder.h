// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/async.h"
#include "turso/statistics/statistics.h"

#include <QThreadPool>

#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace Turso::CloudApi
{

/// Who reports what this app has recorded of the statements that it sent.
inline constexpr char kOwnSource[] = "turso-companion";

/// The statements that this app sent to an organization's databases, as figures in the connection's
/// folder. Sessions know databases by name; a name can come back with another database behind it,
/// so that figures are kept by id. Any thread.
class Recorder final : public ExecutionSink
{
public:
    /// `folder` must not be empty; made if missing.
    explicit Recorder(const std::string &folder);
    ~Recorder() override;

    void learn(const std::string &name, const std::string &id);
    void record(std::span<const Execution> executions) override;
    /// Completes on a thread of its own.
    Base::Pending<Analytics> figures(const std::string &databaseId, Base::Millis from,
                                     Base::Millis to);

private:
    QThreadPool m_pool; ///< one thread, which comes and goes
    Statistics m_statistics;
    std::mutex m_mutex;
    std::map<std::string, std::string> m_ids; ///< by name
};

} // namespace Turso::CloudApi
