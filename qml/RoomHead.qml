// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls

// The head of a room behind a page: its title, and the way back.
Item {
    id: root

    property string title
    property string way ///< where the way back leads
    signal back

    implicitHeight: Theme.s6 + 2 * Theme.s4

    IconButton {
        id: up

        objectName: "back"
        x: -Theme.s2
        anchors.verticalCenter: parent.verticalCenter
        glyph: "chevron-left"
        text: root.way
        onClicked: root.back()
    }
    Label {
        anchors.left: up.right
        anchors.leftMargin: Theme.s1
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        text: root.title
        font.pixelSize: Theme.heading
        strong: true
        Accessible.role: Accessible.Heading
    }
}
