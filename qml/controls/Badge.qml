// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick

// An icon and a word on a soft ground: never colour alone.
Rectangle {
    id: root

    property string text
    property string glyph
    property color ink: Theme.secondary
    property color ground: Theme.sunken

    implicitWidth: line.implicitWidth + 2 * Theme.s2
    implicitHeight: Theme.s5
    radius: Theme.radius
    color: ground
    Accessible.role: Accessible.StaticText
    Accessible.name: text

    Row {
        id: line

        anchors.centerIn: parent
        spacing: Theme.s1 + Theme.hairline

        Glyph {
            anchors.verticalCenter: parent.verticalCenter
            visible: root.glyph !== ""
            name: root.glyph
            size: Theme.glyphSmall
            color: root.ink
        }
        Label {
            anchors.verticalCenter: parent.verticalCenter
            text: root.text
            color: root.ink
            font.pixelSize: Theme.small
            font.weight: Theme.semiBold
            Accessible.ignored: true
        }
    }
}
