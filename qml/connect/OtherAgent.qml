// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls
import Companion.Model

// Agents that are not in the list: what to type or to paste.
FocusScope {
    id: root

    required property ConnectWizard wizard
    readonly property var recipe: wizard.recipe

    function enter() {
        first.forceActiveFocus(Qt.TabFocusReason);
    }

    implicitHeight: body.implicitHeight

    Column {
        id: body

        width: parent.width
        spacing: Theme.s4

        Label {
            width: parent.width
            text: qsTr("Every agent that speaks MCP can be connected. Give it one of these; it may do nothing until you have said what.")
            color: Theme.secondary
            wrapMode: Text.Wrap
            lineHeight: Theme.lineHeight
        }
        Card {
            width: parent.width
            height: ways.implicitHeight + 2 * Theme.s4

            Column {
                id: ways

                x: Theme.s4
                y: Theme.s4
                width: parent.width - 2 * Theme.s4
                spacing: Theme.s4

                ConnectWay {
                    id: first

                    width: parent.width
                    glyph: "terminal"
                    title: qsTr("A program that starts others")
                    text: qsTr("The command of an MCP server over stdio:")
                    value: root.recipe.commandLine ?? ""
                }
                Divider {
                    width: parent.width
                }
                ConnectWay {
                    width: parent.width
                    visible: value !== ""
                    glyph: "network"
                    title: qsTr("A program that dials")
                    text: qsTr("The address of an MCP server over streamable HTTP. It signs in there, or holds a token of yours:")
                    value: root.recipe.url ?? ""
                }
                Divider {
                    width: parent.width
                    visible: (root.recipe.url ?? "") !== ""
                }
                Column {
                    width: parent.width
                    spacing: Theme.s2

                    Row {
                        spacing: Theme.s2

                        Glyph {
                            anchors.verticalCenter: parent.verticalCenter
                            name: "note"
                            color: Theme.accent
                        }
                        Label {
                            text: qsTr("A configuration in JSON")
                            strong: true
                        }
                    }
                    CodeBox {
                        width: parent.width
                        maximumHeight: Theme.row * 8
                        text: root.recipe.json ?? ""
                        label: qsTr("Configuration with the command")
                    }
                    CodeBox {
                        width: parent.width
                        visible: text !== ""
                        maximumHeight: Theme.row * 8
                        text: root.recipe.urlJson ?? ""
                        label: qsTr("Configuration with the address")
                    }
                }
            }
        }
    }
}
