// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls
import Companion.Model

// Everything read-only, for everybody, until lifted.
Item {
    id: root

    required property DeskLink desk

    implicitHeight: toggle.implicitHeight + (note.visible ? note.implicitHeight : 0)

    Glyph {
        x: Theme.s2
        y: (toggle.height - height) / 2
        name: root.desk.readOnly ? "lock" : "unlock"
        color: root.desk.readOnly ? Theme.change : Theme.secondary
    }
    Switch {
        id: toggle

        x: Theme.s2 + Theme.glyph + Theme.s2
        width: parent.width - x - Theme.s2
        text: qsTr("Read-only")
        activeColor: Theme.change
        activeInk: Theme.surface
        enabled: root.desk.connected && (!root.desk.readOnly || root.desk.mayDecide)
        checked: root.desk.readOnly
        onClicked: {
            root.desk.setReadOnly(!root.desk.readOnly);
            checked = Qt.binding(() => root.desk.readOnly);
        }
        Tooltip {
            visible: toggle.hovered
            text: root.desk.readOnly ? qsTr("Nothing but reads, for every agent") : qsTr("Let every agent only read")
        }
    }
    Label {
        id: note

        anchors.top: toggle.bottom
        x: toggle.x
        visible: text !== ""
        text: root.desk.readOnlyNote
        color: Theme.secondary
        font.pixelSize: Theme.caption
    }
}
