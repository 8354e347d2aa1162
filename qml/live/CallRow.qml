// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls

Item {
    id: root

    required property int index
    required property string callId
    required property string time
    required property string agent
    required property string tool
    required property string database
    required property string sql
    required property string rows
    required property string duration
    required property string decision
    required property string callState
    required property string risk
    required property bool waitsForYou
    required property CallColumns columns
    property bool taken: false
    property bool focused: false
    readonly property bool quiet: callState === "done" || callState === "cancelled"
    signal clicked
    signal doubleClicked

    implicitHeight: Theme.row
    Accessible.role: Accessible.ListItem
    Accessible.name: qsTr("%1, %2, %3 on %4, %5, %6").arg(time).arg(agent).arg(tool).arg(database).arg(callState).arg(sql)
    Accessible.selected: taken
    Accessible.onPressAction: root.clicked()

    Rectangle {
        anchors.fill: parent
        anchors.leftMargin: Theme.s2
        anchors.rightMargin: Theme.s2
        radius: Theme.radius
        color: root.taken ? Theme.accentSoft : root.waitsForYou ? Theme.changeSoft : pointer.containsMouse ? Theme.hover : "transparent"
        border.width: root.focused ? Theme.focusWidth : root.waitsForYou ? Theme.hairline : 0
        border.color: root.focused ? Theme.accent : Theme.change
    }
    MouseArea {
        id: pointer

        anchors.fill: parent
        hoverEnabled: true
        onClicked: root.clicked()
        onDoubleClicked: root.doubleClicked()
    }
    Row {
        x: root.columns.margin
        height: parent.height
        spacing: root.columns.gap

        Glyph {
            anchors.verticalCenter: parent.verticalCenter
            name: "state-" + root.callState
            color: Theme.stateColor(root.callState)
        }
        Mono {
            width: root.columns.time
            height: parent.height
            text: root.time
            color: Theme.secondary
            Accessible.ignored: true
        }
        Label {
            width: root.columns.agent
            height: parent.height
            text: root.agent
            Accessible.ignored: true
        }
        Mono {
            width: root.columns.tool
            height: parent.height
            text: root.tool
            color: root.risk === "destructive" || root.risk === "irreversible" ? Theme.riskColor(root.risk) : Theme.text
            Accessible.ignored: true
        }
        Mono {
            width: root.columns.database
            height: parent.height
            visible: width > 0
            text: root.database
            Accessible.ignored: true
        }
        Mono {
            width: root.columns.sql
            height: parent.height
            text: root.sql
            color: Theme.secondary
            Accessible.ignored: true
        }
        Mono {
            width: root.columns.rows
            height: parent.height
            visible: width > 0
            horizontalAlignment: Text.AlignRight
            text: root.rows
            Accessible.ignored: true
        }
        Mono {
            width: root.columns.duration
            height: parent.height
            horizontalAlignment: Text.AlignRight
            text: root.duration
            color: root.quiet ? Theme.text : Theme.stateColor(root.callState)
            Accessible.ignored: true
        }
        Label {
            width: root.columns.decision
            height: parent.height
            visible: width > 0
            text: root.waitsForYou ? qsTr("waits for you") : root.decision
            color: root.waitsForYou ? Theme.change : root.quiet ? Theme.secondary : Theme.stateColor(root.callState)
            font.pixelSize: Theme.small
            font.weight: root.waitsForYou ? Theme.semiBold : Theme.regular
            Accessible.ignored: true
        }
    }
}
