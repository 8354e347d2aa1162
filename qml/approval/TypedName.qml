// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls
import Companion.Model

// What cannot be undone is approved by typing its name.
Column {
    id: root

    required property ApprovalViewModel question
    signal edited

    spacing: Theme.s2

    Row {
        spacing: Theme.s1

        Label {
            text: qsTr("To approve, type")
            font.weight: Theme.medium
        }
        Mono {
            anchors.verticalCenter: parent.verticalCenter
            width: Math.min(implicitWidth, root.width - Theme.menuWidth)
            text: root.question.mustType
            elide: Text.ElideMiddle
            font.weight: Theme.semiBold
            color: Theme.irreversible
        }
    }
    Field {
        id: field

        objectName: "typedName"
        width: parent.width
        mono: true
        label: qsTr("Type %1 to approve").arg(root.question.mustType)
        onTextEdited: {
            root.question.typed = text;
            root.edited();
        }

        Glyph {
            anchors.right: parent.right
            anchors.rightMargin: Theme.s3
            anchors.verticalCenter: parent.verticalCenter
            visible: root.question.typedRight
            name: "check"
            color: Theme.safe
        }
    }
    Binding {
        field.text: root.question.typed
    }
}
