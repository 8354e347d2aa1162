// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import Companion.Controls

// One agent and its grants.
Card {
    id: root

    required property string name
    required property string program
    required property string transport
    required property bool online
    required property string activity
    required property var grants
    property bool mayRevoke: true
    signal revoke(string grantId)

    implicitHeight: body.implicitHeight + 2 * Theme.s4
    Accessible.role: Accessible.ListItem
    Accessible.name: name

    Column {
        id: body

        x: Theme.s4
        y: Theme.s4
        width: parent.width - 2 * Theme.s4
        spacing: Theme.s3

        Item {
            width: parent.width
            height: Math.max(who.implicitHeight, Theme.row)

            Rectangle {
                id: face

                width: Theme.row + Theme.s1
                height: width
                radius: Theme.radius
                color: root.online ? Theme.accentSoft : Theme.sunken

                Glyph {
                    anchors.centerIn: parent
                    name: "agents"
                    color: root.online ? Theme.accent : Theme.secondary
                }
            }
            Column {
                id: who

                anchors.left: face.right
                anchors.leftMargin: Theme.s3
                anchors.right: state.left
                anchors.rightMargin: Theme.s3
                anchors.verticalCenter: face.verticalCenter
                spacing: Theme.focusOffset

                Label {
                    width: parent.width
                    text: root.name
                    strong: true
                    font.pixelSize: Theme.title
                }
                Label {
                    width: parent.width
                    text: root.activity
                    color: Theme.secondary
                    font.pixelSize: Theme.small
                }
            }
            Badge {
                id: state

                anchors.right: parent.right
                anchors.verticalCenter: face.verticalCenter
                text: root.online ? qsTr("Connected") : qsTr("Not connected")
                glyph: root.online ? "plug" : ""
                ink: root.online ? Theme.safe : Theme.secondary
                ground: root.online ? Theme.safeSoft : Theme.sunken
            }
        }
        Label {
            width: parent.width
            text: root.program === "" ? root.transport : root.transport + " · " + root.program
            color: Theme.secondary
            font.pixelSize: Theme.small
            elide: Text.ElideMiddle
        }
        Divider {
            width: parent.width
        }
        Label {
            visible: root.grants.length === 0
            text: qsTr("May do nothing: it has no grant.")
            color: Theme.secondary
        }
        Repeater {
            model: root.grants

            GrantRow {
                width: body.width
                enabled: root.mayRevoke
                onRevoke: grantId => root.revoke(grantId)
            }
        }
    }
}
