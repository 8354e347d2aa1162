// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import Companion.Controls

Item {
    id: root

    required property CallColumns columns

    implicitHeight: Theme.hit

    Row {
        x: root.columns.margin
        height: parent.height
        spacing: root.columns.gap

        Repeater {
            model: [
                { text: "", width: root.columns.state, right: false },
                { text: qsTr("Time"), width: root.columns.time, right: false },
                { text: qsTr("Agent"), width: root.columns.agent, right: false },
                { text: qsTr("Tool"), width: root.columns.tool, right: false },
                { text: qsTr("Database"), width: root.columns.database, right: false },
                { text: qsTr("SQL"), width: root.columns.sql, right: false },
                { text: qsTr("Rows"), width: root.columns.rows, right: true },
                { text: qsTr("Took"), width: root.columns.duration, right: true },
                { text: qsTr("Decision"), width: root.columns.decision, right: false }
            ]

            Label {
                required property var modelData

                width: modelData.width
                height: parent.height
                visible: modelData.width > 0
                horizontalAlignment: modelData.right ? Text.AlignRight : Text.AlignLeft
                text: modelData.text
                color: Theme.secondary
                font.pixelSize: Theme.caption
                font.weight: Theme.medium
            }
        }
    }
    Divider {
        anchors.bottom: parent.bottom
        width: parent.width
    }
}
