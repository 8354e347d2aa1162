// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls
import Companion.Model

// What the agent got: rows as a grid, everything else as JSON.
PaneSection {
    id: root

    required property CallViewModel call
    readonly property bool hasRows: call.columns.length > 0
    property bool raw: false

    title: qsTr("Result")
    note: hasRows ? call.rowsNote : ""
    visible: call.resultText !== ""

    Segmented {
        visible: root.hasRows
        label: qsTr("Show the result as")
        options: [{ value: false, text: qsTr("Rows") }, { value: true, text: qsTr("JSON") }]
        value: root.raw
        onChosen: value => root.raw = value
    }
    Rectangle {
        width: parent.width
        height: Math.min(grid.implicitHeight + 2 * Theme.s1, Theme.row * 10)
        visible: root.hasRows && !root.raw
        radius: Theme.radius
        color: Theme.sunken
        border.width: Theme.hairline
        border.color: Theme.border

        DataGrid {
            id: grid

            anchors.fill: parent
            anchors.margins: Theme.s1
            anchors.leftMargin: Theme.s3
            columns: root.call.columns
            rows: root.call.rows
        }
    }
    CodeBox {
        width: parent.width
        visible: !root.hasRows || root.raw
        maximumHeight: Theme.row * 10
        text: root.call.resultText
        label: qsTr("Result as JSON")
    }
}
