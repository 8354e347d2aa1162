// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDBusVariant>
#include <QObject>
#include <QString>

namespace Window
{

/// Light or dark, moving or still. TURSO_COMPANION_THEME=light|dark decides; else what the
/// desktop's settings portal says, else the palette. TURSO_COMPANION_REDUCED_MOTION=1 asks for no
/// motion.
class Appearance final : public QObject
{
    Q_OBJECT

public:
    /// Starts with the palette's answer: nothing is asked of the bus yet.
    explicit Appearance(QObject *parent = nullptr);

    bool isDark() const { return m_dark; }
    bool hasReducedMotion() const { return m_reducedMotion; }

    /// Asks the portal, and goes with its changes. Call it once the first window is on the screen.
    void follow();

    bool eventFilter(QObject *watched, QEvent *event) override;

Q_SIGNALS:
    void changed();

private Q_SLOTS:
    void takePortalChange(const QString &nameSpace, const QString &key, const QDBusVariant &value);

private:
    void ask(const QString &nameSpace, const QString &key);
    void take(const QString &key, const QVariant &value);
    void takePalette();

    bool m_dark = false;
    bool m_fixed = false; ///< by the environment
    bool m_portal = false; ///< it has an opinion: the palette is not asked any more
    bool m_reducedMotion = false;
};

} // namespace Window
