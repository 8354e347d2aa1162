// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls
import Companion.Model

AppWindow {
    id: root

    required property DeskLink desk
    required property LiveModel live
    required property CallViewModel call
    required property AgentsModel agents
    required property ConnectWizard wizard
    required property ConnectionsModel connections
    required property ConnectionWizard connectionWizard
    required property AuditListModel audit
    required property DatabaseListModel databases
    required property ApprovalQueue approvals
    required property ApprovalQueue consents
    // "connect" is a room behind "agents", "add-connection", "databases" and "cloud-audit" are behind "connections"
    property string page: "live"
    readonly property bool liveShown: !agentsShown && !connectShown && !connectionsShown && !addShown && !auditShown && !databasesShown
    readonly property bool agentsShown: page === "agents"
    readonly property bool connectShown: page === "connect"
    readonly property bool connectionsShown: page === "connections"
    readonly property bool addShown: page === "add-connection"
    readonly property bool auditShown: page === "cloud-audit"
    readonly property bool databasesShown: page === "databases"
    readonly property string heading: connectShown ? qsTr("Connect an agent") : agentsShown ? qsTr("Agents") : connectionsShown ? qsTr("Connections") : addShown ? addPage.title : auditShown ? qsTr("Audit list") : databasesShown ? qsTr("Databases") : qsTr("Live")

    width: Theme.mainWidth
    height: Theme.mainHeight
    minimumWidth: Theme.mainMinimumWidth
    minimumHeight: Theme.mainMinimumHeight
    title: qsTr("%1 – Turso Companion").arg(heading)

    onConnectShownChanged: if (connectShown) root.wizard.open()
    onAddShownChanged: if (!addShown) root.connectionWizard.leave()

    Shortcut {
        sequence: "Ctrl+1"
        onActivated: root.page = "live"
    }
    Shortcut {
        sequence: "Ctrl+2"
        onActivated: root.page = "agents"
    }
    Shortcut {
        sequence: "Ctrl+3"
        onActivated: root.page = "connections"
    }
    Shortcut {
        sequence: "Ctrl+W"
        onActivated: root.close()
    }
    Shortcut {
        sequence: "F6"
        onActivated: rail.activeFocus ? pages.forceActiveFocus() : rail.focusCurrent()
        enabled: !root.liveShown
    }

    Rail {
        id: rail

        width: Theme.railWidth
        height: parent.height
        desk: root.desk
        page: root.connectShown ? "agents" : root.addShown || root.auditShown || root.databasesShown ? "connections" : root.page
        waiting: root.approvals.count + root.consents.count
        onChosen: page => root.page = page
        onReview: root.approvals.count > 0 ? root.approvals.review() : root.consents.review()
    }
    FocusScope {
        id: pages

        anchors.left: rail.right
        anchors.right: parent.right
        anchors.top: banner.bottom
        anchors.bottom: parent.bottom
        focus: true

        LivePage {
            id: livePage

            anchors.fill: parent
            visible: root.liveShown
            focus: visible
            enabled: visible
            desk: root.desk
            live: root.live
            call: root.call
            onApprovalWanted: callId => root.approvals.bringForward(callId) || root.consents.bringForward(callId)
            onRailWanted: rail.focusCurrent()
            onConnectWanted: root.page = "connect"
        }
        AgentsPage {
            anchors.fill: parent
            visible: root.agentsShown
            focus: visible
            enabled: visible
            desk: root.desk
            agents: root.agents
            onConnectWanted: root.page = "connect"
            onCallsWanted: agent => {
                root.page = "live";
                livePage.showCallsOf(agent);
            }
        }
        ConnectPage {
            anchors.fill: parent
            visible: root.connectShown
            focus: visible
            enabled: visible
            wizard: root.wizard
            onClosed: root.page = "agents"
        }
        ConnectionsPage {
            anchors.fill: parent
            visible: root.connectionsShown
            focus: visible
            enabled: visible
            desk: root.desk
            connections: root.connections
            onAddWanted: {
                root.connectionWizard.open();
                root.page = "add-connection";
            }
            onSignInWanted: id => {
                if (root.connectionWizard.signIn(root.connections, id))
                    root.page = "add-connection";
            }
            onChangeWanted: id => {
                if (root.connectionWizard.change(root.connections, id))
                    root.page = "add-connection";
            }
            onAuditWanted: (id, name) => {
                root.audit.open(id, name);
                root.page = "cloud-audit";
            }
            onDatabasesWanted: (id, name) => {
                root.databases.open(id, name);
                root.page = "databases";
            }
            onAgentsWanted: root.page = "agents"
        }
        AddConnectionPage {
            id: addPage

            anchors.fill: parent
            visible: root.addShown
            focus: visible
            enabled: visible
            wizard: root.connectionWizard
            onClosed: root.page = "connections"
        }
        AuditListPage {
            anchors.fill: parent
            visible: root.auditShown
            focus: visible
            enabled: visible
            audit: root.audit
            onClosed: root.page = "connections"
        }
        DatabaseListPage {
            anchors.fill: parent
            visible: root.databasesShown
            focus: visible
            enabled: visible
            databases: root.databases
            onClosed: root.page = "connections"
        }
    }
    Binding {
        root.live.watched: root.visible && root.liveShown
        root.agents.watched: root.visible && root.agentsShown
        root.connections.watched: root.visible && root.connectionsShown
    }
    Item {
        id: banner

        anchors.left: rail.right
        anchors.right: parent.right
        height: lost.visible ? lost.height + Theme.s4 : 0

        ErrorBanner {
            id: lost

            x: Theme.s4
            y: Theme.s4
            width: parent.width - 2 * Theme.s4
            visible: text !== ""
            glyph: "connection-lost"
            text: root.desk.connected ? failure.text : qsTr("Turso Companion has gone. This window closes now; what you see is the last that was known.")
        }
    }
    QtObject {
        id: failure

        property string text
    }
    Connections {
        target: root.desk
        function onFailed(message) {
            failure.text = message;
            forget.restart();
        }
    }
    Timer {
        id: forget

        interval: Theme.tooltipDelay * 10
        onTriggered: failure.text = ""
    }
}
