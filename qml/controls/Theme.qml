// SPDX-License-Identifier: GPL-3.0-or-later
pragma Singleton
import QtQuick

// Every colour, size and duration of the windows. The window says whether it is dark and may move.
QtObject {
    id: root

    property bool dark: false
    property bool reducedMotion: false

    readonly property color window: dark ? "#0E1514" : "#F7F9F9"
    readonly property color surface: dark ? "#141D1B" : "#FFFFFF"
    readonly property color raised: dark ? "#1A2523" : "#FFFFFF"
    readonly property color sunken: dark ? "#0A100F" : "#EFF3F2"
    readonly property color hover: dark ? "#1D2927" : "#E8EEEC"
    readonly property color pressed: dark ? "#243330" : "#DDE6E3"
    readonly property color border: dark ? "#24322F" : "#E1E8E6"
    readonly property color borderStrong: dark ? "#3A4B47" : "#C6D1CE"
    readonly property color outline: dark ? "#67807A" : "#7C8F8A"
    readonly property color text: dark ? "#E9F2F0" : "#0F1F1C"
    readonly property color secondary: dark ? "#A2B5B0" : "#4C5E5A"
    readonly property color disabled: dark ? "#5C6E6A" : "#93A29E"
    readonly property color accent: dark ? "#4FE0C4" : "#0A7A69"
    readonly property color accentHover: dark ? "#6FE9D1" : "#096B5C"
    readonly property color accentPressed: dark ? "#3CC9AE" : "#075A4D"
    readonly property color inkOnAccent: dark ? "#06231D" : "#FFFFFF"
    readonly property color accentSoft: dark ? "#123029" : "#DDF3EE"
    readonly property color safe: dark ? "#5BD08B" : "#1F7A46"
    readonly property color change: dark ? "#F0B94A" : "#8A5A00"
    readonly property color destructive: dark ? "#FF8078" : "#B3261E"
    readonly property color irreversible: dark ? "#FF7AB8" : "#8C1D5B"
    readonly property color safeSoft: dark ? "#142A1E" : "#E3F3E9"
    readonly property color changeSoft: dark ? "#2E2613" : "#FBF0DA"
    readonly property color destructiveSoft: dark ? "#341C1A" : "#FBE6E4"
    readonly property color irreversibleSoft: dark ? "#341A28" : "#F8E3EE"
    readonly property color destructiveHover: dark ? "#FF9A93" : "#9C1F18"
    readonly property color inkOnDestructive: dark ? "#35100D" : "#FFFFFF"
    // Inks and their grounds, to tell names apart. They mean nothing.
    readonly property var tints: dark ? ["#4FE0C4", "#86B7F7", "#BCA6F5", "#E9B75A", "#F594B4", "#B3C4BF"] : ["#0A6B5C", "#1B5AAE", "#6038AE", "#80540A", "#A0234E", "#42534F"]
    readonly property var tintSofts: dark ? ["#123029", "#14273F", "#261F3F", "#2E2613", "#381B27", "#1F2B29"] : ["#DDF3EE", "#E2ECFA", "#ECE6FA", "#FBF0DA", "#FAE4EB", "#E6ECEA"]
    readonly property color shadow: dark ? "#66000000" : "#1A0F1F1C"

    readonly property string fontFamily: "Inter"
    readonly property string monoFamily: "JetBrains Mono"
    readonly property int caption: 11
    readonly property int small: 12
    readonly property int body: 13
    readonly property int title: 15
    readonly property int heading: 20
    readonly property int figure: 28
    readonly property int regular: Font.Normal
    readonly property int medium: Font.Medium
    readonly property int semiBold: Font.DemiBold
    readonly property real lineHeight: 1.4
    // The advance of one letter of the fixed-width face, as a share of its size.
    readonly property real monoAdvance: 0.6
    readonly property real monogramShare: 0.4

    readonly property int s1: 4
    readonly property int s2: 8
    readonly property int s3: 12
    readonly property int s4: 16
    readonly property int s5: 24
    readonly property int s6: 32

    readonly property int radius: 6
    readonly property int cardRadius: 10
    readonly property int windowRadius: 14
    readonly property int hairline: 1
    readonly property int focusWidth: 2
    readonly property int focusOffset: 2
    readonly property int row: 32
    readonly property int control: 32
    readonly property int hit: 28
    readonly property int glyph: 16
    readonly property int glyphSmall: 14
    readonly property int glyphLarge: 32

    readonly property int railWidth: 200
    readonly property int paneWidth: 400
    readonly property int approvalWidth: 520
    readonly property int pickerWidth: 920
    readonly property int pickerHeight: 700
    readonly property int pickerMinimumWidth: 760
    readonly property int pickerMinimumHeight: 560
    readonly property int pickerPane: 336
    readonly property int mainWidth: 1180
    readonly property int mainHeight: 760
    readonly property int mainMinimumWidth: 960
    readonly property int mainMinimumHeight: 480
    readonly property int scrollBar: 10
    readonly property int menuWidth: 180
    readonly property int tooltipDelay: 600
    readonly property int pageWidth: 920
    readonly property int tileWidth: 360
    readonly property int formWidth: 560

    readonly property int appear: reducedMotion ? 0 : 120
    readonly property int press: reducedMotion ? 0 : 80

    // By the names that the app gives risks and states.
    readonly property var riskColors: ({ "safe": safe, "change": change, "destructive": destructive, "irreversible": irreversible })
    readonly property var riskSofts: ({ "safe": safeSoft, "change": changeSoft, "destructive": destructiveSoft, "irreversible": irreversibleSoft })
    readonly property var stateColors: ({ "judging": secondary, "previewing": accent, "waiting": change, "running": accent, "done": safe,
        "refused": destructive, "denied": destructive, "failed": destructive, "cancelled": secondary })

    // By the tones that the view models give: "good", "warn", "bad", "busy"; the rest is quiet.
    readonly property var toneColors: ({ "good": safe, "warn": change, "bad": destructive, "busy": accent })
    readonly property var toneSofts: ({ "good": safeSoft, "warn": changeSoft, "bad": destructiveSoft, "busy": accentSoft })

    function toneColor(tone: string): color {
        return toneColors[tone] ?? secondary;
    }
    function toneSoft(tone: string): color {
        return toneSofts[tone] ?? sunken;
    }
    function riskColor(risk: string): color {
        return riskColors[risk] ?? secondary;
    }
    function riskSoft(risk: string): color {
        return riskSofts[risk] ?? sunken;
    }
    function stateColor(state: string): color {
        return stateColors[state] ?? secondary;
    }
}
