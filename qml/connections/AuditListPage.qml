// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls
import Companion.Model

// What an organization of Turso Cloud tells of itself: who did what, and when.
FocusScope {
    id: root

    required property AuditListModel audit
    readonly property bool none: audit.loaded && audit.count === 0
    signal closed

    function enter() {
        if (visible)
            (view.visible ? view as Item : again.visible ? again as Item : head as Item).forceActiveFocus(Qt.TabFocusReason);
    }

    onVisibleChanged: if (visible) enter()
    Keys.onEscapePressed: closed()

    Connections {
        target: root.audit
        function onChanged() {
            const at = root.Window.activeFocusItem;
            if (root.visible && !root.audit.busy && (at === root || !at?.visible || at === head))
                root.enter();
        }
    }
    RoomHead {
        id: head

        x: Theme.s5
        width: parent.width - 2 * Theme.s5
        title: qsTr("Audit list of %1").arg(root.audit.name)
        way: qsTr("Back to the connections (Esc)")
        onBack: root.closed()
    }
    Label {
        id: source

        anchors.top: head.bottom
        x: Theme.s5
        width: Math.min(parent.width - 2 * Theme.s5, Theme.pageWidth)
        visible: view.visible
        bottomPadding: Theme.s3
        text: qsTr("As Turso Cloud tells it: by everybody in the organization, with or without this app. What your agents did here stands in Live.")
        color: Theme.secondary
        wrapMode: Text.Wrap
        lineHeight: Theme.lineHeight
    }
    ListView {
        id: view

        objectName: "audit"
        anchors.top: visible ? source.bottom : head.bottom
        anchors.bottom: parent.bottom
        x: Theme.s5
        width: parent.width - Theme.s5
        visible: root.audit.count > 0
        clip: true
        model: root.audit
        bottomMargin: Theme.s5
        boundsBehavior: Flickable.StopAtBounds
        keyNavigationEnabled: false // below, with pages and ends
        highlightFollowsCurrentItem: true
        highlightMoveDuration: 0
        activeFocusOnTab: true
        Accessible.role: Accessible.List
        Accessible.name: head.title
        ScrollBar.vertical: ScrollBar {}
        Keys.onPressed: event => {
            const rows = Math.max(1, Math.floor(height / (Theme.row + Theme.s3)) - 1);
            const steps = ({ [Qt.Key_Down]: 1, [Qt.Key_Up]: -1, [Qt.Key_PageDown]: rows, [Qt.Key_PageUp]: -rows, [Qt.Key_Home]: -count, [Qt.Key_End]: count })[event.key];
            event.accepted = steps !== undefined;
            if (event.accepted)
                currentIndex = Math.max(0, Math.min(count - 1, Math.max(0, currentIndex) + steps));
        }

        section.property: "day"
        // Not bound: in a bound document Qt 6.4 makes no footer.
        // qmllint disable unqualified
        section.delegate: Label {
            required property string section

            width: view.width
            height: Theme.row + Theme.s2
            verticalAlignment: Text.AlignBottom
            bottomPadding: Theme.s1
            text: section
            strong: true
            Accessible.role: Accessible.Heading
        }
        delegate: AuditRow {
            width: Math.min(view.width - Theme.s5, Theme.pageWidth)
            current: view.activeFocus && ListView.isCurrentItem
        }
        footer: Item {
            width: Math.min(view.width - Theme.s5, Theme.pageWidth)
            height: older.visible ? older.height + Theme.s4 : 0

            ErrorBanner {
                id: older

                objectName: "moreProblem"
                y: Theme.s4
                width: parent.width - (more.visible ? more.width + Theme.s3 : 0)
                visible: root.audit.more || text !== ""
                opacity: text === "" ? 0 : 1
                height: Math.max(implicitHeight, more.height)
                text: root.audit.problem
            }
            Button {
                id: more

                objectName: "older"
                x: older.opacity > 0 ? parent.width - width : 0
                y: older.y + Math.round((older.height - height) / 2)
                visible: root.audit.more || root.audit.problem !== ""
                enabled: !root.audit.busy
                glyph: root.audit.problem !== "" ? "refresh" : "arrow-down"
                text: root.audit.busy ? qsTr("Looking further back…") : root.audit.problem !== "" ? qsTr("Try again") : qsTr("Show older")
                onClicked: root.audit.loadMore()
            }
        }
        // qmllint enable unqualified
    }
    Label {
        objectName: "loading"
        anchors.centerIn: parent
        visible: root.audit.busy && root.audit.count === 0
        text: qsTr("Asking Turso Cloud…")
        color: Theme.secondary
    }
    Column {
        anchors.centerIn: parent
        width: Math.min(parent.width - 2 * Theme.s5, Theme.paneWidth)
        spacing: Theme.s5
        visible: !root.audit.busy && !view.visible && (root.none || root.audit.problem !== "")

        EmptyState {
            objectName: "none"
            width: parent.width
            glyph: root.audit.problem === "" || root.audit.lacking ? "note" : "connection-lost"
            title: root.audit.problem === "" ? qsTr("Nothing has happened yet") : root.audit.lacking ? qsTr("Your plan has no audit list") : qsTr("The audit list could not be had")
            text: root.audit.problem === "" ? qsTr("What is created, deleted or changed in the organization will stand here.") : root.audit.lacking ? qsTr("Turso keeps one from the Scaler plan on. What your agents do through this app is recorded here all the same, in Live.") : root.audit.problem
        }
        Button {
            id: again

            objectName: "again"
            anchors.horizontalCenter: parent.horizontalCenter
            visible: root.audit.problem !== "" && !root.audit.lacking
            glyph: "refresh"
            text: qsTr("Try again")
            onClicked: root.audit.loadMore()
        }
    }
}
