// SPDX-License-Identifier: GPL-3.0-or-later
// A person's browser: Debian's Chromium, on the display that it is given, with a profile of its own. What its tabs show
// is read over its DevTools; nothing is answered through them that a person would not click.
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Child, until } from './app.mjs';

const kProgram = '/usr/bin/chromium';

/** One tab, as DevTools knows it. */
class Tab {
    #socket;
    #next = 1;
    #waiting = new Map();

    constructor(socket) {
        this.#socket = socket;
        socket.addEventListener('message', event => {
            const message = JSON.parse(event.data);
            this.#waiting.get(message.id)?.(message);
            this.#waiting.delete(message.id);
        });
        socket.addEventListener('close', () => {
            for (const done of this.#waiting.values())
                done({ error: { message: 'the tab has gone' } });
        });
    }
    static async of(address) {
        const socket = new WebSocket(address);
        await new Promise((done, fail) => {
            socket.addEventListener('open', done);
            socket.addEventListener('error', () => fail(new Error('the tab has gone')));
        });
        return new Tab(socket);
    }
    async ask(method, params = {}) {
        const id = this.#next++;
        const answer = await new Promise(done => {
            this.#waiting.set(id, done);
            this.#socket.send(JSON.stringify({ id, method, params }));
        });
        if (answer.error)
            throw new Error(`${method}: ${answer.error.message}`);
        return answer.result;
    }
    async evaluate(expression) {
        const { result, exceptionDetails } = await this.ask('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true });
        if (exceptionDetails)
            throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
        return result.value;
    }
    text() { return this.evaluate('document.body?.innerText ?? ""'); }
    async picture() { return Buffer.from((await this.ask('Page.captureScreenshot')).data, 'base64'); }
    close() { this.#socket.close(); }
}

export class Chromium {
    /** Starts it with an empty tab. `env` names the display; without one it has no window (--headless). */
    static async start({ env = process.env, args = [] } = {}) {
        assert.ok(existsSync(kProgram), `${kProgram} is missing: install Debian's chromium, or run ./test at the root.`);
        const browser = new Chromium();
        browser.folder = mkdtempSync(join(tmpdir(), 'companion-browser-'));
        process.on('exit', () => rmSync(browser.folder, { recursive: true, force: true }));
        browser.child = new Child(kProgram, [
            `--user-data-dir=${browser.folder}`, '--remote-debugging-port=0', '--no-first-run', '--no-default-browser-check',
            '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking', '--disable-component-update',
            '--disable-sync', '--password-store=basic', '--window-size=1000,760', '--window-position=0,0',
            ...(process.getuid() === 0 ? ['--no-sandbox'] : []),
            ...(env.DISPLAY ? [] : ['--headless']), ...args, 'about:blank',
        ], { env: { ...env, HOME: browser.folder } });
        const portFile = join(browser.folder, 'DevToolsActivePort');
        await until('the browser to start', () => browser.child.hasEnded || existsSync(portFile) && readFileSync(portFile, 'utf8').includes('\n'), 60_000);
        assert.ok(!browser.child.hasEnded, `The browser ended: ${browser.child.stderr}`);
        browser.port = Number(readFileSync(portFile, 'utf8').split('\n')[0]);
        return browser;
    }
    async #targets() {
        const all = await (await fetch(`http://127.0.0.1:${this.port}/json/list`)).json();
        return all.filter(one => one.type === 'page');
    }
    /** Opens the address in a new tab, as the system does for an agent. */
    async open(address) {
        const target = await (await fetch(`http://127.0.0.1:${this.port}/json/new?${encodeURIComponent(address)}`, { method: 'PUT' })).json();
        return Tab.of(target.webSocketDebuggerUrl);
    }
    /** The addresses that its tabs show. */
    async addresses() { return (await this.#targets()).map(one => one.url); }
    /** The tab whose text fits, as soon as there is one. */
    async tabWith(pattern, milliseconds = 30_000) {
        return until(`a tab with ${pattern}`, async () => {
            for (const target of await this.#targets()) {
                const tab = await Tab.of(target.webSocketDebuggerUrl).catch(() => null);
                const text = await tab?.text().catch(() => '');
                if (text && pattern.test(text))
                    return tab;
                tab?.close();
            }
            return null;
        }, milliseconds);
    }
    /** What makes it the browser that programs open addresses in (xdg-open), for their environment. */
    asDefault() {
        const opener = join(this.folder, 'open');
        const folder = join(this.folder, 'xdg');
        mkdirSync(join(folder, 'applications'), { recursive: true });
        writeFileSync(opener, `#!/bin/sh\nexec ${kProgram} --user-data-dir='${this.folder}' ${process.getuid() === 0 ? '--no-sandbox' : ''} "$@"\n`);
        chmodSync(opener, 0o755);
        writeFileSync(join(folder, 'applications', 'test-browser.desktop'), `[Desktop Entry]\nType=Application\nName=Browser\nExec=${opener} %u\nMimeType=x-scheme-handler/http;x-scheme-handler/https;\n`);
        writeFileSync(join(folder, 'mimeapps.list'), '[Default Applications]\nx-scheme-handler/http=test-browser.desktop\nx-scheme-handler/https=test-browser.desktop\n');
        return { BROWSER: opener, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder };
    }
    async stop() {
        this.child.kill();
        await this.child.end(15_000);
        rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    }
}
