// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls

// One kind of connection: what it is, and the ways to add it (its children).
Item {
    id: root

    property string glyph
    property string title
    property string text
    default property alias ways: line.data

    implicitHeight: body.implicitHeight + 2 * Theme.s4
    Accessible.role: Accessible.Grouping
    Accessible.name: title

    Card {
        anchors.fill: parent
    }
    Monogram {
        id: face

        x: Theme.s4
        y: Theme.s4
        size: Theme.s6 + Theme.s2
        name: root.title
        glyph: root.glyph
    }
    Column {
        id: body

        anchors.left: face.right
        anchors.leftMargin: Theme.s3
        anchors.right: parent.right
        anchors.rightMargin: Theme.s4
        y: Theme.s4
        spacing: Theme.s3

        Column {
            width: parent.width
            spacing: Theme.focusOffset

            Label {
                text: root.title
                strong: true
                font.pixelSize: Theme.title
                Accessible.role: Accessible.Heading
            }
            Label {
                width: parent.width
                text: root.text
                color: Theme.secondary
                wrapMode: Text.Wrap
                lineHeight: Theme.lineHeight
            }
        }
        Flow {
            id: line

            width: parent.width
            spacing: Theme.s2
        }
    }
}
