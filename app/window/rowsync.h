// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QModelIndex>

#include <algorithm>
#include <utility>
#include <vector>

namespace Window
{

/// Turns a list model's rows into others by the fewest steps that views understand, so that what
/// stays keeps its place on the screen, its focus and its open parts. A Row has `key()`, which is
/// its own among the rows, `void arrive()`, called before it becomes one, and `bool take(Row
/// &&next)`, which takes over what is new and says whether the row's data changed. A Model makes
/// this its friend.
template <typename Model, typename Row>
struct RowSync {
    static void apply(Model &model, std::vector<Row> &rows, std::vector<Row> next)
    {
        for (auto i = static_cast<int>(rows.size()) - 1; i >= 0; --i) {
            if (find(next, rows[at(i)].key(), 0) < 0) {
                model.beginRemoveRows(QModelIndex(), i, i);
                rows.erase(rows.begin() + i);
                model.endRemoveRows();
            }
        }
        for (int i = 0; i < static_cast<int>(next.size()); ++i)
            place(model, rows, std::move(next[at(i)]), i);
    }

private:
    static std::size_t at(int row) { return static_cast<std::size_t>(row); }

    template <typename Key>
    static int find(const std::vector<Row> &rows, const Key &key, int from)
    {
        const auto found = std::find_if(rows.begin() + from, rows.end(),
                                        [&key](const Row &row) { return row.key() == key; });
        return found == rows.end() ? -1 : static_cast<int>(found - rows.begin());
    }

    static void place(Model &model, std::vector<Row> &rows, Row row, int i)
    {
        const int now = find(rows, row.key(), i);
        if (now < 0) {
            row.arrive();
            model.beginInsertRows(QModelIndex(), i, i);
            rows.insert(rows.begin() + i, std::move(row));
            model.endInsertRows();
            return;
        }
        if (now > i) {
            model.beginMoveRows(QModelIndex(), now, now, QModelIndex(), i);
            std::rotate(rows.begin() + i, rows.begin() + now, rows.begin() + now + 1);
            model.endMoveRows();
        }
        if (rows[at(i)].take(std::move(row)))
            Q_EMIT model.dataChanged(model.index(i), model.index(i));
    }
};

} // namespace Window
