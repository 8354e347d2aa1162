// SPDX-License-Identifier: GPL-3.0-or-later
#include "icons/icons.h"

#include "icons/drawing.h"

#include <QDir>
#include <QFile>
#include <QHash>
#include <QPainter>

namespace Icons
{

namespace
{

/// Each file is read once.
const Drawing *drawing(const QString &path)
{
    static QHash<QString, std::optional<Drawing>> drawings;
    auto found = drawings.constFind(path);
    if (found == drawings.constEnd()) {
        QFile file(QStringLiteral(":/icons/%1.svg").arg(path));
        found = drawings.insert(
            path, file.open(QIODevice::ReadOnly) ? Drawing::parse(file.readAll()) : std::nullopt);
    }
    return found->has_value() ? &**found : nullptr;
}

QIcon iconOf(const QString &path, std::initializer_list<int> sizes)
{
    QIcon icon;
    for (const int size : sizes)
        icon.addPixmap(QPixmap::fromImage(render(path, Qt::black, {size, size})));
    return icon;
}

} // namespace

QImage render(const QString &path, const QColor &color, QSize pixels)
{
    const Drawing *found = drawing(path);
    if (!found || pixels.isEmpty())
        return {};
    QImage image(pixels, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    found->paint(painter, QRectF(QPointF(), QSizeF(pixels)), color);
    return image;
}

QIcon trayIcon(TrayState state, bool darkPanel)
{
    const char *name = "idle";
    switch (state) {
    case TrayState::Idle:
        break;
    case TrayState::Connected:
        name = "connected";
        break;
    case TrayState::Waiting:
        name = "waiting";
        break;
    case TrayState::ReadOnly:
        name = "read-only";
        break;
    }
    return iconOf(
        QStringLiteral("tray/%1-%2")
            .arg(QLatin1StringView(name), QLatin1StringView(darkPanel ? "dark" : "light")),
        {16, 22, 24, 32, 44, 48, 64});
}

QIcon appIcon()
{
    return iconOf(QStringLiteral("turso-companion"), {16, 22, 24, 32, 48, 64, 128, 256});
}

QImage glyph(const QString &name, const QColor &color, QSize pixels)
{
    return render(QStringLiteral("glyphs/") + name, color, pixels);
}

QStringList glyphNames()
{
    QStringList names = QDir(QStringLiteral(":/icons/glyphs")).entryList(QDir::Files, QDir::Name);
    for (QString &name : names)
        name.chop(4);
    return names;
}

} // namespace Icons
