// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls
import Companion.Model

// Who it is about, and how that is known.
Item {
    id: root

    required property ScopePicker picker
    readonly property bool consent: picker.mode === "consent"
    readonly property bool verified: picker.proof === "verified"
    readonly property color ink: picker.doubtful ? Theme.change : verified ? Theme.safe : Theme.secondary
    readonly property color ground: picker.doubtful ? Theme.changeSoft : verified ? Theme.safeSoft : Theme.sunken
    readonly property int more: consent ? picker.questions.count - 1 : 0

    implicitHeight: Math.ceil(words.implicitHeight) + Theme.s5 + Theme.s3

    Rectangle {
        id: face

        x: Theme.s5
        y: Theme.s5
        width: Theme.s6 + Theme.s3
        height: width
        radius: Theme.cardRadius
        color: root.consent ? Theme.accentSoft : Theme.sunken

        Glyph {
            anchors.centerIn: parent
            name: root.picker.mode === "token" ? "key" : "agents"
            size: Theme.s5 - Theme.s1
            color: root.consent ? Theme.accent : Theme.secondary
        }
    }
    Column {
        id: words

        anchors.left: face.right
        anchors.leftMargin: Theme.s4
        anchors.right: parent.right
        anchors.rightMargin: Theme.s5
        anchors.top: face.top
        anchors.topMargin: -Theme.focusOffset
        spacing: Theme.s2

        Item {
            width: parent.width
            height: title.implicitHeight

            Label {
                id: title

                width: parent.width - (queue.visible ? queue.width + Theme.s3 : 0)
                text: root.consent ? qsTr("%1 wants to work with your databases").arg(root.picker.agent) : root.picker.mode === "edit" ? qsTr("What %1 may do").arg(root.picker.agent) : qsTr("A token for a script or a CI job")
                font.pixelSize: Theme.heading
                strong: true
                wrapMode: Text.WrapAtWordBoundaryOrAnywhere
                maximumLineCount: 3
                elide: Text.ElideRight
                lineHeight: 1.2
                Accessible.role: Accessible.Heading
            }
            Badge {
                id: queue

                anchors.right: parent.right
                y: Theme.s1 / 2
                visible: root.more > 0
                text: qsTr("%1 more").arg(root.more)
                Accessible.name: qsTr("%1 more ask to be let in").arg(root.more)
            }
        }
        Field {
            visible: root.picker.mode === "token"
            objectName: "tokenName"
            width: parent.width
            focus: visible
            label: qsTr("Name of the program")
            placeholderText: qsTr("Its name, as nightly-report")
            text: root.picker.tokenName
            onTextEdited: root.picker.tokenName = text
        }
        Badge {
            visible: text !== ""
            text: root.picker.proofTitle
            glyph: root.picker.doubtful ? "risk-destructive" : root.verified ? "risk-safe" : "terminal"
            ink: root.ink
            ground: root.ground
        }
        Label {
            width: parent.width
            visible: text !== ""
            text: root.picker.proofText
            color: root.picker.doubtful ? root.ink : Theme.secondary
            font.pixelSize: Theme.small
            wrapMode: Text.WrapAtWordBoundaryOrAnywhere
            maximumLineCount: 6
            elide: Text.ElideRight
            lineHeight: Theme.lineHeight
        }
        WishList {
            width: parent.width
            visible: root.picker.wishes.length > 0
            wishes: root.picker.wishes
        }
    }
}
