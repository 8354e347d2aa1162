// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls
import Companion.Model

// What came of it: how the connection is, and whether it is kept.
FocusScope {
    id: root

    required property ConnectionWizard wizard
    readonly property var connection: wizard.connection
    readonly property bool ready: wizard.ready
    readonly property bool asksOrganization: wizard.lacksOrganization
    readonly property bool usable: ready || connection.tone === "busy"
    signal givenUp

    function enter() {
        if (asksOrganization)
            organization.forceActiveFocus(Qt.TabFocusReason);
        else if (!wizard.busy)
            (ready ? done : again).forceActiveFocus(Qt.TabFocusReason);
    }

    implicitHeight: body.implicitHeight
    onVisibleChanged: if (visible) {
        name.text = connection.name ?? "";
        organization.text = "";
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

                ConnectionHead {
                    width: parent.width
                    connection: root.connection
                }
                MendBox {
                    objectName: "wrong"
                    width: parent.width
                    visible: !root.usable && (root.connection.sentence ?? "") !== ""
                    // What mends it stands below.
                    connection: Object.assign({}, root.connection, { mend: {} })
                }
                ConnectionSummary {
                    width: parent.width
                    connection: root.connection
                }
            }
        }
        FormField {
            width: Math.min(parent.width, Theme.formWidth)
            visible: root.asksOrganization
            title: qsTr("Which organization is it for?")
            hint: qsTr("Its short name, as in the address app.turso.tech/acme. What you signed in with does not tell.")

            Field {
                id: organization

                objectName: "organizationField"
                width: parent.width
                mono: true
                enabled: !root.wizard.busy
                label: qsTr("Organization")
                placeholderText: "acme"
                onAccepted: root.wizard.submitOrganization(text)
            }
        }
        FormField {
            width: Math.min(parent.width, Theme.formWidth)
            visible: !root.asksOrganization && !root.wizard.existing
            title: qsTr("Name")
            hint: qsTr("Agents see it when they list their databases.")

            Field {
                id: name

                objectName: "nameField"
                width: parent.width
                enabled: !root.wizard.busy
                label: qsTr("Name of the connection")
                onAccepted: if (root.ready) root.wizard.keep(text)
            }
        }
        Label {
            width: parent.width
            visible: root.ready && !root.wizard.existing
            text: qsTr("No agent may use it yet. When one signs in, or when you change what it may do, you say so there.")
            color: Theme.secondary
            wrapMode: Text.Wrap
            lineHeight: Theme.lineHeight
        }
        Row {
            spacing: Theme.s2

            Button {
                id: done

                objectName: "done"
                visible: root.ready
                enabled: !root.wizard.busy
                kind: "primary"
                text: qsTr("Done")
                onClicked: root.wizard.keep(name.text)
            }
            Button {
                objectName: "useOrganization"
                visible: root.asksOrganization
                enabled: !root.wizard.busy && organization.text.trim() !== ""
                kind: "primary"
                text: root.wizard.busy ? qsTr("Checking…") : qsTr("Use this one")
                onClicked: root.wizard.submitOrganization(organization.text)
            }
            Button {
                id: again

                objectName: "again"
                visible: !root.ready && !root.asksOrganization
                enabled: !root.wizard.busy
                kind: "primary"
                glyph: "refresh"
                text: root.wizard.busy ? qsTr("Checking…") : qsTr("Try again")
                onClicked: root.wizard.checkAgain()
            }
            Button {
                objectName: "keepAnyway"
                visible: !root.ready
                enabled: !root.wizard.busy
                text: qsTr("Keep it anyway")
                Accessible.description: qsTr("It stays in the list as it is, and can be mended there")
                onClicked: root.wizard.keep(root.asksOrganization ? "" : name.text)
            }
            Button {
                objectName: "discard"
                visible: !root.ready && !root.wizard.existing
                kind: "quiet"
                text: qsTr("Discard")
                onClicked: root.givenUp()
            }
        }
    }
}
