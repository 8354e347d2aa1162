// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Templates as T

// A glyph to press. `text` is its name for those who do not see it, and its tooltip.
T.Button {
    id: root

    property string glyph
    property color ink: enabled ? (hovered ? Theme.text : Theme.secondary) : Theme.disabled

    implicitWidth: Theme.hit
    implicitHeight: Theme.hit
    hoverEnabled: true
    Accessible.name: text
    Accessible.onPressAction: if (root.enabled) root.clicked()

    contentItem: Item {
        Glyph {
            anchors.centerIn: parent
            name: root.glyph
            color: root.ink
        }
    }
    background: Rectangle {
        radius: Theme.radius
        color: root.down ? Theme.pressed : root.hovered ? Theme.hover : "transparent"

        FocusRing {
            visible: root.visualFocus
        }
    }
    Tooltip {
        text: root.text
        visible: root.hovered && root.text !== ""
    }
}
