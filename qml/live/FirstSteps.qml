// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls
import Companion.Model

// Nobody has called yet: where agents find us.
Column {
    id: root

    required property DeskLink desk

    spacing: Theme.s5

    EmptyState {
        width: parent.width
        glyph: "live"
        title: qsTr("No calls yet")
        text: qsTr("Connect an agent, and everything it does with your databases appears here as it happens.")
    }
    Card {
        width: parent.width
        height: ways.implicitHeight + 2 * Theme.s4

        Column {
            id: ways

            x: Theme.s4
            y: Theme.s4
            width: parent.width - 2 * Theme.s4
            spacing: Theme.s4

            ConnectWay {
                width: parent.width
                glyph: "terminal"
                title: qsTr("A program on this computer")
                text: qsTr("Give Claude Desktop, Claude Code, Codex or another host this command as an MCP server:")
                value: root.desk.bridgeCommand
            }
            Divider {
                width: parent.width
            }
            ConnectWay {
                width: parent.width
                glyph: "network"
                title: qsTr("Over HTTP")
                text: qsTr("For clients that speak streamable HTTP and hold a token:")
                value: root.desk.endpoint
            }
        }
    }
}
