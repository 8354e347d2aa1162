// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import Companion.Controls
import Companion.Model

// The newest call last. Follows the newest until scrolled up; a pill then counts what came.
FocusScope {
    id: root

    required property LiveModel calls
    property bool compact: false
    property string current
    property bool following: true
    property int unseen: 0
    signal chosen(string callId)
    signal approvalWanted(string callId)

    function follow() {
        following = true;
        unseen = 0;
        view.positionViewAtEnd();
    }
    function choose(row: int) {
        view.currentIndex = row;
        root.chosen(root.calls.callIdAt(row));
    }

    CallColumns {
        id: columns

        width: root.width
        compact: root.compact
    }
    CallListHead {
        id: head

        width: parent.width
        columns: columns
    }
    ListView {
        id: view

        anchors.top: head.bottom
        anchors.bottom: parent.bottom
        width: parent.width
        focus: true
        clip: true
        model: root.calls
        reuseItems: true
        currentIndex: -1
        highlightFollowsCurrentItem: true
        highlightMoveDuration: 0
        boundsBehavior: Flickable.StopAtBounds
        keyNavigationEnabled: false
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Calls")
        ScrollBar.vertical: ScrollBar {}

        onMovementEnded: if (atYEnd) root.follow(); else root.following = false
        onContentYChanged: if (moving && !atYEnd) root.following = false
        onCountChanged: if (root.following) settle.start()
        onHeightChanged: if (root.following) settle.start()
        Keys.onUpPressed: root.choose(currentIndex < 0 ? count - 1 : Math.max(currentIndex - 1, 0))
        Keys.onDownPressed: root.choose(Math.min(currentIndex + 1, count - 1))
        Keys.onPressed: event => {
            const target = ({ [Qt.Key_Home]: 0, [Qt.Key_End]: count - 1,
                [Qt.Key_PageUp]: Math.max(currentIndex - Math.floor(height / Theme.row), 0),
                [Qt.Key_PageDown]: Math.min(currentIndex + Math.floor(height / Theme.row), count - 1) })[event.key];
            event.accepted = target !== undefined && count > 0;
            if (event.accepted)
                root.choose(target);
        }
        Keys.onReturnPressed: root.approvalWanted(root.calls.callIdAt(currentIndex))
        Keys.onEnterPressed: root.approvalWanted(root.calls.callIdAt(currentIndex))

        // Once the new rows have their places.
        Timer {
            id: settle

            interval: 0
            onTriggered: if (root.following) view.positionViewAtEnd()
        }

        delegate: CallRow {
            width: view.width
            columns: columns
            taken: root.current !== "" && callId === root.current
            focused: taken && view.activeFocus
            onClicked: {
                view.forceActiveFocus(Qt.MouseFocusReason);
                root.choose(index);
            }
            onDoubleClicked: if (waitsForYou) root.approvalWanted(callId)
        }
    }
    Connections {
        target: root.calls
        function onAppended(rows) {
            if (!root.following)
                root.unseen += rows;
        }
        function onModelReset() {
            root.follow();
        }
    }
    NewCallsPill {
        anchors.horizontalCenter: parent.horizontalCenter
        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.s4
        visible: !root.following && root.unseen > 0
        count: root.unseen
        onClicked: root.follow()
    }
}
