// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway/callfilter.h"
#include "gateway/values.h"

#include <QAbstractListModel>
#include <QHash>
#include <QTimer>
#include <QtQml/qqmlregistration.h>

#include <deque>
#include <set>
#include <vector>

namespace Window
{

class DeskLink;

/// The latest calls, oldest first, at most kCapacity of them. Follows the link; one insertion per
/// batch. While a call is under way and somebody looks, its elapsed time ticks; otherwise nothing
/// here wakes up.
class LiveModel final : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Made by the window process")
    Q_PROPERTY(QString filter READ filter WRITE setFilter NOTIFY filterChanged FINAL)
    Q_PROPERTY(QString filterProblem READ filterProblem NOTIFY filterChanged FINAL)
    Q_PROPERTY(bool loading READ isLoading NOTIFY loadingChanged FINAL)
    Q_PROPERTY(bool watched READ isWatched WRITE setWatched NOTIFY watchedChanged FINAL)
    Q_PROPERTY(int count READ count NOTIFY countChanged FINAL)

public:
    enum Role {
        CallIdRole = Qt::UserRole + 1,
        TimeRole,
        AgentRole,
        ToolRole,
        DatabaseRole,
        SqlRole,
        RowsRole,
        DurationRole,
        DecisionRole,
        StateRole,
        RiskRole,
        ApprovalRole, ///< true while the call waits for the person
    };
    Q_ENUM(Role)

    static constexpr int kCapacity = 10'000;

    explicit LiveModel(DeskLink &link, QObject *parent = nullptr);

    /// Asks for what there is; the link tells what comes.
    void load();

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

    int count() const { return static_cast<int>(m_rows.size()); }
    QString filter() const { return m_filterText; }
    void setFilter(const QString &text);
    QString filterProblem() const;
    bool isLoading() const { return m_loading; }
    bool isWatched() const { return m_watched; }
    void setWatched(bool watched);

    Q_INVOKABLE int rowOf(const QString &callId) const; ///< or -1
    Q_INVOKABLE QString callIdAt(int row) const; ///< or empty

    /// New ones are appended, known ones changed, those beyond the capacity forgotten.
    void take(const std::vector<Gateway::CallRecord> &calls);

Q_SIGNALS:
    void filterChanged();
    void loadingChanged();
    void watchedChanged();
    void countChanged();
    /// So many rows were appended, just now.
    void appended(int rows);

private:
    struct Row {
        QString id;
        QString sql;
        Gateway::CallRecord call; ///< without its SQL
    };
    using Serial
        = long long; ///< of a row: its place since the first row ever, so that removing keeps it

    static Row rowFrom(const Gateway::CallRecord &call);
    void reset(std::vector<Gateway::CallRecord> newestFirst);
    void append(std::vector<Row> rows);
    void forget(std::size_t rows);
    void change(Serial serial, const Gateway::CallRecord &call, std::set<Serial> &changed);
    void announce(const std::set<Serial> &changed, const QList<int> &roles);
    void updateTicking();
    void tick();
    QString elapsed(const Gateway::CallRecord &call) const;

    DeskLink &m_link;
    std::deque<Row> m_rows;
    QHash<QString, Serial> m_serials;
    std::set<Serial> m_open; ///< not final yet
    Serial m_first = 0; ///< of m_rows.front()
    Gateway::CallFilter m_filter;
    QString m_filterProblem; ///< why the filter cannot be used, or empty
    QString m_filterText;
    QTimer m_ticks;
    quint64 m_request = 0; ///< the newest list request; older answers are dropped
    std::vector<Gateway::CallRecord> m_early; ///< arrived while the list was under way
    bool m_loading = false;
    bool m_watched = false;
};

} // namespace Window
