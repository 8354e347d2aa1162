// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls
import Companion.Model

// The databases of a connection, as far as somebody looks.
FocusScope {
    id: root

    required property DatabaseListModel databases
    signal closed

    onVisibleChanged: if (visible) search.forceActiveFocus(Qt.TabFocusReason)
    Keys.onEscapePressed: {
        if (search.text === "")
            closed();
        else
            search.clear();
    }

    RoomHead {
        id: head

        x: Theme.s5
        width: parent.width - 2 * Theme.s5
        title: qsTr("Databases of %1").arg(root.databases.name)
        way: qsTr("Back to the connections (Esc)")
        onBack: root.closed()
    }
    Field {
        id: search

        objectName: "databaseFilter"
        anchors.top: head.bottom
        x: Theme.s5
        width: Math.min(Theme.menuWidth * 1.5, parent.width - 2 * Theme.s5 - sum.width - Theme.s4)
        focus: true
        glyph: "search"
        label: qsTr("Find a database")
        placeholderText: label
        onTextChanged: root.databases.filter = text
        Keys.onDownPressed: view.forceActiveFocus(Qt.TabFocusReason)

        Connections {
            target: root.databases
            function onChanged() {
                if (root.databases.filter !== search.text)
                    search.text = root.databases.filter;
            }
        }
    }
    Label {
        id: sum

        objectName: "databaseSummary"
        anchors.left: search.right
        anchors.leftMargin: Theme.s4
        anchors.verticalCenter: search.verticalCenter
        text: root.databases.busy && root.databases.loaded ? qsTr("%1, looking for more…").arg(root.databases.summary) : root.databases.summary
        color: Theme.secondary
        font.pixelSize: Theme.small
    }
    ErrorBanner {
        id: problem

        anchors.top: search.bottom
        anchors.topMargin: Theme.s3
        x: Theme.s5
        width: Math.min(parent.width - 2 * Theme.s5, Theme.pageWidth) - again.width - Theme.s3
        visible: text !== ""
        text: root.databases.problem
    }
    Button {
        id: again

        objectName: "databasesAgain"
        anchors.left: problem.right
        anchors.leftMargin: Theme.s3
        anchors.verticalCenter: problem.verticalCenter
        visible: problem.visible
        glyph: "refresh"
        text: qsTr("Try again")
        onClicked: root.databases.loadMore()
    }
    ListView {
        id: view

        objectName: "databaseList"
        anchors.top: problem.visible ? problem.bottom : search.bottom
        anchors.topMargin: Theme.s3
        anchors.bottom: parent.bottom
        x: Theme.s5
        width: parent.width - Theme.s5
        visible: count > 0
        clip: true
        model: root.databases
        bottomMargin: Theme.s5
        boundsBehavior: Flickable.StopAtBounds
        activeFocusOnTab: true
        keyNavigationEnabled: true
        highlightMoveDuration: 0
        reuseItems: true
        Accessible.role: Accessible.List
        Accessible.name: head.title
        ScrollBar.vertical: ScrollBar {}
        Keys.onPressed: event => {
            const rows = Math.max(1, Math.floor(height / Theme.control) - 1);
            const steps = ({ [Qt.Key_PageDown]: rows, [Qt.Key_PageUp]: -rows, [Qt.Key_Home]: -count, [Qt.Key_End]: count })[event.key];
            event.accepted = steps !== undefined;
            if (event.accepted)
                currentIndex = Math.max(0, Math.min(count - 1, Math.max(0, currentIndex) + steps));
        }

        // qmllint disable unqualified
        delegate: DatabaseRow {
            width: Math.min(view.width - Theme.s5, Theme.pageWidth)
            current: view.activeFocus && ListView.isCurrentItem
        }
        // qmllint enable unqualified
    }
    Label {
        anchors.centerIn: parent
        visible: root.databases.busy && !root.databases.loaded
        text: qsTr("Asking for the databases…")
        color: Theme.secondary
    }
    EmptyState {
        objectName: "noDatabases"
        anchors.centerIn: parent
        width: Math.min(parent.width - 2 * Theme.s5, Theme.paneWidth)
        visible: root.databases.loaded && !root.databases.busy && view.count === 0 && !problem.visible
        glyph: "database"
        title: search.text === "" ? qsTr("No databases yet") : qsTr("No database has this in its name")
        text: search.text === "" ? qsTr("What you or an agent creates will stand here.") : qsTr("Try fewer letters.")
    }
}
