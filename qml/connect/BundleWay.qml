// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls
import Companion.Model

// The other way for an agent that installs bundles: no file of its configuration is touched.
Rectangle {
    id: root

    required property ConnectWizard wizard
    readonly property var agent: wizard.agent
    property bool failed: false

    implicitHeight: Math.max(words.implicitHeight, Theme.control) + 2 * Theme.s3
    radius: Theme.radius
    color: Theme.sunken

    Glyph {
        id: mark

        x: Theme.s3
        anchors.verticalCenter: parent.verticalCenter
        name: "bundle"
        color: Theme.accent
    }
    Column {
        id: words

        anchors.left: mark.right
        anchors.leftMargin: Theme.s3
        anchors.right: open.left
        anchors.rightMargin: Theme.s3
        anchors.verticalCenter: parent.verticalCenter

        Label {
            width: parent.width
            text: root.failed ? qsTr("Nothing here opens bundles. In its settings, install this file as an extension:") : qsTr("Or install it as an extension, without touching its configuration:")
            color: root.failed ? Theme.change : Theme.text
            wrapMode: Text.Wrap
        }
        Mono {
            width: parent.width
            text: root.agent.bundle ?? ""
            color: Theme.secondary
            elide: Text.ElideMiddle
        }
    }
    Row {
        id: open

        anchors.right: parent.right
        anchors.rightMargin: Theme.s2
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.s1

        CopyButton {
            anchors.verticalCenter: parent.verticalCenter
            value: root.agent.bundle ?? ""
            Accessible.name: qsTr("Copy the path of the bundle")
        }
        Button {
            objectName: "openBundle"
            text: qsTr("Open")
            Accessible.name: qsTr("Open the bundle")
            onClicked: root.failed = !root.wizard.openBundle()
        }
    }
}
