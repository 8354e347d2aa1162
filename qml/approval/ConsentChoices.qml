// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls
import Companion.Model

// What a new agent may do, and for how long. The least is the default.
Card {
    id: root

    required property ApprovalViewModel question

    implicitHeight: body.implicitHeight + 2 * Theme.s4

    Column {
        id: body

        x: Theme.s4
        y: Theme.s4
        width: parent.width - 2 * Theme.s4
        spacing: Theme.s3

        Item {
            width: parent.width
            height: preset.implicitHeight

            Label {
                anchors.verticalCenter: parent.verticalCenter
                text: qsTr("It may")
                font.weight: Theme.medium
            }
            Segmented {
                id: preset

                anchors.right: parent.right
                label: qsTr("What it may do")
                options: [{ value: false, text: qsTr("Read only") }, { value: true, text: qsTr("Full access") }]
                value: root.question.fullAccess
                onChosen: value => root.question.fullAccess = value
            }
        }
        Label {
            width: parent.width
            text: root.question.fullAccess ? qsTr("See everything, add and change rows, create databases and branches. It asks you before anything destructive.") : qsTr("See schemas and rows, and query insights. Every change is refused.")
            color: Theme.secondary
            wrapMode: Text.Wrap
            lineHeight: Theme.lineHeight
        }
        Divider {
            width: parent.width
        }
        Item {
            width: parent.width
            height: expiry.implicitHeight

            Label {
                anchors.verticalCenter: parent.verticalCenter
                text: qsTr("For how long")
                font.weight: Theme.medium
            }
            Choice {
                id: expiry

                anchors.right: parent.right
                label: qsTr("For how long")
                options: [{ value: 0, text: qsTr("Until I revoke it") }, { value: 8 * 3600, text: qsTr("8 hours") }]
                value: root.question.grantSeconds
                onChosen: value => root.question.grantSeconds = value
            }
        }
    }
}
