// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QColor>
#include <QPainterPath>
#include <QRectF>

#include <optional>
#include <vector>

class QPainter;

namespace Icons
{

/// A picture made of filled and stroked shapes: the small part of SVG that the house icons use.
/// Drawing it ourselves lets a glyph take any colour of the theme and needs no SVG plugin at run
/// time.
class Drawing
{
public:
    /// Understands <path> (M L H V C S Z, absolute), <rect>, <circle>, <ellipse>, and fill, stroke,
    /// stroke-width on them or on <svg>. Nothing where it meets anything else, so that a wrong file
    /// is seen and not half drawn.
    static std::optional<Drawing> parse(const QByteArray &svg);

    /// Fills `target` (its aspect ratio is kept). `current` stands for currentColor.
    void paint(QPainter &painter, const QRectF &target, const QColor &current) const;

private:
    struct Ink {
        bool drawn = false;
        QColor color; ///< invalid: currentColor
    };
    struct Shape {
        QPainterPath path;
        Ink fill;
        Ink stroke;
        qreal width = 1;
    };

    QRectF m_viewBox;
    std::vector<Shape> m_shapes;

    friend class DrawingReader;
};

} // namespace Icons
