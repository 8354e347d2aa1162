// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick

// A field (its child) between its name and a sentence about it: what is wrong, what should be known, or what it is.
Column {
    id: root

    property string title
    property string aside ///< "optional"
    property string hint
    property string note
    property string problem
    default property alias field: place.data

    spacing: Theme.s1 + Theme.focusOffset

    Item {
        width: parent.width
        height: name.implicitHeight

        Label {
            id: name

            text: root.title
            font.weight: Theme.medium
            Accessible.ignored: true
        }
        Label {
            anchors.left: name.right
            anchors.leftMargin: Theme.s2
            anchors.baseline: name.baseline
            text: root.aside
            color: Theme.secondary
            font.pixelSize: Theme.small
        }
    }
    Item {
        id: place

        width: parent.width
        height: childrenRect.height
    }
    Item {
        width: parent.width
        height: words.implicitHeight
        visible: words.text !== ""

        Glyph {
            id: mark

            y: Theme.hairline
            visible: root.problem !== "" || root.note !== ""
            name: "risk-destructive"
            size: Theme.glyphSmall
            color: words.color
        }
        Label {
            id: words

            objectName: "said"
            x: mark.visible ? mark.width + Theme.s1 : 0
            width: parent.width - x
            text: root.problem !== "" ? root.problem : root.note !== "" ? root.note : root.hint
            color: root.problem !== "" ? Theme.destructive : root.note !== "" ? Theme.change : Theme.secondary
            font.pixelSize: Theme.small
            wrapMode: Text.Wrap
            lineHeight: Theme.lineHeight
        }
    }
}
