// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls
import Companion.Model

// Asks before the command line's account is used.
FocusScope {
    id: root

    required property ConnectionWizard wizard
    readonly property var account: wizard.cliAccount
    signal givenUp

    function enter() {
        cancel.forceActiveFocus(Qt.TabFocusReason);
    }

    implicitHeight: body.implicitHeight

    Column {
        id: body

        width: parent.width
        spacing: Theme.s4

        ErrorBanner {
            objectName: "problem"
            width: parent.width
            visible: text !== ""
            text: root.wizard.problem
        }
        Item {
            width: parent.width
            height: box.implicitHeight + 2 * Theme.s4

            Card {
                anchors.fill: parent
            }
            Column {
                id: box

                x: Theme.s4
                y: Theme.s4
                width: parent.width - 2 * Theme.s4
                spacing: Theme.s3

                Label {
                    width: parent.width
                    text: qsTr("The turso command line is signed in on this computer")
                    font.pixelSize: Theme.title
                    strong: true
                    wrapMode: Text.Wrap
                }
                FactList {
                    width: parent.width
                    facts: [{ label: qsTr("Account"), value: root.account.username ?? "", mono: true }, { label: qsTr("Organization"), value: (root.account.organization ?? "") === "" ? qsTr("the personal one") : root.account.organization, mono: (root.account.organization ?? "") !== "" }]
                }
                Label {
                    width: parent.width
                    text: qsTr("Its session opens everything that the account can reach, and ends after about a week; then you sign in again. A token of the organization reaches less and lasts longer. The command line's own file stays as it is.")
                    color: Theme.secondary
                    wrapMode: Text.Wrap
                    lineHeight: Theme.lineHeight
                }
            }
        }
        Row {
            spacing: Theme.s2

            Button {
                objectName: "submit"
                kind: "primary"
                enabled: !root.wizard.busy
                text: root.wizard.busy ? qsTr("Checking…") : qsTr("Use this account")
                onClicked: root.wizard.submitCli()
            }
            Button {
                id: cancel

                objectName: "cancel"
                text: qsTr("Cancel")
                onClicked: root.givenUp()
            }
        }
    }
}
