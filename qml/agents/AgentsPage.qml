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

    Label {
        id: title

        x: Theme.s5
        height: Theme.s6 + 2 * Theme.s4
        text: qsTr("Agents")
        font.pixelSize: Theme.heading
        strong: true
    }
    ListView {
        id: view

        anchors.top: title.bottom
        anchors.bottom: parent.bottom
        x: Theme.s5
        width: Math.min(parent.width - 2 * Theme.s5, Theme.mainMinimumWidth)
        focus: true
        clip: true
        visible: root.agents.count > 0
        model: root.agents
        spacing: Theme.s3
        bottomMargin: Theme.s5
        boundsBehavior: Flickable.StopAtBounds
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Agents")
        ScrollBar.vertical: ScrollBar {}

        delegate: AgentCard {
            width: view.width
            mayRevoke: root.desk.connected
            onRevoke: grantId => root.agents.revoke(grantId)
        }
    }
    FirstAgent {
        anchors.centerIn: parent
        width: Math.min(parent.width - 2 * Theme.s5, Theme.approvalWidth)
        visible: root.agents.count === 0 && root.agents.loaded
        desk: root.desk
    }
}
