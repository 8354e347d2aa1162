// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Templates as T

// kind: "primary", "secondary", "danger" or "quiet".
T.Button {
    id: root

    property string kind: "secondary"
    property string glyph
    property real minimumWidth: Theme.hit
    readonly property bool solid: kind === "primary" || kind === "danger"
    readonly property color fill: kind === "danger" ? Theme.destructive : Theme.accent
    readonly property color fillHover: kind === "danger" ? Theme.destructiveHover : down ? Theme.accentPressed : Theme.accentHover
    readonly property color ink: !enabled ? Theme.disabled : kind === "danger" ? Theme.inkOnDestructive : solid ? Theme.inkOnAccent : Theme.text
    readonly property color plain: down ? Theme.pressed : hovered ? Theme.hover : kind === "quiet" ? "transparent" : Theme.raised

    implicitWidth: Math.max(Math.ceil(metrics.advanceWidth) + (glyph === "" ? 0 : Theme.glyph + spacing) + leftPadding + rightPadding, minimumWidth)
    implicitHeight: Theme.control
    leftPadding: Theme.s3
    rightPadding: Theme.s3
    spacing: Theme.s2
    hoverEnabled: true
    font.family: Theme.fontFamily
    font.pixelSize: Theme.body
    font.weight: Theme.medium
    Accessible.name: text
    Accessible.onPressAction: if (root.enabled) root.clicked()

    TextMetrics {
        id: metrics

        font: root.font
        text: root.text
    }

    contentItem: Item {
        Row {
            anchors.centerIn: parent
            spacing: root.spacing

            Glyph {
                anchors.verticalCenter: parent.verticalCenter
                visible: root.glyph !== ""
                name: root.glyph
                color: root.ink
            }
            Text {
                anchors.verticalCenter: parent.verticalCenter
                textFormat: Text.PlainText
                text: root.text
                font: root.font
                color: root.ink
                renderType: Text.NativeRendering
            }
        }
    }
    background: Rectangle {
        radius: Theme.radius
        color: !root.enabled ? (root.kind === "quiet" ? "transparent" : Theme.sunken) : root.solid ? (root.hovered || root.down ? root.fillHover : root.fill) : root.plain
        border.width: root.kind === "quiet" || (root.solid && root.enabled) ? 0 : Theme.hairline
        border.color: root.enabled ? Theme.borderStrong : Theme.border

        Behavior on color {
            ColorAnimation { duration: Theme.press }
        }
        FocusRing {
            visible: root.visualFocus
        }
    }
}
