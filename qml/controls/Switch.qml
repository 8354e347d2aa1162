// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Templates as T

// On or off. Shows `checked` as told; a press only asks (toggled), so that it never shows what is not so.
T.Switch {
    id: root

    property color activeColor: Theme.accent
    property color activeInk: Theme.inkOnAccent

    implicitWidth: implicitContentWidth + leftPadding + rightPadding
    implicitHeight: Math.max(implicitContentHeight, Theme.hit)
    hoverEnabled: true
    Accessible.name: text
    Accessible.onPressAction: if (root.enabled) root.clicked()
    Accessible.onToggleAction: if (root.enabled) root.clicked()

    indicator: Rectangle {
        x: root.width - width
        anchors.verticalCenter: parent.verticalCenter
        width: Theme.s6
        height: Theme.s4 + Theme.focusOffset
        radius: height / 2
        color: root.checked ? root.activeColor : Theme.outline

        Rectangle {
            x: root.checked ? parent.width - width - Theme.focusWidth : Theme.focusWidth
            anchors.verticalCenter: parent.verticalCenter
            width: parent.height - 2 * Theme.focusWidth
            height: width
            radius: width / 2
            color: root.checked ? root.activeInk : Theme.surface

            Behavior on x {
                NumberAnimation { duration: Theme.press }
            }
        }
        FocusRing {
            visible: root.visualFocus
            around: parent.radius
        }
    }
    contentItem: Label {
        rightPadding: Theme.s6 + Theme.s2
        text: root.text
        font.weight: Theme.medium
        Accessible.ignored: true
    }
}
