// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway/values.h"

#include <QObject>
#include <QString>
#include <QStringList>
#include <QVariantList>
#include <QtQml/qqmlregistration.h>

namespace Window
{

class DeskLink;

/// One call in full: what the pane beside the list shows. Follows the call while it changes.
class CallViewModel final : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Made by the window process")
    Q_PROPERTY(QString callId READ callId WRITE show NOTIFY callIdChanged FINAL)
    Q_PROPERTY(bool loaded READ isLoaded NOTIFY changed FINAL)
    Q_PROPERTY(QString problem READ problem NOTIFY changed FINAL)
    Q_PROPERTY(QString tool READ tool NOTIFY changed FINAL)
    Q_PROPERTY(QString headline READ headline NOTIFY changed FINAL)
    Q_PROPERTY(QString callState READ callState NOTIFY changed FINAL)
    Q_PROPERTY(QString risk READ risk NOTIFY changed FINAL)
    Q_PROPERTY(QString sql READ sql NOTIFY changed FINAL)
    Q_PROPERTY(QString arguments READ arguments NOTIFY changed FINAL)
    Q_PROPERTY(QVariantList summary READ summary NOTIFY changed FINAL)
    Q_PROPERTY(QVariantList why READ why NOTIFY changed FINAL)
    Q_PROPERTY(QVariantList timeline READ timeline NOTIFY changed FINAL)
    Q_PROPERTY(QVariantList columns READ columns NOTIFY changed FINAL)
    Q_PROPERTY(QVariantList rows READ rows NOTIFY changed FINAL)
    Q_PROPERTY(QString rowsNote READ rowsNote NOTIFY changed FINAL)
    Q_PROPERTY(QString resultText READ resultText NOTIFY changed FINAL)

public:
    explicit CallViewModel(DeskLink &link, QObject *parent = nullptr);

    QString callId() const { return m_callId; }
    /// Empty: nothing.
    Q_INVOKABLE void show(const QString &callId);

    bool isLoaded() const { return m_loaded; }
    QString problem() const { return m_problem; }
    QString tool() const;
    QString headline() const; ///< "write_database on demo-shop by Codex"
    QString callState() const;
    QString risk() const;
    QString sql() const;
    QString arguments() const; ///< indented JSON
    QVariantList summary() const; ///< {label, value, mono}
    QVariantList why() const; ///< {label, value}
    QVariantList timeline() const; ///< {label, duration, share (0 to 1), kind}
    QVariantList columns() const { return m_columns; } ///< {name, letters}
    QVariantList rows() const { return m_rows; } ///< lists of texts, the first kShownRows
    QString rowsNote() const { return m_rowsNote; }
    QString resultText() const { return m_resultText; } ///< indented JSON

Q_SIGNALS:
    void callIdChanged();
    void changed();

private:
    static constexpr std::size_t kShownRows = 200;

    void load();
    void readResult();

    DeskLink &m_link;
    QString m_callId;
    Gateway::CallDetail m_detail;
    QString m_problem;
    QVariantList m_columns;
    QVariantList m_rows;
    QString m_rowsNote;
    QString m_resultText;
    bool m_loaded = false;
    bool m_loading = false;
    bool m_again = false; ///< it changed while it was being asked for
};

} // namespace Window
