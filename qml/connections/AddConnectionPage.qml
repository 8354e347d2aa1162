// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls
import Companion.Model

// Adds a connection, signs in to one, or changes it: step by step.
FocusScope {
    id: root

    required property ConnectionWizard wizard
    readonly property int stage: wizard.stage
    readonly property var panes: [choose, browser, token, cli, server, change, result]
    readonly property var pane: panes[stage]
    readonly property string name: wizard.connection.name ?? ""
    readonly property var titles: [qsTr("Add a connection"), wizard.existing ? qsTr("Sign in to %1").arg(name) : qsTr("Sign in to Turso Cloud"), wizard.existing ? qsTr("Sign in to %1").arg(name) : qsTr("Turso Cloud with an API token"), qsTr("The turso CLI's account"), qsTr("Add a libsql-server"), qsTr("Change %1").arg(name), wizard.existing ? name : qsTr("Add a connection")]
    readonly property string title: titles[stage]
    signal closed

    function goBack() {
        if (!wizard.back())
            closed();
    }
    function enter() {
        if (visible)
            pane.enter();
    }

    onVisibleChanged: if (visible) soon.restart()
    Keys.onEscapePressed: goBack()

    Timer {
        id: soon

        interval: 0 // once what there is has been made
        onTriggered: root.enter()
    }
    Connections {
        target: root.wizard
        function onChanged() {
            // Only where the keyboard would be nowhere, or on what has gone.
            const at = root.Window.activeFocusItem;
            if (root.visible && (!root.pane.activeFocus || root.pane === at || !at?.visible || !at?.enabled))
                soon.restart();
        }
        function onFinished() {
            if (root.visible)
                root.closed();
        }
    }
    RoomHead {
        id: head

        x: Theme.s5
        width: parent.width - 2 * Theme.s5
        title: root.title
        way: root.stage === ConnectionWizard.Choosing || root.wizard.existing ? qsTr("Back to the connections (Esc)") : qsTr("Choose another way (Esc)")
        onBack: root.goBack()
    }
    Flickable {
        id: page

        anchors.top: head.bottom
        anchors.bottom: parent.bottom
        x: Theme.s5
        width: parent.width - Theme.s5
        clip: true
        contentWidth: width
        contentHeight: root.pane.implicitHeight + Theme.s5
        boundsBehavior: Flickable.StopAtBounds
        ScrollBar.vertical: ScrollBar {}

        ChooseConnection {
            id: choose

            width: Math.min(page.width - Theme.s5, Theme.pageWidth)
            visible: root.pane === this
            wizard: root.wizard
        }
        BrowserSignIn {
            id: browser

            width: Math.min(page.width - Theme.s5, Theme.formWidth)
            visible: root.pane === this
            wizard: root.wizard
            onGivenUp: root.goBack()
        }
        TokenSignIn {
            id: token

            width: Math.min(page.width - Theme.s5, Theme.formWidth)
            visible: root.pane === this
            wizard: root.wizard
            onGivenUp: root.goBack()
        }
        CliSignIn {
            id: cli

            width: Math.min(page.width - Theme.s5, Theme.formWidth)
            visible: root.pane === this
            wizard: root.wizard
            onGivenUp: root.goBack()
        }
        ServerForm {
            id: server

            width: Math.min(page.width - Theme.s5, Theme.formWidth)
            visible: root.pane === this
            wizard: root.wizard
            onGivenUp: root.goBack()
        }
        ChangeForm {
            id: change

            width: Math.min(page.width - Theme.s5, Theme.formWidth)
            visible: root.pane === this
            wizard: root.wizard
            onGivenUp: root.goBack()
        }
        ConnectionResult {
            id: result

            width: Math.min(page.width - Theme.s5, Theme.pageWidth)
            visible: root.pane === this
            wizard: root.wizard
            onGivenUp: root.goBack()
        }
    }
}
