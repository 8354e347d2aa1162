// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Templates as T
import Companion.Controls

// One agent to connect: who it is and how things stand.
T.Button {
    id: root

    property string name
    property string stateText
    property string tone ///< "good", "warn", "bad", "plain" or "quiet"
    property string glyph
    readonly property color ink: Theme.toneColor(tone)

    implicitHeight: Theme.s6 * 2 + Theme.s2
    hoverEnabled: true
    Accessible.role: Accessible.Button
    Accessible.name: name
    Accessible.description: stateText
    Accessible.onPressAction: if (root.enabled) root.clicked()

    contentItem: Item {
        Monogram {
            x: Theme.s3
            anchors.verticalCenter: parent.verticalCenter
            size: Theme.s6 + Theme.s2
            name: root.name
            glyph: root.glyph
            muted: root.tone === "quiet"
        }
        Column {
            x: Theme.s6 + Theme.s2 + 2 * Theme.s3
            width: parent.width - x - Theme.s3 - Theme.glyph - Theme.s2
            anchors.verticalCenter: parent.verticalCenter
            spacing: Theme.focusOffset

            Label {
                width: parent.width
                text: root.name
                strong: true
                color: root.tone === "quiet" ? Theme.secondary : Theme.text
                Accessible.ignored: true
            }
            Row {
                spacing: Theme.s1

                Glyph {
                    anchors.verticalCenter: parent.verticalCenter
                    visible: name !== ""
                    name: root.tone === "good" ? "check" : root.tone === "warn" ? "risk-change" : root.tone === "bad" ? "state-failed" : ""
                    size: Theme.small
                    color: root.ink
                }
                Label {
                    anchors.verticalCenter: parent.verticalCenter
                    text: root.stateText
                    color: root.ink
                    font.pixelSize: Theme.small
                    Accessible.ignored: true
                }
            }
        }
        Glyph {
            anchors.right: parent.right
            anchors.rightMargin: Theme.s3
            anchors.verticalCenter: parent.verticalCenter
            name: "chevron-right"
            color: root.hovered || root.visualFocus ? Theme.text : Theme.outline
        }
    }
    background: Rectangle {
        radius: Theme.cardRadius
        color: root.down ? Theme.pressed : root.hovered ? Theme.hover : Theme.surface
        border.width: Theme.hairline
        border.color: root.hovered ? Theme.borderStrong : Theme.border

        FocusRing {
            visible: root.visualFocus
            around: Theme.cardRadius
        }
    }
}
