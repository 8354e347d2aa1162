// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/appearance.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QEvent>
#include <QGuiApplication>
#include <QPalette>

namespace Window
{

namespace
{

const QString kService = QStringLiteral("org.freedesktop.portal.Desktop");
const QString kPath = QStringLiteral("/org/freedesktop/portal/desktop");
const QString kInterface = QStringLiteral("org.freedesktop.portal.Settings");
const QString kLook = QStringLiteral("org.freedesktop.appearance");
const QString kColorScheme = QStringLiteral("color-scheme");
const QString kGnome = QStringLiteral("org.gnome.desktop.interface");
const QString kAnimations = QStringLiteral("enable-animations");

QVariant unwrapped(QVariant value)
{
    while (value.canConvert<QDBusVariant>())
        value = value.value<QDBusVariant>().variant();
    return value;
}

} // namespace

Appearance::Appearance(QObject *parent)
    : QObject(parent)
    , m_reducedMotion(qEnvironmentVariableIntValue("TURSO_COMPANION_REDUCED_MOTION") == 1)
{
    const QString wanted = qEnvironmentVariable("TURSO_COMPANION_THEME");
    m_fixed = wanted == QLatin1StringView("dark") || wanted == QLatin1StringView("light");
    m_dark = wanted == QLatin1StringView("dark");
    if (!m_fixed) {
        takePalette();
        qGuiApp->installEventFilter(this);
    }
}

bool Appearance::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == qGuiApp && event->type() == QEvent::ApplicationPaletteChange)
        takePalette();
    return false;
}

void Appearance::follow()
{
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        return;
    if (!m_fixed)
        ask(kLook, kColorScheme);
    ask(kGnome, kAnimations);
    bus.connect(kService, kPath, kInterface, QStringLiteral("SettingChanged"), this,
                SLOT(takePortalChange(QString, QString, QDBusVariant)));
}

void Appearance::ask(const QString &nameSpace, const QString &key)
{
    QDBusMessage question
        = QDBusMessage::createMethodCall(kService, kPath, kInterface, QStringLiteral("Read"));
    question << nameSpace << key;
    // Not started for our sake: a desktop that has a portal has it running.
    question.setAutoStartService(false);
    auto *watcher
        = new QDBusPendingCallWatcher(QDBusConnection::sessionBus().asyncCall(question), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher, key] {
        watcher->deleteLater();
        const QDBusPendingReply<QDBusVariant> reply = *watcher;
        if (!reply.isError())
            take(key, unwrapped(reply.value().variant()));
    });
}

void Appearance::takePortalChange(const QString &nameSpace, const QString &key,
                                  const QDBusVariant &value)
{
    if ((nameSpace == kLook && key == kColorScheme && !m_fixed)
        || (nameSpace == kGnome && key == kAnimations))
        take(key, unwrapped(value.variant()));
}

void Appearance::take(const QString &key, const QVariant &value)
{
    constexpr uint kPrefersDark = 1;
    constexpr uint kPrefersLight = 2;
    if (key == kAnimations) {
        m_reducedMotion = m_reducedMotion || !value.toBool();
    } else {
        const uint scheme = value.toUInt();
        m_portal = scheme == kPrefersDark || scheme == kPrefersLight;
        if (m_portal)
            m_dark = scheme == kPrefersDark;
    }
    Q_EMIT changed();
}

void Appearance::takePalette()
{
    const bool dark = QGuiApplication::palette().color(QPalette::Window).lightness() < 128;
    if (m_portal || dark == m_dark)
        return;
    m_dark = dark;
    Q_EMIT changed();
}

} // namespace Window
