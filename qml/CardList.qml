// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Companion.Controls

// A page's cards (ListCard) one below the other; arrows go from card to card.
ListView {
    id: root

    readonly property Item focused: Window.activeFocusItem

    function enter(row: int) {
        if (count === 0)
            return;
        currentIndex = Math.max(0, Math.min(row, count - 1));
        (currentItem as ListCard).enter();
    }
    function cardOf(item: Item): ListCard {
        for (let above = item; above; above = above.parent) {
            if (above instanceof ListCard)
                return above;
        }
        return null;
    }
    // The keyboard is never where nobody sees it.
    function reveal(item: Item) {
        const card = cardOf(item);
        if (!card || item === card)
            return;
        const top = item.mapToItem(contentItem, 0, 0).y - Theme.s4;
        const bottom = top + item.height + 2 * Theme.s4;
        if (top < contentY)
            contentY = Math.round(Math.max(originY, top));
        else if (bottom > contentY + height)
            contentY = Math.round(bottom - height);
    }

    clip: true
    spacing: Theme.s3
    bottomMargin: Theme.s5
    cacheBuffer: Theme.pageWidth * Theme.s6 // cards differ in height: all there, no jumps
    boundsBehavior: Flickable.StopAtBounds
    keyNavigationEnabled: false
    highlightFollowsCurrentItem: false // reveal() scrolls, and only as far as it must
    onFocusedChanged: if (visible) reveal(focused)
    Accessible.role: Accessible.List
    ScrollBar.vertical: ScrollBar {}
    Keys.onDownPressed: enter(cardOf(focused) ? currentIndex + 1 : 0)
    Keys.onUpPressed: enter(currentIndex - 1)
}
