// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls

// A heading with a quiet word at its end, and what belongs under it.
Column {
    id: root

    property string title
    property string aside

    spacing: Theme.s2
    Accessible.role: Accessible.Grouping
    Accessible.name: title

    Item {
        width: parent.width
        height: Theme.s5

        Label {
            id: heading

            anchors.verticalCenter: parent.verticalCenter
            text: root.title
            strong: true
            Accessible.role: Accessible.Heading
        }
        Label {
            anchors.left: heading.right
            anchors.leftMargin: Theme.s3
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            horizontalAlignment: Text.AlignRight
            text: root.aside
            color: Theme.secondary
            font.pixelSize: Theme.small
        }
    }
}
