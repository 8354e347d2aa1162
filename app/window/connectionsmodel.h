// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "gateway/values.h"
#include "window/rowsync.h"

#include <QAbstractListModel>
#include <QTimer>
#include <QVariantMap>
#include <QtQml/qqmlregistration.h>

#include <set>
#include <vector>

namespace Window
{

class DeskLink;

/// The places with databases, the workspace first, the others in the order in which they came.
/// Follows their changes as they are told; asks for the list, and for who uses them, while somebody
/// looks.
class ConnectionsModel final : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Made by the window process")
    Q_PROPERTY(int count READ count NOTIFY countChanged FINAL)
    /// Only the workspace is there.
    Q_PROPERTY(bool alone READ isAlone NOTIFY countChanged FINAL)
    Q_PROPERTY(bool loaded READ isLoaded NOTIFY loadedChanged FINAL)
    Q_PROPERTY(bool watched READ isWatched WRITE setWatched NOTIFY watchedChanged FINAL)
    Q_PROPERTY(QString problem READ problem NOTIFY problemChanged FINAL)

public:
    enum Role {
        IdRole = Qt::UserRole + 1,
        NameRole,
        ShownRole, ///< ConnectionWords::connection
        CheckedRole, ///< "checked 3 minutes ago", or empty
        UseRole, ///< "3 agents may use it"
        UsersRole, ///< number of agents
        FarewellRole, ///< what removing it means
        BusyRole, ///< something that was asked for has no answer yet
    };
    Q_ENUM(Role)

    explicit ConnectionsModel(DeskLink &link, QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

    int count() const { return static_cast<int>(m_rows.size()); }
    bool isAlone() const { return m_loaded && count() <= 1; }
    bool isLoaded() const { return m_loaded; }
    bool isWatched() const { return m_watched; }
    void setWatched(bool watched);
    QString problem() const { return m_problem; } ///< why the list may be old, or empty
    /// As it was told last; null if there is none of that id.
    const Gateway::ConnectionInfo *find(const QString &id) const;

    Q_INVOKABLE void load();
    /// Asks the connection how it is; with a locked keyring, the system asks for its password.
    Q_INVOKABLE void check(const QString &id);
    Q_INVOKABLE void signOut(const QString &id);
    /// Takes it away with its grants. Its databases stay where they are.
    Q_INVOKABLE void remove(const QString &id);

Q_SIGNALS:
    void countChanged();
    void loadedChanged();
    void watchedChanged();
    void problemChanged();

private:
    struct Row {
        std::string id;
        QVariantMap shown;
        QString checked;
        QString use;
        int users = 0;
        QString farewell;
        bool busy = false;

        const std::string &key() const { return id; }
        void arrive() { }
        bool take(Row &&next);
        bool operator==(const Row &) const = default;
    };
    friend struct RowSync<ConnectionsModel, Row>;

    void change(const char *method, const QString &id, bool removes = false);
    void takeList(std::vector<Gateway::ConnectionInfo> connections);
    void takeOne(const Gateway::ConnectionInfo &connection);
    void drop(const QString &id);
    void loadGrants();
    void show();
    Row rowOf(const Gateway::ConnectionInfo &connection, Base::Millis now) const;
    void setProblem(const QString &problem);

    DeskLink &m_link;
    std::vector<Gateway::ConnectionInfo> m_known;
    std::vector<Gateway::Grant> m_grants;
    std::vector<Row> m_rows;
    std::set<std::string> m_busy; ///< ids
    QString m_problem;
    QTimer m_soon; ///< several changes make one request
    QTimer m_minutes; ///< "3 minutes ago" goes on while somebody looks
    bool m_loaded = false;
    bool m_watched = false;
};

} // namespace Window
