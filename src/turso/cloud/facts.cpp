// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/cloud/facts.h"

#include "base/json.h"
#include "base/logging.h"
#include "turso/cloud/answers.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

#include <algorithm>

namespace Turso::CloudApi
{

using Base::Json;

namespace
{

constexpr std::size_t kMostCoarse = 1000;

} // namespace

std::optional<int> pointInTimeDays(const std::string &plan)
{
    struct Window {
        const char *plan;
        int days;
    };
    static constexpr Window kWindows[]
        = {{"starter", 1}, {"free", 1}, {"developer", 10}, {"scaler", 30}, {"pro", 90}};
    for (const Window &window : kWindows) {
        const std::string name = window.plan;
        const bool isIt = plan.starts_with(name)
            && (plan.size() == name.size() || plan[name.size()] == '_' || plan[name.size()] == '-');
        if (isIt)
            return window.days;
    }
    return std::nullopt;
}

std::string windowText(int days)
{
    return days == 1 ? "24 hours" : std::to_string(days) + " days";
}

Facts::Facts(std::string folder)
{
    if (folder.empty())
        return;
    m_file = folder + "/cloud.json";
    QFile file(QString::fromStdString(m_file));
    if (!file.open(QIODevice::ReadOnly))
        return;
    const auto read = Base::parseJson(file.readAll().toStdString());
    if (!read)
        return; // they are learned again
    m_plan = textField(*read, "plan").value_or("");
    m_hasAuditList = flagField(*read, "audit_list").value_or(true);
    for (std::string &id : listField(*read, "coarse_tokens").value_or(std::vector<std::string>()))
        m_coarse.insert(std::move(id));
}

void Facts::save() const
{
    if (m_file.empty())
        return;
    const QString name = QString::fromStdString(m_file);
    QDir().mkpath(QFileInfo(name).path());
    QSaveFile file(name);
    const Json all
        = {{"plan", m_plan}, {"audit_list", m_hasAuditList}, {"coarse_tokens", m_coarse}};
    if (!file.open(QIODevice::WriteOnly) || file.write(QByteArray::fromStdString(all.dump())) < 0
        || !file.commit())
        qCInfo(logWorkspace, "What was learned of an organization is not kept: %s",
               qPrintable(file.errorString()));
}

void Facts::setPlan(const std::string &plan)
{
    if (plan.empty() || plan == m_plan)
        return;
    m_plan = plan;
    m_hasAuditList = true; // another plan may have one
    save();
}

void Facts::noteCoarse(const std::string &databaseId)
{
    if (m_coarse.size() >= kMostCoarse)
        m_coarse.clear();
    if (m_coarse.insert(databaseId).second)
        save();
}

void Facts::setAuditList(bool has)
{
    if (has == m_hasAuditList)
        return;
    m_hasAuditList = has;
    save();
}

} // namespace Turso::CloudApi
