// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import Companion.Controls
import Companion.Model

// Who is there, and what each may do.
FocusScope {
    id: root

    required property DeskLink desk
    required property AgentsModel agents
    readonly property bool none: agents.loaded && agents.total === 0
    readonly property int many: 6 // from here on a filter helps
    signal connectWanted
    signal callsWanted(string agent)

    Shortcut {
        sequence: "Ctrl+F"
        enabled: root.visible && filter.visible
        onActivated: {
            filter.forceActiveFocus(Qt.ShortcutFocusReason);
            filter.selectAll();
        }
    }
    Item {
        id: head

        x: Theme.s5
        width: parent.width - 2 * Theme.s5
        height: Theme.s6 + 2 * Theme.s4

        Label {
            id: title

            anchors.verticalCenter: parent.verticalCenter
            text: qsTr("Agents")
            font.pixelSize: Theme.heading
            strong: true
        }
        Field {
            id: filter

            objectName: "filter"
            anchors.right: actions.left
            anchors.rightMargin: Theme.s3
            anchors.verticalCenter: parent.verticalCenter
            width: Math.min(Theme.tileWidth, actions.x - title.width - 2 * Theme.s4)
            visible: root.agents.total > root.many || text !== ""
            glyph: "search"
            label: qsTr("Filter agents")
            placeholderText: qsTr("Agent, program or database")
            onTextChanged: root.agents.filter = text
            onAccepted: view.enter(0)
            Keys.onDownPressed: view.enter(0)
            Keys.onEscapePressed: text === "" ? view.enter(0) : clear()
        }
        Row {
            id: actions

            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            spacing: Theme.s2
            visible: !root.none

            Button {
                objectName: "newToken"
                glyph: "key"
                text: qsTr("New token")
                enabled: root.desk.mayDecide
                onClicked: root.desk.newToken()
            }
            Button {
                objectName: "connectAgent"
                kind: "primary"
                glyph: "plus"
                text: qsTr("Connect an agent")
                focus: true
                onClicked: root.connectWanted()
            }
        }
    }
    ErrorBanner {
        id: problem

        anchors.top: head.bottom
        x: Theme.s5
        width: Math.min(parent.width - 2 * Theme.s5, Theme.pageWidth)
        visible: root.agents.problem !== "" && root.desk.connected
        height: visible ? implicitHeight : 0
        text: qsTr("The agents could not be listed, so this may be out of date. %1").arg(root.agents.problem)
    }
    CardList {
        id: view

        objectName: "agents"
        anchors.top: problem.bottom
        anchors.topMargin: problem.visible ? Theme.s3 : 0
        anchors.bottom: parent.bottom
        x: Theme.s5
        width: parent.width - Theme.s5
        visible: root.agents.count > 0
        model: root.agents
        Accessible.name: qsTr("Agents")

        delegate: AgentCard {
            id: card

            required property int index

            width: Math.min(view.width - Theme.s5, Theme.pageWidth)
            mayAct: root.desk.connected
            onActiveFocusChanged: if (activeFocus) view.currentIndex = index
            onCallsWanted: root.callsWanted(card.name)
            onChange: grantId => root.desk.editGrant(grantId)
            onPause: (grantId, paused) => root.agents.setPaused(grantId, paused)
            onRevoke: grantId => root.agents.revoke(grantId)
            onForget: grantId => root.agents.forget(grantId)
        }
    }
    EmptyState {
        anchors.centerIn: parent
        width: Theme.paneWidth
        visible: !root.none && root.agents.loaded && root.agents.count === 0
        glyph: "search"
        title: qsTr("No agent matches")
        text: qsTr("No agent, program or database has these words in its name.")
    }
    NoAgents {
        anchors.centerIn: parent
        width: Math.min(parent.width - 2 * Theme.s5, Theme.approvalWidth)
        visible: root.none
        desk: root.desk
        onConnectWanted: root.connectWanted()
    }
}
