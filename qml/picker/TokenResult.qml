// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls
import Companion.Model

// The token, this once.
FocusScope {
    id: root

    required property ScopePicker picker

    Column {
        anchors.centerIn: parent
        width: Theme.approvalWidth
        spacing: Theme.s4

        Glyph {
            anchors.horizontalCenter: parent.horizontalCenter
            name: "key"
            size: Theme.glyphLarge
            color: Theme.accent
        }
        Label {
            anchors.horizontalCenter: parent.horizontalCenter
            text: qsTr("The token for %1").arg(root.picker.tokenName)
            width: Math.min(implicitWidth, parent.width)
            font.pixelSize: Theme.heading
            strong: true
            Accessible.role: Accessible.Heading
        }
        CodeBox {
            width: parent.width
            text: root.picker.token
            label: qsTr("The token")
        }
        Label {
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            text: qsTr("Copy it now: it is shown this once, and kept nowhere. The program sends it as a bearer token. Whoever has it may do what you picked, until you revoke it.")
            color: Theme.secondary
            wrapMode: Text.Wrap
            lineHeight: Theme.lineHeight
        }
        Button {
            anchors.horizontalCenter: parent.horizontalCenter
            objectName: "tokenDone"
            focus: true
            kind: "primary"
            minimumWidth: Theme.row * 4
            text: qsTr("Done")
            onClicked: root.picker.deny()
        }
    }
}
