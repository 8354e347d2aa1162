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

/// What an organization of Turso Cloud says of itself: who did what, newest first, page by page as
/// far as somebody wants to read. Nothing of it is kept by the app.
class AuditListModel final : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Made by the window process")
    Q_PROPERTY(QString name READ name NOTIFY changed FINAL)
    Q_PROPERTY(int count READ count NOTIFY changed FINAL)
    Q_PROPERTY(bool busy READ isBusy NOTIFY changed FINAL)
    Q_PROPERTY(bool loaded READ isLoaded NOTIFY changed FINAL)
    /// There is an older page.
    Q_PROPERTY(bool more READ hasMore NOTIFY changed FINAL)
    /// The organization's plan has no such list.
    Q_PROPERTY(bool lacking READ isLacking NOTIFY changed FINAL)
    Q_PROPERTY(QString problem READ problem NOTIFY changed FINAL)

public:
    enum Role {
        DayRole = Qt::UserRole + 1, ///< "Today", "2 March 2026": the list's sections
        TimeRole, ///< "14:03"
        TextRole, ///< what was done
        GlyphRole,
        ToneRole,
        MessageRole, ///< Turso's own sentence
        WhoRole,
        FromRole, ///< "with the turso CLI"
    };
    Q_ENUM(Role)

    explicit AuditListModel(DeskLink &link, QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

    QString name() const { return m_name; }
    int count() const { return static_cast<int>(m_rows.size()); }
    bool isBusy() const { return m_busy; }
    bool isLoaded() const { return m_page > 0; }
    bool hasMore() const { return m_page > 0 && m_page < m_pages && count() < kMostRows; }
    bool isLacking() const { return m_lacking; }
    QString problem() const { return m_problem; }

    /// Shows the list of this connection, from its newest page on.
    Q_INVOKABLE void open(const QString &connectionId, const QString &name);
    /// Asks for the next older page; or once more for the one that could not be had.
    Q_INVOKABLE void loadMore();

Q_SIGNALS:
    void changed();

private:
    static constexpr int kMostRows = 10'000;

    struct Row {
        QString day;
        QString time;
        QString text;
        QString glyph;
        QString tone;
        QString message;
        QString who;
        QString from;
    };

    void takePage(const Base::Json &page);
    void fail(const Base::Error &error);
    static Row rowOf(const Base::Json &entry);

    DeskLink &m_link;
    std::string m_id;
    QString m_name;
    std::vector<Row> m_rows;
    int m_page = 0; ///< the last one that is there
    int m_pages = 0;
    quint64 m_turn = 0; ///< answers for another connection are not heard
    bool m_busy = false;
    bool m_lacking = false;
    QString m_problem;
};

} // namespace Window
