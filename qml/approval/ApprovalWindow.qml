// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import Companion.Controls
import Companion.Model

// The question. Shows it and passes the answer on; what may be answered, and when, the queue knows.
AppWindow {
    id: root

    required property ApprovalQueue approvals
    readonly property int tallest: Screen.desktopAvailableHeight - 4 * Theme.s5
    property bool moved: false
    property point placed

    flags: Qt.Dialog | Qt.WindowStaysOnTopHint | Qt.WindowTitleHint | Qt.WindowCloseButtonHint
    title: qsTr("Turso Companion asks")
    color: Theme.surface
    width: Theme.approvalWidth
    height: Math.min(sheet.implicitHeight, tallest)
    minimumWidth: width
    maximumWidth: width
    // Not bound to height: a window manager that holds it to the old limits would make them the new ones.
    minimumHeight: Math.min(sheet.implicitHeight, tallest)
    maximumHeight: minimumHeight
    // Where the window manager put it first is not where the person left it.
    onVisibleChanged: moved = false
    onActiveChanged: placed = Qt.point(x, y)
    onXChanged: if (active && x !== placed.x) moved = true
    onYChanged: if (active && y !== placed.y) moved = true
    onClosing: close => {
        close.accepted = !root.approvals.canDeny && !root.approvals.busy;
        root.approvals.deny();
    }

    // By keyboard only so: two modifiers and a letter are no accident. Return and Space never approve.
    Shortcut {
        sequence: "Ctrl+Shift+A"
        autoRepeat: false
        onActivated: root.approvals.approve()
    }
    HoverHandler {
        onPointChanged: root.approvals.touch()
    }
    ApprovalSheet {
        id: sheet

        anchors.fill: parent
        focus: true
        approvals: root.approvals
        roomForDetails: root.tallest - fixedHeight
    }
}
