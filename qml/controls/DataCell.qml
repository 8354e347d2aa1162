// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick

// One value, or the value that is replaced, struck out, and what replaces it.
Item {
    id: root

    property var cell
    readonly property bool changed: cell?.changed ?? false
    readonly property string text: cell?.text ?? String(cell ?? "")
    readonly property string before: cell?.before ?? ""

    clip: true
    Accessible.role: Accessible.Cell
    Accessible.name: changed ? qsTr("%1, was %2").arg(text).arg(before) : text

    Row {
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.s1

        Mono {
            id: old

            width: Math.min(implicitWidth, root.width / 2)
            visible: root.changed
            text: root.before
            color: Theme.secondary
            font.strikeout: true
            Accessible.ignored: true
        }
        Glyph {
            id: arrow

            anchors.verticalCenter: parent.verticalCenter
            visible: root.changed
            name: root.changed ? "arrow-right" : ""
            size: Theme.caption
            color: Theme.secondary
        }
        Mono {
            width: Math.min(implicitWidth, root.width - (root.changed ? old.width + arrow.width + 2 * parent.spacing : 0))
            text: root.text
            color: root.changed ? Theme.change : text === "NULL" ? Theme.secondary : Theme.text
            font.weight: root.changed ? Theme.medium : Theme.regular
            Accessible.ignored: true
        }
    }
}
