// SPDX-License-Identifier: GPL-3.0-or-later
// The official clients sign in as their users see it: the real app with its windows, a real browser that the client
// opens, and a person who picks with pointer and keyboard what the agent may touch.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Agent } from '../endtoend/agent.mjs';
import { Picker } from '../endtoend/picker.mjs';
import { Desk } from '../endtoend/screen.mjs';
import { until } from './app.mjs';
import { Chromium } from './chromium.mjs';
import { kHosts } from './signinclients.mjs';

let desk;
let browser;
let env;
before(async () => {
    desk = await Desk.open({});
    await desk.startApp();
    await startBrowser();
    const setup = new Agent(desk.app, (await desk.place.mintToken('setup', 'full-access')).token);
    await setup.do('create_database', { name: 'ledger' });
    setup.close();
});
after(async () => {
    await browser?.stop();
    await desk?.close();
});

async function startBrowser() {
    browser = await Chromium.start({ env: desk.place.env });
    env = { ...desk.place.env, ...browser.asDefault() };
}
const open = address => browser.open(address).then(tab => tab.close());
const make = which => new kHosts[which]({
    name: `${which} host`, endpoint: desk.app.endpoint, env, folder: desk.place.folder, open,
});
const codeOf = result => (result.isError ? result.structuredContent?.code : 'ok');

for (const which of Object.keys(kHosts)) {
    test(`${which} signs in, and may do what was picked and nothing else`, async () => {
        const host = make(which);
        const connecting = host.connect();
        connecting.catch(() => { });
        const tab = await browser.tabWith(/Continue in Turso Companion/);
        assert.match(await tab.text(), new RegExp(host.name));
        assert.equal((await desk.place.ask('grants')).filter(one => one.agent === host.name).length, 0);
        const picker = await Picker.open(desk);
        await picker.photograph(`picker-${which.split(' ')[0]}`);
        await picker.choose({ databases: ['demo-shop'] });
        await picker.allow();
        tab.close();
        if (host.waitsForBrowser) {
            await until('the browser to be sent back', async () => !(await browser.addresses()).some(one => one.includes('/authorize')));
            await browser.stop();
            await startBrowser();
        }
        await connecting;

        const [grant] = (await desk.place.ask('grants')).filter(one => one.agent === host.name);
        assert.equal(grant.kind, 'oauth');
        assert.deepEqual(grant.databases, ['demo-shop']);
        assert.ok((await host.tools()).includes('read_database'));
        assert.equal(codeOf(await host.call('read_database', { database: 'demo-shop', sql: 'SELECT 1' })), 'ok');
        const refused = await host.call('write_database', { database: 'demo-shop', sql: "UPDATE products SET name = 'x'" });
        assert.equal(codeOf(refused), 'not_granted');
        const foreign = await host.call('read_database', { database: 'ledger', sql: 'SELECT 1' });
        assert.ok(foreign.isError);
        // Another day: nobody is asked again.
        await host.reconnect();
        assert.equal(codeOf(await host.call('read_database', { database: 'demo-shop', sql: 'SELECT 2' })), 'ok');
        assert.deepEqual((await desk.place.ask('approvals', 'list')).filter(one => one.kind === 'consent'), []);
        await host.close();
    });
}

test('a no in the window is a no to the agent', async () => {
    const host = make('SDK 1.32.2');
    host.name = host.provider.name = 'Unwanted';
    const connecting = host.connect();
    connecting.catch(() => { });
    const picker = await Picker.open(desk);
    await picker.deny();
    await assert.rejects(connecting, /access_denied/);
    assert.equal((await desk.place.ask('grants')).filter(one => one.agent === 'Unwanted').length, 0);
    await host.close();
});

test('full access takes a second step', async () => {
    const host = make('client 2.4.0');
    host.name = host.provider.name = 'Administrator';
    const connecting = host.connect();
    connecting.catch(() => { });
    const picker = await Picker.open(desk);
    await picker.choose({ preset: 'full-access' });
    await picker.allow({ confirm: true });
    await connecting;
    assert.equal(codeOf(await host.call('create_database', { name: 'made-by-admin' })), 'ok');
    await host.close();
});

test('the browser\'s page follows light and dark', async () => {
    const host = make('SDK 1.32.2');
    host.name = host.provider.name = 'An agent with quite a long name, longer than most people would ever give to one of theirs';
    const connecting = host.connect();
    connecting.catch(() => { });
    const tab = await browser.tabWith(/An agent with quite/);
    const background = async scheme => {
        await tab.ask('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] });
        if (process.env.SCREENSHOTS)
            writeFileSync(join(process.env.SCREENSHOTS, `browser-${scheme}.png`), await tab.picture());
        return tab.evaluate('getComputedStyle(document.body).backgroundColor');
    };
    assert.notEqual(await background('light'), await background('dark'));
    assert.equal(await tab.evaluate('document.documentElement.scrollWidth <= innerWidth'), true);
    const picker = await Picker.open(desk);
    await picker.deny();
    await connecting.catch(() => { });
    await host.close();
});

test('what a foreign page tries in the browser grants nothing', async () => {
    const tab = await browser.open('data:text/html,<title>evil</title>');
    const base = new URL(desk.app.endpoint).origin;
    const before = JSON.stringify(await desk.place.ask('grants'));
    const tried = await tab.evaluate(`(async () => {
        const said = [];
        for (const [path, method, type] of [['/register', 'POST', 'text/plain'], ['/token', 'POST', 'application/x-www-form-urlencoded'], ['/revoke', 'POST', 'application/x-www-form-urlencoded']])
            said.push(await fetch('${base}' + path, { method, mode: 'no-cors', headers: { 'Content-Type': type }, body: '{"redirect_uris":["https://evil.example/"]}' }).then(answer => answer.type, error => 'refused'));
        said.push(await fetch('${base}/.well-known/oauth-authorization-server').then(() => 'read', () => 'refused'));
        const frame = document.createElement('iframe');
        frame.src = '${base}/authorize?client_id=x';
        document.body.append(frame);
        await new Promise(done => { frame.onload = frame.onerror = done; setTimeout(done, 3000); });
        said.push(frame.contentDocument === null ? 'closed' : 'open');
        return said;
    })()`);
    assert.deepEqual(tried.slice(3), ['refused', 'closed']);
    assert.ok(tried.slice(0, 3).every(one => one === 'opaque' || one === 'refused'), String(tried));
    assert.equal(JSON.stringify(await desk.place.ask('grants')), before);
    assert.deepEqual((await desk.place.ask('approvals', 'list')).filter(one => one.kind === 'consent'), []);
    tab.close();
});
