// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import Companion.Controls
import Companion.Model

// What would happen, exactly, and what can be said about it.
Column {
    id: root

    required property ApprovalViewModel question
    signal moved

    spacing: Theme.s3

    ImpactCard {
        width: parent.width
        visible: root.question.hasImpact
        question: root.question
    }
    CodeBox {
        width: parent.width
        visible: root.question.sql !== ""
        maximumHeight: Theme.row * 5
        text: root.question.sql
        label: qsTr("The exact SQL")
        onMoved: root.moved()
    }
    Remark {
        width: parent.width
        visible: root.question.program !== ""
        glyph: "agents"
        text: root.question.program
    }
    Remark {
        width: parent.width
        visible: root.question.reason !== ""
        glyph: "note"
        //: %1 is what the agent claims
        text: qsTr("It says: “%1”").arg(root.question.reason)
    }
    Remark {
        width: parent.width
        visible: root.question.undo !== ""
        glyph: root.question.risk === "irreversible" ? "risk-irreversible" : "undo"
        ink: root.question.risk === "irreversible" ? Theme.irreversible : Theme.secondary
        text: root.question.undo
    }
    TypedName {
        width: parent.width
        visible: root.question.mustType !== ""
        question: root.question
        onEdited: root.moved()
    }
}
