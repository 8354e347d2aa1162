// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls

// One tool and what becomes of its calls.
Item {
    id: root

    required property var tool
    readonly property string effect: tool.effect
    readonly property bool off: effect === "off"
    readonly property bool asks: effect === "asks"
    readonly property color ink: off ? Theme.secondary : asks ? Theme.change : Theme.safe
    readonly property var words: ({ "on": qsTr("On"), "on-asks": qsTr("On, asks if risky"), "asks": qsTr("Asks first"), "off": qsTr("Off") })
    readonly property var glyphs: ({ "on": "check", "on-asks": "check", "asks": "waiting", "off": "close" })

    implicitHeight: Theme.s5 + Theme.focusOffset
    Accessible.role: Accessible.ListItem
    Accessible.name: tool.name + ": " + (words[effect] ?? "")
    Accessible.description: tool.note

    Glyph {
        id: mark

        anchors.verticalCenter: parent.verticalCenter
        name: root.glyphs[root.effect] ?? ""
        size: Theme.glyphSmall
        color: root.off ? Theme.outline : root.ink
    }
    Mono {
        anchors.left: mark.right
        anchors.leftMargin: Theme.s2
        anchors.right: word.left
        anchors.rightMargin: Theme.s2
        anchors.verticalCenter: parent.verticalCenter
        text: root.tool.name
        color: root.off ? Theme.secondary : Theme.text
        Accessible.ignored: true

        Behavior on color {
            ColorAnimation { duration: Theme.appear }
        }
    }
    Label {
        id: word

        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        text: root.words[root.effect] ?? ""
        color: root.ink
        font.pixelSize: Theme.small
        font.weight: root.off ? Theme.regular : Theme.medium
        Accessible.ignored: true

        Behavior on color {
            ColorAnimation { duration: Theme.appear }
        }
    }
    HoverHandler {
        id: hover
    }
    Tooltip {
        visible: hover.hovered
        text: root.tool.note
    }
}
