// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import Companion.Controls
import Companion.Model

// One agent: who it is and how we know it, and its grants side by side.
ListCard {
    id: root

    required property string name
    required property string how
    required property bool online
    required property var badges
    required property string lastCall
    required property string calls
    required property GrantsModel grants
    required property GrantsModel ended
    property bool mayAct: true
    // The models of an agent that goes are gone before its card is.
    readonly property int live: grants?.count ?? 0
    readonly property int gone: ended?.count ?? 0
    readonly property int columns: live > 1 && tiles.width >= 2 * Theme.tileWidth ? 2 : 1
    signal callsWanted
    signal change(string grantId)
    signal pause(string grantId, bool paused)
    signal revoke(string grantId)
    signal forget(string grantId)

    first: show
    implicitHeight: body.implicitHeight + 2 * Theme.s4
    Accessible.name: name + ", " + how + badges.reduce((all, badge) => all + ", " + badge.text, "")

    Column {
        id: body

        x: Theme.s4
        y: Theme.s4
        width: parent.width - 2 * Theme.s4
        spacing: Theme.s3

        Item {
            width: parent.width
            height: Math.max(who.implicitHeight, face.height)

            Monogram {
                id: face

                anchors.verticalCenter: parent.verticalCenter
                size: Theme.s6 + Theme.s2
                name: root.name
                muted: !root.online && root.live === 0
            }
            Column {
                id: who

                anchors.left: face.right
                anchors.leftMargin: Theme.s3
                anchors.right: show.left
                anchors.rightMargin: Theme.s3
                anchors.verticalCenter: face.verticalCenter
                spacing: Theme.focusOffset

                Item {
                    width: parent.width
                    height: Theme.s5

                    Label {
                        id: title

                        width: Math.min(implicitWidth, parent.width - (marks.width > 0 ? marks.width + Theme.s2 : 0))
                        anchors.verticalCenter: parent.verticalCenter
                        text: root.name
                        strong: true
                        font.pixelSize: Theme.title
                    }
                    Row {
                        id: marks

                        anchors.left: title.right
                        anchors.leftMargin: Theme.s2
                        spacing: Theme.s1

                        Repeater {
                            model: root.badges

                            Badge {
                                required property var modelData

                                text: modelData.text
                                glyph: modelData.glyph
                                ink: Theme.toneColor(modelData.tone)
                                ground: Theme.toneSoft(modelData.tone)
                            }
                        }
                    }
                }
                Label {
                    width: parent.width
                    text: root.how
                    color: Theme.secondary
                    font.pixelSize: Theme.small
                    elide: Text.ElideMiddle
                }
                Label {
                    width: parent.width
                    text: root.calls + " · " + root.lastCall
                    color: Theme.secondary
                    font.pixelSize: Theme.small
                }
            }
            Button {
                id: show

                objectName: "calls"
                anchors.right: parent.right
                anchors.verticalCenter: parent.verticalCenter
                focus: true
                glyph: "live"
                text: qsTr("Its calls")
                Accessible.name: qsTr("Show the calls of %1").arg(root.name)
                onClicked: root.callsWanted()
            }
        }
        Label {
            width: parent.width
            visible: root.live === 0
            text: root.gone > 0 ? qsTr("It may do nothing: what it was granted has ended.") : qsTr("It may do nothing: nothing has been granted to it. When it asks, you decide.")
            color: Theme.secondary
            wrapMode: Text.Wrap
        }
        Grid {
            id: tiles

            readonly property real tile: Math.floor((width - (root.columns - 1) * columnSpacing) / root.columns)

            width: parent.width
            visible: root.live > 0
            columns: root.columns
            columnSpacing: Theme.s3
            rowSpacing: Theme.s3

            Repeater {
                id: made

                model: root.grants

                GrantTile {
                    required property int index
                    // Neighbours are as high as each other.
                    readonly property Item beside: root.columns === 2 && made.count > (index ^ 1) ? made.itemAt(index ^ 1) : null

                    width: tiles.tile
                    height: Math.max(implicitHeight, beside?.implicitHeight ?? 0)
                    agent: root.name
                    alone: root.live === 1
                    wide: tiles.tile >= 2 * Theme.tileWidth
                    enabled: root.mayAct
                    onChange: root.change(grantId)
                    onPause: paused => root.pause(grantId, paused)
                    onRevoke: {
                        root.enter(); // the tile goes, the keyboard stays
                        root.revoke(grantId);
                    }
                }
            }
        }
        EndedGrants {
            width: parent.width
            visible: root.gone > 0
            grants: root.ended
            agent: root.name
            onForget: grantId => {
                root.enter();
                root.forget(grantId);
            }
        }
    }
}
