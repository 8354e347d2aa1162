// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import Companion.Controls

// What one grant allows, where, for how long; and what can be done about it. To end it takes two
// presses on two places.
FocusScope {
    id: root

    required property string grantId
    required property string what
    required property string place
    required property string databases
    required property bool everything
    required property var allDatabases
    required property string until
    required property string used
    required property string farewell
    required property bool paused
    required property bool endsSoon
    property string agent
    property bool sure: false
    property bool all: false
    property bool alone: false // the agent's badges say it
    property bool wide: false // room for the buttons beside the words
    signal change
    signal pause(bool paused)
    signal revoke

    function ask(yes: bool) {
        sure = yes;
        (yes ? keep : end).forceActiveFocus(Qt.TabFocusReason);
    }

    implicitHeight: wide ? Math.max(words.height, Theme.control) + 2 * Theme.s3 : words.height + Theme.s2 + Theme.control + 2 * Theme.s3
    Accessible.role: Accessible.Grouping
    Accessible.name: qsTr("%1 in %2").arg(what).arg(place)
    Keys.onEscapePressed: event => {
        event.accepted = root.sure;
        if (root.sure)
            root.ask(false);
    }

    Rectangle {
        anchors.fill: parent
        radius: Theme.radius
        color: root.sure ? Theme.destructiveSoft : Theme.window
        border.width: Theme.hairline
        border.color: root.sure ? Theme.destructive : Theme.border
    }
    Column {
        id: words

        x: Theme.s3
        y: Theme.s3
        width: (root.wide ? buttons.x - Theme.s3 : root.width - Theme.s3) - x
        spacing: Theme.s1

        Item {
            width: parent.width
            height: Theme.s5

            Glyph {
                id: mark

                anchors.verticalCenter: parent.verticalCenter
                name: root.paused ? "pause" : "database"
                color: root.paused ? Theme.change : Theme.secondary
            }
            Label {
                id: title

                x: mark.width + Theme.s2
                width: Math.min(implicitWidth, parent.width - x - (badges.width > 0 ? badges.width + Theme.s2 : 0))
                anchors.verticalCenter: parent.verticalCenter
                text: root.place
                strong: true
            }
            Row {
                id: badges

                anchors.left: title.right
                anchors.leftMargin: Theme.s2
                spacing: Theme.s1

                Badge {
                    visible: root.paused && !root.alone
                    text: qsTr("Paused")
                    glyph: "pause"
                    ink: Theme.change
                    ground: Theme.changeSoft
                }
                Badge {
                    visible: root.endsSoon && !root.alone
                    text: qsTr("Ends soon")
                    glyph: "clock"
                    ink: Theme.change
                    ground: Theme.changeSoft
                }
            }
        }
        Label {
            width: parent.width
            text: root.what
            wrapMode: Text.Wrap
            maximumLineCount: 2
            elide: Text.ElideRight
            font.weight: Theme.medium
            color: root.paused ? Theme.secondary : Theme.text
        }
        Mono {
            width: parent.width
            visible: !root.sure
            text: root.all ? root.allDatabases.join(", ") : root.databases
            wrapMode: Text.Wrap
            lineHeight: Theme.lineHeight
            color: Theme.secondary
            font.family: root.everything ? Theme.fontFamily : Theme.monoFamily
        }
        LinkButton {
            objectName: "all"
            visible: root.allDatabases.length > 0 && !root.sure
            text: root.all ? qsTr("Show fewer") : qsTr("Show all %1").arg(root.allDatabases.length)
            Accessible.name: root.all ? qsTr("Show fewer databases") : qsTr("Show all %1 databases").arg(root.allDatabases.length)
            onClicked: root.all = !root.all
        }
        Label {
            width: parent.width
            visible: !root.sure
            text: root.until + " · " + root.used
            color: Theme.secondary
            font.pixelSize: Theme.small
        }
        Label {
            width: parent.width
            visible: root.sure
            text: root.farewell
            wrapMode: Text.Wrap
            lineHeight: Theme.lineHeight
            color: Theme.destructive
            font.weight: Theme.medium
        }
    }
    Item {
        id: buttons

        x: root.wide ? root.width - width - Theme.s3 : Theme.s3
        y: root.wide ? Math.round((root.height - height) / 2) : root.height - height - Theme.s3
        width: root.sure ? surely.width : usual.width
        height: Theme.control

        Row {
            id: usual

            visible: !root.sure
            spacing: Theme.s2

            Button {
                objectName: "change"
                focus: true
                glyph: "sliders"
                text: qsTr("Change")
                Accessible.name: qsTr("Change what %1 may do in %2").arg(root.agent).arg(root.place)
                onClicked: root.change()
            }
            Button {
                objectName: "pause"
                kind: "quiet"
                glyph: root.paused ? "state-running" : "pause"
                text: root.paused ? qsTr("Resume") : qsTr("Pause")
                Accessible.name: (root.paused ? qsTr("Let %1 go on in %2") : qsTr("Pause %1 in %2")).arg(root.agent).arg(root.place)
                onClicked: root.pause(!root.paused)
            }
            Button {
                id: end

                objectName: "revoke"
                kind: "quiet"
                text: qsTr("Revoke…")
                Accessible.name: qsTr("Revoke what %1 may do in %2").arg(root.agent).arg(root.place)
                onClicked: root.ask(true)
            }
        }
        Row {
            id: surely

            visible: root.sure
            spacing: Theme.s2

            Button {
                objectName: "revokeForGood"
                kind: "danger"
                text: qsTr("Revoke for good")
                Accessible.name: qsTr("Revoke for good what %1 may do in %2").arg(root.agent).arg(root.place)
                onClicked: root.revoke()
            }
            Button {
                id: keep

                objectName: "keep"
                text: qsTr("Keep it")
                Accessible.description: root.farewell
                onClicked: root.ask(false)
            }
        }
    }
}
