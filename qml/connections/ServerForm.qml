// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls
import Companion.Model

// The address of a libsql-server, and what opens it.
FocusScope {
    id: root

    required property ConnectionWizard wizard
    property bool more: false
    signal givenUp

    function enter() {
        url.forceActiveFocus(Qt.TabFocusReason);
    }
    function submit(unchecked = false) {
        wizard.submitServer(token.text, more ? adminKey.text : "", unchecked);
    }
    function fold() {
        more = !more;
        if (!more)
            adminUrl.text = "";
    }

    implicitHeight: body.implicitHeight
    onVisibleChanged: if (visible) {
        more = false;
        url.text = root.wizard.url;
        adminUrl.text = root.wizard.adminUrl;
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
            objectName: "urlForm"
            width: parent.width
            title: qsTr("Address")
            hint: qsTr("Of its SQL over HTTP, as in http://127.0.0.1:8080 or https://db.example.org.")
            problem: root.wizard.urlProblem
            note: root.wizard.urlNote

            Field {
                id: url

                objectName: "urlField"
                width: parent.width
                mono: true
                enabled: !root.wizard.busy
                bad: root.wizard.urlProblem !== ""
                label: qsTr("Address of the libsql-server")
                Accessible.description: root.wizard.urlProblem
                placeholderText: "http://127.0.0.1:8080"
                inputMethodHints: Qt.ImhUrlCharactersOnly | Qt.ImhNoAutoUppercase
                onTextEdited: root.wizard.url = text
                onAccepted: root.submit()
            }
        }
        FormField {
            width: parent.width
            title: qsTr("Token")
            aside: qsTr("optional")
            hint: qsTr("Where the server asks for one. It goes into the keychain, and is not shown again.")

            SecretField {
                id: token

                objectName: "tokenField"
                width: parent.width
                enabled: !root.wizard.busy
                label: qsTr("Token of the server, optional")
                onAccepted: root.submit()
            }
        }
        LinkButton {
            objectName: "more"
            glyph: root.more ? "chevron-down" : "chevron-right"
            text: qsTr("The admin API")
            Accessible.description: root.more ? qsTr("shown") : qsTr("folded away")
            onClicked: root.fold()
        }
        FormField {
            width: parent.width
            visible: root.more
            title: qsTr("Admin address")
            aside: qsTr("optional")
            hint: qsTr("With it, databases can be created, branched, configured and deleted.")
            problem: root.wizard.adminUrlProblem

            Field {
                id: adminUrl

                objectName: "adminUrlField"
                width: parent.width
                mono: true
                enabled: !root.wizard.busy
                bad: root.wizard.adminUrlProblem !== ""
                label: qsTr("Address of the admin API, optional")
                placeholderText: "http://127.0.0.1:8081"
                inputMethodHints: Qt.ImhUrlCharactersOnly | Qt.ImhNoAutoUppercase
                onTextChanged: root.wizard.adminUrl = text
                onAccepted: root.submit()
            }
        }
        FormField {
            width: parent.width
            visible: root.more
            title: qsTr("Admin key")
            aside: qsTr("optional")

            SecretField {
                id: adminKey

                objectName: "adminKeyField"
                width: parent.width
                enabled: !root.wizard.busy
                label: qsTr("Key of the admin API, optional")
                onAccepted: root.submit()
            }
        }
        Row {
            spacing: Theme.s2

            Button {
                objectName: "submit"
                kind: "primary"
                enabled: !root.wizard.busy && root.wizard.addressesGood
                text: root.wizard.busy ? qsTr("Checking…") : qsTr("Connect")
                onClicked: root.submit()
            }
            Button {
                objectName: "anyway"
                visible: root.wizard.mayAddAnyway
                enabled: !root.wizard.busy && root.wizard.addressesGood
                text: qsTr("Add it anyway")
                Accessible.description: qsTr("It stays in the list as it is, and can be mended there")
                onClicked: root.submit(true)
            }
            Button {
                objectName: "cancel"
                text: qsTr("Cancel")
                onClicked: root.givenUp()
            }
        }
    }
}
