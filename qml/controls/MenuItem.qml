// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Templates as T

T.MenuItem {
    id: root

    implicitWidth: Math.max(Theme.menuWidth - 2 * Theme.s1, implicitContentWidth + leftPadding + rightPadding)
    implicitHeight: Theme.hit
    leftPadding: Theme.s2 + Theme.glyph + Theme.s1
    rightPadding: Theme.s3
    Accessible.name: text
    Accessible.onPressAction: root.triggered()

    contentItem: Label {
        text: root.text
        Accessible.ignored: true
    }
    background: Rectangle {
        radius: Theme.radius
        color: root.highlighted || root.hovered ? Theme.hover : "transparent"

        Glyph {
            x: Theme.s2
            anchors.verticalCenter: parent.verticalCenter
            visible: root.checked
            name: "check"
            size: Theme.glyphSmall
            color: Theme.accent
        }
    }
}
