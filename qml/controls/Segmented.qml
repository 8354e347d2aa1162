// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T

// A few choices side by side, one of them taken. `options` are {value, text}.
FocusScope {
    id: root

    property var options: []
    property var value
    property string label
    readonly property int at: options.findIndex(option => option.value === value)
    signal chosen(var value)

    function take(index: int) {
        if (root.enabled && index >= 0 && index < root.options.length && index !== root.at)
            root.chosen(root.options[index].value);
    }

    implicitWidth: line.implicitWidth + 2 * Theme.focusWidth
    implicitHeight: Theme.hit + 2 * Theme.focusWidth
    Accessible.role: Accessible.Grouping
    Accessible.name: label
    // One stop for Tab; inside, the arrows choose.
    Keys.onLeftPressed: take(at - 1)
    Keys.onRightPressed: take(at + 1)
    Keys.onPressed: event => {
        event.accepted = event.key === Qt.Key_Home || event.key === Qt.Key_End;
        if (event.accepted)
            root.take(event.key === Qt.Key_Home ? 0 : root.options.length - 1);
    }

    Rectangle {
        anchors.fill: parent
        radius: Theme.radius + Theme.focusWidth
        color: Theme.sunken
        border.width: Theme.hairline
        border.color: Theme.border
    }
    Row {
        id: line

        x: Theme.focusWidth
        y: Theme.focusWidth

        Repeater {
            model: root.options

            T.AbstractButton {
                id: segment

                required property var modelData
                required property int index
                readonly property bool taken: modelData.value === root.value

                implicitWidth: implicitContentWidth + 2 * Theme.s3
                implicitHeight: Theme.hit
                enabled: root.enabled
                hoverEnabled: true
                focusPolicy: taken || activeFocus || (root.at < 0 && index === 0) ? Qt.StrongFocus : Qt.ClickFocus
                focus: taken
                onTakenChanged: if (taken && root.activeFocus) forceActiveFocus(Qt.TabFocusReason)
                text: modelData.text
                onClicked: root.chosen(modelData.value)
                Accessible.role: Accessible.RadioButton
                Accessible.name: text
                Accessible.checked: taken
                Accessible.onPressAction: root.chosen(modelData.value)

                contentItem: Label {
                    text: segment.text
                    horizontalAlignment: Text.AlignHCenter
                    font.pixelSize: Theme.small
                    font.weight: Theme.medium
                    color: !segment.enabled ? Theme.disabled : segment.taken ? Theme.text : Theme.secondary
                    Accessible.ignored: true
                }
                background: Rectangle {
                    radius: Theme.radius
                    color: segment.taken ? Theme.raised : segment.hovered ? Theme.hover : "transparent"
                    border.width: segment.taken ? Theme.hairline : 0
                    border.color: Theme.borderStrong

                    FocusRing {
                        visible: segment.visualFocus
                    }
                }
            }
        }
    }
}
