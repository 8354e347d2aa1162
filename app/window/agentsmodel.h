// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "gateway/values.h"
#include "window/grantsmodel.h"
#include "window/rowsync.h"

#include <QAbstractListModel>
#include <QTimer>
#include <QVariantList>
#include <QtQml/qqmlregistration.h>

#include <memory>
#include <vector>

namespace Window
{

class DeskLink;

/// Everyone who may do something or is connected, with their grants. Asks again when the status
/// changes or calls come in, while somebody looks. Rows keep their place while somebody looks: who
/// is new stands last; who is connected stands first when the page is next opened.
class AgentsModel final : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Made by the window process")
    Q_PROPERTY(int count READ count NOTIFY countChanged FINAL)
    Q_PROPERTY(int total READ total NOTIFY countChanged FINAL)
    Q_PROPERTY(bool loaded READ isLoaded NOTIFY loadedChanged FINAL)
    Q_PROPERTY(bool watched READ isWatched WRITE setWatched NOTIFY watchedChanged FINAL)
    Q_PROPERTY(QString filter READ filter WRITE setFilter NOTIFY filterChanged FINAL)
    Q_PROPERTY(QString problem READ problem NOTIFY problemChanged FINAL)

public:
    enum Role {
        NameRole = Qt::UserRole + 1,
        HowRole, ///< how we know it: "Local program · /usr/bin/claude"
        ConnectedRole,
        BadgesRole, ///< list of {text, tone: "good"|"warn"|"quiet", glyph}
        LastCallRole, ///< "last call 3 minutes ago"
        CallsRole, ///< "128 calls today"
        GrantsRole, ///< GrantsModel of what holds
        EndedRole, ///< GrantsModel of what has run out or was revoked while the window was open
    };
    Q_ENUM(Role)

    explicit AgentsModel(DeskLink &link, QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

    int count() const { return static_cast<int>(m_rows.size()); } ///< that match the filter
    int total() const { return static_cast<int>(m_known.size()); }
    bool isLoaded() const { return m_loaded; }
    bool isWatched() const { return m_watched; }
    void setWatched(bool watched);
    QString filter() const { return m_filter; }
    /// Words that must all be found in the agent's name, program, connections or databases.
    void setFilter(const QString &filter);
    QString problem() const { return m_problem; } ///< why the list may be old, or empty

    Q_INVOKABLE void load();
    Q_INVOKABLE void revoke(const QString &grantId);
    /// Shows one that has ended no more.
    Q_INVOKABLE void forget(const QString &grantId);
    Q_INVOKABLE void setPaused(const QString &grantId, bool paused);

Q_SIGNALS:
    void countChanged();
    void loadedChanged();
    void watchedChanged();
    void filterChanged();
    void problemChanged();

private:
    struct Gone { ///< a grant that has ended while this window was open
        Gateway::Grant grant;
        Base::Millis at = 0;
    };
    struct Known { ///< as the app tells it
        Gateway::AgentInfo agent;
        std::vector<Gateway::Grant> grants;
        std::vector<Gone> gone; ///< newest first
    };
    struct Row { ///< as it is shown
        std::string id; ///< the name as the app tells it
        QString name;
        QString how;
        bool connected = false;
        QVariantList badges;
        QString lastCall;
        QString calls;
        std::vector<GrantRow> newLive; ///< on its way into `live`
        std::vector<GrantRow> newEnded;
        std::shared_ptr<GrantsModel> live;
        std::shared_ptr<GrantsModel> ended;

        const std::string &key() const { return id; }
        void arrive();
        bool take(Row &&next);
    };
    friend struct RowSync<AgentsModel, Row>;

    void change(const char *method, Base::Json params);
    void takeLists(std::vector<Gateway::AgentInfo> agents, std::vector<Gateway::Grant> grants);
    void keepGone(std::vector<Known> &known) const;
    void keepOrder(std::vector<Known> &known) const;
    void show();
    Row rowOf(const Known &known, Base::Millis now) const;
    bool matches(const Known &known) const;
    void setProblem(const QString &problem);

    DeskLink &m_link;
    std::vector<Known> m_known;
    std::vector<Row> m_rows;
    QString m_filter;
    QString m_problem;
    QTimer m_soon; ///< several changes make one request
    QTimer m_minutes; ///< "3 minutes ago" and "2 hours left" go on while somebody looks
    bool m_loaded = false;
    bool m_watched = false;
    bool m_reorder = true;
};

} // namespace Window
