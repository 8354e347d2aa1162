// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls
import Companion.Model

// How long until no answer means no. Stands still while the person reads.
Row {
    id: root

    required property ApprovalQueue approvals
    readonly property bool soon: approvals.secondsLeft <= 10 && !approvals.reading
    readonly property int minutes: Math.floor(approvals.secondsLeft / 60)

    spacing: Theme.s2
    Accessible.role: Accessible.StaticText
    Accessible.name: words.text

    Label {
        id: words

        anchors.verticalCenter: parent.verticalCenter
        text: root.approvals.reading ? qsTr("Waits while you read") : root.minutes > 1 ? qsTr("%1 min left").arg(root.minutes) : qsTr("%1 s left").arg(root.approvals.secondsLeft)
        color: root.soon ? Theme.destructive : Theme.secondary
        font.pixelSize: Theme.small
        Accessible.ignored: true
    }
    Item {
        anchors.verticalCenter: parent.verticalCenter
        width: Theme.glyph
        height: Theme.glyph

        CountdownRing {
            anchors.fill: parent
            visible: !root.approvals.reading
            share: root.approvals.shareLeft
            thickness: Theme.focusWidth
            color: root.soon ? Theme.destructive : Theme.accent
            track: Theme.borderStrong
        }
        Glyph {
            anchors.fill: parent
            visible: root.approvals.reading
            name: "pause"
            color: Theme.accent
        }
    }
}
