// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Templates as T
import Companion.Controls

// One place to pick, and the facts that matter about it.
T.AbstractButton {
    id: root

    required property var modelData
    required property int index
    property bool taken: false
    readonly property bool locked: modelData.locked ?? false
    readonly property bool whole: modelData.whole ?? false
    readonly property bool bad: modelData.bad ?? false
    signal chosen

    height: Theme.row
    hoverEnabled: true
    focusPolicy: Qt.NoFocus // the list has it
    text: modelData.text
    onClicked: chosen()
    Accessible.role: Accessible.RadioButton
    Accessible.name: text + ", " + modelData.note + (locked ? ", " + qsTr("protected from deletion") : "")
    Accessible.checkable: true
    Accessible.checked: taken
    Accessible.onPressAction: root.chosen()

    Item {
        anchors.fill: parent

        Rectangle {
            id: dot

            x: Theme.s2
            anchors.verticalCenter: parent.verticalCenter
            width: Theme.glyph
            height: width
            radius: width / 2
            color: root.taken ? Theme.accent : Theme.raised
            border.width: root.taken ? 0 : Theme.hairline
            border.color: Theme.outline

            Rectangle {
                anchors.centerIn: parent
                visible: root.taken
                width: Theme.s2 - Theme.focusWidth
                height: width
                radius: width / 2
                color: Theme.inkOnAccent
            }
        }
        Glyph {
            id: kind

            anchors.left: dot.right
            anchors.leftMargin: kind.visible ? Theme.s2 : 0
            anchors.verticalCenter: parent.verticalCenter
            width: kind.visible ? size : 0
            visible: kind.name !== ""
            name: root.modelData.glyph ?? ""
            color: root.taken ? Theme.accent : Theme.secondary
        }
        Label {
            id: name

            anchors.left: kind.right
            anchors.leftMargin: Theme.s2
            anchors.verticalCenter: parent.verticalCenter
            width: Math.min(implicitWidth, note.x - x - Theme.s3 - (lock.visible ? lock.width + Theme.s2 : 0))
            text: root.text
            elide: Text.ElideMiddle
            font.weight: root.taken ? Theme.medium : Theme.regular
            Accessible.ignored: true
        }
        Glyph {
            id: lock

            anchors.left: name.right
            anchors.leftMargin: Theme.s2
            anchors.verticalCenter: parent.verticalCenter
            visible: root.locked
            name: "lock"
            size: Theme.glyphSmall
            color: Theme.secondary
        }
        Glyph {
            anchors.right: note.left
            anchors.rightMargin: Theme.s1
            anchors.verticalCenter: parent.verticalCenter
            visible: root.bad
            name: "connection-lost"
            size: Theme.glyphSmall
            color: Theme.destructive
        }
        Label {
            id: note

            anchors.right: parent.right
            anchors.rightMargin: Theme.s3
            anchors.verticalCenter: parent.verticalCenter
            width: Math.min(implicitWidth, parent.width / 2)
            elide: Text.ElideMiddle
            text: root.modelData.note
            color: root.bad ? Theme.destructive : root.taken && root.whole ? Theme.change : Theme.secondary
            font.pixelSize: Theme.small
            Accessible.ignored: true
        }
    }
    background: Rectangle {
        radius: Theme.radius
        color: root.down ? Theme.pressed : root.taken ? (root.whole ? Theme.changeSoft : Theme.accentSoft) : root.hovered ? Theme.hover : "transparent"

        Behavior on color {
            ColorAnimation { duration: Theme.press }
        }
    }
    Tooltip {
        visible: root.hovered && root.locked
        text: qsTr("Delete protection is on: its databases cannot be deleted")
    }
}
