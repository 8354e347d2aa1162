// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Templates as T
import Companion.Controls

T.Button {
    id: root

    property int count

    text: qsTr("%1 new").arg(count)
    implicitWidth: Math.ceil(metrics.advanceWidth) + Theme.glyphSmall + Theme.s2 + 2 * Theme.s4
    implicitHeight: Theme.row
    hoverEnabled: true
    Accessible.name: qsTr("%1 new calls, go to the newest").arg(count)
    Accessible.onPressAction: root.clicked()

    TextMetrics {
        id: metrics

        font.family: Theme.fontFamily
        font.pixelSize: Theme.body
        font.weight: Theme.semiBold
        text: root.text
    }

    contentItem: Item {
        Row {
            anchors.centerIn: parent
            spacing: Theme.s2

            Label {
                text: root.text
                color: Theme.inkOnAccent
                font.weight: Theme.semiBold
                Accessible.ignored: true
            }
            Glyph {
                anchors.verticalCenter: parent.verticalCenter
                name: "arrow-down"
                size: Theme.glyphSmall
                color: Theme.inkOnAccent
            }
        }
    }
    background: Rectangle {
        radius: height / 2
        color: root.down ? Theme.accentPressed : root.hovered ? Theme.accentHover : Theme.accent

        FocusRing {
            visible: root.visualFocus
            around: parent.radius
        }
    }
}
