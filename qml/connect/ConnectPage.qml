// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls
import Companion.Model

// The wizard: which agent, what is written, what came of it.
FocusScope {
    id: root

    required property ConnectWizard wizard
    readonly property bool choosing: wizard.stage === ConnectWizard.Choosing
    readonly property bool previewing: wizard.stage === ConnectWizard.Preview
    readonly property bool showing: wizard.stage === ConnectWizard.Result
    readonly property bool other: wizard.stage === ConnectWizard.Other
    readonly property var pane: choosing ? choose : previewing ? preview : showing ? result : otherAgent
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
            if (root.visible && !root.wizard.busy && (!root.pane.activeFocus || root.pane === at || !at?.visible))
                soon.restart();
        }
    }
    RoomHead {
        id: head

        x: Theme.s5
        width: parent.width - 2 * Theme.s5
        title: root.wizard.leaving ? qsTr("Disconnect an agent") : qsTr("Connect an agent")
        way: root.choosing ? qsTr("Back to the agents (Esc)") : qsTr("Choose another (Esc)")
        onBack: root.goBack()
    }
    Flickable {
        id: page

        readonly property Item shown: root.choosing ? choose : root.other ? otherAgent : null

        anchors.top: head.bottom
        anchors.bottom: parent.bottom
        x: Theme.s5
        width: parent.width - Theme.s5
        visible: shown !== null
        clip: true
        contentWidth: width
        contentHeight: (shown?.implicitHeight ?? 0) + Theme.s5
        boundsBehavior: Flickable.StopAtBounds
        ScrollBar.vertical: ScrollBar {}

        ChooseAgent {
            id: choose

            x: Theme.focusWidth + Theme.focusOffset
            y: x
            width: Math.min(page.width - Theme.s5 - x, Theme.pageWidth)
            visible: root.choosing
            wizard: root.wizard
        }
        OtherAgent {
            id: otherAgent

            width: Math.min(page.width - Theme.s5, Theme.pageWidth)
            visible: root.other
            wizard: root.wizard
        }
    }
    PreviewChange {
        id: preview

        anchors.top: head.bottom
        anchors.bottom: parent.bottom
        x: Theme.s5
        width: Math.min(parent.width - 2 * Theme.s5, Theme.pageWidth)
        visible: root.previewing
        wizard: root.wizard
    }
    ConnectResult {
        id: result

        anchors.top: head.bottom
        anchors.bottom: parent.bottom
        x: Theme.s5
        width: Math.min(parent.width - 2 * Theme.s5, Theme.pageWidth)
        visible: root.showing
        wizard: root.wizard
        onDone: root.closed()
    }
}
