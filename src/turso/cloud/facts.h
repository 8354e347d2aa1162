// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"

#include <optional>
#include <set>
#include <string>

namespace Turso::CloudApi
{

/// How far back a plan's branches of an earlier state reach, in days; nothing where the plan is not
/// one that Turso describes.
std::optional<int> pointInTimeDays(const std::string &plan);
/// "24 hours", "30 days"
std::string windowText(int days);

/// What was learned of an organization and is worth a request: kept in `cloud.json` in the
/// connection's folder. Holds no secret. One thread.
class Facts
{
public:
    /// `folder` empty: in memory only.
    explicit Facts(std::string folder);

    const std::string &plan() const { return m_plan; }
    void setPlan(const std::string &plan);

    /// Databases (by id) for which no token with fine-grained permissions can be made.
    bool takesFinePermissions(const std::string &databaseId) const
    {
        return !m_coarse.contains(databaseId);
    }
    void noteCoarse(const std::string &databaseId);

    /// False once the plan has refused it.
    bool hasAuditList() const { return m_hasAuditList; }
    void setAuditList(bool has);

private:
    void save() const;
    std::string m_file;
    std::string m_plan;
    std::set<std::string> m_coarse;
    bool m_hasAuditList = true;
};

} // namespace Turso::CloudApi
