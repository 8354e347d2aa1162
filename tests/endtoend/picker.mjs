// SPDX-License-Identifier: GPL-3.0-or-later
// The scope picker of a running app on a real display, used as a person uses it: with a pointer and a keyboard.
// Its choices are made with the keys that the window offers; Allow and Deny are clicked.
import assert from 'node:assert/strict';

import { pause, until } from './screen.mjs';

const kTitle = '^Let it in';
const kPresets = { 'read-only': '1', 'full-access': '2', 'custom': '3' };
const kPermissions = ['read', 'write', 'delete', 'schema', 'create', 'branch', 'configure', 'delete-database', 'analytics'];
const kAlwaysAsk = ['delete', 'delete-database'];
// The fills of an enabled Allow button, at rest and under the pointer, light and dark: Theme.accent, Theme.destructive.
const kAllow = [[0x0A, 0x7A, 0x69], [0x09, 0x6B, 0x5C], [0x4F, 0xE0, 0xC4], [0x6F, 0xE9, 0xD1]];
const kConfirm = [[0xB3, 0x26, 0x1E], [0x9C, 0x1F, 0x18], [0xFF, 0x80, 0x78], [0xFF, 0x9A, 0x93]];
const kFootHeight = 56; // as far as a button reaches up
const kButtonWidth = 60;

export class Picker {
    /** Waits for the window. `desk` is a Desk of screen.mjs. */
    static async open(desk, milliseconds = 15_000) {
        const picker = new Picker();
        picker.desk = desk;
        picker.window = await until('the scope picker', () => desk.find(kTitle), milliseconds);
        return picker;
    }

    /** Gives it the keyboard: a click on the heading does nothing else. */
    async focus() {
        await until('the scope picker to take the keyboard', async () => {
            await this.desk.x('mousemove', '--window', this.window, 8, 8, 'click', 1);
            await pause(150);
            return (await this.desk.active()) === this.window;
        });
    }
    async key(...keys) { await this.desk.x('key', '--delay', 30, ...keys); }
    async type(text) { await this.desk.x('type', '--delay', 30, text); }

    /**
     * Picks. `preset`: read-only, full-access or custom; `permissions`: {write: 'asks', ...}, all others off (makes it
     * custom); `group`: a name, or null for the whole organization; `databases`: names, or nothing for all of them.
     */
    async choose({ preset, permissions, group, databases } = {}) {
        await this.allowButton(); // what there is has been looked up
        await this.focus();
        if (preset)
            await this.key(`alt+${kPresets[preset]}`);
        if (permissions)
            await this.#choosePermissions(permissions);
        if (group !== undefined) {
            await this.key('alt+g', ...(group === null ? ['End'] : []));
            if (group !== null)
                await this.type(group);
        }
        for (const [i, database] of (databases ?? []).entries()) {
            await this.key('ctrl+f', ...(i === 0 ? [] : ['ctrl+a', 'Delete']));
            await this.type(database);
            await this.key('Return');
        }
        await pause(200);
    }
    async #choosePermissions(wanted) {
        await this.key('alt+3');
        for (const name of kPermissions) {
            const steps = { off: 0, asks: 1, on: kAlwaysAsk.includes(name) ? 1 : 2 }[wanted[name] ?? 'off'];
            await this.key('Tab', 'Home', ...Array(steps).fill('Right'));
        }
    }

    /** The middle of the enabled Allow button (with `confirm`: that of the second step), from the lower right corner. */
    async #button(colors) {
        const { bytes, width, height } = await this.desk.pixels(this.window);
        let box;
        for (let y = height - kFootHeight; y < height; ++y) {
            for (let x = Math.floor(width / 2); x < width; ++x) {
                const at = (y * width + x) * 3;
                if (!colors.some(color => color.every((part, i) => Math.abs(bytes[at + i] - part) <= 2)))
                    continue;
                box ??= { left: x, right: x, top: y, bottom: y };
                box = { left: Math.min(box.left, x), right: Math.max(box.right, x), top: box.top, bottom: y };
            }
        }
        if (!box || box.right - box.left < kButtonWidth || box.bottom - box.top < 20)
            return undefined;
        return { right: width - Math.round((box.left + box.right) / 2), bottom: height - Math.round((box.top + box.bottom) / 2) };
    }
    async allowButton() { return until('Allow to be on', () => this.#button(kAllow), 20_000); }
    async confirmButton() { return until('the second step to be on', () => this.#button(kConfirm), 20_000); }

    /** Clicks Allow; with `confirm`, the second step's button too. Waits until the window has gone or shows the next one. */
    async allow({ confirm = false } = {}) {
        await this.desk.click(this.window, await this.allowButton());
        if (confirm)
            await this.desk.click(this.window, await this.confirmButton());
    }
    async allowByKeyboard() {
        await this.allowButton();
        await this.focus();
        await this.key('ctrl+shift+a');
    }
    /** Clicks Deny, which stands at the lower left. */
    async deny() {
        await this.allowButton();
        const { height } = await this.desk.geometry(this.window);
        await this.desk.x('mousemove', '--window', this.window, 50, height - 32, 'click', 1);
    }
    async gone() { await until('the scope picker to go', async () => !(await this.desk.find(kTitle)), 15_000); }
    async photograph(name) { await this.desk.photograph(this.window, name); }
}

/** What was granted to this agent, as the command line tells it. */
export async function grantOf(place, agent) {
    const grants = (await place.ask('grants')).filter(grant => grant.agent === agent);
    assert.equal(grants.length, 1, `${agent} has ${grants.length} grants`);
    return grants[0];
}
