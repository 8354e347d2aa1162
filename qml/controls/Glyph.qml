// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick

// A house icon in one colour. Decoration: the word beside it says the same.
Image {
    id: root

    property string name
    property color color: Theme.text
    property int size: Theme.glyph

    width: size
    height: size
    sourceSize.width: size
    sourceSize.height: size
    source: name === "" ? "" : "image://glyph/" + name + "/" + String(color).substring(1)
    Accessible.ignored: true
}
