// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls
import Companion.Model

// The answer. Of a question, Deny has the keyboard; Allow is reached by pointer, assistive technology or Ctrl+Shift+A.
FocusScope {
    id: root

    required property ScopePicker picker
    readonly property bool consent: picker.mode === "consent"
    readonly property bool farReaching: picker.confirmText !== ""

    function reset() {
        deny.forceActiveFocus(Qt.TabFocusReason);
    }
    function allowWord(): string {
        if (root.picker.busy)
            return qsTr("Sending…");
        if (root.picker.confirming)
            return root.consent ? qsTr("Allow all of that") : qsTr("Yes, all of that");
        if (root.picker.mode === "edit")
            return qsTr("Save");
        if (root.picker.mode === "token")
            return qsTr("Make the token");
        return root.picker.choice.preset === "read-only" ? qsTr("Allow reading") : qsTr("Allow");
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
            text: root.picker.notice
            glyph: root.picker.noticeIsBad ? "connection-lost" : "note"
            ink: root.picker.noticeIsBad ? Theme.destructive : Theme.accent
            ground: root.picker.noticeIsBad ? Theme.destructiveSoft : Theme.accentSoft
        }
        ErrorBanner {
            objectName: "confirmLine"
            width: parent.width
            visible: root.picker.confirming
            text: root.picker.confirmText
            ink: Theme.destructive
            ground: Theme.destructiveSoft
        }
        Item {
            width: parent.width
            height: Theme.control

            Button {
                id: deny

                objectName: "deny"
                focus: true
                text: root.consent ? qsTr("Deny") : qsTr("Cancel")
                enabled: root.picker.canDeny
                onClicked: root.picker.deny()
                // A key held down answers one question, not the next as well.
                Keys.onPressed: event => {
                    const answers = [Qt.Key_Return, Qt.Key_Enter, Qt.Key_Space].includes(event.key);
                    event.accepted = answers;
                    if (answers && !event.isAutoRepeat)
                        root.picker.deny();
                }
            }
            Button {
                id: again

                anchors.left: deny.right
                anchors.leftMargin: Theme.s2
                visible: root.picker.noticeIsBad && !root.picker.choice.loaded && root.picker.canDeny
                kind: "quiet"
                text: qsTr("Try again")
                onClicked: root.picker.load()
            }
            Label {
                anchors.left: again.visible ? again.right : deny.right
                anchors.leftMargin: Theme.s4
                anchors.right: clock.visible ? clock.left : back.visible ? back.left : allow.left
                anchors.rightMargin: Theme.s4
                anchors.verticalCenter: parent.verticalCenter
                horizontalAlignment: Text.AlignRight
                visible: root.picker.canDeny && !again.visible // the banner says it then
                text: root.picker.missing
                color: Theme.secondary
                font.pixelSize: Theme.small
            }
            Loader {
                id: clock

                anchors.right: back.visible ? back.left : allow.left
                anchors.rightMargin: Theme.s4
                anchors.verticalCenter: parent.verticalCenter
                visible: status === Loader.Ready && root.picker.canDeny
                // Nobody waits for a picker without questions.
                Component.onCompleted: {
                    if (root.picker.questions)
                        setSource(Qt.resolvedUrl("Countdown.qml"), {
                            "approvals": root.picker.questions
                        });
                }
            }
            Button {
                id: back

                objectName: "back"
                anchors.right: allow.left
                anchors.rightMargin: Theme.s2
                visible: root.picker.confirming
                text: qsTr("Back")
                onClicked: root.picker.back()
            }
            Button {
                id: allow

                objectName: "allow"
                anchors.right: parent.right
                minimumWidth: Theme.row * 4
                focusPolicy: root.consent ? Qt.NoFocus : Qt.StrongFocus
                kind: root.picker.confirming ? "danger" : "primary"
                text: root.allowWord()
                enabled: root.picker.canAllow
                onClicked: root.picker.allow()

                Tooltip {
                    visible: allow.hovered && allow.enabled
                    text: root.farReaching && !root.picker.confirming ? qsTr("Ctrl+Shift+A; you are asked once more") : qsTr("Ctrl+Shift+A")
                }
            }
        }
    }
}
