// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Templates as T

T.ToolTip {
    id: root

    x: parent ? Math.round((parent.width - implicitWidth) / 2) : 0
    y: -implicitHeight - Theme.s1
    implicitWidth: implicitContentWidth + leftPadding + rightPadding
    implicitHeight: implicitContentHeight + topPadding + bottomPadding
    delay: Theme.tooltipDelay
    margins: Theme.s1
    horizontalPadding: Theme.s2
    verticalPadding: Theme.s1
    closePolicy: T.Popup.NoAutoClose

    contentItem: Label {
        text: root.text
        font.pixelSize: Theme.small
        color: Theme.window
    }
    background: Rectangle {
        radius: Theme.radius
        color: Theme.text
    }
}
