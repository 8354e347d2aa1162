// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls

// What one grant allows, where, for how long; and the way to end it, in two presses on two places.
Item {
    id: root

    required property var modelData
    property bool sure: false
    signal revoke(string grantId)

    implicitHeight: Math.max(words.implicitHeight, Theme.control)

    Glyph {
        id: key

        y: Theme.focusOffset
        name: "key"
        color: Theme.secondary
    }
    Column {
        id: words

        anchors.left: key.right
        anchors.leftMargin: Theme.s3
        anchors.right: answer.left
        anchors.rightMargin: Theme.s3
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.focusOffset

        Label {
            width: parent.width
            text: root.modelData.what
            font.weight: Theme.medium
        }
        Label {
            width: parent.width
            text: [root.modelData.where, root.modelData.kind, root.modelData.until, root.modelData.used].join(" · ")
            color: Theme.secondary
            font.pixelSize: Theme.small
        }
    }
    Row {
        id: answer

        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.s2

        Button {
            visible: root.sure
            kind: "danger"
            text: qsTr("Revoke it")
            Accessible.name: qsTr("Revoke %1").arg(root.modelData.what)
            onClicked: root.revoke(root.modelData.id)
        }
        Button {
            text: root.sure ? qsTr("Keep") : qsTr("Revoke…")
            onClicked: root.sure = !root.sure
        }
    }
}
