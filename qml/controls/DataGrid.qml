// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound
import QtQuick

// A small table of data: `columns` {name, letters}, `rows` lists of texts or of {text, before, changed}.
Flickable {
    id: root

    property var columns: []
    property var rows: []
    readonly property int lineHeight: Theme.s5
    // As wide as its letters need, the last one as wide as there is room.
    readonly property var widths: columns.map(column => Math.ceil(column.letters * Theme.small * Theme.monoAdvance) + Theme.s4)
    readonly property real natural: widths.reduce((sum, width) => sum + width, 0)

    implicitHeight: lineHeight * (rows.length + 1) + (natural > width ? Theme.scrollBar : 0)
    contentWidth: Math.max(width, natural)
    contentHeight: implicitHeight
    clip: true
    boundsBehavior: Flickable.StopAtBounds
    interactive: contentWidth > width || contentHeight > height
    ScrollBar.horizontal: ScrollBar {}
    ScrollBar.vertical: ScrollBar {}
    Accessible.role: Accessible.Table

    Column {
        Row {
            Repeater {
                model: root.columns

                Mono {
                    required property var modelData
                    required property int index

                    // Made before the widths are known; undefined would leave it at its own width for good.
                    width: root.widths[index] ?? 0
                    height: root.lineHeight
                    rightPadding: Theme.s4
                    text: modelData.name
                    color: Theme.secondary
                    font.weight: Theme.medium
                }
            }
        }
        Repeater {
            model: root.rows

            Row {
                id: line

                required property var modelData

                Repeater {
                    model: line.modelData

                    DataCell {
                        required property var modelData
                        required property int index

                        width: root.widths[index] ?? 0
                        height: root.lineHeight
                        cell: modelData
                    }
                }
            }
        }
    }
}
