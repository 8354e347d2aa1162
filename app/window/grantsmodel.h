// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway/values.h"
#include "window/rowsync.h"

#include <QAbstractListModel>
#include <QString>
#include <QStringList>
#include <QtQml/qqmlregistration.h>

#include <vector>

namespace Window
{

/// One grant in a person's words.
struct GrantRow {
    QString id;
    QString what; ///< "Read only"
    QString place; ///< the connection, and its group: "Workspace · group default"
    QString databases; ///< "All databases", "shop-prod, shop-staging and 38 more"
    bool everything = false; ///< no database is named
    QStringList allDatabases; ///< only where `databases` does not name them all
    QString until; ///< "until you revoke it", "7 hours left", "ended yesterday, 14:03"
    QString used; ///< "used 3 minutes ago"
    QString how; ///< how its holder is known: "Signed in · verified by claude.ai"
    QString farewell; ///< what revoking it means
    bool paused = false;
    bool ended = false;
    bool endsSoon = false;

    const QString &key() const { return id; }
    void arrive() { }
    bool take(GrantRow &&next);
    bool operator==(const GrantRow &) const = default;

    /// As of `now`; `connection` is its name for people.
    static GrantRow of(const Gateway::Grant &grant, const QString &connection, Base::Millis now);
};

/// How we know who holds a grant. What a program says of itself is never told as a fact.
QString holderWording(const Gateway::Grant &grant);

/// The grants of one agent, in an order that does not change by itself.
class GrantsModel final : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Made by AgentsModel")
    Q_PROPERTY(int count READ count NOTIFY countChanged FINAL)

public:
    enum Role {
        IdRole = Qt::UserRole + 1,
        WhatRole,
        PlaceRole,
        DatabasesRole,
        AllDatabasesRole,
        EverythingRole,
        UntilRole,
        UsedRole,
        HowRole,
        FarewellRole,
        PausedRole,
        EndedRole,
        EndsSoonRole,
    };
    Q_ENUM(Role)

    explicit GrantsModel(QObject *parent)
        : QAbstractListModel(parent)
    {
    }

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

    int count() const { return static_cast<int>(m_rows.size()); }
    const std::vector<GrantRow> &rows() const { return m_rows; }
    void show(std::vector<GrantRow> rows);

Q_SIGNALS:
    void countChanged();

private:
    friend struct RowSync<GrantsModel, GrantRow>;
    std::vector<GrantRow> m_rows;
};

} // namespace Window
