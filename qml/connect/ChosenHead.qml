// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls

// The chosen agent, and the file that it is about.
Item {
    id: root

    required property var agent
    property string note

    implicitHeight: Math.max(face.height, words.implicitHeight)

    Monogram {
        id: face

        size: Theme.s6 + Theme.s4
        name: root.agent.name ?? ""
        muted: root.agent.tone === "quiet"
    }
    Column {
        id: words

        anchors.left: face.right
        anchors.leftMargin: Theme.s3
        anchors.right: parent.right
        spacing: Theme.focusOffset

        Row {
            spacing: Theme.s2

            Label {
                anchors.verticalCenter: parent.verticalCenter
                text: root.agent.name ?? ""
                strong: true
                font.pixelSize: Theme.title
            }
            Badge {
                text: root.agent.stateText ?? ""
                ink: Theme.toneColor(root.agent.tone ?? "")
                ground: Theme.toneSoft(root.agent.tone ?? "")
            }
        }
        Row {
            width: parent.width
            spacing: Theme.s1

            Mono {
                objectName: "file"
                anchors.verticalCenter: parent.verticalCenter
                width: Math.min(implicitWidth, parent.width - copy.width - parent.spacing)
                text: root.agent.file ?? ""
                color: Theme.secondary
                elide: Text.ElideMiddle
            }
            CopyButton {
                id: copy

                value: root.agent.file ?? ""
                Accessible.name: qsTr("Copy the path of the file")
            }
        }
        Label {
            width: parent.width
            visible: text !== ""
            text: root.note
            color: Theme.secondary
            wrapMode: Text.Wrap
            lineHeight: Theme.lineHeight
        }
    }
}
