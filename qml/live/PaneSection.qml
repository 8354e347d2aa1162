// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls

// A title and what it is about.
Column {
    id: root

    property string title
    property string note

    spacing: Theme.s2

    Item {
        width: root.width
        height: words.implicitHeight

        Label {
            id: words

            text: root.title
            strong: true
            Accessible.role: Accessible.Heading
        }
        Label {
            anchors.right: parent.right
            anchors.baseline: words.baseline
            text: root.note
            color: Theme.secondary
            font.pixelSize: Theme.caption
        }
    }
}
