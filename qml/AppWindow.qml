// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls

// A window that tells the theme whether it is dark and may move.
Window {
    id: root

    property bool dark: false
    property bool reducedMotion: false

    color: Theme.window
    Component.onCompleted: {
        Theme.dark = Qt.binding(() => root.dark);
        Theme.reducedMotion = Qt.binding(() => root.reducedMotion);
    }
}
