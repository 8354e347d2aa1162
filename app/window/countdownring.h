// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QQuickPaintedItem>
#include <QtQml/qqmlregistration.h>

namespace Window
{

/// A ring that empties clockwise. Painted, because the software renderer draws no geometry nodes.
class CountdownRing : public QQuickPaintedItem
{
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(double share MEMBER m_share NOTIFY lookChanged FINAL)
    Q_PROPERTY(double thickness MEMBER m_thickness NOTIFY lookChanged FINAL)
    Q_PROPERTY(QColor color MEMBER m_color NOTIFY lookChanged FINAL)
    Q_PROPERTY(QColor track MEMBER m_track NOTIFY lookChanged FINAL)

public:
    explicit CountdownRing(QQuickItem *parent = nullptr);
    void paint(QPainter *painter) override;

Q_SIGNALS:
    void lookChanged();

private:
    double m_share = 1;
    double m_thickness = 2;
    QColor m_color;
    QColor m_track;
};

} // namespace Window
