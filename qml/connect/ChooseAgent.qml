// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import Companion.Controls
import Companion.Model

// Every agent that can be connected, side by side.
FocusScope {
    id: root

    required property ConnectWizard wizard
    readonly property var agents: wizard.agents
    readonly property int columns: Math.max(1, Math.floor(width / (Theme.tileWidth * 3 / 4)))
    property int at: 0

    function enter() {
        focusTile(at);
    }
    function focusTile(index: int) {
        const tile = tiles.itemAt(Math.max(0, Math.min(index, tiles.count - 1)));
        if (tile)
            tile.forceActiveFocus(Qt.TabFocusReason);
    }

    implicitHeight: body.implicitHeight
    Accessible.role: Accessible.Grouping
    Accessible.name: qsTr("Agents that can be connected")
    Keys.onRightPressed: focusTile(at + 1)
    Keys.onLeftPressed: focusTile(at - 1)
    Keys.onDownPressed: focusTile(at + columns < tiles.count ? at + columns : at)
    Keys.onUpPressed: focusTile(at - columns >= 0 ? at - columns : at)

    Column {
        id: body

        width: parent.width
        spacing: Theme.s4

        Label {
            width: parent.width
            text: qsTr("Which one? You see exactly what would be written to its configuration before anything is, and you can take it back.")
            color: Theme.secondary
            wrapMode: Text.Wrap
            lineHeight: Theme.lineHeight
        }
        Grid {
            id: grid

            width: parent.width
            columns: root.columns
            columnSpacing: Theme.s3
            rowSpacing: Theme.s3

            Repeater {
                id: tiles

                // The last one stands for all that are not in the list.
                model: root.agents.concat([{ id: "", name: qsTr("Any other"), stateText: qsTr("Address, command and JSON"), tone: "plain" }])

                FoundAgent {
                    required property var modelData
                    required property int index

                    objectName: "agent:" + modelData.id
                    width: Math.floor((grid.width - (root.columns - 1) * grid.columnSpacing) / root.columns)
                    name: modelData.name
                    stateText: modelData.stateText
                    tone: modelData.tone
                    glyph: modelData.id === "" ? "terminal" : ""
                    focus: index === root.at
                    onActiveFocusChanged: if (activeFocus) root.at = index
                    Keys.onReturnPressed: clicked()
                    Keys.onEnterPressed: clicked()
                    onClicked: {
                        root.at = index;
                        if (modelData.id === "")
                            root.wizard.chooseOther();
                        else
                            root.wizard.choose(modelData.id);
                    }
                }
            }
        }
    }
}
