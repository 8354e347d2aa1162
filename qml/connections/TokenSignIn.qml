// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls
import Companion.Model

// An API token of Turso Cloud, pasted.
FocusScope {
    id: root

    required property ConnectionWizard wizard
    signal givenUp

    function enter() {
        field.forceActiveFocus(Qt.TabFocusReason);
    }
    function submit(unchecked = false) {
        wizard.submitToken(field.text, organization.text, unchecked);
    }

    implicitHeight: body.implicitHeight
    onVisibleChanged: if (!visible) organization.text = ""

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
        FormField {
            width: parent.width
            title: qsTr("API token")
            hint: qsTr("Of the organization, or of one of its groups. It goes into the keychain, and is not shown again.")

            SecretField {
                id: field

                objectName: "tokenField"
                width: parent.width
                enabled: !root.wizard.busy
                label: qsTr("API token of Turso Cloud")
                onAccepted: root.submit()
            }
        }
        FormField {
            width: parent.width
            title: qsTr("Organization")
            aside: qsTr("where the token does not tell")
            hint: qsTr("Its short name, as in the address app.turso.tech/acme.")

            Field {
                id: organization

                objectName: "organizationField"
                width: parent.width
                mono: true
                enabled: !root.wizard.busy
                label: qsTr("Organization, where the token does not tell")
                placeholderText: "acme"
                onAccepted: root.submit()
            }
        }
        Row {
            spacing: Theme.s2

            Button {
                objectName: "submit"
                kind: "primary"
                enabled: !root.wizard.busy && field.length > 0
                text: root.wizard.busy ? qsTr("Checking…") : qsTr("Connect")
                onClicked: root.submit()
            }
            Button {
                objectName: "anyway"
                visible: root.wizard.mayAddAnyway
                enabled: !root.wizard.busy && field.length > 0
                text: qsTr("Add it anyway")
                Accessible.description: qsTr("It stays in the list as it is, and can be mended there")
                onClicked: root.submit(true)
            }
            Button {
                objectName: "browserInstead"
                visible: root.wizard.existing
                enabled: !root.wizard.busy
                glyph: "network"
                text: qsTr("Sign in with the browser")
                onClicked: root.wizard.chooseBrowser()
            }
            Button {
                objectName: "cancel"
                text: qsTr("Cancel")
                onClicked: root.givenUp()
            }
        }
        Divider {
            width: parent.width
        }
        Label {
            width: parent.width
            text: qsTr("No token yet? Make one with the turso command line:")
            font.weight: Theme.medium
        }
        CodeBox {
            width: parent.width
            text: "turso auth api-tokens mint companion --org %1".arg(organization.text.trim() === "" ? "acme" : organization.text.trim())
            label: qsTr("Command that makes a token")
        }
        Label {
            width: parent.width
            text: qsTr("A token without --org is refused: it opens every organization that you belong to, and this app asks for no more than it needs.")
            color: Theme.secondary
            font.pixelSize: Theme.small
            wrapMode: Text.Wrap
            lineHeight: Theme.lineHeight
        }
    }
}
