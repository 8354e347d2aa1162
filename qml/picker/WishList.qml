// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import Companion.Controls

// What it asked for beside what it gets.
Flow {
    id: root

    property var wishes: []
    readonly property var glyphs: ({ "given": "check", "kept": "close", "extra": "plus" })

    spacing: Theme.s2
    Accessible.role: Accessible.List
    Accessible.name: qsTr("What it asked for")

    Label {
        height: Theme.s5
        text: qsTr("Asked for")
        color: Theme.secondary
        font.pixelSize: Theme.small
    }
    Repeater {
        model: root.wishes

        Badge {
            required property var modelData
            readonly property string state_: modelData.state

            text: state_ === "kept" ? qsTr("%1: not given").arg(modelData.text) : state_ === "extra" ? qsTr("%1: unasked").arg(modelData.text) : modelData.text
            glyph: root.glyphs[state_] ?? ""
            ink: state_ === "given" ? Theme.safe : state_ === "extra" ? Theme.change : Theme.secondary
            ground: state_ === "given" ? Theme.safeSoft : state_ === "extra" ? Theme.changeSoft : Theme.sunken
        }
    }
}
