// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QQuickImageProvider>

namespace Window
{

/// "image://glyph/NAME/RRGGBB": a house glyph in that colour, "image://glyph/app" the app's icon.
/// QML caches them.
class GlyphProvider final : public QQuickImageProvider
{
public:
    GlyphProvider();
    QImage requestImage(const QString &id, QSize *size, const QSize &requestedSize) override;
};

} // namespace Window
