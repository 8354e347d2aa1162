// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls
import Companion.Model

// Top: what is asked. Middle, scrolling where it must: what it would do. Bottom: the answer.
FocusScope {
    id: root

    required property ApprovalQueue approvals
    readonly property ApprovalViewModel question: approvals.current
    property real roomForDetails: Theme.mainHeight
    readonly property real fixedHeight: Math.ceil(head.implicitHeight) + Math.ceil(foot.implicitHeight) + 2 * Theme.s3 + stripe.height

    implicitHeight: fixedHeight + Math.min(details.implicitHeight, Math.max(roomForDetails, Theme.row * 4))
    Accessible.role: Accessible.AlertMessage
    Accessible.name: question.sentence
    Keys.onPressed: event => {
        root.approvals.touch();
        // Escape answers nothing: it is pressed too easily.
        event.accepted = event.key === Qt.Key_Escape;
    }

    Connections {
        target: root.question
        function onChanged() {
            details.contentY = 0;
            foot.reset();
        }
    }
    Rectangle {
        id: stripe

        width: parent.width
        height: Theme.s1
        color: head.stripe
    }
    ApprovalHead {
        id: head

        anchors.top: stripe.bottom
        width: parent.width
        approvals: root.approvals
        question: root.question
    }
    Flickable {
        id: details

        anchors.top: head.bottom
        anchors.topMargin: Theme.s3
        anchors.bottom: foot.top
        anchors.bottomMargin: Theme.s3
        width: parent.width
        implicitHeight: Math.ceil(parts.implicitHeight)
        contentWidth: width
        contentHeight: parts.implicitHeight
        clip: true
        boundsBehavior: Flickable.StopAtBounds
        interactive: contentHeight > height
        onContentYChanged: root.approvals.touch()
        ScrollBar.vertical: ScrollBar {}

        ApprovalDetails {
            id: parts

            x: Theme.s5
            width: details.width - 2 * Theme.s5
            question: root.question
            onMoved: root.approvals.touch()
        }
    }
    ApprovalFoot {
        id: foot

        anchors.bottom: parent.bottom
        width: parent.width
        focus: true
        approvals: root.approvals
        question: root.question
    }
}
