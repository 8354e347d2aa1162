// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls
import Companion.Model

// Left: who asks, and what is picked. Right: what that means, as it is picked. Bottom: the answer.
FocusScope {
    id: root

    required property ScopePicker picker
    readonly property bool consent: picker.mode === "consent"
    readonly property bool answerable: !picker.busy && (!consent || picker.canDeny)

    function touch() {
        if (root.consent)
            root.picker.questions.touch();
    }

    function takePreset(preset: string) {
        if (!root.answerable)
            return;
        root.picker.choice.preset = preset;
        choices.focusPresets();
    }

    Accessible.role: consent ? Accessible.AlertMessage : Accessible.Dialog
    Accessible.name: consent ? qsTr("%1 wants to work with your databases").arg(picker.agent) : qsTr("What may it do?")
    Keys.onPressed: event => {
        root.touch();
        event.accepted = false;
    }

    Shortcut {
        sequence: "Alt+1"
        onActivated: root.takePreset("read-only")
    }
    Shortcut {
        sequence: "Alt+2"
        onActivated: root.takePreset("full-access")
    }
    Shortcut {
        sequence: "Alt+3"
        onActivated: root.takePreset("custom")
    }
    Shortcut {
        sequence: "Alt+G"
        onActivated: choices.focusGroups()
    }
    Shortcut {
        sequence: "Ctrl+F"
        onActivated: choices.focusSearch()
    }
    Connections {
        target: root.picker
        function onSubjectChanged() {
            choices.contentY = 0;
            foot.reset();
        }
    }
    AskerHead {
        id: head

        anchors.left: parent.left
        anchors.right: pane.left
        picker: root.picker
    }
    Divider {
        id: line

        anchors.top: head.bottom
        anchors.left: parent.left
        anchors.right: pane.left
        opacity: choices.contentY > 0 ? 1 : 0
    }
    PickerChoices {
        id: choices

        anchors.top: line.bottom
        anchors.bottom: foot.top
        anchors.left: parent.left
        anchors.right: pane.left
        picker: root.picker
        enabled: root.answerable
    }
    EffectPane {
        id: pane

        anchors.top: parent.top
        anchors.bottom: foot.top
        anchors.right: parent.right
        width: Theme.pickerPane
        choice: root.picker.choice
        differences: root.picker.differences
        edits: root.picker.mode === "edit"
    }
    PickerFoot {
        id: foot

        anchors.bottom: parent.bottom
        width: parent.width
        focus: true
        picker: root.picker
    }
}
