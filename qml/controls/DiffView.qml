// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound
import QtQuick

// What changes in a file: `lines` are {text, kind: "added"|"removed"|"context"|"place", number}. Signs
// say what colours say. Scrolls both ways, by keys too.
FocusScope {
    id: root

    property var lines: []
    property string label
    readonly property int added: lines.filter(line => line.kind === "added").length
    readonly property int removed: lines.filter(line => line.kind === "removed").length
    readonly property int letters: lines.reduce((most, line) => Math.max(most, line.text.length), 0)
    readonly property int gutter: Theme.s6 + Theme.s5
    readonly property int lineHeight: Theme.s4 + Theme.s1
    readonly property real natural: gutter + Math.ceil(letters * Theme.small * Theme.monoAdvance) + 2 * Theme.s4

    implicitHeight: Math.max(view.contentHeight, lineHeight) + 2 * Theme.s2 + (natural > width ? Theme.scrollBar : 0)
    activeFocusOnTab: true
    Accessible.role: Accessible.EditableText
    Accessible.readOnly: true
    Accessible.name: label
    Accessible.description: lines.map(line => (line.kind === "added" ? "+ " : line.kind === "removed" ? "− " : "") + line.text).join("\n")
    Keys.onPressed: event => {
        const steps = { [Qt.Key_Down]: lineHeight, [Qt.Key_Up]: -lineHeight, [Qt.Key_PageDown]: view.height, [Qt.Key_PageUp]: -view.height, [Qt.Key_Home]: -view.contentHeight, [Qt.Key_End]: view.contentHeight };
        const sideways = { [Qt.Key_Right]: lineHeight * 2, [Qt.Key_Left]: -lineHeight * 2 };
        if (steps[event.key] !== undefined)
            view.contentY = Math.max(0, Math.min(view.contentY + steps[event.key], view.contentHeight - view.height));
        else if (sideways[event.key] !== undefined)
            view.contentX = Math.max(0, Math.min(view.contentX + sideways[event.key], view.contentWidth - view.width));
        else
            return;
        event.accepted = true;
    }

    Rectangle {
        anchors.fill: parent
        radius: Theme.radius
        color: Theme.surface
        border.width: Theme.hairline
        border.color: Theme.border
    }
    FocusRing {
        visible: root.activeFocus
    }
    ListView {
        id: view

        anchors.fill: parent
        anchors.margins: Theme.hairline
        anchors.topMargin: Theme.s2
        anchors.bottomMargin: Theme.s2
        clip: true
        model: root.lines
        contentWidth: Math.max(width, root.natural)
        flickableDirection: Flickable.AutoFlickIfNeeded
        boundsBehavior: Flickable.StopAtBounds
        reuseItems: true
        ScrollBar.vertical: ScrollBar {}
        ScrollBar.horizontal: ScrollBar {}

        delegate: Rectangle {
            id: line

            required property var modelData
            readonly property bool isAdded: modelData.kind === "added"
            readonly property bool isRemoved: modelData.kind === "removed"
            readonly property color ink: isAdded ? Theme.safe : isRemoved ? Theme.destructive : Theme.secondary

            width: view.contentWidth
            height: root.lineHeight
            color: isAdded ? Theme.safeSoft : isRemoved ? Theme.destructiveSoft : "transparent"

            Mono {
                width: Theme.s6
                height: parent.height
                horizontalAlignment: Text.AlignRight
                text: line.modelData.number > 0 ? line.modelData.number : ""
                color: line.isAdded || line.isRemoved ? line.ink : Theme.secondary
                font.pixelSize: Theme.caption
                Accessible.ignored: true
            }
            Mono {
                x: Theme.s6 + Theme.s2
                height: parent.height
                text: line.isAdded ? "+" : line.isRemoved ? "−" : ""
                color: line.ink
                font.weight: Theme.semiBold
                Accessible.ignored: true
            }
            Mono {
                x: root.gutter
                height: parent.height
                elide: Text.ElideNone
                text: line.modelData.text
                color: line.modelData.kind === "context" ? Theme.text : line.ink
                Accessible.ignored: true
            }
        }
    }
}
