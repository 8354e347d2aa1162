// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls

// Who uses a connection, and what can be done about it. To remove it takes two presses on two places.
FocusScope {
    id: root

    required property var connection
    property string use
    property int users: 0
    property string farewell
    property bool busy: false
    property bool sure: false
    readonly property string name: connection.name ?? ""
    readonly property bool changeable: connection.mayChange ?? false
    signal agentsWanted
    signal check
    signal audit
    signal databases
    signal change
    signal signOut
    signal remove

    function enter() {
        (link.visible ? link : sure ? keep : probe).forceActiveFocus(Qt.TabFocusReason);
    }
    function ask(yes: bool) {
        sure = yes;
        (yes ? keep : end).forceActiveFocus(Qt.TabFocusReason);
    }

    implicitHeight: sure ? last.height : Theme.control
    Keys.onEscapePressed: event => {
        event.accepted = root.sure;
        if (root.sure)
            root.ask(false);
    }

    Item {
        width: parent.width
        height: Theme.control
        visible: !root.sure

        LinkButton {
            id: link

            objectName: "users"
            anchors.verticalCenter: parent.verticalCenter
            width: Math.min(implicitWidth, doings.x - Theme.s2)
            visible: root.users > 0
            glyph: "agents"
            text: root.use
            Accessible.name: qsTr("%1: %2. Show the agents").arg(root.name).arg(root.use)
            onClicked: root.agentsWanted()
        }
        Label {
            anchors.verticalCenter: parent.verticalCenter
            width: doings.x - Theme.s2
            visible: root.users === 0
            text: root.use
            color: Theme.secondary
            font.pixelSize: Theme.small
        }
        Row {
            id: doings

            anchors.right: parent.right
            spacing: Theme.s1

            Button {
                id: probe

                objectName: "check"
                kind: "quiet"
                glyph: "refresh"
                enabled: !root.busy && root.connection.tone !== "busy"
                text: qsTr("Check")
                Accessible.name: qsTr("Check %1").arg(root.name)
                onClicked: root.check()
            }
            Button {
                objectName: "databases"
                kind: "quiet"
                glyph: "database"
                text: qsTr("Databases")
                Accessible.name: qsTr("Databases of %1").arg(root.name)
                onClicked: root.databases()
            }
            Button {
                objectName: "audit"
                kind: "quiet"
                visible: root.connection.mayAudit ?? false
                glyph: "note"
                text: qsTr("Audit list")
                Accessible.name: qsTr("Audit list of %1").arg(root.name)
                onClicked: root.audit()
            }
            Button {
                objectName: "change"
                kind: "quiet"
                visible: root.changeable
                glyph: "sliders"
                text: qsTr("Change…")
                Accessible.name: qsTr("Change %1").arg(root.name)
                onClicked: root.change()
            }
            Button {
                objectName: "signOut"
                kind: "quiet"
                visible: root.connection.maySignOut ?? false
                enabled: !root.busy
                text: qsTr("Sign out")
                Accessible.name: qsTr("Sign out of %1").arg(root.name)
                onClicked: root.signOut()
            }
            Button {
                id: end

                objectName: "remove"
                kind: "quiet"
                visible: root.connection.mayRemove ?? false
                text: qsTr("Remove…")
                Accessible.name: qsTr("Remove %1").arg(root.name)
                onClicked: root.ask(true)
            }
        }
    }
    Rectangle {
        id: last

        width: parent.width
        height: Math.max(words.implicitHeight, Theme.control) + 2 * Theme.s2
        visible: root.sure
        radius: Theme.radius
        color: Theme.destructiveSoft
        border.width: Theme.hairline
        border.color: Theme.destructive

        Label {
            id: words

            objectName: "farewell"
            x: Theme.s3
            anchors.verticalCenter: parent.verticalCenter
            width: answers.x - x - Theme.s3
            text: root.farewell
            color: Theme.destructive
            font.weight: Theme.medium
            wrapMode: Text.Wrap
            lineHeight: Theme.lineHeight
        }
        Row {
            id: answers

            anchors.right: parent.right
            anchors.rightMargin: Theme.s2
            anchors.verticalCenter: parent.verticalCenter
            spacing: Theme.s2

            Button {
                objectName: "removeForGood"
                kind: "danger"
                enabled: !root.busy
                text: qsTr("Remove it")
                Accessible.name: qsTr("Remove %1 and its grants").arg(root.name)
                onClicked: root.remove()
            }
            Button {
                id: keep

                objectName: "keep"
                text: qsTr("Keep it")
                Accessible.description: root.farewell
                onClicked: root.ask(false)
            }
        }
    }
}
