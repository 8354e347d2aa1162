// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway/values.h"

#include <QAbstractListModel>
#include <QtQml/qqmlregistration.h>

#include <set>
#include <string>
#include <vector>

namespace Window
{

/// The databases of a group, or of all groups, to be picked from. A filter hides rows, it picks and
/// drops nothing.
class DatabaseChoices final : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Made by the scope picker")
    Q_PROPERTY(QString filter READ filter WRITE setFilter NOTIFY filterChanged FINAL)
    Q_PROPERTY(int total READ total NOTIFY changed FINAL)
    Q_PROPERTY(int shown READ shown NOTIFY changed FINAL)
    Q_PROPERTY(int pickedCount READ pickedCount NOTIFY changed FINAL)

public:
    enum Role {
        NameRole = Qt::UserRole + 1,
        NoteRole, ///< "branch of shop · 2.1 MB", may be empty
        ProtectedRole,
        PickedRole,
    };
    Q_ENUM(Role)

    explicit DatabaseChoices(QObject *parent)
        : QAbstractListModel(parent)
    {
    }

    /// Shows these, sorted by name, with these picked. A picked one that is not there any more is
    /// listed as gone, so that it can be seen and dropped. `withGroups`: notes name the group.
    void show(const std::vector<Gateway::GroupScope> &groups, const std::set<std::string> &picked,
              bool withGroups);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

    QString filter() const { return m_filter; }
    void setFilter(const QString &filter);
    int total() const { return static_cast<int>(m_all.size()); }
    int shown() const { return static_cast<int>(m_rows.size()); }
    int pickedCount() const { return static_cast<int>(m_picked.size()); }
    const std::set<std::string> &picked() const { return m_picked; }

    Q_INVOKABLE void toggle(int row);
    /// Toggles the one that is meant by the filter: of this very name, or the only one shown.
    Q_INVOKABLE void toggleFound();
    /// The first row that begins with `text`, or -1.
    Q_INVOKABLE int find(const QString &text) const;

Q_SIGNALS:
    void filterChanged();
    void changed();
    void pickedChanged();

private:
    struct Row {
        std::string name;
        QString note;
        bool isProtected = false;
    };
    void applyFilter();

    std::vector<Row> m_all;
    std::vector<std::size_t> m_rows; ///< of m_all
    std::set<std::string> m_picked;
    QString m_filter;
};

} // namespace Window
