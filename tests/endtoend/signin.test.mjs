// SPDX-License-Identifier: GPL-3.0-or-later
// An agent signs in through the browser: it finds the server by itself, a person decides in the app, and the agent can
// do what was agreed to and nothing else, until it is taken back.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { App, until } from '../peers/app.mjs';
import { browse } from '../peers/browser.mjs';
import { Agent } from './agent.mjs';
import { OAuthAgent } from './oauthagent.mjs';
import { beginning, form, redeem } from './signin.mjs';

let app;
let place;
before(async () => {
    app = await App.start();
    place = app.place;
});
after(async () => {
    await app?.stop();
    place?.remove();
});

const base = () => `http://127.0.0.1:${app.port}`;

/** The person decides what `options` say; the tokens. */
async function signIn(name, options) {
    const start = await beginning(app, name);
    const tab = browse(start.address);
    const question = await place.question(one => one.kind === 'consent' && one.agent === name);
    assert.match(question.sentence, new RegExp(`^${name} wants to work`));
    await place.approve(question.id, ...options);
    const { location, pages } = await tab;
    assert.ok(pages.some(page => page.includes('Continue in Turso Companion')));
    assert.equal(new URL(location).searchParams.get('iss'), base());
    const tokens = await redeem(start, location);
    return { ...start, tokens };
}

test('what was agreed to can be done, and nothing else', async () => {
    const { tokens } = await signIn('Reader', ['--permissions', 'read-only', '--database', 'demo-shop']);
    assert.equal(tokens.scope, 'db:read');
    const agent = new Agent(app, tokens.access_token);
    assert.deepEqual((await agent.do('list_databases', {})).databases.map(one => one.name), ['demo-shop']);
    assert.deepEqual(await agent.rows('demo-shop', 'SELECT 1'), [[1]]);
    const refused = await agent.call('write_database', { database: 'demo-shop', sql: "UPDATE products SET name = 'x' WHERE id = 1" });
    assert.equal(refused.code, 'not_granted');
    const [call] = await place.askLines('calls', '--filter', 'agent:Reader tool:read_database');
    assert.equal(call.agent, 'Reader');
    agent.close();
});

test('a restart needs no new sign-in, and a refresh goes on', async () => {
    const { tokens, client } = await signIn('Stayer', ['--permissions', 'read-only']);
    await app.stop();
    app = await App.start({ place, args: ['--headless', '--port', String(app.port)] });
    let agent = new Agent(app, tokens.access_token);
    assert.deepEqual(await agent.rows('demo-shop', 'SELECT 2'), [[2]]);
    agent.close();
    const next = await (await fetch(`${base()}/token`, form({
        grant_type: 'refresh_token', refresh_token: tokens.refresh_token, client_id: client.client_id,
    }))).json();
    agent = new Agent(app, next.access_token);
    assert.deepEqual(await agent.rows('demo-shop', 'SELECT 3'), [[3]]);
    agent.close();
});

test('two processes of one host that refresh at once both stay signed in', async () => {
    const { tokens, client } = await signIn('Twins', ['--permissions', 'read-only']);
    const refresh = token => fetch(`${base()}/token`, form({
        grant_type: 'refresh_token', refresh_token: token, client_id: client.client_id,
    })).then(answer => answer.json());
    const pairs = await Promise.all([1, 2, 3].map(() => refresh(tokens.refresh_token)));
    for (const pair of pairs) {
        const agent = new Agent(app, pair.access_token);
        assert.deepEqual(await agent.rows('demo-shop', 'SELECT 1'), [[1]]);
        agent.close();
    }
    const next = await Promise.all(pairs.map(pair => refresh(pair.refresh_token)));
    assert.ok(next.every(pair => pair.access_token));
});

test('who signs in again has what was picked last, and nobody of it is signed out', async () => {
    const agent = await new OAuthAgent(app, 'Again').register();
    const first = await agent.signIn('--permissions', 'read-only');
    const [grant] = await agent.grants();
    const second = await agent.signIn('--permissions', 'full-access', '--database', 'demo-shop');
    const grants = await agent.grants();
    assert.deepEqual(grants.map(one => one.id), [grant.id]);
    assert.deepEqual(grants[0].databases, ['demo-shop']);
    for (const tokens of [first, second]) {
        const one = new Agent(app, tokens.access_token);
        assert.equal((await one.call('write_database', { database: 'demo-shop', sql: "UPDATE products SET name = name WHERE id = 1" })).status, 'ok');
        one.close();
    }
});

test('what is taken back ends at once', async () => {
    const { tokens, client } = await signIn('Guest', ['--permissions', 'read-only']);
    const agent = new Agent(app, tokens.access_token);
    assert.deepEqual(await agent.rows('demo-shop', 'SELECT 1'), [[1]]);
    const grant = (await place.ask('grants')).find(one => one.agent === 'Guest');
    await place.ask('grants', 'revoke', grant.id);
    assert.equal((await agent.rpc('tools/list', {})).status, 401);
    const refused = await fetch(`${base()}/token`, form({
        grant_type: 'refresh_token', refresh_token: tokens.refresh_token, client_id: client.client_id,
    }));
    assert.equal((await refused.json()).error, 'invalid_grant');
    agent.close();
});

test('a no is a no, and a closed tab lets a late yes count', async () => {
    const start = await beginning(app, 'Stranger');
    const tab = browse(start.address);
    const question = await place.question(one => one.agent === 'Stranger');
    await place.deny(question.id);
    assert.equal(new URL((await tab).location).searchParams.get('error'), 'access_denied');

    const closing = new AbortController();
    const second = browse(start.address, { signal: closing.signal }).catch(error => error);
    const late = await place.question(one => one.agent === 'Stranger');
    closing.abort();
    await second;
    await place.approve(late.id, '--permissions', 'read-only');
    const { location } = await browse(start.address);
    assert.ok(new URL(location).searchParams.get('code'));
});

test('no secret of a sign-in is in any file', async () => {
    const { tokens } = await signIn('Secretive', ['--permissions', 'read-only']);
    for (const entry of readdirSync(place.profile, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile())
            continue;
        const content = readFileSync(join(entry.parentPath, entry.name)).toString('latin1');
        for (const secret of [tokens.access_token, tokens.refresh_token])
            assert.ok(!content.includes(secret), entry.name);
    }
    assert.ok(!app.child.stderr.includes(tokens.access_token));
    await until('the questions to be over', async () => (await place.ask('approvals', 'list')).length === 0);
});
