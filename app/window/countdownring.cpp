// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/countdownring.h"

#include <QPainter>
#include <QPen>

namespace Window
{

CountdownRing::CountdownRing(QQuickItem *parent)
    : QQuickPaintedItem(parent)
{
    setAntialiasing(true);
    connect(this, &CountdownRing::lookChanged, this, [this] { update(); });
}

void CountdownRing::paint(QPainter *painter)
{
    constexpr int kTop = 90 * 16; // in sixteenths of a degree, as QPainter counts
    constexpr double kRound = 360 * 16;
    const qreal inset = m_thickness / 2;
    const QRectF ring = boundingRect().adjusted(inset, inset, -inset, -inset);
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(m_track, m_thickness));
    painter->drawEllipse(ring);
    painter->setPen(QPen(m_color, m_thickness, Qt::SolidLine, Qt::RoundCap));
    painter->drawArc(ring, kTop, static_cast<int>(m_share * kRound));
}

} // namespace Window
