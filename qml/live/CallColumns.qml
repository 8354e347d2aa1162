// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls

// The widths that the head of the list and its rows share. Beside the pane there is room for less.
QtObject {
    id: root

    property real width
    property bool compact: false
    readonly property int margin: Theme.s5
    readonly property int gap: Theme.s3
    readonly property int state: Theme.glyph
    readonly property int time: letters(9)
    readonly property int agent: letters(compact ? 12 : 15)
    readonly property int tool: letters(20)
    readonly property int database: compact ? 0 : letters(13)
    readonly property int rows: compact ? 0 : letters(6)
    readonly property int duration: letters(9)
    readonly property int decision: compact ? 0 : letters(14)
    readonly property int fixed: state + time + agent + tool + database + rows + duration + decision
    readonly property int gaps: compact ? 5 : 8
    readonly property real sql: Math.max(width - 2 * margin - fixed - gaps * gap, Theme.s6)

    function letters(count: int): int {
        return Math.ceil(count * Theme.small * Theme.monoAdvance);
    }
}
