// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls
import Companion.Model

// Which kind of connection, and in which way.
FocusScope {
    id: root

    required property ConnectionWizard wizard
    readonly property string cli: wizard.cliAccount.username ?? ""

    function enter() {
        first.forceActiveFocus(Qt.TabFocusReason);
    }

    implicitHeight: body.implicitHeight

    Column {
        id: body

        width: parent.width
        spacing: Theme.s3

        KindCard {
            width: parent.width
            glyph: "cloud"
            title: qsTr("Turso Cloud")
            text: qsTr("An organization of yours: its databases, with groups, branches and the way back in time.")

            Button {
                id: first

                objectName: "way:browser"
                focus: true
                kind: "primary"
                glyph: "network"
                text: qsTr("Sign in with the browser")
                onClicked: root.wizard.chooseBrowser()
            }
            Button {
                objectName: "way:token"
                glyph: "key"
                text: qsTr("Paste an API token")
                onClicked: root.wizard.chooseToken()
            }
            Button {
                objectName: "way:cli"
                visible: root.cli !== ""
                glyph: "terminal"
                text: qsTr("Use the turso CLI's account")
                Accessible.description: root.cli
                onClicked: root.wizard.chooseCli()
            }
        }
        KindCard {
            width: parent.width
            glyph: "server"
            title: qsTr("libsql-server")
            text: qsTr("A server of your own (sqld) by its address, with or without a token. Nothing leaves your network.")

            Button {
                objectName: "way:server"
                glyph: "plus"
                text: qsTr("Add a server")
                onClicked: root.wizard.chooseServer()
            }
        }
        Item {
            width: parent.width
            height: Theme.s1
        }
        SaidLine {
            width: parent.width
            glyph: "database"
            text: qsTr("The workspace on this computer is there already, and needs no account. However many connections there are: an agent may use none before you have said so.")
        }
    }
}
