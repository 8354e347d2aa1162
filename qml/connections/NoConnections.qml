// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls

// Only the workspace is there: the way to databases elsewhere.
FocusScope {
    id: root

    signal addWanted

    implicitHeight: body.implicitHeight + 2 * Theme.s6

    Column {
        id: body

        y: Theme.s6
        anchors.horizontalCenter: parent.horizontalCenter
        width: Math.min(parent.width, Theme.paneWidth)
        spacing: Theme.s5

        EmptyState {
            width: parent.width
            glyph: "cloud"
            title: qsTr("Databases elsewhere")
            text: qsTr("Add an organization of Turso Cloud or a libsql-server of your own. Agents get the same tools there, and you the same questions.")
        }
        Button {
            objectName: "addFirst"
            anchors.horizontalCenter: parent.horizontalCenter
            focus: true
            kind: "primary"
            glyph: "plus"
            text: qsTr("Add a connection")
            onClicked: root.addWanted()
        }
    }
}
