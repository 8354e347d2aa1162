// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import Companion.Controls
import Companion.Model

// What the choice means: every tool with its effect, and one sentence. Changes as it is picked.
Rectangle {
    id: root

    required property ScopeChoice choice
    property var differences: []
    property bool edits: false
    readonly property var effects: choice.tools

    color: Theme.sunken

    Divider {
        height: parent.height
    }
    Label {
        id: title

        x: Theme.s5
        y: Theme.s5
        text: qsTr("What it will be able to do")
        strong: true
        Accessible.role: Accessible.Heading
    }
    Column {
        id: tools

        anchors.top: title.bottom
        anchors.topMargin: Theme.s2
        x: Theme.s5
        width: parent.width - 2 * Theme.s5
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Tools")

        Repeater {
            model: root.effects.length

            EffectRow {
                required property int index

                width: tools.width
                tool: root.effects[index]
            }
        }
    }
    Flickable {
        id: rest

        anchors.top: tools.bottom
        anchors.topMargin: Theme.s3
        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.s3
        x: Theme.s5
        width: tools.width
        contentWidth: width
        contentHeight: words.implicitHeight
        clip: true
        interactive: contentHeight > height
        onContentHeightChanged: contentY = 0
        boundsBehavior: Flickable.StopAtBounds
        ScrollBar.vertical: ScrollBar {}

        Column {
            id: words

            width: parent.width - (rest.contentHeight > rest.height ? Theme.s4 : 0)
            spacing: Theme.s3

            Divider {
                width: parent.width
            }
            Label {
                width: parent.width
                text: root.choice.sentence
                wrapMode: Text.WrapAtWordBoundaryOrAnywhere
                lineHeight: Theme.lineHeight
                font.weight: Theme.medium
            }
            DifferenceList {
                width: parent.width
                visible: root.edits
                differences: root.differences
            }
        }
    }
}
