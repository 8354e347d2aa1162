// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls
import Companion.Model

// Where, what and for how long.
Flickable {
    id: root

    required property ScopePicker picker
    readonly property ScopeChoice choice: picker.choice
    readonly property var ends: [
        { value: 3600, text: qsTr("1 hour") },
        { value: 8 * 3600, text: qsTr("8 hours") },
        { value: 30 * 86400, text: qsTr("30 days") },
        { value: 0, text: qsTr("Until I revoke it") }
    ]
    readonly property bool ready: choice.loaded && choice.problem === ""

    function focusPresets() {
        permissions.focusPresets();
    }
    function focusGroups() {
        groups.forceActiveFocus(Qt.ShortcutFocusReason);
    }
    function focusSearch() {
        if (!root.ready)
            return;
        root.choice.allDatabases = false;
        databases.focusSearch();
    }
    // Scrolls so far that the section with the keyboard can be seen, or at least the control.
    function reveal() {
        const item = root.Window.activeFocusItem;
        let section = item;
        while (section && section.parent !== body)
            section = section.parent;
        if (!section)
            return;
        const shown = section.height + 2 * Theme.s3 <= root.height ? section : item;
        const top = shown.mapToItem(root.contentItem, 0, 0).y - Theme.s3;
        const bottom = top + shown.height + 2 * Theme.s3;
        if (top < root.contentY)
            root.contentY = Math.max(0, top);
        else if (bottom > root.contentY + root.height)
            root.contentY = Math.max(0, Math.min(bottom - root.height, root.contentHeight - root.height));
    }

    contentWidth: width
    contentHeight: body.implicitHeight + Theme.s2 + Theme.s5
    clip: true
    boundsBehavior: Flickable.StopAtBounds
    onContentHeightChanged: later.restart()
    ScrollBar.vertical: ScrollBar {}

    Timer {
        id: later

        interval: 0
        onTriggered: root.reveal()
    }
    Connections {
        target: root.Window.window
        function onActiveFocusItemChanged() {
            later.restart(); // what has just come up has no height yet
        }
    }
    Column {
        id: body

        x: Theme.s5
        y: Theme.s2
        width: root.width - 2 * Theme.s5
        spacing: Theme.s4 + Theme.s1

        PickerSection {
            width: parent.width
            title: qsTr("What it may do")
            aside: root.choice.preset === "read-only" ? qsTr("Looks, and changes nothing") : root.choice.preset === "full-access" ? qsTr("Everything; what is risky asks you") : ""

            PermissionChoice {
                id: permissions

                width: parent.width
                choice: root.choice
            }
        }
        PickerSection {
            width: parent.width
            visible: root.choice.loaded || !root.picker.noticeIsBad
            title: qsTr("Where")
            aside: root.choice.organization === "" ? "" : qsTr("Organization %1").arg(root.choice.organization)

            RowChoice {
                objectName: "connections"
                width: parent.width
                visible: root.choice.connections.length > 1 && !root.choice.placeFixed
                most: 4
                label: qsTr("Connection")
                rows: root.choice.connections
                at: rows.findIndex(row => row.value === root.choice.connection)
                onChosen: index => root.choice.connection = rows[index].value
            }
            ErrorBanner {
                width: parent.width
                visible: root.choice.problem !== ""
                text: root.choice.problem
                glyph: "connection-lost"
            }
            Label {
                visible: !root.choice.loaded
                text: qsTr("Looking up what there is…")
                color: Theme.secondary
            }
            RowChoice {
                id: groups

                width: parent.width
                visible: root.ready
                label: qsTr("Group")
                rows: root.choice.groups
                at: root.choice.groupIndex
                onChosen: index => root.choice.groupIndex = index
            }
        }
        PickerSection {
            width: parent.width
            visible: root.ready
            title: qsTr("Databases")
            aside: root.choice.allDatabases ? qsTr("Also those made later") : qsTr("%1 of %2 picked").arg(root.choice.databases.pickedCount).arg(root.choice.databases.total)

            DatabaseChoice {
                id: databases

                width: parent.width
                choice: root.choice
            }
        }
        PickerSection {
            width: parent.width
            title: qsTr("For how long")

            Segmented {
                label: qsTr("For how long")
                options: root.choice.placeFixed ? root.ends.concat([{ value: -1, text: qsTr("As it was") }]) : root.ends
                value: root.choice.seconds
                onChosen: value => root.choice.seconds = value
            }
        }
    }
}
