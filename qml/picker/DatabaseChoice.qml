// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import Companion.Controls
import Companion.Model

// All databases, or those with a tick. The search hides, it picks nothing.
Column {
    id: root

    required property ScopeChoice choice
    readonly property DatabaseChoices databases: choice.databases
    readonly property int most: 6

    function focusSearch() {
        search.forceActiveFocus(Qt.ShortcutFocusReason);
    }

    spacing: Theme.s2

    Segmented {
        label: qsTr("Databases")
        options: [{ value: true, text: qsTr("All") }, { value: false, text: qsTr("Only picked ones") }]
        value: root.choice.allDatabases
        onChosen: value => root.choice.allDatabases = value
    }
    Field {
        id: search

        objectName: "databaseSearch"
        width: parent.width
        visible: !root.choice.allDatabases
        glyph: "search"
        label: qsTr("Search the databases")
        placeholderText: root.databases.total === 1 ? qsTr("Search 1 database") : qsTr("Search %1 databases").arg(root.databases.total)
        text: root.databases.filter
        onTextEdited: root.databases.filter = text
        onAccepted: root.databases.toggleFound()
        Keys.onDownPressed: {
            view.currentIndex = 0;
            view.forceActiveFocus(Qt.TabFocusReason);
        }

        Glyph {
            anchors.left: parent.left
            anchors.leftMargin: Theme.s3
            anchors.verticalCenter: parent.verticalCenter
            name: "search"
            color: Theme.secondary
        }
    }
    Card {
        width: parent.width
        height: root.databases.shown === 0 ? Theme.row * 2 : Math.min(root.databases.shown, root.most + 0.5) * Theme.hit + 2 * Theme.s1
        visible: !root.choice.allDatabases

        Label {
            anchors.centerIn: parent
            visible: root.databases.shown === 0
            text: root.databases.total === 0 ? qsTr("There is no database here yet.") : qsTr("No database is called like that.")
            color: Theme.secondary
        }
        ListView {
            id: view

            objectName: "databaseList"
            anchors.fill: parent
            anchors.margins: Theme.s1
            clip: true
            model: root.databases
            activeFocusOnTab: true
            reuseItems: true
            boundsBehavior: Flickable.StopAtBounds
            highlightMoveDuration: 0
            Accessible.role: Accessible.List
            Accessible.name: qsTr("Databases")
            Accessible.focusable: true
            ScrollBar.vertical: ScrollBar {}
            Keys.onSpacePressed: root.databases.toggle(currentIndex)

            delegate: CheckBox {
                required property int index
                required property string name
                required property bool picked
                required property bool protectedFromDeletion

                width: view.width
                focusPolicy: Qt.NoFocus // the list has it
                mono: true
                text: name
                checked: picked
                checkable: false
                Accessible.checked: picked
                glyph: protectedFromDeletion ? "lock" : ""
                current: view.activeFocus && view.currentIndex === index
                onClicked: {
                    view.currentIndex = index;
                    root.databases.toggle(index);
                }
            }
        }
    }
}
