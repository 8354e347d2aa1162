// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway/values.h"

#include <QAbstractListModel>
#include <QTimer>
#include <QVariantList>
#include <QtQml/qqmlregistration.h>

#include <vector>

namespace Window
{

class DeskLink;

/// Everyone who may do something or is connected, with their grants. Asks again when the status
/// changes, while somebody looks.
class AgentsModel final : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Made by the window process")
    Q_PROPERTY(int count READ count NOTIFY countChanged FINAL)
    Q_PROPERTY(bool loaded READ isLoaded NOTIFY loadedChanged FINAL)
    Q_PROPERTY(bool watched READ isWatched WRITE setWatched NOTIFY watchedChanged FINAL)

public:
    enum Role {
        NameRole = Qt::UserRole + 1,
        ProgramRole,
        TransportRole,
        ConnectedRole,
        ActivityRole, ///< "12 calls today · 3 minutes ago"
        GrantsRole, ///< list of {id, what, where, until, used, kind}
    };
    Q_ENUM(Role)

    explicit AgentsModel(DeskLink &link, QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

    int count() const { return static_cast<int>(m_rows.size()); }
    bool isLoaded() const { return m_loaded; }
    bool isWatched() const { return m_watched; }
    void setWatched(bool watched);

    Q_INVOKABLE void revoke(const QString &grantId);

Q_SIGNALS:
    void countChanged();
    void loadedChanged();
    void watchedChanged();

private:
    struct Row {
        Gateway::AgentInfo agent;
        std::vector<Gateway::Grant> grants;
        bool operator==(const Row &other) const;
    };

    void load();
    void show(std::vector<Gateway::AgentInfo> agents, std::vector<Gateway::Grant> grants);
    static QVariantMap describe(const Gateway::Grant &grant);

    DeskLink &m_link;
    std::vector<Row> m_rows;
    QTimer m_soon; ///< several changes make one request
    bool m_loaded = false;
    bool m_watched = false;
};

} // namespace Window
