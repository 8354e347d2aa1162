// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Templates as T

// A tick and a word, with a quieter word behind it. Shows `checked` as told; a press only asks (toggled).
T.CheckBox {
    id: root

    property string note
    property string glyph
    property bool mono: false
    property bool current: false

    implicitHeight: Theme.hit
    leftPadding: Theme.s2
    rightPadding: Theme.s3
    spacing: Theme.s2
    hoverEnabled: true
    Accessible.name: note === "" ? text : text + ", " + note
    Accessible.onPressAction: if (root.enabled) root.clicked()
    Accessible.onToggleAction: if (root.enabled) root.clicked()

    indicator: Rectangle {
        x: root.leftPadding
        anchors.verticalCenter: parent.verticalCenter
        width: Theme.glyph
        height: width
        radius: Theme.s1
        color: root.checked ? (root.enabled ? Theme.accent : Theme.disabled) : Theme.raised
        border.width: root.checked ? 0 : Theme.hairline
        border.color: Theme.outline

        Glyph {
            anchors.centerIn: parent
            visible: root.checked
            name: "check"
            size: Theme.caption
            color: Theme.inkOnAccent
        }
        FocusRing {
            visible: root.visualFocus || root.current
            around: parent.radius
        }
    }
    Item {
        anchors.fill: parent
        anchors.leftMargin: root.leftPadding
        anchors.rightMargin: root.rightPadding

        Label {
            id: word

            x: Theme.glyph + root.spacing
            width: Math.min(implicitWidth, parent.width - x - (side.visible ? Math.min(side.implicitWidth, parent.width / 3) + root.spacing : 0) - (mark.visible ? mark.width + root.spacing : 0))
            anchors.verticalCenter: parent.verticalCenter
            text: root.text
            elide: Text.ElideMiddle
            font.family: root.mono ? Theme.monoFamily : Theme.fontFamily
            font.pixelSize: root.mono ? Theme.small : Theme.body
            color: root.enabled ? Theme.text : Theme.disabled
            Accessible.ignored: true
        }
        Glyph {
            id: mark

            anchors.left: word.right
            anchors.leftMargin: root.spacing
            anchors.verticalCenter: parent.verticalCenter
            visible: root.glyph !== ""
            name: root.glyph
            size: Theme.glyphSmall
            color: Theme.secondary
        }
        Label {
            id: side

            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            width: Math.min(implicitWidth, parent.width / 3)
            visible: text !== ""
            text: root.note
            color: Theme.secondary
            font.pixelSize: Theme.small
            Accessible.ignored: true
        }
    }
    background: Rectangle {
        radius: Theme.radius
        color: root.down ? Theme.pressed : root.hovered ? Theme.hover : "transparent"
    }
}
