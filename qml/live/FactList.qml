// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import Companion.Controls

// Labels and values: `facts` are {label, value, mono}.
Column {
    id: root

    property var facts: []

    spacing: Theme.s1 + Theme.focusOffset

    Repeater {
        model: root.facts

        Item {
            id: line

            required property var modelData

            width: root.width
            height: Math.max(label.implicitHeight, value.implicitHeight)

            Label {
                id: label

                width: Theme.s6 * 3
                text: line.modelData.label
                color: Theme.secondary
            }
            Label {
                id: value

                x: label.width
                width: parent.width - x
                text: line.modelData.value
                wrapMode: Text.WrapAtWordBoundaryOrAnywhere
                font.family: line.modelData.mono ? Theme.monoFamily : Theme.fontFamily
                font.pixelSize: line.modelData.mono ? Theme.small : Theme.body
            }
        }
    }
}
