// SPDX-License-Identifier: GPL-3.0-or-later
// What an agent may do changes while it works, over HTTP (with a token, and signed in) and over the bridge: from its
// next call on, without a new login.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { App, until } from '../peers/app.mjs';
import { browse } from '../peers/browser.mjs';
import { Agent, BridgeAgent } from './agent.mjs';
import { beginning, redeem } from './signin.mjs';

let app;
let place;

before(async () => {
    app = await App.start({ settings: { approval_hold: '20s', approval_deadline: '40s' } });
    place = app.place;
});
after(async () => {
    await app?.stop();
    place?.remove();
});

const insert = { database: 'demo-shop', sql: "INSERT INTO customers(name, email) SELECT name, 'x' || random() FROM customers LIMIT 0" };
const select = { database: 'demo-shop', sql: 'SELECT 1' };
const change = (grant, ...options) => place.ask('grants', 'change', grant.id, ...options);
const grantOf = async name => (await place.ask('grants')).find(one => one.agent === name);

/** An agent of each kind with its grant, full access. */
const kinds = {
    async token(name) {
        const minted = await place.mintToken(name, 'full-access');
        return { agent: new Agent(app, minted.token), grant: minted.grant };
    },
    async bridge(name) {
        const grant = await place.ask('grants', 'create', '--agent', name, '--permissions', 'full-access');
        return { agent: new BridgeAgent(place, name), grant };
    },
    async oauth(name) {
        const start = await beginning(app, name);
        const tab = browse(start.address);
        const question = await place.question(one => one.kind === 'consent' && one.agent === name);
        await place.approve(question.id, '--permissions', 'full-access');
        const tokens = await redeem(start, (await tab).location);
        return { agent: new Agent(app, tokens.access_token), grant: await grantOf(name) };
    },
};

for (const [kind, make] of Object.entries(kinds)) {
    test(`${kind}: narrowed, paused, resumed, widened and revoked, each from the next call on`, async () => {
        const { agent, grant } = await make(`Changing ${kind}`);
        assert.equal(grant.kind, kind);
        assert.equal((await agent.call('write_database', insert)).status, 'ok');

        const narrowed = await change(grant, '--permissions', 'read');
        assert.equal(narrowed.permissions, 'read');
        const refused = await agent.call('write_database', insert);
        assert.deepEqual([refused.code, refused.permission], ['not_granted', 'write']);
        assert.equal((await agent.call('read_database', select)).status, 'ok');

        assert.equal((await place.ask('grants', 'pause', grant.id)).paused, true);
        const paused = await agent.call('read_database', select);
        assert.equal(paused.code, 'not_granted');
        assert.match(paused.message, /paused/);
        assert.equal((await agent.call('list_databases', {})).code, 'not_granted');
        assert.equal((await place.ctl(['grants', 'resume', grant.id], { key: false })).code, 5);
        await place.ask('grants', 'resume', grant.id);
        assert.equal((await agent.call('read_database', select)).status, 'ok');

        await change(grant, '--database', 'nothing');
        assert.equal((await agent.call('read_database', select)).code, 'not_found');
        await change(grant, '--all-databases', '--permissions', 'full-access');
        assert.equal((await agent.call('write_database', insert)).status, 'ok');

        await place.ask('grants', 'revoke', grant.id);
        if (kind === 'bridge') {
            agent.call('read_database', select).catch(() => { }); // a stranger again: the person is asked
            const stranger = await place.question(one => one.kind === 'consent' && one.agent === grant.agent);
            await place.deny(stranger.id);
        } else {
            assert.equal((await agent.rpc('tools/list', {})).status, 401);
        }
        await agent.close();
    });

    test(`${kind}: a call that waits is stopped when the grant no longer allows it`, async () => {
        const { agent, grant } = await make(`Waiting ${kind}`);
        for (const [options, undo] of [[['pause', grant.id], ['resume', grant.id]],
            [['change', grant.id, '--permissions', 'read'], ['change', grant.id, '--permissions', 'full-access']]]) {
            const answer = agent.call('delete_from_database', { database: 'demo-shop', sql: 'DELETE FROM order_items' });
            const question = await place.question(one => one.agent === grant.agent);
            await place.ask('grants', ...options);
            assert.equal((await answer).code, 'not_granted');
            assert.equal((await place.ask('approvals', 'show', question.id)).state, 'withdrawn');
            assert.equal((await place.ctl(['approvals', 'approve', question.id])).code, 1); // it is over
            await place.ask('grants', ...undo);
        }
        const [[items]] = (await agent.call('read_database', { database: 'demo-shop', sql: 'SELECT count(*) FROM order_items' })).rows;
        assert.ok(items > 2000);
        await agent.close();
    });

    test(`${kind}: what is missing is offered to the person, and added with one yes`, async () => {
        const { agent, grant } = await make(`Wanting ${kind}`);
        await change(grant, '--permissions', 'read-only');
        assert.equal((await agent.call('write_database', insert)).code, 'not_granted');
        const offer = await place.question(one => one.agent === grant.agent);
        assert.equal(offer.kind, 'widen');
        assert.equal(offer.sentence, `${grant.agent} wants to write to demo-shop`);
        assert.match(offer.context, /^Its grant is read-only\./);
        assert.deepEqual(offer.offer, { grant_id: grant.id, permission: 'write', database: '' });
        assert.equal((await place.ctl(['approvals', 'approve', offer.id], { key: false })).code, 5);
        await place.approve(offer.id);
        assert.equal((await grantOf(grant.agent)).permissions, 'read,write,analytics');
        assert.equal((await agent.call('write_database', insert)).status, 'ok');
        await agent.close();
    });
}

test('what was changed is so after a restart', async () => {
    const { token, grant } = await place.mintToken('Stayer', 'full-access');
    await change(grant, '--permissions', 'read,write:ask', '--database', 'demo-shop', '--expires', '8h');
    const before = await place.ask('grants', 'pause', grant.id);
    await app.stop();
    app = await App.start({ place, args: ['--headless', '--port', String(app.port)] });
    assert.deepEqual(await grantOf('Stayer'), before);
    const agent = new Agent(app, token);
    assert.match((await agent.call('read_database', select)).message, /paused/);
    await place.ask('grants', 'resume', grant.id);
    assert.deepEqual(await agent.rows('demo-shop', 'SELECT 1'), [[1]]);
    agent.close();
});

test('a grant that expires ends the call that waits under it', async () => {
    const { token, grant } = await place.mintToken('Brief', 'full-access');
    const agent = new Agent(app, token);
    const answer = agent.call('delete_from_database', { database: 'demo-shop', sql: 'DELETE FROM order_items' });
    const question = await place.question(one => one.agent === 'Brief');
    await change(grant, '--expires', '1s');
    assert.equal((await answer).code, 'not_granted');
    await until('the question to be withdrawn', async () => (await place.ask('approvals', 'show', question.id)).state === 'withdrawn');
    assert.equal((await agent.rpc('tools/list', {})).status, 401);
    agent.close();
});
