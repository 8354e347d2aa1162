// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls
import Companion.Model

// The answer. Deny has the keyboard; Approve is reached by pointer, assistive technology or Ctrl+Shift+A.
FocusScope {
    id: root

    required property ApprovalQueue approvals
    required property ApprovalViewModel question
    property bool noting: false

    function reset() {
        noting = false;
        note.text = "";
        deny.forceActiveFocus(Qt.TabFocusReason);
    }

    implicitHeight: body.implicitHeight + Theme.s3 + Theme.s4

    Rectangle {
        anchors.fill: parent
        color: Theme.window
    }
    Divider {
        width: parent.width
    }
    Column {
        id: body

        x: Theme.s5
        y: Theme.s3
        width: parent.width - 2 * Theme.s5
        spacing: Theme.s3

        ErrorBanner {
            width: parent.width
            visible: text !== ""
            text: root.approvals.notice
            glyph: root.approvals.connected ? "clock" : "connection-lost"
            ink: root.approvals.connected ? Theme.change : Theme.destructive
            ground: root.approvals.connected ? Theme.changeSoft : Theme.destructiveSoft
        }
        Item {
            width: parent.width
            height: Theme.control

            RememberChoice {
                anchors.verticalCenter: parent.verticalCenter
                visible: root.question.mayRemember && !root.noting
                enabled: root.approvals.canDeny
                question: root.question
            }
            Field {
                id: note

                objectName: "note"
                anchors.left: parent.left
                anchors.right: clock.left
                anchors.rightMargin: Theme.s3
                visible: root.noting
                enabled: root.approvals.canDeny
                label: qsTr("What the agent is told")
                placeholderText: qsTr("Tell it why, or what to do instead")
                onTextEdited: root.approvals.touch()
                onAccepted: root.approvals.deny(text)
            }
            Countdown {
                id: clock

                anchors.right: parent.right
                anchors.verticalCenter: parent.verticalCenter
                visible: root.approvals.canDeny
                approvals: root.approvals
            }
        }
        Item {
            width: parent.width
            height: Theme.control

            Button {
                id: deny

                objectName: "deny"
                focus: true
                text: root.noting ? qsTr("Deny with this note") : qsTr("Deny")
                enabled: root.approvals.canDeny
                onClicked: root.approvals.deny(note.text)
                // A key held down answers one question, not the next as well.
                Keys.onPressed: event => {
                    const answers = [Qt.Key_Return, Qt.Key_Enter, Qt.Key_Space].includes(event.key);
                    event.accepted = answers;
                    if (answers && !event.isAutoRepeat)
                        root.approvals.deny(note.text);
                }
            }
            Button {
                anchors.left: deny.right
                anchors.leftMargin: Theme.s2
                objectName: "denyWithNote"
                visible: !root.noting
                kind: "quiet"
                glyph: "note"
                text: qsTr("Deny with a note…")
                enabled: root.approvals.canDeny
                onClicked: {
                    root.noting = true;
                    note.forceActiveFocus();
                }
            }
            Button {
                id: approve

                objectName: "approve"
                anchors.right: parent.right
                minimumWidth: Theme.row * 3
                focusPolicy: Qt.NoFocus
                kind: root.question.risk === "destructive" || root.question.risk === "irreversible" ? "danger" : "primary"
                text: root.approvals.busy ? qsTr("Sending…") : root.question.yes
                enabled: root.approvals.canApprove
                onClicked: root.approvals.approve()

                Tooltip {
                    visible: approve.hovered && approve.enabled
                    text: qsTr("Ctrl+Shift+A")
                }
            }
        }
    }
}
