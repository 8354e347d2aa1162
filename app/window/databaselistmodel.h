// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "base/result.h"

#include <QAbstractListModel>
#include <QString>
#include <QtQml/qqmlregistration.h>

#include <vector>

namespace Window
{

class DeskLink;

/// The databases of one connection by name, page by page: the next one is asked for when a view
/// comes near the end, and all of them, one after the other, while somebody searches.
class DatabaseListModel final : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Made by the window process")
    Q_PROPERTY(QString name READ name NOTIFY changed FINAL)
    Q_PROPERTY(int count READ count NOTIFY changed FINAL)
    Q_PROPERTY(bool busy READ isBusy NOTIFY changed FINAL)
    Q_PROPERTY(bool loaded READ isLoaded NOTIFY changed FINAL)
    Q_PROPERTY(QString problem READ problem NOTIFY changed FINAL)
    /// How many there are, as far as is known: "41 databases", "the first 400".
    Q_PROPERTY(QString summary READ summary NOTIFY changed FINAL)
    /// Only names that have this in them are shown.
    Q_PROPERTY(QString filter READ filter WRITE setFilter NOTIFY changed FINAL)

public:
    enum Role {
        NameRole = Qt::UserRole + 1,
        GroupRole,
        BranchOfRole, ///< the name of its source, or empty
        SizeRole, ///< "2.1 MB", or empty: not known
        ProtectedRole,
    };
    Q_ENUM(Role)

    explicit DatabaseListModel(DeskLink &link, QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;
    bool canFetchMore(const QModelIndex &parent) const override;
    void fetchMore(const QModelIndex &parent) override;

    QString name() const { return m_name; }
    int count() const { return static_cast<int>(m_shown.size()); }
    bool isBusy() const { return m_busy; }
    bool isLoaded() const { return m_loaded; }
    QString problem() const { return m_problem; }
    QString summary() const;
    QString filter() const { return m_filter; }
    void setFilter(const QString &filter);

    /// Shows those of this connection, from the first on.
    Q_INVOKABLE void open(const QString &connectionId, const QString &name);
    /// Asks for the next page; or once more for the one that could not be had.
    Q_INVOKABLE void loadMore();

Q_SIGNALS:
    void changed();

private:
    struct Row {
        QString name;
        QString group;
        QString branchOf;
        QString size;
        bool isProtected = false;
    };

    void takePage(const Base::Json &page);
    bool fits(const Row &row) const;
    bool hasMore() const { return !m_loaded || !m_cursor.empty(); }

    DeskLink &m_link;
    std::string m_id;
    QString m_name;
    QString m_filter;
    std::vector<Row> m_all;
    std::vector<std::size_t> m_shown; ///< of m_all
    std::string m_cursor;
    quint64 m_turn = 0; ///< answers for another connection are not heard
    bool m_busy = false;
    bool m_loaded = false; ///< at least one page
    QString m_problem;
};

} // namespace Window
