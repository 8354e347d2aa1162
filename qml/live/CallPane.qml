// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import Companion.Controls
import Companion.Model

// One call in full.
FocusScope {
    id: root

    required property CallViewModel call
    signal closed
    signal approvalWanted

    Rectangle {
        anchors.fill: parent
        color: Theme.surface
    }
    Divider {
        height: parent.height
    }
    Divider {
        width: parent.width
    }
    Item {
        id: head

        x: Theme.s4
        width: parent.width - 2 * Theme.s4
        height: Theme.row * 2

        Column {
            anchors.verticalCenter: parent.verticalCenter
            width: parent.width - close.width - Theme.s2
            spacing: Theme.focusOffset

            Row {
                spacing: Theme.s2

                Glyph {
                    anchors.verticalCenter: parent.verticalCenter
                    name: root.call.callState === "" ? "" : "state-" + root.call.callState
                    color: Theme.stateColor(root.call.callState)
                }
                Mono {
                    text: root.call.tool
                    font.pixelSize: Theme.body
                    font.weight: Theme.semiBold
                }
            }
            Label {
                width: parent.width
                text: root.call.loaded ? root.call.headline : ""
                color: Theme.secondary
                font.pixelSize: Theme.small
            }
        }
        IconButton {
            id: close

            anchors.right: parent.right
            anchors.rightMargin: -Theme.s2
            anchors.verticalCenter: parent.verticalCenter
            glyph: "close"
            text: qsTr("Close (Esc)")
            onClicked: root.closed()
        }
    }
    Divider {
        anchors.top: head.bottom
        width: parent.width
    }
    Flickable {
        id: flick

        anchors.top: head.bottom
        anchors.topMargin: Theme.hairline
        anchors.bottom: parent.bottom
        width: parent.width
        focus: true
        clip: true
        contentWidth: width
        contentHeight: parts.implicitHeight + 2 * Theme.s4
        boundsBehavior: Flickable.StopAtBounds
        ScrollBar.vertical: ScrollBar {}
        Keys.onUpPressed: flick.flick(0, Theme.row * Theme.s6)
        Keys.onDownPressed: flick.flick(0, -Theme.row * Theme.s6)

        Column {
            id: parts

            x: Theme.s4
            y: Theme.s4
            width: flick.width - 2 * Theme.s4
            spacing: Theme.s5

            ErrorBanner {
                width: parent.width
                visible: text !== ""
                text: root.call.problem
            }
            Button {
                visible: root.call.callState === "waiting"
                kind: "primary"
                glyph: "waiting"
                text: qsTr("Review what it asks")
                onClicked: root.approvalWanted()
            }
            Row {
                visible: root.call.loaded
                spacing: Theme.s2

                RiskBadge {
                    risk: root.call.risk
                }
                Badge {
                    text: root.call.callState
                    ink: Theme.stateColor(root.call.callState)
                }
            }
            PaneSection {
                width: parent.width
                title: qsTr("SQL")
                visible: root.call.sql !== ""

                CodeBox {
                    width: parent.width
                    text: root.call.sql
                    label: qsTr("SQL")
                }
            }
            PaneSection {
                width: parent.width
                title: qsTr("Timeline")
                visible: root.call.timeline.length > 0

                Timeline {
                    width: parent.width
                    segments: root.call.timeline
                }
            }
            PaneSection {
                width: parent.width
                title: qsTr("Why")
                visible: root.call.why.length > 0

                FactList {
                    width: parent.width
                    facts: root.call.why
                }
            }
            ResultSection {
                width: parent.width
                call: root.call
            }
            PaneSection {
                width: parent.width
                title: qsTr("Summary")
                visible: root.call.summary.length > 0

                FactList {
                    width: parent.width
                    facts: root.call.summary
                }
            }
            PaneSection {
                width: parent.width
                title: qsTr("Arguments")
                visible: root.call.arguments !== ""

                CodeBox {
                    width: parent.width
                    text: root.call.arguments
                    label: qsTr("Arguments as sent")
                }
            }
        }
    }
}
