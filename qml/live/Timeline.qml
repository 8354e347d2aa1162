// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import Companion.Controls

// Where the time went: `segments` are {label, duration, share, kind}.
Column {
    id: root

    property var segments: []
    readonly property var inks: ({ "judge": Theme.outline, "preview": Theme.irreversible, "wait": Theme.change, "run": Theme.accent })

    spacing: Theme.s2

    Row {
        id: bar

        readonly property real room: root.width - Math.max(root.segments.length - 1, 0) * spacing - root.segments.length * Theme.s1

        width: root.width
        spacing: Theme.focusWidth

        Repeater {
            model: root.segments

            Rectangle {
                required property var modelData

                width: Theme.s1 + bar.room * modelData.share
                height: Theme.s2
                radius: Theme.focusWidth
                color: root.inks[modelData.kind]
            }
        }
    }
    Repeater {
        model: root.segments

        Item {
            id: line

            required property var modelData

            width: root.width
            height: name.implicitHeight

            Rectangle {
                anchors.verticalCenter: parent.verticalCenter
                width: Theme.s2
                height: Theme.s2
                radius: Theme.focusWidth
                color: root.inks[line.modelData.kind]
            }
            Label {
                id: name

                x: Theme.s4
                text: line.modelData.label
                color: Theme.secondary
            }
            Mono {
                anchors.right: parent.right
                anchors.verticalCenter: parent.verticalCenter
                text: line.modelData.duration
            }
        }
    }
}
