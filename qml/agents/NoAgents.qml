// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls
import Companion.Model

// Nobody is there yet: the way to the first one.
Column {
    id: root

    required property DeskLink desk
    signal connectWanted

    spacing: Theme.s5

    EmptyState {
        width: parent.width
        glyph: "agents"
        title: qsTr("No agent yet")
        text: qsTr("Connect Claude, Codex, Cursor or another one. You say what it may do.")
    }
    Row {
        anchors.horizontalCenter: parent.horizontalCenter
        spacing: Theme.s2

        Button {
            objectName: "connectFirst"
            kind: "primary"
            glyph: "plus"
            text: qsTr("Connect an agent")
            onClicked: root.connectWanted()
        }
        Button {
            glyph: "key"
            text: qsTr("New token")
            enabled: root.desk.mayDecide
            onClicked: root.desk.newToken()
        }
    }
}
