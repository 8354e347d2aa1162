// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import Companion.Controls
import Companion.Model

// What an agent may touch: asked by an agent, or opened by the person. What may be answered, and when, the picker knows.
AppWindow {
    id: root

    required property ScopePicker picker
    readonly property bool consent: picker.mode === "consent"

    flags: consent ? Qt.Dialog | Qt.WindowStaysOnTopHint | Qt.WindowTitleHint | Qt.WindowCloseButtonHint : Qt.Dialog | Qt.WindowTitleHint | Qt.WindowCloseButtonHint
    title: consent ? qsTr("Let it in? – Turso Companion") : picker.mode === "edit" ? qsTr("Change what it may do – Turso Companion") : qsTr("New token – Turso Companion")
    color: Theme.surface
    width: Theme.pickerWidth
    height: Theme.pickerHeight
    minimumWidth: Theme.pickerMinimumWidth
    minimumHeight: Theme.pickerMinimumHeight
    onClosing: close => {
        close.accepted = root.consent && !root.picker.canDeny && !root.picker.busy;
        root.picker.deny();
    }

    // By keyboard only so: two modifiers and a letter are no accident. Return and Space never allow.
    Shortcut {
        sequence: "Ctrl+Shift+A"
        autoRepeat: false
        onActivated: root.picker.allow()
    }
    Shortcut {
        sequence: "Escape"
        onActivated: {
            // Escape answers nothing: it is pressed too easily.
            if (root.picker.confirming)
                root.picker.back();
            else if (!root.consent)
                root.picker.deny();
        }
    }
    HoverHandler {
        onPointChanged: if (root.consent) root.picker.questions.touch()
    }
    PickerSheet {
        anchors.fill: parent
        focus: true
        picker: root.picker
        visible: root.picker.token === ""
        enabled: visible
    }
    TokenResult {
        anchors.fill: parent
        picker: root.picker
        visible: root.picker.token !== ""
        enabled: visible
    }
}
