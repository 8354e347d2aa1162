// SPDX-License-Identifier: GPL-3.0-or-later
// The desk as a person has it: a display with a window manager, the app in its tray, a pointer and a keyboard.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';

import { App, Child, Place, pause, until } from '../peers/app.mjs';

const run = promisify(execFile);
const kPopup = '^Turso Companion asks$';
// The fill of a button that approves something destructive, light and dark: Theme.destructive.
const kDanger = [[0xB3, 0x26, 0x1E], [0xFF, 0x80, 0x78]];
const kDangerHover = [[0x9C, 0x1F, 0x18], [0xFF, 0x9A, 0x93]];

export class Desk {
    static async open(settings) {
        assert.ok(process.env.DISPLAY, 'This test needs a display: xvfb-run provides one.');
        const desk = new Desk();
        desk.place = new Place();
        Object.assign(desk.place.env, { DISPLAY: process.env.DISPLAY, QT_QPA_PLATFORM: 'xcb' });
        if (process.env.XAUTHORITY)
            desk.place.env.XAUTHORITY = process.env.XAUTHORITY;
        desk.place.write('settings.json', JSON.stringify(settings));
        desk.manager = new Child('/usr/bin/openbox', ['--sm-disable'], { env: desk.place.env });
        await until('the window manager', async () =>
            (await desk.#tool('xprop', '-root', '_NET_SUPPORTING_WM_CHECK')).includes('window id'));
        return desk;
    }

    /** The app with tray and windows; ready when it serves. */
    async startApp(args = ['--background']) {
        this.app = new App();
        this.app.place = this.place;
        this.app.line = '';
        this.app.child = this.place.run('turso-companion',
            ['--port', '0', '--profile', this.place.profile, '--operator-key-file', this.place.keyFile, ...args]);
        const status = await until('the app to serve', async () => {
            assert.ok(!this.app.child.hasEnded, `The app ended: ${this.app.child.stderr}`);
            const end = await this.place.ctl(['status', '--json']);
            return end.code === 0 && JSON.parse(end.stdout);
        }, 20_000);
        this.app.endpoint = status.endpoint;
        this.app.port = Number(new URL(status.endpoint).port);
        this.app.pid = status.pid;
        return this.app;
    }

    async close() {
        if (this.app && !this.app.child.hasEnded) {
            this.app.child.kill('SIGTERM');
            this.end = await this.app.child.end(15_000);
        }
        this.manager.kill('SIGTERM');
        await this.manager.end(5000);
        this.place.remove();
    }

    async #tool(name, ...args) {
        const { stdout } = await run(name, args, { env: this.place.env, timeout: 20_000 }).catch(error => error);
        return stdout ?? '';
    }
    x(...args) { return this.#tool('xdotool', ...args.map(String)); }

    /** The window with this title, if it can be seen. */
    async find(title) { return (await this.x('search', '--onlyvisible', '--name', title)).trim().split('\n').filter(Boolean).at(-1); }
    async popup(milliseconds = 15_000) { return until('the approval window', () => this.find(kPopup), milliseconds); }
    async noPopup() { await until('the approval window to go', async () => !(await this.find(kPopup)), 15_000); }
    async active() { return (await this.x('getactivewindow')).trim(); }

    async geometry(window) {
        const text = await this.x('getwindowgeometry', '--shell', window);
        const value = name => Number(new RegExp(`^${name}=(-?\\d+)$`, 'm').exec(text)?.[1]);
        return { x: value('X'), y: value('Y'), width: value('WIDTH'), height: value('HEIGHT') };
    }

    /** Its pixels, three bytes each. */
    async pixels(window) {
        const { width, height } = await this.geometry(window);
        const { stdout } = await run('import', ['-silent', '-window', window, '-depth', '8', 'rgb:-'],
            { env: this.place.env, encoding: 'buffer', maxBuffer: 64 * 1024 * 1024, timeout: 20_000 });
        assert.equal(stdout.length, width * height * 3, 'the picture is not the window');
        return { bytes: stdout, width, height };
    }
    /** Keeps a picture where SCREENSHOTS says, for whoever wants to look. */
    async photograph(window, name) {
        if (!process.env.SCREENSHOTS)
            return;
        await run('import', ['-silent', '-window', window, `${process.env.SCREENSHOTS}/${name}.png`], { env: this.place.env, timeout: 20_000 });
    }

    /** The middle of the enabled Approve button, from the window's lower right corner; or nothing while it is off. */
    async approveButton(window) {
        const { bytes, width, height } = await this.pixels(window);
        let box;
        for (let y = Math.max(0, height - 70); y < height; ++y) {
            for (let x = Math.floor(width / 2); x < width; ++x) {
                const at = (y * width + x) * 3;
                if (![...kDanger, ...kDangerHover].some(color => color.every((part, i) => Math.abs(bytes[at + i] - part) <= 2)))
                    continue;
                box ??= { left: x, right: x, top: y, bottom: y };
                box = { left: Math.min(box.left, x), right: Math.max(box.right, x), top: box.top, bottom: y };
            }
        }
        if (!box || box.right - box.left < 60 || box.bottom - box.top < 20)
            return undefined;
        return { right: width - Math.round((box.left + box.right) / 2), bottom: height - Math.round((box.top + box.bottom) / 2) };
    }
    async moveTo(window, spot) {
        const { width, height } = await this.geometry(window);
        await this.x('mousemove', '--window', window, width - spot.right, height - spot.bottom);
    }
    async click(window, spot) {
        const { width, height } = await this.geometry(window);
        await this.x('mousemove', '--window', window, width - spot.right, height - spot.bottom, 'click', 1);
    }
    /** A click on its heading: gives it the keyboard and does nothing else. */
    async focus(window) {
        const { width } = await this.geometry(window);
        await this.x('mousemove', '--window', window, Math.floor(width / 2), 20, 'click', 1);
        await until('the window to be active', async () => (await this.active()) === window);
    }

    /** The process that draws. */
    windowProcess() {
        const children = readFileSync(`/proc/${this.app.pid}/task/${this.app.pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
        return children.map(Number).find(pid => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('turso-companion-window'));
    }
    /** What a window of somebody else gets from the keyboard. */
    async otherWindow() {
        const child = new Child('/usr/bin/xev', ['-name', 'elsewhere', '-event', 'keyboard'], { env: this.place.env });
        const window = await until('the other window', () => this.find('^elsewhere$'));
        await this.x('windowactivate', '--sync', window);
        await until('it to be active', async () => (await this.active()) === window);
        return { window, keys: () => (child.stdout.match(/KeyPress event/g) ?? []).length, close: async () => { child.kill(); await child.end(5000); } };
    }
    keep(name, text) {
        if (process.env.SCREENSHOTS)
            writeFileSync(`${process.env.SCREENSHOTS}/${name}`, text);
    }
}

export { pause, until };
