// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/glyphprovider.h"

#include "icons/icons.h"

namespace Window
{

GlyphProvider::GlyphProvider()
    : QQuickImageProvider(QQuickImageProvider::Image)
{
}

QImage GlyphProvider::requestImage(const QString &id, QSize *size, const QSize &requestedSize)
{
    constexpr QSize kNatural(16, 16);
    const QSize pixels = requestedSize.isEmpty() ? kNatural : requestedSize;
    const QStringList parts = id.split(u'/');
    QImage image = parts.size() == 2
        ? Icons::glyph(parts[0], QColor(u'#' + parts[1]), pixels)
        : Icons::render(QStringLiteral("turso-companion"), Qt::black, pixels);
    if (size)
        *size = image.size();
    return image;
}

} // namespace Window
