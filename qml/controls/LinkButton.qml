// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Templates as T

// A few words to press, in line with text.
T.Button {
    id: root

    property string glyph
    property color ink: Theme.accent

    implicitWidth: implicitContentWidth
    implicitHeight: Theme.s5
    hoverEnabled: true
    font.family: Theme.fontFamily
    font.pixelSize: Theme.small
    Accessible.name: text
    Accessible.onPressAction: if (root.enabled) root.clicked()

    contentItem: Row {
        spacing: Theme.s1

        Glyph {
            anchors.verticalCenter: parent.verticalCenter
            visible: root.glyph !== ""
            name: root.glyph
            size: Theme.glyphSmall
            color: root.enabled ? root.ink : Theme.disabled
        }
        Label {
            anchors.verticalCenter: parent.verticalCenter
            text: root.text
            color: root.enabled ? root.ink : Theme.disabled
            font.pixelSize: root.font.pixelSize
            font.weight: Theme.medium
            font.underline: root.hovered && root.enabled
            Accessible.ignored: true
        }
    }
    background: Item {
        FocusRing {
            visible: root.visualFocus
        }
    }
}
