// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import Companion.Controls

// How many calls in each of the last 24 hours. The figure beside it says how many in all.
Row {
    id: root

    property var hours: []
    readonly property int most: hours.reduce((most, calls) => Math.max(most, calls), 0)

    visible: most > 0
    height: Theme.s5
    spacing: Theme.hairline
    Accessible.role: Accessible.Graphic
    Accessible.name: qsTr("Calls of the last 24 hours, at most %1 in one").arg(most)

    Repeater {
        model: root.hours

        Rectangle {
            required property int modelData

            anchors.bottom: parent?.bottom
            width: Theme.focusWidth + Theme.hairline
            height: modelData > 0 ? Math.max(Theme.focusWidth, Math.round(root.height * modelData / root.most)) : Theme.hairline
            color: modelData > 0 ? Theme.accent : Theme.borderStrong
        }
    }
}
