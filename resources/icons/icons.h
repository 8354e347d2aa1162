// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QIcon>
#include <QImage>
#include <QSize>
#include <QStringList>

/// The house icons, drawn for this app and compiled in under ":/icons". No QML needed. GUI thread.
namespace Icons
{

enum class TrayState { Idle, Connected, Waiting, ReadOnly };

/// For the tray. `darkPanel`: light ink for a dark panel. Has pixmaps from 16 to 64 px.
QIcon trayIcon(TrayState state, bool darkPanel);

/// The app's own icon, 16 to 256 px.
QIcon appIcon();

/// "copy", "risk-change" ... in one colour; a null image for an unknown name.
QImage glyph(const QString &name, const QColor &color, QSize pixels);

/// Every name that glyph() knows.
QStringList glyphNames();

/// The drawing in the resource ":/icons/`path`.svg"; a null image when it cannot be read.
QImage render(const QString &path, const QColor &color, QSize pixels);

} // namespace Icons
