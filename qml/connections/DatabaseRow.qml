// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls

// One database of a connection.
Item {
    id: root

    required property string name
    required property string group
    required property string branchOf
    required property string size
    required property bool guarded
    property bool current: false
    readonly property string origin: branchOf === "" ? "" : qsTr("branch of %1").arg(branchOf)

    function said(): string {
        let parts = name;
        for (const part of [origin, group, size, guarded ? guard.text : ""])
            parts += part === "" ? "" : ", " + part;
        return parts;
    }

    height: Theme.control + Theme.s1
    Accessible.role: Accessible.ListItem
    Accessible.name: said()
    Accessible.focused: current

    Rectangle {
        anchors.fill: parent
        radius: Theme.radius
        color: root.current ? Theme.hover : "transparent"
        border.width: root.current ? Theme.focusWidth : 0
        border.color: Theme.accent
    }
    Divider {
        anchors.bottom: parent.bottom
        width: parent.width
        visible: !root.current
    }
    Glyph {
        id: mark

        x: Theme.s2
        anchors.verticalCenter: parent.verticalCenter
        name: root.branchOf === "" ? "database" : "branch"
        color: Theme.secondary
    }
    Label {
        id: title

        anchors.left: mark.right
        anchors.leftMargin: Theme.s3
        anchors.verticalCenter: parent.verticalCenter
        width: Math.min(implicitWidth, parent.width * 0.45)
        text: root.name
        font.weight: Theme.medium
        elide: Text.ElideMiddle
        Accessible.ignored: true
    }
    Label {
        anchors.left: title.right
        anchors.leftMargin: Theme.s3
        anchors.right: side.left
        anchors.rightMargin: Theme.s3
        anchors.verticalCenter: parent.verticalCenter
        text: root.origin
        color: Theme.secondary
        font.pixelSize: Theme.small
        elide: Text.ElideRight
        Accessible.ignored: true
    }
    Row {
        id: side

        anchors.right: parent.right
        anchors.rightMargin: Theme.s2
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.s4

        Label {
            id: guard

            visible: root.guarded
            text: qsTr("protected")
            color: Theme.secondary
            font.pixelSize: Theme.small
            Accessible.ignored: true
        }
        Label {
            width: Theme.s6 * 4
            text: root.group
            color: Theme.secondary
            font.pixelSize: Theme.small
            elide: Text.ElideRight
            Accessible.ignored: true
        }
        Label {
            width: Theme.s6 * 2
            horizontalAlignment: Text.AlignRight
            text: root.size
            color: Theme.secondary
            font.pixelSize: Theme.small
            Accessible.ignored: true
        }
    }
}
