// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls
import Companion.Model

// Calls as they happen, and the selected one in full.
FocusScope {
    id: root

    required property DeskLink desk
    required property LiveModel live
    required property CallViewModel call
    readonly property bool nothingYet: live.count === 0 && live.filter === "" && !live.loading
    readonly property bool nothingFound: live.count === 0 && live.filter !== "" && !live.loading
    signal approvalWanted(string callId)
    signal railWanted
    signal connectWanted

    // A filter's words are parted by spaces: a name's are not.
    function showCallsOf(agent: string) {
        filter.text = "agent:" + agent.trim().replace(/\s+/g, "*");
        root.live.filter = filter.text;
        root.call.show("");
        list.forceActiveFocus(Qt.TabFocusReason);
    }

    Shortcut {
        sequence: "Ctrl+F"
        enabled: root.visible
        onActivated: {
            filter.forceActiveFocus(Qt.ShortcutFocusReason);
            filter.selectAll();
        }
    }
    Shortcut {
        sequence: "F6"
        enabled: root.visible
        onActivated: list.activeFocus && pane.visible ? pane.forceActiveFocus(Qt.TabFocusReason) : list.activeFocus || pane.activeFocus ? root.railWanted() : list.forceActiveFocus(Qt.TabFocusReason)
    }
    Shortcut {
        sequence: "Esc"
        enabled: root.visible
        onActivated: filter.activeFocus && filter.text !== "" ? filter.clear() : filter.activeFocus ? list.forceActiveFocus() : root.call.show("")
    }

    Item {
        id: head

        width: parent.width
        height: Theme.s6 + 2 * Theme.s4

        Label {
            x: Theme.s5
            anchors.verticalCenter: parent.verticalCenter
            text: qsTr("Live")
            font.pixelSize: Theme.heading
            strong: true
        }
        Field {
            id: filter

            anchors.right: parent.right
            anchors.rightMargin: Theme.s5
            anchors.verticalCenter: parent.verticalCenter
            width: Theme.paneWidth - 2 * Theme.s2
            glyph: "search"
            mono: true
            bad: root.live.filterProblem !== ""
            label: qsTr("Filter calls")
            placeholderText: qsTr("Filter: agent:codex db:shop is:denied …")
            onTextChanged: settle.restart()
            onAccepted: list.forceActiveFocus()
            Keys.onDownPressed: list.forceActiveFocus()

            Tooltip {
                visible: filter.bad
                delay: 0
                y: filter.height + Theme.s1
                text: root.live.filterProblem
            }
            Timer {
                id: settle

                interval: Theme.tooltipDelay / 4
                onTriggered: root.live.filter = filter.text
            }
        }
    }
    CallList {
        id: list

        anchors.top: head.bottom
        anchors.bottom: parent.bottom
        anchors.left: parent.left
        anchors.right: pane.visible ? pane.left : parent.right
        visible: !root.nothingYet
        focus: true
        calls: root.live
        compact: pane.visible
        current: root.call.callId
        onChosen: callId => root.call.show(callId)
        onApprovalWanted: callId => root.approvalWanted(callId)
    }
    CallPane {
        id: pane

        anchors.top: head.bottom
        anchors.bottom: parent.bottom
        anchors.right: parent.right
        width: Theme.paneWidth
        visible: root.call.callId !== "" && !root.nothingYet
        call: root.call
        onClosed: {
            root.call.show("");
            list.forceActiveFocus();
        }
        onApprovalWanted: root.approvalWanted(root.call.callId)
    }
    EmptyState {
        anchors.centerIn: list
        width: Theme.paneWidth
        visible: root.nothingFound
        glyph: "search"
        title: qsTr("No call matches")
        text: root.live.filterProblem === "" ? qsTr("Nothing in the history fits these words.") : root.live.filterProblem
    }
    FirstSteps {
        anchors.centerIn: parent
        width: Math.min(parent.width - 2 * Theme.s5, Theme.approvalWidth)
        visible: root.nothingYet
        onConnectWanted: root.connectWanted()
    }
}
