// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls

// One entry of an organization's audit list.
Item {
    id: root

    required property string time
    required property string text
    required property string glyph
    required property string tone
    required property string message
    required property string who
    required property string from
    property bool current: false
    readonly property color ink: Theme.toneColor(tone)
    readonly property real sideWidth: Math.min(width / 3, Theme.s6 * 8)

    height: Math.max(words.implicitHeight, side.implicitHeight) + 2 * Theme.s2
    Accessible.role: Accessible.ListItem
    Accessible.name: [time, text, message, who, from].filter(part => part !== "").join(", ")
    Accessible.focused: current

    Rectangle {
        anchors.fill: parent
        anchors.leftMargin: Theme.focusWidth
        radius: Theme.radius
        color: root.current ? Theme.hover : "transparent"
        border.width: root.current ? Theme.focusWidth : 0
        border.color: Theme.accent
    }
    Divider {
        anchors.bottom: parent.bottom
        width: parent.width
        visible: !root.current
    }
    Mono {
        id: clock

        x: Theme.s2
        y: Theme.s2
        width: Theme.s6 + Theme.s3
        text: root.time
        color: Theme.secondary
        lineHeight: Theme.lineHeight
        Accessible.ignored: true
    }
    Glyph {
        id: mark

        anchors.left: clock.right
        y: Theme.s2 + Theme.hairline
        name: root.glyph
        color: root.ink
    }
    Column {
        id: words

        anchors.left: mark.right
        anchors.leftMargin: Theme.s2
        anchors.right: side.left
        anchors.rightMargin: Theme.s4
        y: Theme.s2

        Label {
            width: parent.width
            text: root.text
            font.weight: Theme.medium
            color: root.tone === "quiet" ? Theme.text : root.ink
            Accessible.ignored: true
        }
        Label {
            width: parent.width
            visible: text !== ""
            text: root.message
            color: Theme.secondary
            font.pixelSize: Theme.small
            wrapMode: Text.Wrap
            maximumLineCount: 3
            elide: Text.ElideRight
            Accessible.ignored: true
        }
    }
    Column {
        id: side

        anchors.right: parent.right
        anchors.rightMargin: Theme.s2
        y: Theme.s2
        width: root.sideWidth

        Label {
            width: parent.width
            text: root.who
            elide: Text.ElideMiddle
            Accessible.ignored: true
        }
        Label {
            width: parent.width
            visible: text !== ""
            text: root.from
            color: Theme.secondary
            font.pixelSize: Theme.small
            Accessible.ignored: true
        }
    }
}
