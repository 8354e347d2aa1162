// SPDX-License-Identifier: GPL-3.0-or-later
// The real scope picker on a real display: what is picked with pointer and keyboard is what the agent gets, and
// whatever is not a deliberate yes is a no.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { browse } from '../peers/browser.mjs';
import { Agent, BridgeAgent } from './agent.mjs';
import { Picker, grantOf } from './picker.mjs';
import { Desk, pause, until } from './screen.mjs';
import { beginning, redeem } from './signin.mjs';

let desk;
let place;

before(async () => {
    desk = await Desk.open({ approval_deadline: '120s' });
    place = desk.place;
    await desk.startApp();
    const maker = new Agent(desk.app, (await place.mintToken('maker', 'full-access')).token);
    for (const name of ['studio', 'attic'])
        await maker.do('create_database', { name });
    maker.close();
});
after(async () => { await desk?.close(); });

/** An agent that signs in: its open tab, and the tokens once it has been let in. */
async function signIn(name, scope) {
    const start = await beginning(desk.app, name, scope);
    const tab = browse(start.address);
    return {
        picker: await Picker.open(desk),
        end: async () => new URL((await tab).location).searchParams,
        agent: async () => new Agent(desk.app, (await redeem(start, (await tab).location)).access_token),
    };
}

test('a click on Allow grants reading the first group, and nothing else', async () => {
    const { picker, agent } = await signIn('Reader', 'db:read');
    await picker.photograph('picker');
    await picker.allow();
    const reader = await agent();
    assert.deepEqual(await reader.rows('studio', 'SELECT 1'), [[1]]);
    const grant = await grantOf(place, 'Reader');
    assert.equal(grant.permissions, 'read-only');
    assert.equal(grant.group, 'default');
    assert.deepEqual(grant.databases, []);
    await picker.gone();
    reader.close();
});

test('permissions and databases are picked by keyboard', async () => {
    const { picker, agent } = await signIn('Writer', 'db:read db:write');
    await picker.choose({ permissions: { read: 'on', write: 'asks', delete: 'asks', branch: 'on' }, group: 'default', databases: ['studio', 'attic'] });
    await picker.photograph('picker-custom');
    await picker.allowByKeyboard();
    const writer = await agent();
    const grant = await grantOf(place, 'Writer');
    assert.equal(grant.permissions, 'read,write:ask,delete,branch');
    assert.deepEqual(grant.databases, ['attic', 'studio']);
    assert.deepEqual((await writer.do('list_databases', {})).databases.map(one => one.name), ['attic', 'studio']);
    await picker.gone();
    writer.close();
});

test('the whole organization takes a second step, and a double click is not one', async () => {
    const { picker, agent } = await signIn('Operator', 'db:read db:write db:admin');
    await picker.choose({ preset: 'full-access', group: null });
    const spot = await picker.allowButton();
    await desk.click(picker.window, spot);
    await desk.click(picker.window, spot);
    await picker.confirmButton();
    await picker.photograph('picker-second-step');
    assert.equal((await place.ask('approvals', 'list')).length, 1);
    await desk.click(picker.window, await picker.confirmButton());
    (await agent()).close();
    const grant = await grantOf(place, 'Operator');
    assert.equal(grant.permissions, 'full-access');
    assert.equal(grant.group, '');
    await picker.gone();
});

test('Deny, closing and Enter are no', async () => {
    for (const [name, no] of [
        ['Denied', picker => picker.deny()],
        ['Closed', async picker => { await picker.focus(); await picker.key('alt+F4'); }],
        ['Entered', async picker => { await picker.focus(); await picker.key('Return'); }],
    ]) {
        const { picker, end } = await signIn(name);
        await picker.allowButton();
        await no(picker);
        assert.equal((await end()).get('error'), 'access_denied');
        await picker.gone();
        assert.deepEqual((await place.ask('grants')).filter(grant => grant.agent === name), []);
    }
});

test('the window does not take the keyboard from another one', async () => {
    const other = await desk.otherWindow();
    const { picker, end } = await signIn('Uninvited');
    await picker.allowButton();
    for (const key of ['Return', 'space', 'ctrl+shift+a'])
        await desk.x('key', key);
    await until('all keys to arrive elsewhere', () => other.keys() >= 5);
    assert.equal(await desk.active(), other.window);
    const [question] = await place.ask('approvals', 'list');
    assert.equal(question.state, 'open');
    await other.close();
    await picker.deny();
    await end();
    await picker.gone();
});

test('a program that comes over the bridge is asked about in the same window', async () => {
    const agent = new BridgeAgent(place, 'Local tool');
    const answer = agent.call('list_databases', {});
    const picker = await Picker.open(desk);
    await picker.photograph('picker-program');
    await picker.choose({ databases: ['studio'] });
    await picker.allow();
    assert.deepEqual((await answer).databases.map(one => one.name), ['studio']);
    assert.equal((await grantOf(place, 'Local tool')).kind, 'bridge');
    await picker.gone();
    await agent.close();
});

test('several ask: one at a time', async () => {
    const first = await signIn('First');
    const second = beginning(desk.app, 'Second').then(start => browse(start.address));
    await until('both questions', async () => (await place.ask('approvals', 'list')).length === 2, 30_000);
    const spot = await first.picker.allowButton();
    await desk.click(first.picker.window, spot);
    await desk.click(first.picker.window, spot); // the next one came under the pointer
    (await first.agent()).close();
    await pause(900);
    const [open] = await place.ask('approvals', 'list');
    assert.equal(open.agent, 'Second');
    await first.picker.deny();
    assert.equal(new URL((await second).location).searchParams.get('error'), 'access_denied');
    await first.picker.gone();
});
