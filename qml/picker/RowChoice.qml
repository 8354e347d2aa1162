// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import Companion.Controls

// One of a few places: `rows` are {text, note, glyph, locked, whole, bad}. The arrows pick, as in any list of which one is taken.
Card {
    id: root

    property var rows: []
    property int at: -1
    property string label
    property int most: 5
    property string typed
    signal chosen(int index)

    function go(index: int) {
        root.chosen(Math.max(0, Math.min(index, view.count - 1)));
    }

    // One is found by typing its name, as in any list.
    function seek(letter: string) {
        typed += letter.toLowerCase();
        forget.restart();
        const names = rows.map(row => row.whole ? "" : row.text.toLowerCase());
        const exact = names.indexOf(typed);
        const found = exact >= 0 ? exact : names.findIndex(name => name.startsWith(typed));
        if (found >= 0)
            root.go(found);
    }

    implicitHeight: Math.min(view.count, most) * Theme.row + (view.count > most ? Theme.row / 2 : 0) + 2 * Theme.s1
    activeFocusOnTab: true
    Accessible.role: Accessible.List
    Accessible.name: label
    Accessible.focusable: true
    Keys.onUpPressed: go(at - 1)
    Keys.onDownPressed: go(at + 1)
    Keys.onPressed: event => {
        const ends = event.key === Qt.Key_Home || event.key === Qt.Key_End;
        const letter = event.text.trim() !== "" && !(event.modifiers & (Qt.ControlModifier | Qt.AltModifier));
        event.accepted = ends || letter;
        if (ends)
            root.go(event.key === Qt.Key_Home ? 0 : view.count - 1);
        else if (letter)
            root.seek(event.text);
    }

    Timer {
        id: forget

        interval: Theme.tooltipDelay * 2
        onTriggered: root.typed = ""
    }

    FocusRing {
        visible: root.activeFocus
        around: root.radius
    }
    ListView {
        id: view

        anchors.fill: parent
        anchors.margins: Theme.s1
        clip: true
        model: root.rows
        currentIndex: root.at
        highlightMoveDuration: 0
        boundsBehavior: Flickable.StopAtBounds
        interactive: contentHeight > height
        ScrollBar.vertical: ScrollBar {}

        delegate: ChoiceRow {
            width: view.width
            taken: index === root.at
            onChosen: root.chosen(index)
        }
    }
}
