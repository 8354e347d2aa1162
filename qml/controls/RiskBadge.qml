// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick

Badge {
    id: root

    property string risk
    readonly property var words: ({ "safe": qsTr("Safe"), "change": qsTr("Change"), "destructive": qsTr("Destructive"), "irreversible": qsTr("Irreversible") })

    text: words[risk] ?? risk
    glyph: words[risk] === undefined ? "" : "risk-" + risk
    ink: Theme.riskColor(risk)
    ground: Theme.riskSoft(risk)
}
