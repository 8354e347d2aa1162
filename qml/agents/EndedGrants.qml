// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import Companion.Controls
import Companion.Model

// What an agent might do once, folded away.
Column {
    id: root

    required property GrantsModel grants
    property string agent
    property bool open: false
    readonly property int count: grants?.count ?? 0
    signal forget(string grantId)

    spacing: Theme.s1

    LinkButton {
        objectName: "ended"
        glyph: root.open ? "chevron-down" : "chevron-right"
        ink: Theme.secondary
        text: root.count === 1 ? qsTr("1 that has ended") : qsTr("%1 that have ended").arg(root.count)
        Accessible.description: root.open ? qsTr("shown") : qsTr("folded away")
        onClicked: root.open = !root.open
    }
    Repeater {
        model: root.open ? root.grants : null

        Item {
            id: line

            required property string grantId
            required property string what
            required property string place
            required property string databases
            required property string until

            width: root.width
            height: Math.max(words.implicitHeight, Theme.control)

            Column {
                id: words

                x: Theme.glyphSmall + Theme.s1
                width: parent.width - x - answer.width - Theme.s3
                anchors.verticalCenter: parent.verticalCenter

                Label {
                    width: parent.width
                    text: line.what
                    color: Theme.secondary
                }
                Label {
                    width: parent.width
                    text: line.place + " · " + line.databases + " · " + line.until
                    color: Theme.secondary
                    font.pixelSize: Theme.small
                }
            }
            Button {
                id: answer

                objectName: "dismiss"
                anchors.right: parent.right
                anchors.verticalCenter: parent.verticalCenter
                kind: "quiet"
                text: qsTr("Dismiss")
                Accessible.name: qsTr("Dismiss %1 of %2, which has ended").arg(line.what).arg(root.agent)
                onClicked: root.forget(line.grantId)
            }
        }
    }
}
