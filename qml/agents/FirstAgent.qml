// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls
import Companion.Model

Column {
    id: root

    required property DeskLink desk

    spacing: Theme.s5

    EmptyState {
        width: parent.width
        glyph: "agents"
        title: qsTr("No agent has come by")
        text: qsTr("When one connects, you are asked what it may do. Until then it may do nothing.")
    }
    Card {
        width: parent.width
        height: way.implicitHeight + 2 * Theme.s4

        ConnectWay {
            id: way

            x: Theme.s4
            y: Theme.s4
            width: parent.width - 2 * Theme.s4
            glyph: "terminal"
            title: qsTr("Connect one")
            text: qsTr("Give a program on this computer this command as an MCP server:")
            value: root.desk.bridgeCommand
        }
    }
}
