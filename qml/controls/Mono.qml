// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick

// Names of things in data, ids and figures.
Label {
    font.family: Theme.monoFamily
    font.pixelSize: Theme.small
}
