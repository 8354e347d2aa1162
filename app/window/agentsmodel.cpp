// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/agentsmodel.h"

#include "control/codec.h"
#include "window/desklink.h"
#include "window/wording.h"

#include <QDateTime>

#include <algorithm>
#include <utility>

namespace Window
{

namespace
{

constexpr int kSoonMs = 200;

} // namespace

bool AgentsModel::Row::operator==(const Row &other) const
{
    return agent.name == other.agent.name && agent.program == other.agent.program
        && agent.transport == other.agent.transport && agent.connected == other.agent.connected
        && agent.callsToday == other.agent.callsToday && agent.lastCallAt == other.agent.lastCallAt
        && grants == other.grants;
}

AgentsModel::AgentsModel(DeskLink &link, QObject *parent)
    : QAbstractListModel(parent)
    , m_link(link)
{
    m_soon.setSingleShot(true);
    m_soon.setInterval(kSoonMs);
    connect(&m_soon, &QTimer::timeout, this, &AgentsModel::load);
    connect(&link, &DeskLink::statusChanged, this, [this] {
        if (m_watched && !m_soon.isActive())
            m_soon.start();
    });
}

void AgentsModel::setWatched(bool watched)
{
    if (watched == m_watched)
        return;
    m_watched = watched;
    Q_EMIT watchedChanged();
    if (watched)
        load();
}

int AgentsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : count();
}

QVariant AgentsModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Row &row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case NameRole:
        return Wording::oneLine(row.agent.name, 120);
    case ProgramRole:
        return Wording::oneLine(row.agent.program, 240);
    case TransportRole:
        return row.agent.transport == "stdio" ? tr("local program") : tr("HTTP");
    case ConnectedRole:
        return row.agent.connected;
    case ActivityRole: {
        const auto calls = row.agent.callsToday;
        const QString today = calls == 0 ? tr("No calls today")
            : calls == 1                 ? tr("1 call today")
                                         : tr("%1 calls today").arg(Wording::count(calls));
        if (!row.agent.lastCallAt)
            return today;
        return tr("%1 · last one %2")
            .arg(today, Wording::ago(*row.agent.lastCallAt, QDateTime::currentMSecsSinceEpoch()));
    }
    case GrantsRole: {
        QVariantList grants;
        for (const Gateway::Grant &grant : row.grants)
            grants.append(describe(grant));
        return grants;
    }
    default:
        return {};
    }
}

QHash<int, QByteArray> AgentsModel::roleNames() const
{
    return {{NameRole, "name"},        {ProgramRole, "program"},   {TransportRole, "transport"},
            {ConnectedRole, "online"}, {ActivityRole, "activity"}, {GrantsRole, "grants"}};
}

void AgentsModel::revoke(const QString &grantId)
{
    m_link.call("grants.revoke", {{"id", grantId.toStdString()}}, this,
                [this](const Base::Result<Base::Json> &answer) {
                    if (!answer)
                        Q_EMIT m_link.failed(Wording::text(answer.error().message));
                    load();
                });
}

void AgentsModel::load()
{
    m_link.call(
        "agents.list", Base::Json::object(), this, [this](const Base::Result<Base::Json> &listed) {
            auto agents = listed ? Control::listFrom(*listed, Control::agentFrom)
                                 : tl::unexpected<Base::Error>(listed.error());
            if (!agents)
                return;
            m_link.call(
                "grants.list", Base::Json::object(), this,
                [this, agents = std::move(*agents)](const Base::Result<Base::Json> &answer) {
                    auto grants = answer ? Control::listFrom(*answer, Control::grantFrom)
                                         : tl::unexpected<Base::Error>(answer.error());
                    if (grants)
                        show(agents, std::move(*grants));
                });
        });
}

void AgentsModel::show(std::vector<Gateway::AgentInfo> agents, std::vector<Gateway::Grant> grants)
{
    std::vector<Row> rows;
    for (Gateway::AgentInfo &agent : agents)
        rows.push_back({std::move(agent), {}});
    for (Gateway::Grant &grant : grants) {
        auto found = std::find_if(rows.begin(), rows.end(), [&grant](const Row &row) {
            return row.agent.name == grant.agent;
        });
        if (found == rows.end()) { // has not come by yet
            Gateway::AgentInfo agent;
            agent.name = grant.agent;
            agent.program = grant.program;
            agent.transport = grant.kind == "bridge" ? "stdio" : "http";
            found = rows.insert(rows.end(), Row{std::move(agent), {}});
        }
        found->grants.push_back(std::move(grant));
    }
    std::stable_sort(rows.begin(), rows.end(), [](const Row &a, const Row &b) {
        return std::pair(!a.agent.connected, a.agent.name)
            < std::pair(!b.agent.connected, b.agent.name);
    });
    if (rows != m_rows) {
        beginResetModel();
        m_rows = std::move(rows);
        endResetModel();
        Q_EMIT countChanged();
    }
    if (!std::exchange(m_loaded, true))
        Q_EMIT loadedChanged();
}

QVariantMap AgentsModel::describe(const Gateway::Grant &grant)
{
    QStringList where;
    where << Wording::oneLine(grant.connection, 60);
    if (!grant.group.empty())
        where << tr("group %1").arg(Wording::oneLine(grant.group, 60));
    QStringList databases;
    for (const std::string &database : grant.databases)
        databases << Wording::oneLine(database, 60);
    where << (databases.isEmpty() ? tr("all databases") : databases.join(QStringLiteral(", ")));
    const Base::Millis now = QDateTime::currentMSecsSinceEpoch();
    QString until = tr("until revoked");
    if (grant.expiresAt)
        until = *grant.expiresAt > now ? tr("%1 left").arg(Wording::span(*grant.expiresAt - now))
                                       : tr("expired");
    return {{QStringLiteral("id"), Wording::text(grant.id)},
            {QStringLiteral("what"), Wording::permissions(grant.permissions)},
            {QStringLiteral("where"), where.join(QStringLiteral(" · "))},
            {QStringLiteral("until"), until},
            {QStringLiteral("kind"), grant.kind == "bridge" ? tr("local program") : tr("token")},
            {QStringLiteral("used"),
             grant.lastUsedAt ? tr("used %1").arg(Wording::ago(*grant.lastUsedAt, now))
                              : tr("not used yet")}};
}

} // namespace Window
