// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls
import Companion.Model

// The places with databases, and how they are.
FocusScope {
    id: root

    required property DeskLink desk
    required property ConnectionsModel connections
    signal addWanted
    signal agentsWanted
    signal auditWanted(string connectionId, string name)
    signal databasesWanted(string connectionId, string name)
    signal signInWanted(string connectionId)
    signal changeWanted(string connectionId)

    function mend(connectionId: string, action: string) {
        if (action === "check")
            root.connections.check(connectionId);
        else if (action === "sign-in")
            root.signInWanted(connectionId);
        else
            root.changeWanted(connectionId);
    }

    Item {
        id: head

        x: Theme.s5
        width: parent.width - 2 * Theme.s5
        height: Theme.s6 + 2 * Theme.s4

        Label {
            anchors.verticalCenter: parent.verticalCenter
            text: qsTr("Connections")
            font.pixelSize: Theme.heading
            strong: true
            Accessible.role: Accessible.Heading
        }
        Button {
            objectName: "addConnection"
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            visible: !root.connections.alone
            focus: visible
            kind: "primary"
            glyph: "plus"
            text: qsTr("Add a connection")
            enabled: root.desk.mayDecide
            onClicked: root.addWanted()
        }
    }
    ErrorBanner {
        id: problem

        objectName: "problem"
        anchors.top: head.bottom
        x: Theme.s5
        width: Math.min(parent.width - 2 * Theme.s5, Theme.pageWidth)
        visible: root.connections.problem !== "" && root.desk.connected
        height: visible ? implicitHeight : 0
        text: qsTr("The connections could not be listed, so this may be out of date. %1").arg(root.connections.problem)
    }
    Button {
        id: again

        objectName: "again"
        anchors.top: problem.bottom
        anchors.topMargin: visible ? Theme.s3 : 0
        x: Theme.s5
        height: visible ? implicitHeight : 0
        visible: problem.visible
        glyph: "refresh"
        text: qsTr("Try again")
        onClicked: root.connections.load()
    }
    Label {
        objectName: "loading"
        anchors.centerIn: parent
        visible: !root.connections.loaded && root.connections.problem === ""
        text: qsTr("Looking up the connections…")
        color: Theme.secondary
    }
    CardList {
        id: view

        objectName: "connections"
        anchors.top: again.bottom
        anchors.topMargin: problem.visible ? Theme.s3 : 0
        anchors.bottom: parent.bottom
        x: Theme.s5
        width: parent.width - Theme.s5
        visible: count > 0
        model: root.connections
        Accessible.name: qsTr("Connections")

        // Not bound: in a bound document Qt 6.4 makes no footer.
        // qmllint disable unqualified
        delegate: ConnectionCard {
            id: card

            required property int index

            objectName: "connection:" + connectionId
            width: Math.min(view.width - Theme.s5, Theme.pageWidth)
            mayAct: root.desk.connected
            onActiveFocusChanged: if (activeFocus) view.currentIndex = index
            onMended: action => root.mend(card.connectionId, action)
            onAgentsWanted: root.agentsWanted()
            onCheck: root.connections.check(card.connectionId)
            onAudit: root.auditWanted(card.connectionId, card.name)
            onDatabases: root.databasesWanted(card.connectionId, card.name)
            onChange: root.changeWanted(card.connectionId)
            onSignOut: root.connections.signOut(card.connectionId)
            onRemove: {
                view.enter(index - 1); // the card goes, the keyboard stays
                root.connections.remove(card.connectionId);
            }
        }
        footer: NoConnections {
            width: Math.min(view.width - Theme.s5, Theme.pageWidth)
            visible: root.connections.alone
            height: visible ? implicitHeight : 0
            enabled: root.desk.mayDecide
            onAddWanted: root.addWanted()
        }
        // qmllint enable unqualified
    }
}
