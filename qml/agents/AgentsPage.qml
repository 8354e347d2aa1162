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
    readonly property Item focused: Window.activeFocusItem
    signal connectWanted
    signal callsWanted(string agent)

    onFocusedChanged: view.reveal(focused)

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
    ListView {
        id: view

        function enter(row: int) {
            if (count === 0)
                return;
            currentIndex = Math.max(0, Math.min(row, count - 1));
            (currentItem as AgentCard).enter();
        }
        function cardOf(item: Item): AgentCard {
            for (let above = item; above; above = above.parent) {
                if (above instanceof AgentCard)
                    return above;
            }
            return null;
        }
        // The keyboard is never where nobody sees it.
        function reveal(item: Item) {
            const card = cardOf(item);
            if (!card || item === card)
                return;
            const top = item.mapToItem(contentItem, 0, 0).y - Theme.s4;
            const bottom = top + item.height + 2 * Theme.s4;
            if (top < contentY)
                contentY = Math.round(Math.max(originY, top));
            else if (bottom > contentY + height)
                contentY = Math.round(bottom - height);
        }

        objectName: "agents"
        anchors.top: problem.bottom
        anchors.topMargin: problem.visible ? Theme.s3 : 0
        anchors.bottom: parent.bottom
        x: Theme.s5
        width: parent.width - Theme.s5
        clip: true
        visible: root.agents.count > 0
        model: root.agents
        spacing: Theme.s3
        bottomMargin: Theme.s5
        cacheBuffer: Theme.pageWidth * Theme.s6 // cards differ in height: all there, no jumps
        boundsBehavior: Flickable.StopAtBounds
        keyNavigationEnabled: false
        highlightFollowsCurrentItem: false // reveal() scrolls, and only as far as it must
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Agents")
        ScrollBar.vertical: ScrollBar {}
        Keys.onDownPressed: enter(cardOf(root.focused) ? currentIndex + 1 : 0)
        Keys.onUpPressed: enter(currentIndex - 1)

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
