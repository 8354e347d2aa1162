// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls
import Companion.Model

// What can be changed of a connection that is there.
FocusScope {
    id: root

    required property ConnectionWizard wizard
    readonly property var connection: wizard.connection
    readonly property bool cloud: connection.kind === "turso-cloud"
    signal givenUp

    function enter() {
        (cloud && (connection.organization ?? "") === "" ? organization : name).forceActiveFocus(Qt.TabFocusReason);
    }
    function submit() {
        wizard.submitChange(name.text, cloud ? organization.text : "", token.text, adminKey.visible ? adminKey.text : "");
    }

    implicitHeight: body.implicitHeight
    onVisibleChanged: if (visible) {
        name.text = connection.name ?? "";
        organization.text = connection.organization ?? "";
    }

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
            title: qsTr("Name")
            hint: qsTr("Agents see it when they list their databases.")

            Field {
                id: name

                objectName: "nameField"
                width: parent.width
                enabled: !root.wizard.busy
                label: qsTr("Name of the connection")
                onAccepted: root.submit()
            }
        }
        FormField {
            width: parent.width
            visible: root.cloud
            title: qsTr("Organization")
            hint: qsTr("Its short name, as in the address app.turso.tech/acme.")

            Field {
                id: organization

                objectName: "organizationField"
                width: parent.width
                mono: true
                enabled: !root.wizard.busy
                label: qsTr("Organization")
                placeholderText: "acme"
                onAccepted: root.submit()
            }
        }
        FormField {
            width: parent.width
            title: root.cloud ? qsTr("New API token") : qsTr("New token")
            aside: qsTr("optional")
            hint: qsTr("Left empty, the one there is stays.")

            SecretField {
                id: token

                objectName: "tokenField"
                width: parent.width
                enabled: !root.wizard.busy
                label: qsTr("New token, optional")
                onAccepted: root.submit()
            }
        }
        FormField {
            width: parent.width
            visible: (root.connection.adminUrl ?? "") !== ""
            title: qsTr("New admin key")
            aside: qsTr("optional")

            SecretField {
                id: adminKey

                objectName: "adminKeyField"
                width: parent.width
                enabled: !root.wizard.busy
                label: qsTr("New key of the admin API, optional")
                onAccepted: root.submit()
            }
        }
        Row {
            spacing: Theme.s2

            Button {
                objectName: "submit"
                kind: "primary"
                enabled: !root.wizard.busy
                text: root.wizard.busy ? qsTr("Saving…") : qsTr("Save")
                onClicked: root.submit()
            }
            Button {
                objectName: "cancel"
                text: qsTr("Cancel")
                onClicked: root.givenUp()
            }
        }
    }
}
