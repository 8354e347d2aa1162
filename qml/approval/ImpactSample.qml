// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls

// A few rows of one table, as they are or as they would become.
Column {
    id: root

    required property var modelData
    property bool named: false

    Mono {
        visible: root.named
        height: Theme.s5
        text: root.modelData.table
        font.weight: Theme.medium
    }
    DataGrid {
        width: root.width
        height: implicitHeight
        columns: root.modelData.columns
        rows: root.modelData.rows
    }
    Mono {
        visible: root.modelData.more !== ""
        height: Theme.s5
        text: qsTr("… %1 more").arg(root.modelData.more)
        color: Theme.secondary
    }
}
