// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls

// What is wrong with a connection, and the one button that mends it.
Rectangle {
    id: root

    required property var connection
    property bool busy: false
    readonly property var mend: connection.mend ?? {}
    readonly property color ink: Theme.toneColor(connection.tone ?? "")
    readonly property bool beside: go.implicitWidth < width / 3
    signal mended(string action)

    function enter() {
        go.forceActiveFocus(Qt.TabFocusReason);
    }

    implicitHeight: (beside || !go.visible ? Math.max(words.implicitHeight, go.visible ? go.height : 0) : words.implicitHeight + Theme.s2 + go.height) + 2 * Theme.s2
    radius: Theme.radius
    color: Theme.toneSoft(connection.tone ?? "")
    Accessible.role: Accessible.AlertMessage
    Accessible.name: words.text

    Glyph {
        id: mark

        x: Theme.s3
        y: words.y + Theme.hairline
        name: root.connection.stateGlyph ?? ""
        color: root.ink
    }
    Label {
        id: words

        objectName: "sentence"
        x: mark.x + mark.width + Theme.s2
        y: root.beside || !go.visible ? Math.round((root.height - height) / 2) : Theme.s2
        width: (root.beside && go.visible ? go.x : root.width) - x - Theme.s3
        text: root.connection.sentence === "" ? root.connection.stateText ?? "" : root.connection.sentence ?? ""
        color: root.ink
        font.weight: Theme.medium
        wrapMode: Text.Wrap
        lineHeight: Theme.lineHeight
        Accessible.ignored: true
    }
    Button {
        id: go

        objectName: "mend"
        anchors.right: parent.right
        anchors.rightMargin: Theme.s2
        y: root.beside ? Math.round((root.height - height) / 2) : root.height - height - Theme.s2
        visible: (root.mend.text ?? "") !== ""
        enabled: !root.busy
        focus: true
        glyph: root.mend.glyph ?? ""
        text: root.mend.text ?? ""
        Accessible.name: qsTr("%1: %2").arg(root.connection.name ?? "").arg(text)
        Accessible.description: words.text
        onClicked: root.mended(root.mend.action)
    }
}
