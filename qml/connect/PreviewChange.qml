// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import Companion.Controls
import Companion.Model

// What would be written, and the button that writes it.
FocusScope {
    id: root

    required property ConnectWizard wizard
    readonly property var agent: wizard.agent
    readonly property bool leaving: wizard.leaving
    signal done

    function enter() {
        if (wizard.ready)
            diff.forceActiveFocus(Qt.TabFocusReason);
        else if (!wizard.busy)
            (wizard.nothingToDo ? check : again).forceActiveFocus(Qt.TabFocusReason);
    }

    Column {
        id: above

        width: parent.width
        spacing: Theme.s4

        ChosenHead {
            width: parent.width
            agent: root.agent
            note: root.wizard.problem === "" ? root.agent.explanation ?? "" : ""
        }
        Row {
            visible: root.wizard.ways.length > 1 && !root.leaving
            spacing: Theme.s3

            Label {
                anchors.verticalCenter: parent.verticalCenter
                text: qsTr("It reaches this app")
            }
            Segmented {
                objectName: "ways"
                label: qsTr("How it reaches this app")
                options: root.wizard.ways
                value: root.wizard.way
                onChosen: way => root.wizard.chooseWay(way)
            }
        }
        BundleWay {
            width: parent.width
            visible: (root.agent.bundle ?? "") !== "" && !root.leaving
            wizard: root.wizard
        }
        ErrorBanner {
            objectName: "problem"
            width: parent.width
            visible: text !== ""
            text: root.wizard.problem
        }
        ErrorBanner {
            width: parent.width
            visible: root.wizard.nothingToDo
            glyph: "check"
            ink: Theme.safe
            ground: Theme.safeSoft
            text: root.leaving ? qsTr("There is nothing of ours in its file.") : qsTr("It is connected like this already: there is nothing to write.")
        }
        Label {
            width: parent.width
            visible: root.wizard.ready
            text: root.leaving ? qsTr("This goes, and nothing else changes:") : diff.removed > 0 ? qsTr("These lines change, and nothing else:") : qsTr("These lines are added, and nothing else changes:")
            font.weight: Theme.medium
        }
    }
    DiffView {
        id: diff

        objectName: "diff"
        anchors.top: above.bottom
        anchors.topMargin: Theme.s2
        width: parent.width
        height: Math.max(0, Math.min(implicitHeight, root.height - y - below.height - foot.height - 2 * Theme.s3))
        visible: root.wizard.ready
        focus: true
        lines: root.wizard.diff
        label: qsTr("Changes in %1").arg(root.agent.file ?? "")
    }
    Column {
        id: below

        anchors.top: diff.visible ? diff.bottom : above.bottom
        anchors.topMargin: Theme.s3
        width: parent.width
        spacing: Theme.s1

        Repeater {
            model: root.wizard.notes

            Label {
                required property string modelData

                width: below.width
                text: modelData
                color: Theme.secondary
                font.pixelSize: Theme.small
                wrapMode: Text.Wrap
            }
        }
    }
    Item {
        id: foot

        anchors.top: below.bottom
        anchors.topMargin: below.height > 0 ? Theme.s3 : 0
        width: parent.width
        height: Theme.control + Theme.s4

        Row {
            spacing: Theme.s2

            Button {
                objectName: "go"
                visible: root.wizard.ready
                kind: root.leaving ? "danger" : "primary"
                glyph: root.leaving ? "" : "plug"
                text: root.leaving ? qsTr("Disconnect") : root.agent.state === "connected_differently" ? qsTr("Update") : qsTr("Connect")
                Accessible.name: (root.leaving ? qsTr("Disconnect %1") : qsTr("Connect %1")).arg(root.agent.name ?? "")
                onClicked: root.wizard.go()
            }
            Button {
                id: check

                objectName: "check"
                visible: root.wizard.nothingToDo && !root.leaving
                kind: "primary"
                glyph: "plug"
                text: qsTr("Try it out")
                onClicked: root.wizard.check()
            }
            Button {
                id: again

                objectName: "again"
                visible: root.wizard.problem !== ""
                text: qsTr("Look again")
                onClicked: root.wizard.lookAgain()
            }
            Button {
                text: qsTr("Back")
                onClicked: root.wizard.back()
            }
        }
        Button {
            objectName: "leave"
            anchors.right: parent.right
            visible: (root.agent.ours ?? false) && !root.leaving && !root.wizard.busy
            kind: "quiet"
            text: qsTr("Disconnect…")
            onClicked: root.wizard.chooseLeaving()
        }
    }
}
