// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick

// Around the control that has the keyboard.
Rectangle {
    id: root

    property int around: Theme.radius

    anchors.fill: parent
    anchors.margins: -Theme.focusOffset - Theme.focusWidth
    radius: around + Theme.focusOffset + Theme.focusWidth
    color: "transparent"
    border.width: Theme.focusWidth
    border.color: Theme.accent
}
