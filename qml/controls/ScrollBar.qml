// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Templates as T

T.ScrollBar {
    id: root

    implicitWidth: Theme.scrollBar
    implicitHeight: Theme.scrollBar
    padding: Theme.focusOffset
    minimumSize: 0.08
    visible: size < 1 && policy !== T.ScrollBar.AlwaysOff
    Accessible.ignored: true

    contentItem: Rectangle {
        implicitWidth: Theme.scrollBar - 2 * root.padding
        implicitHeight: Theme.scrollBar - 2 * root.padding
        radius: width / 2
        color: root.pressed || root.hovered ? Theme.outline : Theme.borderStrong
    }
}
