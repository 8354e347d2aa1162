// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls

// One connection: which it is, how it is, and what can be done about it.
ListCard {
    id: root

    required property string connectionId
    required property string name
    required property var shown
    required property string checked
    required property string use
    required property int users
    required property string farewell
    required property bool busy
    property bool mayAct: true
    signal mended(string action)
    signal agentsWanted
    signal check
    signal audit
    signal databases
    signal change
    signal signOut
    signal remove

    function enter() {
        if (problem.visible && root.shown.mend.text !== undefined)
            problem.enter();
        else
            foot.enter();
    }

    implicitHeight: body.implicitHeight + 2 * Theme.s4
    Accessible.name: [name, shown.kindText, shown.stateText, shown.sentence].filter(text => text !== "").join(", ")

    Column {
        id: body

        x: Theme.s4
        y: Theme.s4
        width: parent.width - 2 * Theme.s4
        spacing: Theme.s3

        ConnectionHead {
            width: parent.width
            connection: root.shown
            note: root.checked
        }
        MendBox {
            id: problem

            width: parent.width
            visible: root.shown.sentence !== "" || root.shown.mend.text !== undefined
            connection: root.shown
            busy: root.busy || !root.mayAct
            onMended: action => root.mended(action)
        }
        ConnectionSummary {
            width: parent.width
            connection: root.shown
        }
        Divider {
            width: parent.width
            visible: !foot.sure
        }
        ConnectionFoot {
            id: foot

            width: parent.width
            focus: true
            connection: root.shown
            use: root.use
            users: root.users
            farewell: root.farewell
            busy: root.busy
            enabled: root.mayAct
            onAgentsWanted: root.agentsWanted()
            onCheck: root.check()
            onAudit: root.audit()
            onDatabases: root.databases()
            onChange: root.change()
            onSignOut: root.signOut()
            onRemove: root.remove()
        }
    }
}
