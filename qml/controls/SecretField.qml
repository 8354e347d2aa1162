// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick

// One line that nobody reads over a shoulder, copies, or is offered again. Forgets when it is seen no more.
Field {
    id: root

    readonly property bool seen: visible && Window.visibility !== Window.Hidden

    // Setting the text leaves no trace of it to undo.
    function forget() {
        text = "";
    }

    mono: true
    echoMode: TextInput.Password
    inputMethodHints: Qt.ImhSensitiveData | Qt.ImhHiddenText | Qt.ImhNoPredictiveText | Qt.ImhNoAutoUppercase
    Accessible.name: root.label
    onSeenChanged: if (!seen) forget()
}
