// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls

// One way to connect: what it is for, and the line to copy.
Column {
    id: root

    property string glyph
    property string title
    property string text
    property string value

    spacing: Theme.s2

    Row {
        spacing: Theme.s2

        Glyph {
            anchors.verticalCenter: parent.verticalCenter
            name: root.glyph
            color: Theme.accent
        }
        Label {
            text: root.title
            strong: true
        }
    }
    Label {
        width: parent.width
        text: root.text
        color: Theme.secondary
        wrapMode: Text.Wrap
        lineHeight: Theme.lineHeight
    }
    Rectangle {
        width: parent.width
        height: Theme.control + Theme.s1
        radius: Theme.radius
        color: Theme.sunken
        border.width: Theme.hairline
        border.color: Theme.border

        Mono {
            x: Theme.s3
            width: parent.width - x - copy.width - Theme.s2
            height: parent.height
            text: root.value
            elide: Text.ElideMiddle
        }
        CopyButton {
            id: copy

            anchors.right: parent.right
            anchors.rightMargin: Theme.s1
            anchors.verticalCenter: parent.verticalCenter
            value: root.value
        }
    }
}
