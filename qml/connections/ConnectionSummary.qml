// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import Companion.Controls

// What should be known of a connection: warnings, facts, where its token is, what it can do and what not.
Column {
    id: root

    required property var connection
    readonly property var token: connection.token ?? {}
    readonly property var facts: connection.facts ?? []
    readonly property int columns: Math.max(1, Math.floor(width / (Theme.s6 * 5)))

    spacing: Theme.s3

    Repeater {
        model: root.connection.warnings ?? []

        SaidLine {
            required property string modelData

            objectName: "warning"
            width: root.width
            glyph: "risk-destructive"
            text: modelData
            ink: Theme.change
        }
    }
    Grid {
        id: grid

        width: parent.width
        visible: root.facts.length > 0
        columns: Math.min(root.columns, Math.max(1, root.facts.length))
        columnSpacing: Theme.s4
        rowSpacing: Theme.s3

        Repeater {
            model: root.facts

            Column {
                id: fact

                required property var modelData

                width: Math.floor((grid.width - (root.columns - 1) * grid.columnSpacing) / root.columns)
                Accessible.role: Accessible.StaticText
                Accessible.name: qsTr("%1: %2").arg(modelData.label).arg(modelData.value)

                Label {
                    width: parent.width
                    text: fact.modelData.label
                    color: Theme.secondary
                    font.pixelSize: Theme.caption
                    Accessible.ignored: true
                }
                Label {
                    width: parent.width
                    text: fact.modelData.value
                    font.weight: Theme.medium
                    wrapMode: Text.WrapAtWordBoundaryOrAnywhere
                    maximumLineCount: 2
                    elide: Text.ElideRight
                    Accessible.ignored: true
                }
            }
        }
    }
    Column {
        width: parent.width
        spacing: Theme.s1
        visible: (root.token.text ?? "") !== "" || (root.connection.can ?? "") !== "" || (root.connection.cannot ?? "") !== ""

        SaidLine {
            objectName: "token"
            width: parent.width
            visible: text !== ""
            glyph: root.token.glyph ?? ""
            text: (root.token.note ?? "") === "" ? root.token.text ?? "" : qsTr("%1. %2").arg(root.token.text ?? "").arg(root.token.note ?? "")
            ink: root.token.tone === "warn" ? Theme.change : Theme.secondary
        }
        SaidLine {
            objectName: "can"
            width: parent.width
            visible: (root.connection.can ?? "") !== ""
            glyph: "check"
            text: qsTr("It can %1").arg(root.connection.can ?? "")
            ink: Theme.secondary
        }
        SaidLine {
            objectName: "cannot"
            width: parent.width
            visible: (root.connection.cannot ?? "") !== ""
            glyph: "close"
            text: qsTr("It cannot %1").arg(root.connection.cannot ?? "")
            ink: Theme.secondary
        }
    }
}
