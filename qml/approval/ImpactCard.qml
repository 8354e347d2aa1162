// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import Companion.Controls
import Companion.Model

// What would go or change: sample rows, objects of the schema, tables that go along.
Rectangle {
    id: root

    required property ApprovalViewModel question

    implicitHeight: parts.implicitHeight + Theme.s3 + Theme.s2
    radius: Theme.cardRadius
    color: Theme.surface
    border.width: Theme.hairline
    border.color: Theme.borderStrong

    Column {
        id: parts

        x: Theme.s3
        y: Theme.s2
        width: parent.width - 2 * Theme.s3
        spacing: Theme.s2

        Item {
            width: parent.width
            height: Theme.s5

            Label {
                anchors.verticalCenter: parent.verticalCenter
                text: root.question.impactTitle
                font.pixelSize: Theme.small
                font.weight: Theme.semiBold
                color: Theme.secondary
            }
            Label {
                anchors.right: parent.right
                anchors.verticalCenter: parent.verticalCenter
                text: root.question.impactNote
                font.pixelSize: Theme.caption
                color: Theme.secondary
            }
        }
        Repeater {
            model: root.question.schemaChanges

            Remark {
                required property string modelData

                width: parts.width
                glyph: "database"
                ink: Theme.text
                text: modelData
            }
        }
        Repeater {
            model: root.question.samples

            ImpactSample {
                width: parts.width
                named: root.question.samples.length > 1
            }
        }
        Repeater {
            model: root.question.furtherTables

            Remark {
                required property string modelData

                width: parts.width
                glyph: "arrow-right"
                ink: Theme.change
                text: modelData
            }
        }
    }
}
