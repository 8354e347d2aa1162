// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick

// All text of the windows. Plain text, whatever it says.
Text {
    id: root

    property bool strong: false

    textFormat: Text.PlainText
    color: Theme.text
    linkColor: Theme.accent
    font.family: Theme.fontFamily
    font.pixelSize: Theme.body
    font.weight: strong ? Theme.semiBold : Theme.regular
    renderType: Text.NativeRendering
    verticalAlignment: Text.AlignVCenter
    elide: wrapMode === Text.NoWrap ? Text.ElideRight : Text.ElideNone
    Accessible.role: Accessible.StaticText
    Accessible.name: text
}
