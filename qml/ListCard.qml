// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls

// One of the cards of a page, and where the keyboard goes when it comes to it.
FocusScope {
    id: root

    property Item first

    function enter() {
        root.first?.forceActiveFocus(Qt.TabFocusReason);
    }

    Accessible.role: Accessible.ListItem

    Card {
        anchors.fill: parent
    }
}
