// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick

// Text to read, select and copy: plain text always, wrapped, scrolling beyond `maximumHeight`.
Rectangle {
    id: root

    property string text
    property string label
    property int maximumHeight: Theme.row * 6
    property alias contentY: flick.contentY
    signal moved

    implicitHeight: Math.min(Math.ceil(edit.implicitHeight) + 2 * Theme.s2, maximumHeight)
    radius: Theme.radius
    color: Theme.sunken
    border.width: Theme.hairline
    border.color: edit.activeFocus ? Theme.accent : Theme.border

    Flickable {
        id: flick

        anchors.fill: parent
        anchors.margins: Theme.hairline
        anchors.rightMargin: copy.width + Theme.s2
        contentWidth: width
        contentHeight: edit.implicitHeight + 2 * Theme.s2 - 2 * Theme.hairline
        clip: true
        boundsBehavior: Flickable.StopAtBounds
        onContentYChanged: root.moved()
        ScrollBar.vertical: ScrollBar {}

        TextEdit {
            id: edit

            x: Theme.s3
            y: Theme.s2
            width: flick.width - Theme.s3 - Theme.s2
            text: root.text
            textFormat: TextEdit.PlainText
            readOnly: true
            selectByMouse: true
            activeFocusOnTab: true
            wrapMode: TextEdit.WrapAtWordBoundaryOrAnywhere
            color: Theme.text
            selectionColor: Theme.accent
            selectedTextColor: Theme.inkOnAccent
            font.family: Theme.monoFamily
            font.pixelSize: Theme.small
            renderType: Text.NativeRendering
            Accessible.name: root.label
            Accessible.readOnly: true
        }
    }
    CopyButton {
        id: copy

        anchors.right: parent.right
        anchors.top: parent.top
        anchors.margins: Theme.s1
        value: root.text
    }
}
