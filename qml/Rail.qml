// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import Companion.Controls
import Companion.Model

// Where to go; at its foot how things stand.
FocusScope {
    id: root

    required property DeskLink desk
    property string page
    property int waiting: 0
    signal chosen(string page)
    signal review

    function focusCurrent() {
        places.itemAt(Math.max(0, places.model.findIndex(place => place.page === page))).forceActiveFocus(Qt.TabFocusReason);
    }

    Rectangle {
        anchors.fill: parent
        color: Theme.sunken
    }
    Divider {
        anchors.right: parent.right
        height: parent.height
    }
    Row {
        id: name

        x: Theme.s4
        y: Theme.s4
        height: Theme.row
        spacing: Theme.s2

        Image {
            anchors.verticalCenter: parent.verticalCenter
            width: Theme.s5
            height: Theme.s5
            sourceSize.width: width
            sourceSize.height: height
            source: "image://glyph/app"
            Accessible.ignored: true
        }
        Label {
            anchors.verticalCenter: parent.verticalCenter
            text: qsTr("Turso Companion")
            strong: true
        }
    }
    Column {
        anchors.top: name.bottom
        anchors.topMargin: Theme.s4
        x: Theme.s2
        width: parent.width - 2 * Theme.s2
        spacing: Theme.focusOffset

        Repeater {
            id: places

            model: [
                { page: "live", text: qsTr("Live"), glyph: "live" },
                { page: "agents", text: qsTr("Agents"), glyph: "agents" },
                { page: "connections", text: qsTr("Connections"), glyph: "server" }
            ]

            RailItem {
                required property var modelData

                width: parent.width
                text: modelData.text
                glyph: modelData.glyph
                taken: root.page === modelData.page
                focus: taken
                onClicked: root.chosen(modelData.page)
            }
        }
    }
    Column {
        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.s3
        x: Theme.s2
        width: parent.width - 2 * Theme.s2
        spacing: Theme.s2

        RailItem {
            width: parent.width
            visible: root.waiting > 0
            glyph: "waiting"
            urgent: true
            ink: Theme.change
            ground: Theme.changeSoft
            text: root.waiting === 1 ? qsTr("1 waits for you") : qsTr("%1 wait for you").arg(root.waiting)
            onClicked: root.review()
        }
        Divider {
            width: parent.width
        }
        ReadOnlySwitch {
            width: parent.width
            desk: root.desk
        }
        Row {
            x: Theme.s2
            height: Theme.s5
            spacing: Theme.s2

            Rectangle {
                anchors.verticalCenter: parent.verticalCenter
                width: Theme.s2
                height: Theme.s2
                radius: Theme.s1
                color: root.desk.connected ? Theme.safe : Theme.destructive
            }
            Label {
                anchors.verticalCenter: parent.verticalCenter
                text: root.desk.summary
                color: Theme.secondary
                font.pixelSize: Theme.small
            }
        }
    }
}
