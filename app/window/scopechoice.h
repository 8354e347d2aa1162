// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway/effects.h"
#include "gateway/values.h"
#include "window/databasechoices.h"

#include <QObject>
#include <QStringList>
#include <QVariantList>
#include <QtQml/qqmlregistration.h>

#include <optional>
#include <vector>

namespace Window
{

/// What a person has picked so far, and what that would mean. Starts with the least that is of use:
/// the first group, all of its databases, read only. Asks nobody and decides nothing.
class ScopeChoice final : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Made by the scope picker")
    Q_PROPERTY(bool loaded READ isLoaded NOTIFY placesChanged FINAL)
    Q_PROPERTY(bool placeFixed READ isPlaceFixed NOTIFY placesChanged FINAL)
    Q_PROPERTY(QVariantList connections READ connections NOTIFY placesChanged FINAL)
    Q_PROPERTY(QVariantList groups READ groups NOTIFY placesChanged FINAL)
    Q_PROPERTY(QString problem READ problem NOTIFY placesChanged FINAL)
    Q_PROPERTY(QString organization READ organization NOTIFY placesChanged FINAL)
    Q_PROPERTY(QString connection READ connection WRITE setConnection NOTIFY changed FINAL)
    Q_PROPERTY(int groupIndex READ groupIndex WRITE setGroupIndex NOTIFY changed FINAL)
    Q_PROPERTY(bool allDatabases READ isAllDatabases WRITE setAllDatabases NOTIFY changed FINAL)
    Q_PROPERTY(Window::DatabaseChoices *databases READ databases CONSTANT FINAL)
    Q_PROPERTY(int databasesNow READ databasesNow NOTIFY changed FINAL)
    Q_PROPERTY(QString preset READ preset WRITE setPreset NOTIFY changed FINAL)
    Q_PROPERTY(QVariantList permissions READ permissions NOTIFY changed FINAL)
    Q_PROPERTY(int seconds READ seconds WRITE setSeconds NOTIFY changed FINAL)
    Q_PROPERTY(QVariantList tools READ tools NOTIFY changed FINAL)
    Q_PROPERTY(QString sentence READ sentence NOTIFY changed FINAL)
    Q_PROPERTY(QString missing READ missing NOTIFY changed FINAL)

public:
    static constexpr int kKeepEnd = -1; ///< the end of a grant that is changed stays as it is

    explicit ScopeChoice(QObject *parent);

    /// Another agent: everything starts anew, and nothing can be picked before offer().
    void begin(const std::string &agent, const std::string &connection);
    /// The same to change a grant, which keeps its connection.
    void begin(const Gateway::Grant &grant);
    void offer(std::vector<Gateway::ConnectionScope> scopes);
    void setAgent(const std::string &agent);

    bool isLoaded() const { return m_loaded; }
    bool isPlaceFixed() const { return m_grant.has_value(); }
    QVariantList connections() const; ///< {value, text, note, glyph, bad}
    QVariantList groups() const; ///< {name, text, note, locked}; the last is the whole organization
    QString problem() const;
    QString organization() const;
    QString connection() const;
    void setConnection(const QString &id);
    int groupIndex() const { return m_groupIndex; }
    void setGroupIndex(int index);
    bool isAllDatabases() const { return m_allDatabases; }
    void setAllDatabases(bool all);
    DatabaseChoices *databases() { return &m_databases; }
    int databasesNow() const; ///< how many are there to be covered by "all"
    QString preset() const; ///< "read-only", "full-access" or "custom"
    void setPreset(const QString &preset);
    QVariantList permissions() const; ///< {title, note, access: "off"|"asks"|"on", mayRunAlone}
    Q_INVOKABLE void setAccess(int permission, const QString &access);
    int seconds() const { return m_seconds; } ///< 0: until revoked
    void setSeconds(int seconds);
    QVariantList tools() const; ///< {name, effect, note}
    QString sentence() const;
    /// A sentence on what has to be picked first, or empty.
    QString missing() const;

    Gateway::GrantDraft draft() const;
    /// What would be different from the grant that is changed, as "+ write rows"; empty for none.
    QStringList differences() const;

Q_SIGNALS:
    void placesChanged();
    void changed();

private:
    const Gateway::ConnectionScope *place() const;
    const Gateway::GroupScope *group() const; ///< null: the whole organization
    void showDatabases(const std::set<std::string> &picked);
    void settle(); ///< takes the grant's place, or the first one

    std::vector<Gateway::ConnectionScope> m_scopes;
    std::optional<Gateway::Grant> m_grant;
    std::string m_agent;
    std::size_t m_place = 0;
    int m_groupIndex = 0;
    bool m_allDatabases = true;
    bool m_custom = false;
    bool m_loaded = false;
    int m_seconds = 0;
    std::string m_wanted; ///< the connection that was asked about
    Gateway::Permissions m_permissions;
    DatabaseChoices m_databases;
};

} // namespace Window
