// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import Companion.Controls

// What would be added and taken.
Column {
    id: root

    property var differences: []

    spacing: Theme.s1
    Accessible.role: Accessible.List
    Accessible.name: qsTr("Changes")

    Label {
        text: root.differences.length === 0 ? qsTr("Nothing is changed yet") : qsTr("Changes")
        color: Theme.secondary
        font.pixelSize: Theme.small
    }
    Repeater {
        model: root.differences

        Label {
            required property string modelData

            width: root.width
            text: modelData
            color: modelData.startsWith("+") ? Theme.change : Theme.text
            font.weight: Theme.medium
            elide: Text.ElideMiddle
        }
    }
}
