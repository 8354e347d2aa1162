// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls

// Nobody has called yet: the way to the first call.
Column {
    id: root

    signal connectWanted

    spacing: Theme.s5

    EmptyState {
        width: parent.width
        glyph: "live"
        title: qsTr("No calls yet")
        text: qsTr("Connect an agent, and everything it does with your databases appears here as it happens.")
    }
    Button {
        objectName: "firstConnect"
        anchors.horizontalCenter: parent.horizontalCenter
        kind: "primary"
        glyph: "plus"
        text: qsTr("Connect an agent")
        onClicked: root.connectWanted()
    }
}
