// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls
import Companion.Model

// Waits while the person signs in in the browser.
FocusScope {
    id: root

    required property ConnectionWizard wizard
    readonly property bool waiting: wizard.signInUrl !== ""
    readonly property bool failed: wizard.problem !== ""
    readonly property bool soon: wizard.secondsLeft <= 30
    readonly property int minutes: Math.floor(wizard.secondsLeft / 60)
    signal givenUp

    function enter() {
        (failed ? again : cancel).forceActiveFocus(Qt.TabFocusReason);
    }

    implicitHeight: body.implicitHeight

    Column {
        id: body

        width: parent.width
        spacing: Theme.s4

        ErrorBanner {
            objectName: "problem"
            width: parent.width
            visible: root.failed
            text: root.wizard.problem
        }
        Item {
            width: parent.width
            height: box.implicitHeight + 2 * Theme.s4
            visible: !root.failed

            Card {
                anchors.fill: parent
            }
            Column {
                id: box

                x: Theme.s4
                y: Theme.s4
                width: parent.width - 2 * Theme.s4
                spacing: Theme.s3

                Item {
                    width: parent.width
                    height: Theme.s5

                    Label {
                        objectName: "headline"
                        anchors.verticalCenter: parent.verticalCenter
                        width: left.x - Theme.s3
                        text: !root.waiting ? qsTr("Opening your browser…") : root.wizard.browserOpen ? qsTr("Your browser is open: sign in there") : qsTr("No browser could be opened")
                        font.pixelSize: Theme.title
                        strong: true
                        Accessible.role: Accessible.AlertMessage
                    }
                    Row {
                        id: left

                        anchors.right: parent.right
                        anchors.verticalCenter: parent.verticalCenter
                        spacing: Theme.s2
                        visible: root.waiting

                        Label {
                            objectName: "timeLeft"
                            anchors.verticalCenter: parent.verticalCenter
                            text: root.minutes > 1 ? qsTr("%1 min left").arg(root.minutes) : qsTr("%1 s left").arg(root.wizard.secondsLeft)
                            color: root.soon ? Theme.destructive : Theme.secondary
                            font.pixelSize: Theme.small
                        }
                        CountdownRing {
                            anchors.verticalCenter: parent.verticalCenter
                            width: Theme.glyph
                            height: Theme.glyph
                            share: root.wizard.shareLeft
                            thickness: Theme.focusWidth
                            color: root.soon ? Theme.destructive : Theme.accent
                            track: Theme.borderStrong
                        }
                    }
                }
                Label {
                    width: parent.width
                    text: qsTr("Pick the organization there, or one of its groups, and come back: this page notices by itself.")
                    color: Theme.secondary
                    wrapMode: Text.Wrap
                    lineHeight: Theme.lineHeight
                }
                Divider {
                    width: parent.width
                    visible: root.waiting
                }
                Label {
                    width: parent.width
                    visible: root.waiting
                    text: qsTr("No browser came up, or you sit elsewhere? Open this address in one that reaches this computer:")
                    color: Theme.secondary
                    font.pixelSize: Theme.small
                    wrapMode: Text.Wrap
                    lineHeight: Theme.lineHeight
                }
                CodeBox {
                    objectName: "signInUrl"
                    width: parent.width
                    visible: root.waiting
                    maximumHeight: Theme.row * 3
                    text: root.wizard.signInUrl
                    label: qsTr("Address to sign in at")
                }
            }
        }
        Row {
            spacing: Theme.s2

            Button {
                id: again

                objectName: "again"
                visible: root.failed
                kind: "primary"
                glyph: "refresh"
                text: qsTr("Try again")
                onClicked: root.wizard.chooseBrowser()
            }
            Button {
                objectName: "token"
                visible: root.failed
                glyph: "key"
                text: qsTr("Paste an API token instead")
                onClicked: root.wizard.chooseToken()
            }
            Button {
                objectName: "reopen"
                visible: root.waiting
                glyph: "network"
                text: qsTr("Open it again")
                onClicked: root.wizard.openBrowser()
            }
            Button {
                id: cancel

                objectName: "cancel"
                kind: root.failed ? "quiet" : "secondary"
                text: qsTr("Cancel")
                onClicked: root.givenUp()
            }
        }
    }
}
