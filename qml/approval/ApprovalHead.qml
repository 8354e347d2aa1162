// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls
import Companion.Model

// How grave, where, and the one sentence.
Column {
    id: root

    required property ApprovalQueue approvals
    required property ApprovalViewModel question
    readonly property color stripe: question.environment === "" ? Theme.accent : question.environment === qsTr("production") ? Theme.destructive : Theme.change

    topPadding: Theme.s4
    spacing: Theme.s2

    Item {
        x: Theme.s5
        width: parent.width - 2 * Theme.s5
        height: Theme.hit

        RiskBadge {
            id: risk

            anchors.verticalCenter: parent.verticalCenter
            visible: !root.question.offer
            risk: root.question.risk
        }
        Badge {
            id: offer

            anchors.verticalCenter: parent.verticalCenter
            visible: root.question.offer
            text: qsTr("Wider grant")
            glyph: "plug"
            ink: Theme.accent
            ground: Theme.accentSoft
        }
        Badge {
            id: environment

            anchors.left: root.question.offer ? offer.right : risk.right
            anchors.leftMargin: Theme.s2
            anchors.verticalCenter: parent.verticalCenter
            visible: root.question.environment !== ""
            text: root.question.environment
            ink: root.stripe
        }
        Mono {
            anchors.left: environment.visible ? environment.right : environment.left
            anchors.leftMargin: Theme.s3
            anchors.right: turner.visible ? turner.left : parent.right
            anchors.rightMargin: turner.visible ? Theme.s3 : 0
            anchors.verticalCenter: parent.verticalCenter
            horizontalAlignment: Text.AlignRight
            elide: Text.ElideMiddle
            text: root.question.place
            color: Theme.secondary
        }
        Row {
            id: turner

            anchors.right: parent.right
            anchors.rightMargin: -Theme.s1
            anchors.verticalCenter: parent.verticalCenter
            visible: root.approvals.count > 1

            IconButton {
                glyph: "chevron-left"
                text: qsTr("Previous question")
                enabled: !root.approvals.busy
                onClicked: root.approvals.previous()
            }
            Label {
                anchors.verticalCenter: parent.verticalCenter
                text: qsTr("%1 of %2").arg(root.approvals.position + 1).arg(root.approvals.count)
                font.pixelSize: Theme.small
                font.weight: Theme.medium
            }
            IconButton {
                glyph: "chevron-right"
                text: qsTr("Next question")
                enabled: !root.approvals.busy
                onClicked: root.approvals.next()
            }
        }
    }
    Label {
        x: Theme.s5
        width: parent.width - 2 * Theme.s5
        text: root.question.sentence
        font.pixelSize: Theme.heading
        strong: true
        wrapMode: Text.WrapAtWordBoundaryOrAnywhere
        lineHeight: 1.25
        Accessible.role: Accessible.Heading
    }
    Label {
        x: Theme.s5
        width: parent.width - 2 * Theme.s5
        visible: text !== ""
        text: root.question.context
        color: Theme.secondary
        wrapMode: Text.WrapAtWordBoundaryOrAnywhere
        lineHeight: Theme.lineHeight
    }
}
