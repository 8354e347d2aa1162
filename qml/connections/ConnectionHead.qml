// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls

// Which connection it is, and how it is. `connection` is what ConnectionWords tells.
Item {
    id: root

    required property var connection
    property string note

    implicitHeight: Math.max(face.height, words.implicitHeight)

    Monogram {
        id: face

        anchors.verticalCenter: parent.verticalCenter
        size: Theme.s6 + Theme.s2
        name: root.connection.name ?? ""
        glyph: root.connection.glyph ?? ""
        muted: root.connection.tone !== "good" && root.connection.tone !== "busy"
    }
    Column {
        id: words

        anchors.left: face.right
        anchors.leftMargin: Theme.s3
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.focusOffset

        Item {
            width: parent.width
            height: Theme.s5

            Label {
                id: title

                objectName: "name"
                width: Math.min(implicitWidth, parent.width - badge.width - Theme.s2)
                anchors.verticalCenter: parent.verticalCenter
                text: root.connection.name ?? ""
                strong: true
                font.pixelSize: Theme.title
            }
            Badge {
                id: badge

                objectName: "state"
                anchors.left: title.right
                anchors.leftMargin: Theme.s2
                text: root.connection.stateText ?? ""
                glyph: root.connection.stateGlyph ?? ""
                ink: Theme.toneColor(root.connection.tone ?? "")
                ground: Theme.toneSoft(root.connection.tone ?? "")
            }
        }
        Label {
            width: parent.width
            text: root.note === "" ? root.connection.place ?? "" : qsTr("%1 · %2").arg(root.connection.place ?? "").arg(root.note)
            color: Theme.secondary
            font.pixelSize: Theme.small
            elide: Text.ElideMiddle
        }
    }
}
