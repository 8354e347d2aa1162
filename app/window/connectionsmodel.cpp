// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/connectionsmodel.h"

#include "control/codec.h"
#include "window/connectionwords.h"
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
constexpr int kMinuteMs = 60'000;

QString farewellOf(const Gateway::ConnectionInfo &connection, std::size_t grants)
{
    const QString stay = connection.kind == "turso-cloud"
        ? ConnectionsModel::tr("Its databases stay in Turso Cloud.")
        : ConnectionsModel::tr("Its databases stay on the server.");
    const QString token = connection.tokenKept.empty()
        ? QString()
        : ConnectionsModel::tr(" Its token is forgotten.");
    if (grants == 0)
        return ConnectionsModel::tr("No agent may use it.%1 %2").arg(token, stay);
    return grants == 1
        ? ConnectionsModel::tr("1 grant goes with it, at once.%1 %2").arg(token, stay)
        : ConnectionsModel::tr("%1 grants go with it, at once.%2 %3")
              .arg(Wording::count(static_cast<std::int64_t>(grants)), token, stay);
}

} // namespace

bool ConnectionsModel::Row::take(Row &&next)
{
    if (*this == next)
        return false;
    *this = std::move(next);
    return true;
}

ConnectionsModel::ConnectionsModel(DeskLink &link, QObject *parent)
    : QAbstractListModel(parent)
    , m_link(link)
{
    m_soon.setSingleShot(true);
    m_soon.setInterval(kSoonMs);
    connect(&m_soon, &QTimer::timeout, this, &ConnectionsModel::loadGrants);
    m_minutes.setInterval(kMinuteMs);
    m_minutes.setTimerType(Qt::VeryCoarseTimer);
    connect(&m_minutes, &QTimer::timeout, this, &ConnectionsModel::show);
    connect(&link, &DeskLink::connectionChanged, this, &ConnectionsModel::takeOne);
    connect(&link, &DeskLink::connectionRemoved, this, &ConnectionsModel::drop);
    connect(&link, &DeskLink::statusChanged, this, [this] {
        if (m_watched && !m_soon.isActive())
            m_soon.start();
    });
}

void ConnectionsModel::setWatched(bool watched)
{
    if (watched == m_watched)
        return;
    m_watched = watched;
    Q_EMIT watchedChanged();
    if (!watched) {
        m_minutes.stop();
        m_soon.stop();
        return;
    }
    m_minutes.start();
    load();
}

const Gateway::ConnectionInfo *ConnectionsModel::find(const QString &id) const
{
    const std::string key = id.toStdString();
    const auto found = std::find_if(m_known.begin(), m_known.end(),
                                    [&key](const auto &one) { return one.id == key; });
    return found == m_known.end() ? nullptr : &*found;
}

int ConnectionsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : count();
}

QVariant ConnectionsModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Row &row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case IdRole:
        return Wording::text(row.id);
    case NameRole:
        return row.shown[QStringLiteral("name")];
    case ShownRole:
        return row.shown;
    case CheckedRole:
        return row.checked;
    case UseRole:
        return row.use;
    case UsersRole:
        return row.users;
    case FarewellRole:
        return row.farewell;
    case BusyRole:
        return row.busy;
    default:
        return {};
    }
}

QHash<int, QByteArray> ConnectionsModel::roleNames() const
{
    return {{IdRole, "connectionId"},   {NameRole, "name"}, {ShownRole, "shown"},
            {CheckedRole, "checked"},   {UseRole, "use"},   {UsersRole, "users"},
            {FarewellRole, "farewell"}, {BusyRole, "busy"}};
}

void ConnectionsModel::check(const QString &id)
{
    change("connections.check", id);
}

void ConnectionsModel::signOut(const QString &id)
{
    change("connections.sign_out", id);
}

void ConnectionsModel::remove(const QString &id)
{
    change("connections.remove", id, true);
}

void ConnectionsModel::change(const char *method, const QString &id, bool removes)
{
    const std::string key = id.toStdString();
    if (!m_busy.insert(key).second)
        return; // one at a time
    show();
    m_link.call(
        method, {{"id", key}}, this,
        [this, id, key, removes](const Base::Result<Base::Json> &answer) {
            m_busy.erase(key);
            if (!answer)
                Q_EMIT m_link.failed(
                    Wording::text(answer.error().message + " " + answer.error().hint).trimmed());
            else if (removes)
                return drop(id);
            else if (const auto connection = Control::connectionFrom(*answer))
                return takeOne(*connection);
            show();
        });
}

void ConnectionsModel::load()
{
    m_link.call("connections.list", Base::Json::object(), this,
                [this](const Base::Result<Base::Json> &answer) {
                    auto connections = answer ? Control::listFrom(*answer, Control::connectionFrom)
                                              : tl::unexpected<Base::Error>(answer.error());
                    if (!connections)
                        return setProblem(Wording::text(connections.error().message));
                    setProblem({});
                    takeList(std::move(*connections));
                });
    loadGrants();
}

void ConnectionsModel::loadGrants()
{
    m_link.call("grants.list", Base::Json::object(), this,
                [this](const Base::Result<Base::Json> &answer) {
                    if (!answer)
                        return; // the connections are true without
                    if (auto grants = Control::listFrom(*answer, Control::grantFrom)) {
                        m_grants = std::move(*grants);
                        show();
                    }
                });
}

void ConnectionsModel::takeList(std::vector<Gateway::ConnectionInfo> connections)
{
    std::stable_partition(connections.begin(), connections.end(),
                          [](const auto &one) { return one.kind == "workspace"; });
    m_known = std::move(connections);
    const bool first = !std::exchange(m_loaded, true);
    show();
    if (first)
        Q_EMIT loadedChanged();
    Q_EMIT countChanged();
}

void ConnectionsModel::takeOne(const Gateway::ConnectionInfo &connection)
{
    const auto found = std::find_if(m_known.begin(), m_known.end(), [&connection](const auto &one) {
        return one.id == connection.id;
    });
    if (found != m_known.end())
        *found = connection;
    else if (m_loaded)
        m_known.push_back(connection);
    show();
}

void ConnectionsModel::drop(const QString &id)
{
    const std::string key = id.toStdString();
    std::erase_if(m_known, [&key](const auto &one) { return one.id == key; });
    show();
}

void ConnectionsModel::setProblem(const QString &problem)
{
    if (problem == m_problem)
        return;
    m_problem = problem;
    Q_EMIT problemChanged();
}

void ConnectionsModel::show()
{
    const Base::Millis now = QDateTime::currentMSecsSinceEpoch();
    std::vector<Row> rows;
    for (const Gateway::ConnectionInfo &connection : m_known)
        rows.push_back(rowOf(connection, now));
    const int before = count();
    RowSync<ConnectionsModel, Row>::apply(*this, m_rows, std::move(rows));
    if (count() != before)
        Q_EMIT countChanged();
}

ConnectionsModel::Row ConnectionsModel::rowOf(const Gateway::ConnectionInfo &connection,
                                              Base::Millis now) const
{
    std::set<std::string> agents;
    std::size_t grants = 0;
    for (const Gateway::Grant &grant : m_grants) {
        const bool holds = !grant.expiresAt || *grant.expiresAt > now;
        if (grant.connection == connection.id && holds) {
            ++grants;
            agents.insert(grant.agent);
        }
    }
    Row row;
    row.id = connection.id;
    row.shown = ConnectionWords::connection(connection);
    row.checked = connection.checkedAt
        ? tr("checked %1").arg(Wording::ago(*connection.checkedAt, now))
        : QString();
    row.users = static_cast<int>(agents.size());
    row.use = agents.empty() ? tr("No agent may use it")
        : agents.size() == 1 ? tr("%1 may use it").arg(Wording::oneLine(*agents.begin(), 40))
                             : tr("%1 agents may use it").arg(Wording::count(row.users));
    row.farewell = farewellOf(connection, grants);
    row.busy = m_busy.contains(connection.id);
    return row;
}

} // namespace Window
