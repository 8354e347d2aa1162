// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick

// Something is wrong: an icon and a sentence.
Rectangle {
    id: root

    property string text
    property string glyph: "risk-destructive"
    property color ink: Theme.destructive
    property color ground: Theme.destructiveSoft

    implicitHeight: sentence.implicitHeight + 2 * Theme.s2
    radius: Theme.radius
    color: ground
    Accessible.role: Accessible.AlertMessage
    Accessible.name: text

    Glyph {
        x: Theme.s3
        anchors.verticalCenter: parent.verticalCenter
        name: root.glyph
        color: root.ink
    }
    Label {
        id: sentence

        x: Theme.s3 + Theme.glyph + Theme.s2
        width: parent.width - x - Theme.s3
        anchors.verticalCenter: parent.verticalCenter
        text: root.text
        color: root.ink
        font.weight: Theme.medium
        wrapMode: Text.Wrap
        lineHeight: Theme.lineHeight
        Accessible.ignored: true
    }
}
