// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls

// One thing that was done, is under way, or is left to do.
Item {
    id: root

    property string text
    property string detail
    property string step ///< "running", "done", "failed" or "todo"
    readonly property var glyphs: ({ "running": "clock", "done": "state-done", "failed": "state-failed", "todo": "arrow-right" })
    readonly property color ink: step === "done" ? Theme.safe : step === "failed" ? Theme.destructive : step === "todo" ? Theme.accent : Theme.secondary

    implicitHeight: words.implicitHeight
    Accessible.role: Accessible.StaticText
    Accessible.name: detail === "" ? text : text + ": " + detail

    Glyph {
        y: Theme.hairline
        name: root.glyphs[root.step] ?? ""
        color: root.ink
    }
    Column {
        id: words

        x: Theme.glyph + Theme.s2
        width: parent.width - x
        spacing: Theme.focusOffset

        Label {
            width: parent.width
            text: root.text
            wrapMode: Text.Wrap
            font.weight: Theme.medium
            color: root.step === "failed" ? Theme.destructive : Theme.text
            Accessible.ignored: true
        }
        Mono {
            width: parent.width
            visible: text !== ""
            text: root.detail
            color: Theme.secondary
            wrapMode: Text.WrapAnywhere
            Accessible.ignored: true
        }
    }
}
