// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T

// A drop-down choice. `options` are {value, text}.
T.Button {
    id: root

    property var options: []
    property var value
    property string label
    readonly property int at: options.findIndex(option => option.value === value)
    signal chosen(var value)

    text: at < 0 ? "" : options[at].text
    implicitWidth: implicitContentWidth + leftPadding + rightPadding
    implicitHeight: Theme.hit
    leftPadding: Theme.s2
    rightPadding: Theme.s2 + Theme.glyph + Theme.s1
    hoverEnabled: true
    onClicked: menu.opened ? menu.close() : menu.open()
    Accessible.role: Accessible.ComboBox
    Accessible.name: label + ": " + text
    Accessible.onPressAction: if (root.enabled) root.clicked()

    contentItem: Label {
        text: root.text
        color: root.enabled ? Theme.text : Theme.disabled
        font.weight: Theme.medium
        Accessible.ignored: true
    }
    background: Rectangle {
        radius: Theme.radius
        color: root.down || menu.opened ? Theme.pressed : root.hovered ? Theme.hover : Theme.raised
        border.width: Theme.hairline
        border.color: Theme.borderStrong

        Glyph {
            anchors.right: parent.right
            anchors.rightMargin: Theme.s2
            anchors.verticalCenter: parent.verticalCenter
            name: "chevron-down"
            size: Theme.glyphSmall
            color: Theme.secondary
        }
        FocusRing {
            visible: root.visualFocus
        }
    }
    Menu {
        id: menu

        y: -implicitHeight - Theme.s1

        Repeater {
            model: root.options

            MenuItem {
                required property var modelData

                text: modelData.text
                checked: modelData.value === root.value
                onTriggered: root.chosen(modelData.value)
            }
        }
    }
}
