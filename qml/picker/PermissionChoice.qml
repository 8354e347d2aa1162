// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import Companion.Controls
import Companion.Model

// A preset, or permission by permission.
Column {
    id: root

    required property ScopeChoice choice

    readonly property var permissions: choice.permissions
    readonly property var always: [{ value: "off", text: qsTr("Off") }, { value: "asks", text: qsTr("Always asks") }]
    readonly property var any: [{ value: "off", text: qsTr("Off") }, { value: "asks", text: qsTr("Asks") }, { value: "on", text: qsTr("On") }]

    function focusPresets() {
        presets.forceActiveFocus(Qt.ShortcutFocusReason);
    }

    spacing: Theme.s2

    Segmented {
        id: presets

        label: qsTr("What it may do")
        options: [
            { value: "read-only", text: qsTr("Read only") },
            { value: "full-access", text: qsTr("Full access") },
            { value: "custom", text: qsTr("Custom") }
        ]
        value: root.choice.preset
        onChosen: value => root.choice.preset = value
    }
    Card {
        width: parent.width
        height: rows.height + 2 * Theme.s2
        visible: root.choice.preset === "custom"

        Column {
            id: rows

            x: Theme.s3
            y: Theme.s2
            width: parent.width - 2 * Theme.s3

            Repeater {
                model: root.permissions.length

                Item {
                    id: row

                    required property int index
                    readonly property var permission: root.permissions[index]
                    readonly property bool mayRunAlone: permission.mayRunAlone

                    width: rows.width
                    height: Theme.row + Theme.s1

                    Label {
                        anchors.verticalCenter: parent.verticalCenter
                        text: row.permission.title
                    }
                    Segmented {
                        anchors.right: parent.right
                        anchors.verticalCenter: parent.verticalCenter
                        label: row.permission.title
                        // Not made anew with every choice: that would lose the keyboard's place.
                        options: row.mayRunAlone ? root.any : root.always
                        value: row.permission.access
                        onChosen: value => root.choice.setAccess(row.index, value)
                    }
                }
            }
        }
    }
}
