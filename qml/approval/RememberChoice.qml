// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls
import Companion.Model

// How far this yes reaches.
Row {
    id: root

    required property ApprovalViewModel question

    spacing: Theme.s2

    Label {
        anchors.verticalCenter: parent.verticalCenter
        text: qsTr("Remember")
        color: Theme.secondary
    }
    Choice {
        label: qsTr("Remember a yes")
        options: [
            { value: 0, text: qsTr("Just this once") },
            { value: 15 * 60, text: qsTr("15 minutes") },
            { value: 8 * 3600, text: qsTr("This session (8 hours)") }
        ]
        value: root.question.rememberSeconds
        onChosen: value => root.question.rememberSeconds = value
    }
    Choice {
        visible: root.question.rememberSeconds > 0
        label: qsTr("Remember a yes for")
        options: [
            { value: "statement", text: qsTr("this statement") },
            { value: "table", text: qsTr("this table") },
            { value: "database", text: qsTr("this database") }
        ]
        value: root.question.rememberScope
        onChosen: value => root.question.rememberScope = value
    }
}
