// SPDX-License-Identifier: GPL-3.0-or-later
// Databases on a server of one's own: the real app, its command line, an agent, and a real sqld.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { App, until } from '../peers/app.mjs';
import { Contract, kTools } from '../peers/contract.mjs';
import { startSqld } from '../peers/sqlface.mjs';
import { Agent } from './agent.mjs';

const kShared = 'demo-shop'; // the workspace has one of this name
const kTooSlow = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n';
let sqld;
let app;
let place;
let lab; // the connection
let contract;
let agent; // of the server
let local; // of the workspace
let serverGrant;

before(async () => {
    sqld = await startSqld([kShared, 'spare']);
    app = await App.start({ settings: { approval_hold: '20s', approval_deadline: '40s' } });
    place = app.place;
    local = new Agent(app, (await place.mintToken('local', 'full-access')).token);
});
after(async () => {
    agent?.close();
    local?.close();
    await app?.stop();
    await sqld?.end();
    place?.remove();
});

const add = (...more) => ['connections', 'add', '--kind', 'libsql-server', '--url', sqld.url, '--admin-url', sqld.adminUrl, ...more];
const list = () => place.ask('connections', 'list');
const stateOf = async id => (await place.ask('connections', 'show', id)).state;

/** An answer that is what the tool promises. */
async function call(tool, args, who = agent) {
    const { status, body } = await who.rpc('tools/call', { name: tool, arguments: args }, tool);
    assert.equal(status, 200, `${tool}: ${status} ${body}`);
    return contract.check(tool, JSON.parse(body).result);
}
async function done(tool, args, who) {
    const answer = await call(tool, args, who);
    assert.equal(answer.status, 'ok', `${tool} ${JSON.stringify(args)}: ${JSON.stringify(answer)}`);
    return answer;
}
async function codeOf(tool, args, who) {
    const answer = await call(tool, args, who);
    assert.ok(answer.status === 'refused' || answer.status === 'failed', JSON.stringify(answer));
    return answer.code;
}
const rows = async (database, sql, who) => (await done('read_database', { database, sql }, who)).rows;

/** A call that the person is asked about. */
async function asked(tool, args, answerTo) {
    const answer = call(tool, args);
    const question = await place.question(one => one.tool === tool);
    assert.equal(question.connection, lab.id);
    await answerTo(question);
    return answer;
}
const yes = question => place.approve(question.id, ...(question.must_type ? ['--typed', question.must_type] : []));

test('what cannot be added is not, and the person reads why', async () => {
    const before = await list();
    assert.deepEqual(before.map(one => one.id), ['workspace']);
    const nobody = 'http://127.0.0.1:1';
    const cases = [
        [['connections', 'add', '--kind', 'libsql-server', '--name', 'x', '--url', nobody], 1, /127\.0\.0\.1.*|reach|answer/i],
        [['connections', 'add', '--kind', 'libsql-server', '--name', 'x', '--url', app.endpoint.replace('/mcp', '')], 1, /./],
        [['connections', 'add', '--kind', 'libsql-server', '--name', 'x', '--url', 'ftp://127.0.0.1'], [1, 2], /http/],
        [['connections', 'add', '--kind', 'libsql-server', '--name', 'x'], [1, 2], /url/i],
        [['connections', 'add', '--kind', 'toaster', '--url', sqld.url], 2, /libsql-server/],
        [['connections', 'add', '--kind', 'workspace'], 2, /libsql-server/],
        [['connections', 'add'], 2, /--kind/],
        [['connections', 'show', 'nothing'], 4, /nothing/],
        [['connections', 'check', 'nothing'], 4, /nothing/],
        [['connections', 'remove', 'nothing'], 4, /nothing/],
    ];
    const wrong = [];
    for (const [args, code, words] of cases) {
        const end = await place.ctl(args);
        if (![code].flat().includes(end.code) || !words.test(end.stderr) || end.stdout)
            wrong.push(`${args.join(' ')}: ${end.code}, not ${code}: ${end.stdout}${end.stderr}`);
    }
    assert.deepEqual(wrong, []);
    assert.deepEqual(await list(), before);
});

test('a server is added by a person only, and its name is taken once', async () => {
    assert.equal((await place.ctl(add('--name', 'lab'), { key: false })).code, 5);
    lab = await place.ask(...add('--name', 'lab'));
    assert.deepEqual([lab.kind, lab.name, lab.state, lab.url, lab.admin_url], ['libsql-server', 'lab', 'ready', sqld.url, sqld.adminUrl]);
    const capabilities = ['groups', 'create_databases', 'branches', 'point_in_time', 'configuration', 'analytics', 'rolled_back_dry_run', 'audit_list'];
    assert.deepEqual(Object.keys(lab.capabilities).sort(), capabilities.sort());
    const again = await place.ctl(add('--name', 'lab'));
    assert.equal(again.code, 1, again.stderr);
    assert.match(again.stderr, /lab/);
    assert.deepEqual((await list()).map(one => one.name).slice(1), ['lab']);
    assert.equal((await place.ask('connections', 'show', lab.id)).id, lab.id);
    assert.equal((await place.ask('connections', 'check', lab.id)).state, 'ready');
    assert.equal((await place.ctl(['connections', 'remove', lab.id], { key: false })).code, 5);
    assert.equal((await place.ask('status')).connections.length, 2);
});

test('an agent of it runs every tool', async () => {
    const minted = await place.mintToken('tester', 'full-access', '--connection', lab.id);
    serverGrant = minted.grant;
    assert.equal(serverGrant.connection, lab.id);
    agent = new Agent(app, minted.token);
    const { tools } = JSON.parse((await agent.rpc('tools/list', {})).body).result;
    contract = new Contract(tools);
    const used = new Set();
    const run = async (tool, args) => { used.add(tool); return done(tool, args); };

    assert.deepEqual((await run('list_databases', {})).databases.map(one => one.name).sort(), ['default', kShared, 'spare']);
    await run('get_database', { database: 'spare' });
    assert.equal((await run('create_database', { name: 'desk' })).database.name, 'desk');
    await run('evolve_schema', { database: 'desk', sql: 'CREATE TABLE notes(id INTEGER PRIMARY KEY, text TEXT)' });
    const wrote = await run('write_database', { database: 'desk', sql: "INSERT INTO notes(text) VALUES ('a'), ('b'), ('c')" });
    assert.equal(wrote.affected_rows, 3);
    assert.deepEqual((await run('read_database', { database: 'desk', sql: 'SELECT text FROM notes WHERE id > ? ORDER BY id', args: [1] })).rows, [['b'], ['c']]);
    const tried = await run('write_database', { database: 'desk', sql: "UPDATE notes SET text = 'z' WHERE id = 1", dry_run: true });
    assert.equal(tried.impact.affected_rows, 1);
    assert.deepEqual(await rows('desk', 'SELECT text FROM notes WHERE id = 1'), [['a']]);
    await run('create_branch', { database: 'desk', name: 'desk-now' });
    assert.deepEqual(await rows('desk-now', 'SELECT count(*) FROM notes'), [[3]]);
    assert.deepEqual((await run('list_branches', { database: 'desk' })).branches.map(one => one.name), ['desk-now']);
    const figures = await run('database_analytics', { database: 'desk', limit: 100 });
    const texts = figures.queries.filter(one => one.source === 'libsql-server').map(one => one.query);
    assert.ok(texts.includes('INSERT INTO notes(text) VALUES (?)'), JSON.stringify(figures.queries));
    const added = texts.filter(one => /^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT)|sqlite_schema|changes\(|RETURNING/.test(one));
    assert.deepEqual(added, [], 'what the app asks itself is none of their queries');
    used.add('set_database_config').add('delete_from_database').add('delete_database');
    const smaller = await asked('set_database_config', { database: 'desk', size_limit: '64mb' }, yes); // there was no limit
    assert.deepEqual(smaller.changed, ['size_limit'], JSON.stringify(smaller));
    const sql = 'DELETE FROM notes WHERE id < 3';
    const denied = await asked('delete_from_database', { database: 'desk', sql }, question => place.deny(question.id, 'Not these.'));
    assert.deepEqual([denied.code, denied.message], ['denied', 'Not these.']);
    assert.deepEqual(await rows('desk', 'SELECT count(*) FROM notes'), [[3]]);
    const deleted = await asked('delete_from_database', { database: 'desk', sql }, yes);
    assert.equal(deleted.affected_rows, 2, JSON.stringify(deleted));
    const altered = await asked('evolve_schema', { database: 'desk', sql: 'ALTER TABLE notes DROP COLUMN text' }, yes);
    assert.equal(altered.status, 'ok', JSON.stringify(altered));
    const dropped = await asked('delete_database', { database: 'desk-now' }, yes);
    assert.equal(dropped.deleted, 'desk-now', JSON.stringify(dropped));
    assert.equal(await codeOf('approval_wait', { approval_id: 'ap_nothing' }), 'not_found');
    used.add('approval_wait');
    assert.deepEqual([...used].sort(), Object.keys(kTools).sort());
});

test('each way to fail has its code', async () => {
    const reader = new Agent(app, (await place.mintToken('reader', 'read', '--connection', lab.id)).token);
    const desk = { database: 'desk' };
    const cases = {
        not_granted: ['write_database', { ...desk, sql: 'INSERT INTO notes VALUES (9)' }, reader],
        wrong_tool: ['read_database', { ...desk, sql: 'DELETE FROM notes' }],
        not_understood: ['write_database', { ...desk, sql: "ATTACH 'x' AS y" }],
        not_found: ['read_database', { database: 'nowhere', sql: 'SELECT 1' }],
        already_exists: ['create_database', { name: 'desk' }],
        invalid_argument: ['read_database', { ...desk, sql: 'SELECT 1', max_rows: 0 }],
        sql_error: ['read_database', { ...desk, sql: 'SELECT absent FROM notes' }],
        unsupported: ['create_branch', { ...desk, name: 'then', timestamp: new Date(Date.now() - 60_000).toISOString() }],
    };
    const wrong = [];
    for (const [code, [tool, args, who]] of Object.entries(cases)) {
        const answer = await call(tool, args, who);
        if (answer.code !== code)
            wrong.push(`${code}: ${JSON.stringify(answer)}`);
    }
    for (const question of await place.ask('approvals', 'list')) // what the reader wants more
        await place.deny(question.id);
    await place.ask('read-only', 'on');
    if (await codeOf('write_database', { ...desk, sql: 'INSERT INTO notes VALUES (9)' }) !== 'read_only_mode')
        wrong.push('read_only_mode');
    await place.ask('read-only', 'off');
    assert.deepEqual(wrong, []);
    reader.close();
});

test('protection and blocked writes are kept', async () => {
    await done('set_database_config', { database: 'spare', delete_protection: true });
    assert.equal((await asked('delete_database', { database: 'spare' }, yes)).code, 'protected');
    const loosened = await asked('set_database_config', { database: 'spare', delete_protection: false }, yes);
    assert.equal(loosened.status, 'ok', JSON.stringify(loosened));
    const blocked = await asked('set_database_config', { database: 'spare', block_writes: true }, yes);
    assert.equal(blocked.status, 'ok', JSON.stringify(blocked));
    assert.equal(await codeOf('evolve_schema', { database: 'spare', sql: 'CREATE TABLE t(x)' }), 'read_only_mode');
});

test('databases of the same name are two, for tokens and for what is remembered', async () => {
    await done('evolve_schema', { database: kShared, sql: 'CREATE TABLE orders(id INTEGER PRIMARY KEY)' });
    await done('write_database', { database: kShared, sql: 'INSERT INTO orders VALUES (1), (2), (3)' });
    const count = 'SELECT count(*) FROM orders';
    const [[ours]] = await rows(kShared, count, local);
    assert.ok(ours >= 2000);
    assert.deepEqual(await rows(kShared, count), [[3]]);
    assert.equal(await codeOf('read_database', { database: 'desk', sql: 'SELECT 1' }, local), 'not_found');
    assert.ok(!(await done('list_databases', {}, local)).databases.some(one => one.name === 'desk'));

    const removal = id => ({ database: kShared, sql: `DELETE FROM orders WHERE id = ${id}` });
    const answer = await asked('delete_from_database', removal(1), question => place.approve(question.id, '--remember', 'table:1h'));
    assert.equal(answer.status, 'ok', JSON.stringify(answer));
    assert.equal((await done('delete_from_database', removal(2))).affected_rows, 1); // remembered
    const elsewhere = call('delete_from_database', removal(3), local);
    const question = await place.question(one => one.connection === 'workspace');
    await place.deny(question.id);
    assert.equal((await elsewhere).code, 'denied');
    // nor for the same agent with a token of the other connection
    const same = new Agent(app, (await place.mintToken('tester', 'full-access')).token);
    const other = call('delete_from_database', removal(3), same);
    const second = await place.question(one => one.connection === 'workspace');
    await place.deny(second.id);
    assert.equal((await other).code, 'denied');
    assert.deepEqual(await rows(kShared, count, local), [[ours]]);
    assert.deepEqual(await rows(kShared, count), [[1]]);
    same.close();
});

test('a server that goes away is told, and used again when it is back', async () => {
    await sqld.stop('SIGKILL');
    for (const [tool, args, outcomes] of [
        ['read_database', { database: 'desk', sql: 'SELECT 1' }, ['not_run', 'unknown']],
        ['write_database', { database: 'desk', sql: 'INSERT INTO notes VALUES (50)' }, ['not_run', 'unknown']],
        ['get_database', { database: 'desk' }, ['not_run', 'unknown']]]) {
        const answer = await call(tool, args);
        assert.equal(answer.code, 'upstream_error', JSON.stringify(answer));
        assert.ok(outcomes.includes(answer.outcome), JSON.stringify(answer));
    }
    const checked = await place.ask('connections', 'check', lab.id);
    assert.equal(checked.state, 'unreachable');
    assert.ok(checked.sentence);
    assert.equal((await done('read_database', { database: 'demo-shop', sql: 'SELECT 1' }, local)).status, 'ok');
    await sqld.start();
    assert.deepEqual(await rows('desk', 'SELECT count(*) FROM notes'), [[1]]);
    assert.equal((await place.ask('connections', 'check', lab.id)).state, 'ready');
});

test('it is still there after a restart of the app', async () => {
    await app.stop();
    app = await App.start({ place, args: ['--headless', '--port', String(app.port)] });
    await until('the connection to be ready', async () => await stateOf(lab.id) === 'ready');
    agent.app = local.app = app;
    assert.deepEqual(await rows('desk', 'SELECT count(*) FROM notes'), [[1]]);
    assert.ok((await place.ask('grants')).some(one => one.id === serverGrant.id));
    const mode = readFileSync(join(place.profile, 'connections.json'), 'utf8');
    assert.match(mode, /libsql-server/);
});

test('removed while a call runs and another waits: nothing of it is left', async () => {
    // Their connections are closed with the token; what became of the calls stands in the app.
    const calls = [agent.call('read_database', { database: 'desk', sql: kTooSlow, timeout_ms: 60_000 }),
        agent.call('delete_from_database', { database: 'desk', sql: 'DELETE FROM notes' })].map(call => call.catch(error => error));
    const question = await place.question(one => one.tool === 'delete_from_database');
    await until('the call to run', async () => (await place.askLines('calls')).some(one => one.tool === 'read_database' && one.state === 'running'));
    await place.ask('connections', 'remove', lab.id);
    await Promise.all(calls);
    const ended = async tool => (await place.askLines('calls')).filter(one => one.tool === tool).at(-1);
    await until('the read to end', async () => (await ended('read_database')).state === 'cancelled');
    await until('the delete to end', async () => (await ended('delete_from_database')).code === 'not_granted');
    assert.equal((await place.ask('approvals', 'show', question.id)).state, 'withdrawn');
    assert.notEqual((await place.ctl(['approvals', 'approve', question.id])).code, 0);
    assert.equal((await agent.rpc('tools/list', {})).status, 401);
    assert.ok(!(await place.ask('grants')).some(one => one.connection === lab.id));
    assert.deepEqual((await list()).map(one => one.id), ['workspace']);
    assert.equal((await place.ctl(['connections', 'show', lab.id])).code, 4);
    assert.equal((await rows(kShared, 'SELECT 1', local)).length, 1);
    // the name is free again, and what stood on the server stands there still
    const back = await place.ask(...add('--name', 'lab'));
    const next = new Agent(app, (await place.mintToken('next', 'read-only', '--connection', back.id)).token);
    assert.deepEqual(await rows('desk', 'SELECT count(*) FROM notes', next), [[1]]);
    next.close();
});
