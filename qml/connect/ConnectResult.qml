// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import Companion.Controls
import Companion.Model

// What was done, step by step, as it is done.
FocusScope {
    id: root

    required property ConnectWizard wizard
    readonly property var agent: wizard.agent
    readonly property string headline: {
        const name = agent.name ?? "";
        if (wizard.busy)
            return wizard.leaving ? qsTr("Disconnecting %1…").arg(name) : qsTr("Connecting %1…").arg(name);
        if (wizard.succeeded)
            return wizard.leaving ? qsTr("%1 is disconnected").arg(name) : qsTr("%1 is connected").arg(name);
        return wizard.leaving ? qsTr("%1 is still connected").arg(name) : wizard.undoable ? qsTr("Written, but %1 gets no answer yet").arg(name) : qsTr("%1 is not connected").arg(name);
    }
    signal done

    function enter() {
        if (!wizard.busy)
            (finish.visible ? finish : again).forceActiveFocus(Qt.TabFocusReason);
    }

    Column {
        width: parent.width
        spacing: Theme.s4

        ChosenHead {
            width: parent.width
            agent: root.agent
        }
        Card {
            width: parent.width
            height: list.implicitHeight + 2 * Theme.s4

            Column {
                id: list

                x: Theme.s4
                y: Theme.s4
                width: parent.width - 2 * Theme.s4
                spacing: Theme.s3

                Label {
                    objectName: "headline"
                    width: parent.width
                    text: root.headline
                    font.pixelSize: Theme.title
                    strong: true
                    wrapMode: Text.Wrap
                    Accessible.role: Accessible.AlertMessage
                }
                Repeater {
                    model: root.wizard.steps

                    ConnectStep {
                        required property var modelData

                        width: list.width
                        text: modelData.text
                        detail: modelData.detail
                        step: modelData.state
                    }
                }
                ErrorBanner {
                    objectName: "problem"
                    width: parent.width
                    visible: text !== ""
                    text: root.wizard.problem
                }
                Label {
                    width: parent.width
                    visible: root.wizard.succeeded && !root.wizard.leaving
                    text: qsTr("When it calls for the first time, you are asked what it may do. Until then it may do nothing.")
                    color: Theme.secondary
                    wrapMode: Text.Wrap
                    lineHeight: Theme.lineHeight
                }
            }
        }
        Row {
            visible: !root.wizard.busy
            spacing: Theme.s2

            Button {
                id: finish

                objectName: "done"
                visible: root.wizard.succeeded
                kind: "primary"
                text: qsTr("Done")
                onClicked: root.done()
            }
            Button {
                id: again

                objectName: "again"
                visible: !root.wizard.succeeded
                kind: "primary"
                text: root.wizard.undoable ? qsTr("Try again") : qsTr("Look again")
                onClicked: root.wizard.undoable ? root.wizard.check() : root.wizard.lookAgain()
            }
            Button {
                objectName: "undo"
                visible: root.wizard.undoable
                glyph: "undo"
                text: qsTr("Undo")
                Accessible.name: qsTr("Undo: put the file back as it was")
                onClicked: root.wizard.undo()
            }
            Button {
                objectName: "another"
                kind: "quiet"
                text: qsTr("Connect another")
                onClicked: root.wizard.back()
            }
        }
    }
}
