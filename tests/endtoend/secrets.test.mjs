// SPDX-License-Identifier: GPL-3.0-or-later
// One run with every kind of token: used, mistyped, over a restart. Afterwards none of them stands in a file of the
// profile, in what a program said, in an argument list or in an environment.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';

import { App, Child, until } from '../peers/app.mjs';
import { browse } from '../peers/browser.mjs';
import { namespaceHeader } from '../peers/sqlface.mjs';
import { Agent, BridgeAgent } from './agent.mjs';
import { PlayedCloud, secretFile, startLockedSqld } from './platforms.mjs';
import { Secrets } from './secrets.mjs';
import { beginning, form, redeem } from './signin.mjs';

const kDatabase = 'demo-shop';
const secrets = new Secrets();
const said = []; // {where, text}: what programs printed, but the one answer that hands a token out
let app;
let place;
let bridge;
let follower;
let agentToken;
let served;
let sqld;
let cloud;

before(async () => {
    app = await App.start({ settings: { approval_hold: '20s', approval_deadline: '40s' } });
    place = app.place;
    secrets.add('the operator key', readFileSync(place.keyFile, 'utf8').trim());
    sqld = await startLockedSqld([]);
    cloud = await PlayedCloud.start();
    await begin();
});
after(async () => {
    follower?.kill();
    await bridge?.close();
    await app?.stop();
    await sqld?.end();
    await cloud?.stop();
    place?.remove();
});

/** What runs beside the app, for as long as it does. */
async function begin() {
    bridge = new BridgeAgent(place, 'local');
    follower = place.run('turso-companionctl', ['calls', '--follow', '--json', '--profile', place.profile, '--operator-key-file', place.keyFile]);
}
async function restart() {
    await bridge.close();
    noteRunning();
    follower.kill();
    await follower.ended;
    await app.stop();
    app = await App.start({ place, args: ['--headless', '--port', String(app.port)] });
    await begin();
}
function noteRunning() {
    for (const child of [app.child, bridge.child, follower])
        said.push({ where: `what ${child.name} said`, text: child.stdout + child.stderr });
}

/** A command whose answer may be kept, whatever it is. */
async function ctl(args, options) {
    const end = await place.ctl(args, options);
    said.push({ where: `the answer to ${args[0]} ${args[1]}`, text: end.stdout + end.stderr });
    return end;
}

/** Every character but one, and something longer. */
// Not its last letter: of that, base64 does not need every bit.
const mistyped = token => [`${token.slice(0, -9)}${token.at(-9) === 'A' ? 'B' : 'A'}${token.slice(-8)}`, `${token}x`];

async function sql(token, statement) {
    const answer = await fetch(`${served.sql_url}/v3/pipeline`, {
        method: 'POST', headers: { Authorization: `Bearer ${token}`, ...namespaceHeader(kDatabase) },
        body: JSON.stringify({ requests: [{ type: 'execute', stmt: { sql: statement } }, { type: 'close' }] }),
    });
    return { status: answer.status, body: await answer.text() };
}

async function platform(method, path, token, body) {
    const answer = await fetch(served.platform_url + path, {
        method, headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
        body: body && JSON.stringify(body),
    });
    return { status: answer.status, body: await answer.json().catch(() => null) };
}

/** What an agent does: right, wrong, and with the person asked. */
async function work(agent, name, database = kDatabase) {
    assert.deepEqual((await agent.call('read_database', { database, sql: 'SELECT 1' })).rows, [[1]]);
    assert.equal((await agent.call('read_database', { database, sql: 'SELECT absent' })).code, 'sql_error');
    assert.equal((await agent.call('read_database', { database, sql: 'DELETE FROM orders' })).code, 'wrong_tool');
    const answer = agent.call('delete_from_database', { database, sql: 'DELETE FROM order_items' });
    const question = await place.question(one => one.agent === name);
    assert.equal((await ctl(['approvals', 'show', question.id, '--json'])).code, 0);
    await place.deny(question.id, 'No.');
    assert.equal((await answer).code, 'denied');
}

test("an agent's bearer token", async () => {
    const minted = await place.mintToken('bearer', 'full-access');
    agentToken = secrets.add('the bearer token', minted.token);
    const agent = new Agent(app, agentToken);
    await work(agent, 'bearer');
    agent.close();
    for (const wrong of mistyped(agentToken)) {
        const other = new Agent(app, secrets.add(`a mistyped bearer token of ${wrong.length} characters`, wrong));
        assert.equal((await other.rpc('tools/list')).status, 401);
        other.close();
    }
    const ended = await place.mintToken('leaver', 'read-only');
    const leaver = new Agent(app, secrets.add('the bearer token that ended', ended.token));
    assert.deepEqual(await leaver.rows(kDatabase, 'SELECT 2'), [[2]]);
    await ctl(['tokens', 'revoke', ended.grant.id]);
    assert.equal((await leaver.rpc('tools/list')).status, 401);
    leaver.close();
});

test("a sign-in's code and tokens", async () => {
    const start = await beginning(app, 'signer');
    secrets.add("the sign-in's verifier", start.verifier);
    const tab = browse(start.address);
    const question = await place.question(one => one.kind === 'consent');
    await place.approve(question.id, '--permissions', 'full-access');
    const { location } = await tab;
    secrets.add("the sign-in's code", new URL(location).searchParams.get('code'));
    const tokens = await redeem(start, location);
    secrets.add('the access token', tokens.access_token);
    secrets.add('the refresh token', tokens.refresh_token);
    const agent = new Agent(app, tokens.access_token);
    await work(agent, 'signer');
    agent.close();
    const refresh = token => fetch(start.server.token_endpoint, form({
        grant_type: 'refresh_token', refresh_token: token, client_id: start.client.client_id,
    }));
    const next = await (await refresh(tokens.refresh_token)).json();
    secrets.add('the second access token', next.access_token);
    secrets.add('the second refresh token', next.refresh_token);
    for (const wrong of mistyped(next.refresh_token))
        assert.notEqual((await refresh(secrets.add(`a mistyped refresh token of ${wrong.length} characters`, wrong))).status, 200);
});

test("the workspace's API tokens and SQL tokens", async () => {
    served = await place.ask('workspace', 'serve', 'on', '--port', '0');
    secrets.add('the token of the served workspace', served.token);
    const made = await platform('POST', '/v1/auth/api-tokens/robot', served.token, {});
    assert.equal(made.status, 200, JSON.stringify(made));
    const api = secrets.add('the API token', made.body.token);
    const path = `/v1/organizations/local/databases/${kDatabase}/auth/tokens?expiration=1h`;
    const full = secrets.add('the SQL token', (await platform('POST', path, api)).body.jwt);
    const look = secrets.add('the SQL token to read with', (await platform('POST', `${path}&authorization=read-only`, api)).body.jwt);
    assert.equal((await sql(full, 'SELECT 1')).status, 200);
    assert.match((await sql(look, 'CREATE TABLE t(x)')).body, /blocked|readonly|read.only|authoriz/i);
    for (const wrong of mistyped(full))
        assert.equal((await sql(secrets.add(`a mistyped SQL token of ${wrong.length} characters`, wrong), 'SELECT 1')).status, 401);
    for (const wrong of mistyped(api))
        assert.equal((await platform('GET', '/v1/organizations', secrets.add(`a mistyped API token of ${wrong.length} characters`, wrong))).status, 401);
});

/** An agent of a connection that was added with these files of secrets, which are gone afterwards. */
async function workWith(name, database, options, files) {
    const paths = Object.entries(files).map(([option, secret]) => [option, secretFile(place, `${name}.${option}`, secret)]);
    const added = await ctl(['connections', 'add', '--name', name, ...options, ...paths.flatMap(([option, path]) => [`--${option}`, path]), '--json']);
    paths.forEach(([, path]) => rmSync(path));
    assert.equal(added.code, 0, added.stderr);
    const { id } = JSON.parse(added.stdout);
    const minted = await place.mintToken(name, 'full-access', '--connection', id);
    const agent = new Agent(app, secrets.add(`the bearer token for ${name}`, minted.token));
    if (!(await agent.call('list_databases', {})).databases.some(one => one.name === database))
        await agent.do('create_database', { name: database });
    await agent.call('evolve_schema', { database, sql: 'CREATE TABLE order_items(id)' });
    await work(agent, name, database);
    await ctl(['connections', 'check', id]);
    for (const command of ['connections list', 'connections show', 'status'])
        await ctl([...command.split(' '), ...(command.endsWith('show') ? [id] : []), '--json']);
    agent.close();
    return id;
}

test("a server's JWT and its admin key", async () => {
    const url = ['--kind', 'libsql-server', '--url', sqld.url, '--admin-url', sqld.adminUrl];
    await workWith('lab', 'lab', url, { 'token-file': secrets.add("the server's JWT", sqld.token), 'admin-key-file': secrets.add("the server's admin key", sqld.adminKey) });
    const wrong = secrets.add('a JWT of another key', `${sqld.token.slice(0, -9)}AAAA${sqld.token.slice(-5)}`);
    const refused = await ctl(['connections', 'add', '--name', 'wrong', ...url, '--token-file', secretFile(place, 'wrong.token', wrong)]);
    assert.notEqual(refused.code, 0);
    rmSync(join(place.folder, 'wrong.token'));
});

test("Turso Cloud's API token, and the SQL tokens that it hands out", async () => {
    const options = ['--kind', 'turso-cloud', '--api-url', cloud.api_url];
    await workWith('cloud', 'desk', options, { 'token-file': secrets.add("Turso Cloud's API token", cloud.token) });
    assert.ok(cloud.minted.length >= 2, 'it handed out tokens to read and to write with');
    cloud.minted.forEach((token, i) => secrets.add(`SQL token ${i + 1} of Turso Cloud`, token));
    const refused = await ctl(['connections', 'add', '--name', 'unscoped', ...options,
        '--token-file', secretFile(place, 'unscoped.token', secrets.add('an unscoped API token', cloud.unscoped_token))]);
    assert.match(refused.stderr, /scope|organization/i);
    rmSync(join(place.folder, 'unscoped.token'));
});

test('the operator key', async () => {
    const wrong = join(place.folder, 'wrong.key');
    writeFileSync(wrong, secrets.add('the wrong operator key', randomBytes(32).toString('hex')) + '\n', { mode: 0o600 });
    assert.equal((await ctl(['read-only', 'off'], { keyFile: wrong })).code, 5);
    assert.equal((await ctl(['read-only', 'off'])).code, 0);
});

test('an agent over the bridge, and all of it after a restart', async () => {
    const local = await place.ask('grants', 'create', '--agent', 'local', '--permissions', 'full-access');
    await work(bridge, 'local');
    await restart();
    const agent = new Agent(app, agentToken);
    assert.deepEqual(await agent.rows(kDatabase, 'SELECT 3'), [[3]]);
    agent.close();
    assert.equal((await bridge.call('read_database', { database: kDatabase, sql: 'SELECT 4' })).status, 'ok');
    await until('the follower to see it', () => follower.stdout.includes('SELECT 4'));
    assert.ok(local.id);
});

/** Every place at once. */
function leaks() {
    const read = { files: 0 };
    noteRunning();
    return {
        files: read,
        found: [
            ...secrets.inFolder(place.profile, read),
            ...secrets.inFolder(place.env.HOME),
            ...secrets.inFolder(place.env.XDG_RUNTIME_DIR),
            ...said.flatMap(({ where, text }) => secrets.inText(where, text)),
            ...[app.pid, bridge.child.pid, follower.pid].flatMap(pid => secrets.inProcess(pid)),
        ],
    };
}

test('none of them stands anywhere', async context => {
    const names = readdirSync(place.profile, { recursive: true });
    for (const ending of ['.json', '.db', '-wal'])
        assert.ok(names.some(name => name.endsWith(ending)), `the profile has no file ${ending}: is it the right folder?`);
    const { found, files } = leaks();
    context.diagnostic(`${secrets.size} secrets, ${files.files} files`);
    assert.deepEqual(found, []);
    await app.stop();
    assert.deepEqual(secrets.inFolder(place.profile), [], 'after the end of the app');
    assert.deepEqual(secrets.inText('what the app said', app.child.stderr), []);
});

test('one that is planted is found, in whatever way it stands there', async () => {
    const planted = join(place.profile, 'planted');
    const found = () => secrets.inFolder(planted);
    const ways = {
        plain: () => writeFileSync(join(planted, 'a.log'), `token=${agentToken}\n`),
        base64: () => writeFileSync(join(planted, 'b'), Buffer.from(`{"t":"${agentToken}"}`).toString('base64')),
        base64url: () => writeFileSync(join(planted, 'c'), Buffer.from(`xx${agentToken}`).toString('base64url')),
        hex: () => writeFileSync(join(planted, 'd'), Buffer.from(agentToken).toString('hex')),
        sqlite: () => {
            const db = new DatabaseSync(join(planted, 'e.db'));
            db.exec(`PRAGMA journal_mode = wal; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t(x); INSERT INTO t VALUES('${agentToken}')`);
            return () => db.close();
        },
    };
    for (const [way, plant] of Object.entries(ways)) {
        mkdirSync(planted);
        const end = plant();
        assert.ok(found().some(one => one.startsWith('the bearer token stands in')), `${way} is not found`);
        end?.();
        rmSync(planted, { recursive: true });
    }
    // a program that has it in its arguments, or in its environment
    for (const [args, env] of [[[agentToken], {}], [[], { TOKEN: agentToken }]]) {
        const child = new Child('/bin/sh', ['-c', 'read line', ...args], { env: { ...place.env, ...env }, stdin: 'pipe' });
        const sentence = `the bearer token stands in ${args.length ? 'cmdline' : 'environ'} of `;
        await until('the token to be found', () => !child.hasEnded && secrets.inProcess(child.pid).some(one => one.startsWith(sentence)));
        child.kill();
        await child.ended;
    }
});
