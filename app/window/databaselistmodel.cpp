// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/databaselistmodel.h"

#include "window/desklink.h"
#include "window/wording.h"

#include <QLocale>

#include <numeric>
#include <utility>

namespace Window
{

namespace
{

constexpr int kPage = 200;
constexpr std::size_t kMostRows = 100'000; // whatever a server goes on answering
constexpr qsizetype kSentenceLetters = 300;
constexpr qsizetype kNameLetters = 100;

} // namespace

DatabaseListModel::DatabaseListModel(DeskLink &link, QObject *parent)
    : QAbstractListModel(parent)
    , m_link(link)
{
}

int DatabaseListModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : count();
}

QVariant DatabaseListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Row &row = m_all[m_shown[static_cast<std::size_t>(index.row())]];
    switch (role) {
    case NameRole:
        return row.name;
    case GroupRole:
        return row.group;
    case BranchOfRole:
        return row.branchOf;
    case SizeRole:
        return row.size;
    case ProtectedRole:
        return row.isProtected;
    default:
        return {};
    }
}

QHash<int, QByteArray> DatabaseListModel::roleNames() const
{
    return {{NameRole, "name"},
            {GroupRole, "group"},
            {BranchOfRole, "branchOf"},
            {SizeRole, "size"},
            {ProtectedRole, "guarded"}};
}

bool DatabaseListModel::canFetchMore(const QModelIndex &parent) const
{
    return !parent.isValid() && !m_busy && m_problem.isEmpty() && m_loaded && !m_cursor.empty();
}

void DatabaseListModel::fetchMore(const QModelIndex &parent)
{
    if (canFetchMore(parent))
        loadMore();
}

QString DatabaseListModel::summary() const
{
    const auto known = static_cast<int>(m_all.size());
    if (!m_loaded)
        return {};
    const QString number = QLocale().toString(known);
    if (!m_filter.isEmpty())
        return m_cursor.empty()
            ? tr("%1 of %2 databases").arg(QLocale().toString(count()), number)
            : tr("%1 of %2 databases so far").arg(QLocale().toString(count()), number);
    if (!m_cursor.empty())
        return tr("The first %1").arg(number);
    return known == 1 ? tr("One database") : tr("%1 databases").arg(number);
}

void DatabaseListModel::setFilter(const QString &filter)
{
    if (filter == m_filter)
        return;
    beginResetModel();
    m_filter = filter;
    m_shown.clear();
    for (std::size_t i = 0; i < m_all.size(); ++i) {
        if (fits(m_all[i]))
            m_shown.push_back(i);
    }
    endResetModel();
    Q_EMIT changed();
    if (!m_filter.isEmpty() && m_problem.isEmpty())
        loadMore();
}

bool DatabaseListModel::fits(const Row &row) const
{
    return m_filter.isEmpty() || row.name.contains(m_filter, Qt::CaseInsensitive);
}

void DatabaseListModel::open(const QString &connectionId, const QString &name)
{
    ++m_turn;
    beginResetModel();
    m_all.clear();
    m_shown.clear();
    m_filter.clear();
    endResetModel();
    m_id = connectionId.toStdString();
    m_name = name;
    m_cursor.clear();
    m_busy = false;
    m_loaded = false;
    m_problem.clear();
    loadMore();
}

void DatabaseListModel::loadMore()
{
    if (m_busy || m_id.empty() || !hasMore())
        return;
    m_busy = true;
    m_problem.clear();
    Q_EMIT changed();
    Base::Json params = {{"id", m_id}, {"limit", kPage}};
    if (!m_cursor.empty())
        params["cursor"] = m_cursor;
    m_link.call("connections.databases", std::move(params), this,
                [this, turn = m_turn](const Base::Result<Base::Json> &answer) {
                    if (turn != m_turn)
                        return;
                    m_busy = false;
                    if (answer)
                        return takePage(*answer);
                    m_problem = Wording::oneLine(answer.error().message + " " + answer.error().hint,
                                                 kSentenceLetters);
                    Q_EMIT changed();
                });
}

void DatabaseListModel::takePage(const Base::Json &page)
{
    const std::size_t before = m_all.size();
    for (const Base::Json &one : Base::member(page, "databases")) {
        const auto text = [&one](const char *key) {
            return Wording::oneLine(Base::stringMember(one, key).value_or(""), kNameLetters);
        };
        const auto bytes = Base::integerMember(one, "size_bytes");
        m_all.push_back({text("name"), text("group"), text("parent"),
                         bytes ? Wording::size(*bytes) : QString(),
                         Base::boolMember(one, "delete_protection").value_or(false)});
    }
    const std::string last
        = std::exchange(m_cursor, Base::stringMember(page, "next_cursor").value_or(""));
    // An answer that leads nowhere ends the list.
    if (m_cursor == last || m_all.size() == before || m_all.size() >= kMostRows)
        m_cursor.clear();
    m_loaded = true;
    std::vector<std::size_t> fitting;
    for (std::size_t i = before; i < m_all.size(); ++i) {
        if (fits(m_all[i]))
            fitting.push_back(i);
    }
    if (!fitting.empty()) {
        beginInsertRows({}, count(), count() + static_cast<int>(fitting.size()) - 1);
        m_shown.insert(m_shown.end(), fitting.begin(), fitting.end());
        endInsertRows();
    }
    Q_EMIT changed();
    if (!m_filter.isEmpty())
        loadMore();
}

} // namespace Window
