// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick

// What stands where a list would: one sentence, and what to do (its children).
Column {
    id: root

    property string glyph
    property string title
    property string text

    spacing: Theme.s2

    Glyph {
        anchors.horizontalCenter: parent.horizontalCenter
        name: root.glyph
        size: Theme.glyphLarge
        color: Theme.outline
    }
    Item {
        width: Theme.s1
        height: Theme.s1
    }
    Label {
        anchors.horizontalCenter: parent.horizontalCenter
        text: root.title
        strong: true
        font.pixelSize: Theme.title
    }
    Label {
        width: parent.width
        horizontalAlignment: Text.AlignHCenter
        visible: text !== ""
        text: root.text
        wrapMode: Text.Wrap
        lineHeight: Theme.lineHeight
        color: Theme.secondary
    }
}
