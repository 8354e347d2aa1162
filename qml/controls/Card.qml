// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick

Rectangle {
    radius: Theme.cardRadius
    color: Theme.surface
    border.width: Theme.hairline
    border.color: Theme.border
}
