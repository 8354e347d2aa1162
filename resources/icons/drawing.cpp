// SPDX-License-Identifier: GPL-3.0-or-later
#include "icons/drawing.h"

#include <QPainter>
#include <QPen>
#include <QXmlStreamReader>

namespace Icons
{

namespace
{

/// Reads the `d` of a <path>.
class PathText
{
public:
    explicit PathText(QStringView text)
        : m_text(text)
    {
    }

    std::optional<QPainterPath> read()
    {
        QPainterPath path;
        QChar command;
        while (skipSpace()) {
            if (m_text[m_at].isLetter())
                command = m_text[m_at++];
            else if (command == u'M')
                command = u'L'; // further pairs after a move are lines
            if (!draw(command, path))
                return std::nullopt;
        }
        return path;
    }

private:
    bool skipSpace()
    {
        while (m_at < m_text.size() && (m_text[m_at].isSpace() || m_text[m_at] == u','))
            ++m_at;
        return m_at < m_text.size();
    }

    qreal number()
    {
        skipSpace();
        const qsizetype start = m_at;
        if (m_at < m_text.size() && m_text[m_at] == u'-')
            ++m_at;
        while (m_at < m_text.size() && (m_text[m_at].isDigit() || m_text[m_at] == u'.'))
            ++m_at;
        bool valid = false;
        const qreal value = m_text.sliced(start, m_at - start).toDouble(&valid);
        m_valid = m_valid && valid;
        return value;
    }

    QPointF point()
    {
        const qreal x = number();
        return {x, number()};
    }

    bool draw(QChar command, QPainterPath &path)
    {
        const QPointF from = path.currentPosition();
        const bool smooth = command == u'S';
        switch (command.unicode()) {
        case u'M':
            path.moveTo(point());
            break;
        case u'L':
            path.lineTo(point());
            break;
        case u'H':
            path.lineTo(number(), from.y());
            break;
        case u'V':
            path.lineTo(from.x(), number());
            break;
        case u'C':
        case u'S': {
            const QPointF first = smooth ? from * 2 - m_lastHandle : point();
            m_lastHandle = point();
            path.cubicTo(first, m_lastHandle, point());
            return m_valid;
        }
        case u'Z':
            path.closeSubpath();
            break;
        default:
            return false;
        }
        m_lastHandle = path.currentPosition();
        return m_valid;
    }

    QStringView m_text;
    qsizetype m_at = 0;
    QPointF m_lastHandle;
    bool m_valid = true;
};

} // namespace

/// Turns elements into shapes.
class DrawingReader
{
public:
    std::optional<Drawing> read(const QByteArray &svg)
    {
        QXmlStreamReader xml(svg);
        while (!xml.atEnd()) {
            if (xml.readNext() == QXmlStreamReader::StartElement && !element(xml))
                return std::nullopt;
        }
        if (xml.hasError() || m_drawing.m_viewBox.isEmpty() || m_drawing.m_shapes.empty())
            return std::nullopt;
        return m_drawing;
    }

private:
    static Drawing::Ink ink(const QXmlStreamAttributes &with, QLatin1StringView name,
                            Drawing::Ink inherited)
    {
        if (!with.hasAttribute(name))
            return inherited;
        const QStringView value = with.value(name);
        if (value == QLatin1StringView("none"))
            return {};
        const bool current = value == QLatin1StringView("currentColor");
        return {true, current ? QColor() : QColor(value.toString())};
    }

    bool element(const QXmlStreamReader &xml)
    {
        const QXmlStreamAttributes with = xml.attributes();
        const auto number = [&with](const char *name) {
            return with.value(QLatin1StringView(name)).toDouble();
        };
        Drawing::Shape shape;
        shape.fill = ink(with, QLatin1StringView("fill"), m_defaults.fill);
        shape.stroke = ink(with, QLatin1StringView("stroke"), m_defaults.stroke);
        shape.width = with.hasAttribute(QLatin1StringView("stroke-width")) ? number("stroke-width")
                                                                           : m_defaults.width;
        const QStringView name = xml.name();
        if (name == QLatin1StringView("svg")) {
            const auto box = with.value(QLatin1StringView("viewBox")).split(u' ');
            if (box.size() != 4)
                return false;
            m_drawing.m_viewBox
                = {box[0].toDouble(), box[1].toDouble(), box[2].toDouble(), box[3].toDouble()};
            m_defaults = shape;
            return true;
        }
        if (name == QLatin1StringView("path")) {
            const auto path = PathText(with.value(QLatin1StringView("d"))).read();
            if (!path)
                return false;
            shape.path = *path;
            if (with.value(QLatin1StringView("fill-rule")) == QLatin1StringView("nonzero"))
                shape.path.setFillRule(Qt::WindingFill);
        } else if (name == QLatin1StringView("rect")) {
            const qreal radius = number("rx");
            shape.path.addRoundedRect({number("x"), number("y"), number("width"), number("height")},
                                      radius, radius);
        } else if (name == QLatin1StringView("circle")) {
            shape.path.addEllipse({number("cx"), number("cy")}, number("r"), number("r"));
        } else if (name == QLatin1StringView("ellipse")) {
            shape.path.addEllipse({number("cx"), number("cy")}, number("rx"), number("ry"));
        } else {
            return false;
        }
        m_drawing.m_shapes.push_back(std::move(shape));
        return true;
    }

    Drawing m_drawing;
    Drawing::Shape m_defaults;
};

std::optional<Drawing> Drawing::parse(const QByteArray &svg)
{
    return DrawingReader().read(svg);
}

void Drawing::paint(QPainter &painter, const QRectF &target, const QColor &current) const
{
    const qreal scale
        = qMin(target.width() / m_viewBox.width(), target.height() / m_viewBox.height());
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(target.center());
    painter.scale(scale, scale);
    painter.translate(-m_viewBox.center());
    for (const Shape &shape : m_shapes) {
        const auto color = [&current](const Ink &ink) {
            return ink.color.isValid() ? ink.color : current;
        };
        painter.setBrush(shape.fill.drawn ? QBrush(color(shape.fill)) : QBrush(Qt::NoBrush));
        painter.setPen(shape.stroke.drawn ? QPen(color(shape.stroke), shape.width, Qt::SolidLine,
                                                 Qt::RoundCap, Qt::RoundJoin)
                                          : QPen(Qt::NoPen));
        painter.drawPath(shape.path);
    }
    painter.restore();
}

} // namespace Icons
