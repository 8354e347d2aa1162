// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick

// Copies `value` as it is, and shows for a moment that it did.
IconButton {
    id: root

    property string value
    property bool done: false

    text: done ? qsTr("Copied") : qsTr("Copy")
    glyph: done ? "check" : "copy"
    onClicked: {
        carrier.text = root.value;
        carrier.selectAll();
        carrier.copy();
        carrier.text = "";
        root.done = true;
        back.restart();
    }

    TextEdit {
        id: carrier

        visible: false
        textFormat: TextEdit.PlainText
        Accessible.ignored: true
    }
    Timer {
        id: back

        interval: Theme.tooltipDelay * 2
        onTriggered: root.done = false
    }
}
