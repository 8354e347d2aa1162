// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Templates as T

// One line of text. `label` is its name for those who do not see it.
T.TextField {
    id: root

    property string label
    property string glyph
    property bool bad: false
    property bool mono: false

    implicitWidth: Theme.menuWidth
    implicitHeight: Theme.control
    leftPadding: glyph === "" ? Theme.s3 : Theme.s3 + Theme.glyph + Theme.s2
    rightPadding: Theme.s3
    verticalAlignment: TextInput.AlignVCenter
    selectByMouse: true
    color: enabled ? Theme.text : Theme.disabled
    selectionColor: Theme.accent
    selectedTextColor: Theme.inkOnAccent
    placeholderTextColor: Theme.secondary
    font.family: mono ? Theme.monoFamily : Theme.fontFamily
    font.pixelSize: mono ? Theme.small : Theme.body
    renderType: Text.NativeRendering
    Accessible.name: label

    Label {
        x: root.leftPadding
        width: root.width - root.leftPadding - root.rightPadding
        height: root.height
        visible: root.length === 0 && root.preeditText === ""
        text: root.placeholderText
        font: root.font
        color: root.placeholderTextColor
        Accessible.ignored: true
    }
    Glyph {
        x: Theme.s3
        anchors.verticalCenter: parent.verticalCenter
        name: root.glyph
        visible: root.glyph !== ""
        color: Theme.secondary
    }
    background: Rectangle {
        radius: Theme.radius
        color: Theme.surface
        border.width: root.activeFocus ? Theme.focusWidth : Theme.hairline
        border.color: root.bad ? Theme.destructive : root.activeFocus ? Theme.accent : Theme.borderStrong
    }
}
