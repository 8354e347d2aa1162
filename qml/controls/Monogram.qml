// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick

// Two letters of a name on a tint that belongs to the name. Decoration: the name stands beside it.
Rectangle {
    id: root

    property string name
    property string glyph ///< instead of the letters
    property bool muted: false
    property int size: Theme.row + Theme.s1
    readonly property var words: name.split(/[\s_.:\/\-]+/).filter(word => word !== "")
    readonly property bool initials: words.length > 0 && words[0].length > 1 && words[0] === words[0].toUpperCase() // "VS Code"
    readonly property string letters: initials ? words[0].slice(0, 2) : words.length > 1 ? words[0][0].toUpperCase() + words[1][0].toUpperCase() : words.length > 0 ? words[0][0].toUpperCase() + words[0].slice(1, 2).toLowerCase() : "?"
    readonly property int tint: Array.from(name).reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 9973, 7) % Theme.tints.length

    implicitWidth: size
    implicitHeight: size
    radius: Theme.radius
    color: muted ? Theme.sunken : Theme.tintSofts[tint]

    Label {
        anchors.centerIn: parent
        visible: root.glyph === ""
        text: root.letters
        color: root.muted ? Theme.secondary : Theme.tints[root.tint]
        font.pixelSize: Math.round(root.size * Theme.monogramShare)
        font.weight: Theme.semiBold
        Accessible.ignored: true
    }
    Glyph {
        anchors.centerIn: parent
        visible: root.glyph !== ""
        name: root.glyph
        color: root.muted ? Theme.secondary : Theme.tints[root.tint]
    }
}
