// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls

// A glyph and a quiet sentence, as long as it is.
Item {
    id: root

    property string glyph
    property string text
    property color ink: Theme.secondary

    implicitHeight: words.implicitHeight

    Glyph {
        y: Theme.hairline
        name: root.glyph
        size: Theme.glyphSmall
        color: root.ink
    }
    Label {
        id: words

        x: Theme.glyphSmall + Theme.s2
        width: parent.width - x
        text: root.text
        color: root.ink
        font.pixelSize: Theme.small
        wrapMode: Text.Wrap
        lineHeight: Theme.lineHeight
    }
}
