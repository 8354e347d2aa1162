// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls

// A glyph and a secondary sentence.
Item {
    id: root

    property string glyph
    property string text
    property color ink: Theme.secondary

    implicitHeight: sentence.implicitHeight

    Glyph {
        y: Theme.s1
        name: root.glyph
        size: Theme.glyphSmall
        color: root.ink
    }
    Label {
        id: sentence

        x: Theme.s5
        width: parent.width - x
        text: root.text
        color: root.ink
        wrapMode: Text.WrapAtWordBoundaryOrAnywhere
        maximumLineCount: 4
        lineHeight: Theme.lineHeight
    }
}
