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
    // As editable text its letters would be told to whoever asks, also those of a secret.
    Accessible.role: Accessible.StaticText
    Accessible.focusable: true
    Accessible.passwordEdit: true
    Accessible.description: qsTr("A secret to type or paste")
    onSeenChanged: if (!seen) forget()
}
