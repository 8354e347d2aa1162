// SPDX-License-Identifier: GPL-3.0-or-later
// What a browser's tab does while somebody signs in, without a browser: it shows a page, follows its refresh and
// redirects, and stops where the address leaves the server.

const kMostSteps = 60;

function refreshIn(html) {
    const found = /<meta http-equiv="refresh" content="0;url=([^"]+)">/.exec(html);
    return found && found[1].replaceAll('&amp;', '&');
}

/**
 * Goes on from `address` until it leads away from its origin, and answers where to: {location, pages}, or {status, pages}
 * if a page says that it has ended. `signal` closes the tab.
 */
export async function browse(address, { signal } = {}) {
    const origin = new URL(address).origin;
    const pages = [];
    for (let step = 0; step < kMostSteps; ++step) {
        if (new URL(address).origin !== origin)
            return { location: address, pages };
        const answer = await fetch(address, { redirect: 'manual', signal });
        const html = await answer.text();
        if (html)
            pages.push(html);
        const next = answer.headers.get('location') ?? refreshIn(html);
        if (!next)
            return { status: answer.status, pages };
        address = new URL(next, address).href;
    }
    throw new Error('The tab is sent around in circles.');
}
