// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/livemodel.h"

#include "base/logging.h"
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

constexpr int kFirstPage = 1000;
constexpr int kTickMs = 250;
constexpr qsizetype kSqlLetters = 240; // more than the widest column shows

} // namespace

LiveModel::LiveModel(DeskLink &link, QObject *parent)
    : QAbstractListModel(parent)
    , m_link(link)
{
    m_ticks.setInterval(kTickMs);
    connect(&m_ticks, &QTimer::timeout, this, &LiveModel::tick);
    connect(&link, &DeskLink::callsChanged, this,
            [this](const std::vector<Gateway::CallRecord> &calls) {
                if (m_loading)
                    m_early.insert(m_early.end(), calls.begin(), calls.end());
                else
                    take(calls);
            });
}

void LiveModel::load()
{
    m_loading = true;
    m_early.clear();
    Q_EMIT loadingChanged();
    Base::Json params = {{"limit", kFirstPage}};
    if (!m_filter.isEmpty())
        params["filter"] = m_filterText.toStdString();
    const quint64 request = ++m_request;
    m_link.call("calls.list", std::move(params), this,
                [this, request](const Base::Result<Base::Json> &answer) {
                    if (request != m_request)
                        return;
                    if (auto calls = answer ? Control::listFrom(*answer, Control::callFrom)
                                            : tl::unexpected<Base::Error>(answer.error()))
                        reset(std::move(*calls));
                    else
                        qCWarning(logDesktop)
                            << "calls not listed:" << Wording::text(calls.error().message);
                    m_loading = false;
                    take(std::exchange(m_early, {}));
                    Q_EMIT loadingChanged();
                });
}

int LiveModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : count();
}

QVariant LiveModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Row &row = m_rows[static_cast<std::size_t>(index.row())];
    const Gateway::CallRecord &call = row.call;
    switch (role) {
    case CallIdRole:
        return row.id;
    case TimeRole:
        return Wording::clockTime(call.startedAt);
    case AgentRole:
        return Wording::text(call.agent);
    case ToolRole:
        return Wording::text(call.tool);
    case DatabaseRole:
        return Wording::text(call.database);
    case SqlRole:
        return row.sql;
    case RowsRole:
        return Wording::count(call.affectedRows && *call.affectedRows > 0 ? call.affectedRows
                                                                          : call.rows);
    case DurationRole:
        return elapsed(call);
    case DecisionRole:
        // What became of it, where that says more than who let it through.
        if (call.state == Gateway::CallState::Failed || call.state == Gateway::CallState::Cancelled)
            return Wording::text(Gateway::callStateName(call.state));
        return Wording::decision(call.decision);
    case StateRole:
        return Wording::text(Gateway::callStateName(call.state));
    case RiskRole:
        return Wording::text(Gateway::riskName(call.risk));
    case ApprovalRole:
        return call.state == Gateway::CallState::Waiting;
    default:
        return {};
    }
}

QHash<int, QByteArray> LiveModel::roleNames() const
{
    return {{CallIdRole, "callId"},   {TimeRole, "time"},         {AgentRole, "agent"},
            {ToolRole, "tool"},       {DatabaseRole, "database"}, {SqlRole, "sql"},
            {RowsRole, "rows"},       {DurationRole, "duration"}, {DecisionRole, "decision"},
            {StateRole, "callState"}, {RiskRole, "risk"},         {ApprovalRole, "waitsForYou"}};
}

void LiveModel::setFilter(const QString &text)
{
    if (text == m_filterText)
        return;
    m_filterText = text;
    const auto parsed = Gateway::CallFilter::parse(text.toStdString());
    m_filter = parsed.value_or(Gateway::CallFilter());
    m_filterProblem
        = parsed ? QString() : Wording::text(parsed.error().message + " " + parsed.error().hint);
    Q_EMIT filterChanged();
    load();
}

QString LiveModel::filterProblem() const
{
    return m_filterProblem;
}

void LiveModel::setWatched(bool watched)
{
    if (watched == m_watched)
        return;
    m_watched = watched;
    Q_EMIT watchedChanged();
    updateTicking();
}

int LiveModel::rowOf(const QString &callId) const
{
    const auto found = m_serials.constFind(callId);
    return found == m_serials.constEnd() ? -1 : static_cast<int>(*found - m_first);
}

QString LiveModel::callIdAt(int row) const
{
    return row >= 0 && row < count() ? m_rows[static_cast<std::size_t>(row)].id : QString();
}

LiveModel::Row LiveModel::rowFrom(const Gateway::CallRecord &call)
{
    Row row{Wording::text(call.id), Wording::oneLine(call.sql, kSqlLetters), call};
    row.call.sql = {};
    return row;
}

void LiveModel::reset(std::vector<Gateway::CallRecord> newestFirst)
{
    beginResetModel();
    m_rows.clear();
    m_serials.clear();
    m_open.clear();
    m_first = 0;
    for (auto call = newestFirst.rbegin(); call != newestFirst.rend(); ++call) {
        const auto serial = static_cast<Serial>(m_rows.size());
        m_rows.push_back(rowFrom(*call));
        m_serials.insert(m_rows.back().id, serial);
        if (!Gateway::isFinal(call->state))
            m_open.insert(serial);
    }
    endResetModel();
    Q_EMIT countChanged();
    updateTicking();
}

void LiveModel::take(const std::vector<Gateway::CallRecord> &calls)
{
    std::set<Serial> changed;
    std::vector<Row> added;
    QHash<QString, std::size_t> addedAt;
    for (const Gateway::CallRecord &call : calls) {
        const QString id = Wording::text(call.id);
        if (const auto known = m_serials.constFind(id); known != m_serials.constEnd()) {
            change(*known, call, changed);
        } else if (const auto again = addedAt.constFind(id); again != addedAt.constEnd()) {
            added[*again] = rowFrom(call);
        } else if (m_filter.isEmpty() || m_filter.matches(call)) {
            addedAt.insert(id, added.size());
            added.push_back(rowFrom(call));
        }
    }
    announce(changed, {});
    if (!added.empty())
        append(std::move(added));
    updateTicking();
}

void LiveModel::append(std::vector<Row> rows)
{
    if (rows.size() > kCapacity)
        rows.erase(rows.begin(), rows.end() - kCapacity);
    const std::size_t total = m_rows.size() + rows.size();
    if (total > kCapacity)
        forget(total - kCapacity);
    const int size = static_cast<int>(rows.size());
    beginInsertRows({}, count(), count() + size - 1);
    for (Row &row : rows) {
        const Serial serial = m_first + static_cast<Serial>(m_rows.size());
        m_serials.insert(row.id, serial);
        if (!Gateway::isFinal(row.call.state))
            m_open.insert(serial);
        m_rows.push_back(std::move(row));
    }
    endInsertRows();
    Q_EMIT countChanged();
    Q_EMIT appended(size);
}

void LiveModel::forget(std::size_t rows)
{
    beginRemoveRows({}, 0, static_cast<int>(rows) - 1);
    for (std::size_t i = 0; i < rows; ++i) {
        m_serials.remove(m_rows.front().id);
        m_rows.pop_front();
    }
    m_first += static_cast<Serial>(rows);
    m_open.erase(m_open.begin(), m_open.lower_bound(m_first));
    endRemoveRows();
    Q_EMIT countChanged();
}

void LiveModel::change(Serial serial, const Gateway::CallRecord &call, std::set<Serial> &changed)
{
    m_rows[static_cast<std::size_t>(serial - m_first)] = rowFrom(call);
    if (Gateway::isFinal(call.state))
        m_open.erase(serial);
    else
        m_open.insert(serial);
    changed.insert(serial);
}

void LiveModel::announce(const std::set<Serial> &changed, const QList<int> &roles)
{
    // Neighbours are told together.
    for (auto at = changed.begin(); at != changed.end();) {
        const Serial first = *at;
        Serial last = first;
        for (++at; at != changed.end() && *at == last + 1; ++at)
            last = *at;
        Q_EMIT dataChanged(index(static_cast<int>(first - m_first)),
                           index(static_cast<int>(last - m_first)), roles);
    }
}

void LiveModel::updateTicking()
{
    const bool needed = m_watched && !m_open.empty();
    if (needed && !m_ticks.isActive())
        m_ticks.start();
    else if (!needed)
        m_ticks.stop();
}

void LiveModel::tick()
{
    announce(m_open, {DurationRole});
}

QString LiveModel::elapsed(const Gateway::CallRecord &call) const
{
    if (Gateway::isFinal(call.state))
        return Wording::duration(call.durationMs);
    const Base::Millis so = QDateTime::currentMSecsSinceEpoch() - call.startedAt;
    return Wording::duration(static_cast<double>(std::max<Base::Millis>(so, 0)));
}

} // namespace Window
