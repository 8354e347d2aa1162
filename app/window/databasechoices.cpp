// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/databasechoices.h"

#include "window/wording.h"

#include <algorithm>

namespace Window
{

namespace
{

constexpr qsizetype kNameLetters = 120;

QString noteOf(const Gateway::DatabaseScope &database, const std::string &group, bool withGroup)
{
    QStringList notes;
    if (withGroup && !group.empty())
        notes << Wording::oneLine(group, kNameLetters);
    if (!database.branchOf.empty())
        notes << DatabaseChoices::tr("branch of %1")
                     .arg(Wording::oneLine(database.branchOf, kNameLetters));
    if (database.sizeBytes)
        notes << Wording::size(*database.sizeBytes);
    return notes.join(QStringLiteral(" · "));
}

} // namespace

void DatabaseChoices::show(const std::vector<Gateway::GroupScope> &groups,
                           const std::set<std::string> &picked, bool withGroups)
{
    beginResetModel();
    m_all.clear();
    m_picked = picked;
    std::set<std::string> gone = picked;
    for (const Gateway::GroupScope &group : groups) {
        for (const Gateway::DatabaseScope &database : group.databases) {
            m_all.push_back({database.name, noteOf(database, group.name, withGroups),
                             database.deleteProtection || group.deleteProtection});
            gone.erase(database.name);
        }
    }
    for (const std::string &name : gone)
        m_all.push_back({name, tr("not there any more"), false});
    std::sort(m_all.begin(), m_all.end(),
              [](const Row &a, const Row &b) { return a.name < b.name; });
    m_filter.clear();
    applyFilter();
    endResetModel();
    Q_EMIT filterChanged();
    Q_EMIT changed();
}

void DatabaseChoices::applyFilter()
{
    m_rows.clear();
    for (std::size_t i = 0; i < m_all.size(); ++i) {
        if (m_filter.isEmpty()
            || Wording::text(m_all[i].name).contains(m_filter.trimmed(), Qt::CaseInsensitive))
            m_rows.push_back(i);
    }
}

void DatabaseChoices::setFilter(const QString &filter)
{
    if (filter == m_filter)
        return;
    beginResetModel();
    m_filter = filter;
    applyFilter();
    endResetModel();
    Q_EMIT filterChanged();
    Q_EMIT changed();
}

int DatabaseChoices::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : shown();
}

QVariant DatabaseChoices::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Row &row = m_all[m_rows[static_cast<std::size_t>(index.row())]];
    switch (role) {
    case NameRole:
        return Wording::oneLine(row.name, kNameLetters);
    case NoteRole:
        return row.note;
    case ProtectedRole:
        return row.isProtected;
    case PickedRole:
        return m_picked.contains(row.name);
    default:
        return {};
    }
}

QHash<int, QByteArray> DatabaseChoices::roleNames() const
{
    return {{NameRole, "name"},
            {NoteRole, "note"},
            {ProtectedRole, "protectedFromDeletion"},
            {PickedRole, "picked"}};
}

void DatabaseChoices::toggle(int row)
{
    if (row < 0 || row >= shown())
        return;
    const std::string &name = m_all[m_rows[static_cast<std::size_t>(row)]].name;
    if (m_picked.erase(name) == 0)
        m_picked.insert(name);
    Q_EMIT dataChanged(index(row), index(row), {PickedRole});
    Q_EMIT changed();
    Q_EMIT pickedChanged();
}

void DatabaseChoices::toggleFound()
{
    for (int row = 0; row < shown(); ++row) {
        const std::string &name = m_all[m_rows[static_cast<std::size_t>(row)]].name;
        if (shown() == 1 || Wording::text(name) == m_filter.trimmed())
            return toggle(row);
    }
}

int DatabaseChoices::find(const QString &text) const
{
    for (int row = 0; row < shown(); ++row) {
        const std::string &name = m_all[m_rows[static_cast<std::size_t>(row)]].name;
        if (Wording::text(name).startsWith(text, Qt::CaseInsensitive))
            return row;
    }
    return -1;
}

} // namespace Window
