// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Templates as T
import Companion.Controls

T.Button {
    id: root

    property string glyph
    property bool taken: false
    property color ink: taken ? Theme.accent : Theme.secondary
    property bool urgent: false
    property color ground: taken ? Theme.accentSoft : "transparent"

    implicitHeight: Theme.row
    hoverEnabled: true
    Accessible.role: Accessible.PageTab
    Accessible.name: text
    Accessible.selected: taken
    Accessible.onPressAction: root.clicked()
    Keys.onDownPressed: nextItemInFocusChain(true).forceActiveFocus(Qt.TabFocusReason)
    Keys.onUpPressed: nextItemInFocusChain(false).forceActiveFocus(Qt.BacktabFocusReason)
    Keys.onReturnPressed: root.clicked()

    contentItem: Item {
        Glyph {
            x: Theme.s2
            anchors.verticalCenter: parent.verticalCenter
            name: root.glyph
            color: root.ink
        }
        Label {
            x: Theme.s2 + Theme.glyph + Theme.s2
            width: parent.width - x - Theme.s2
            height: parent.height
            text: root.text
            color: root.urgent ? root.ink : root.taken || root.hovered ? Theme.text : Theme.secondary
            font.weight: Theme.medium
            Accessible.ignored: true
        }
    }
    background: Rectangle {
        radius: Theme.radius
        color: root.down ? Theme.pressed : root.hovered && !root.taken ? Theme.hover : root.ground

        FocusRing {
            visible: root.visualFocus
        }
    }
}
