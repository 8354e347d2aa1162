// SPDX-License-Identifier: GPL-3.0-or-later
// turso-companionctl as scripts use it: exit codes, the shapes of what it prints, and calls as they come.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { App, Place, until } from '../peers/app.mjs';
import { Agent } from './agent.mjs';

const kTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const kStatus = ['endpoint', 'version', 'profile', 'pid', 'connections', 'agents', 'approvals_pending', 'read_only', 'read_only_until',
    'workspace_served'];
const kCall = ['call_id', 'started_at', 'agent', 'tool', 'connection', 'database', 'statement_class', 'risk', 'state', 'decision',
    'rule', 'rows', 'affected_rows', 'bytes', 'duration_ms', 'wait_ms', 'code', 'sql'];
const kShownCall = [...kCall, 'grant_id', 'approval_id', 'program', 'arguments', 'result', 'reason', 'judge_ms', 'preview_ms', 'run_ms'];
const kApproval = ['id', 'kind', 'call_id', 'agent', 'asker', 'program', 'tool', 'connection', 'database', 'sentence', 'context', 'risk', 'impact',
    'sql', 'reason', 'undo', 'must_type', 'may_remember', 'offer', 'created_at', 'expires_at', 'state'];
const kGrant = ['id', 'kind', 'agent', 'program', 'connection', 'organization', 'group', 'databases', 'permissions', 'created_at',
    'expires_at', 'last_used_at', 'paused'];
const kConnection = ['id', 'kind', 'name', 'state', 'sentence', 'organization', 'url', 'admin_url', 'api_url', 'warnings', 'facts', 'capabilities',
    'signed_in_by', 'token_kept', 'token_note', 'checked_at'];
const kAgent = ['name', 'program', 'transport', 'connected', 'calls_today', 'last_call_at'];

let app;
let place;
let agent;
let minted;

const hasKeys = (object, keys) => assert.deepEqual(Object.keys(object).sort(), [...keys].sort());

before(async () => {
    app = await App.start({ settings: { approval_hold: '20s', approval_deadline: '40s' } });
    place = app.place;
    minted = await place.mintToken('scripted', 'full-access', '--expires', '8h');
    agent = new Agent(app, minted.token);
    await agent.do('create_database', { name: 'desk' });
    await agent.do('evolve_schema', { database: 'desk', sql: 'CREATE TABLE notes(id INTEGER PRIMARY KEY, text TEXT)' });
});
after(async () => {
    agent?.close();
    await app?.stop();
    place?.remove();
});

test('the app says in one line of JSON where it serves', () => {
    hasKeys(app.hello, ['endpoint', 'profile', 'pid', 'version']);
    assert.match(app.hello.endpoint, /^http:\/\/127\.0\.0\.1:\d+\/mcp$/);
    assert.equal(app.hello.profile, place.profile);
    assert.equal(app.hello.pid, app.child.pid);
    assert.match(app.hello.version, /^\d+\.\d+/);
});

test('status', async () => {
    const status = await place.ask('status');
    hasKeys(status, kStatus);
    assert.equal(status.endpoint, app.endpoint);
    assert.equal(status.version, app.hello.version);
    assert.equal(status.pid, app.pid);
    assert.equal(status.connections.length, 1);
    hasKeys(status.connections[0], kConnection);
    assert.deepEqual([status.connections[0].id, status.connections[0].kind, status.connections[0].state], ['workspace', 'workspace', 'ready']);
    assert.equal(status.agents, 1);
    assert.equal(status.approvals_pending, 0);
    assert.equal(status.read_only, false);
});

test('tokens: minted once, listed without the secret, revoked', async () => {
    hasKeys(minted, ['token', 'grant']);
    hasKeys(minted.grant, kGrant);
    assert.match(minted.token, /^\S{30,}$/);
    assert.deepEqual([minted.grant.agent, minted.grant.connection, minted.grant.organization, minted.grant.permissions],
        ['scripted', 'workspace', 'local', 'full-access']);
    assert.match(minted.grant.expires_at, kTime);
    const hours = (Date.parse(minted.grant.expires_at) - Date.parse(minted.grant.created_at)) / 3_600_000;
    assert.ok(Math.abs(hours - 8) < 0.01, hours);
    const listed = await place.ctl(['tokens', 'list', '--json']);
    assert.ok(!listed.stdout.includes(minted.token), 'the secret is shown again');
    assert.ok(JSON.parse(listed.stdout).some(one => one.id === minted.grant.id));
});

test('a grant is as narrow as it was asked for', async () => {
    const made = await place.ask('grants', 'create', '--agent', 'narrow', '--connection', 'workspace', '--organization', 'local',
        '--group', 'default', '--database', 'desk', '--database', 'demo-shop', '--permissions', 'read,write,delete:ask', '--expires', '30m');
    hasKeys(made, kGrant);
    assert.deepEqual(made.databases, ['desk', 'demo-shop']);
    assert.equal(made.group, 'default');
    assert.equal(made.permissions, 'read,write,delete:ask');
    const listed = (await place.ask('grants')).find(one => one.id === made.id);
    assert.deepEqual(listed, made);
    assert.deepEqual(await place.ask('grants', 'revoke', made.id), made);
    assert.ok(!(await place.ask('grants')).some(one => one.id === made.id));
});

test('approvals list and show', async () => {
    await agent.do('write_database', { database: 'desk', sql: "INSERT INTO notes(text) VALUES ('a'), ('b')" });
    const answer = agent.call('delete_from_database', { database: 'desk', sql: 'DELETE FROM notes', reason: 'Spring.' });
    const question = await place.question();
    hasKeys(question, kApproval);
    assert.equal(question.kind, 'call');
    assert.equal(question.state, 'open');
    assert.match(question.created_at, kTime);
    assert.match(question.expires_at, kTime);
    hasKeys(question.impact, ['affected_rows', 'tables', 'sample', 'schema', 'method', 'taken_at']);
    hasKeys(question.impact.tables[0], ['name', 'inserted', 'updated', 'deleted', 'total_rows', 'via']);
    assert.deepEqual(await place.ask('approvals', 'show', question.id), question);
    assert.equal((await place.ask('status')).approvals_pending, 1);
    const shown = await place.ctl(['approvals', 'show', question.id]);
    assert.match(shown.stdout, /DELETE FROM notes/);
    assert.match(shown.stdout, /Spring\./);
    const denied = await place.deny(question.id, 'No.');
    hasKeys(denied, kApproval);
    assert.equal((await answer).code, 'denied');
    const again = await place.ctl(['approvals', 'approve', question.id]);
    assert.equal(again.code, 1, 'a question is answered once');
});

test('calls: one object a line, oldest first, each with its whole story', async () => {
    const marker = `SELECT ${Date.now()}`;
    await agent.do('read_database', { database: 'desk', sql: marker });
    const refused = await agent.call('write_database', { database: 'desk', sql: 'DELETE FROM notes' });
    const calls = await place.askLines('calls', '--limit', '50');
    for (const call of calls) {
        hasKeys(call, kCall);
        assert.match(call.started_at, kTime);
    }
    const times = calls.map(call => call.started_at);
    assert.deepEqual(times, [...times].sort());
    const read = calls.find(call => call.sql === marker);
    assert.deepEqual([read.agent, read.tool, read.connection, read.database, read.statement_class, read.risk, read.state, read.decision, read.rows, read.code],
        ['scripted', 'read_database', 'workspace', 'desk', 'read', 'safe', 'done', 'allowed', 1, '']);
    assert.ok(read.duration_ms > 0 && read.bytes > 0 && read.wait_ms === 0);
    const wrong = calls.find(call => call.call_id === refused.call_id);
    assert.deepEqual([wrong.state, wrong.decision, wrong.code], ['refused', 'refused', 'wrong_tool']);
    const shown = await place.ask('calls', 'show', read.call_id);
    hasKeys(shown, kShownCall);
    assert.deepEqual(shown.arguments, { database: 'desk', sql: marker });
    assert.equal(shown.result.status, 'ok');
    assert.equal(shown.grant_id, minted.grant.id);
});

test('calls are found by filter', async () => {
    await agent.call('read_database', { database: 'desk', sql: 'SELECT * FROM nowhere' });
    await until('the call in the history', async () => (await place.askLines('calls', '--filter', 'nowhere')).length === 1);
    assert.ok((await place.askLines('calls', '--filter', 'tool:read_database is:failed code:sql_error')).length >= 1);
    assert.deepEqual(await place.askLines('calls', '--filter', 'agent:nobody'), []);
    const some = await place.askLines('calls', '--limit', '2');
    assert.equal(some.length, 2);
});

test('calls --follow prints calls as they come, and ends cleanly when interrupted', async () => {
    const follow = place.run('turso-companionctl', ['calls', '--follow', '--json', '--limit', '1', '--profile', place.profile]);
    const lines = () => follow.stdout.split('\n').slice(0, -1).map(line => JSON.parse(line));
    await until('the newest call', () => lines().length >= 1);
    const texts = [1, 2, 3, 4, 5].map(i => `SELECT 'follow', ${i}`);
    for (const sql of texts)
        await agent.do('read_database', { database: 'desk', sql });
    await until('five more calls', () => texts.every(sql => lines().some(call => call.sql === sql)));
    const done = lines().filter(call => texts.includes(call.sql));
    assert.deepEqual(done.map(call => [call.sql, call.state]), texts.map(sql => [sql, 'done']), 'each once, in order');
    follow.kill('SIGINT');
    const end = await follow.end(5000);
    assert.equal(end.code, 0);
    assert.equal(end.stderr, '');
});

test('a follower learns that the app has ended', async () => {
    const other = await App.start();
    const follow = other.place.run('turso-companionctl', ['calls', '--follow', '--profile', other.place.profile]);
    await until('its head', () => follow.stdout.includes('TIME'));
    await other.stop();
    assert.equal((await follow.end(5000)).code, 3);
    other.place.remove();
});

test('agents, with whether they are connected', async () => {
    const agents = await place.ask('agents');
    for (const one of agents)
        hasKeys(one, kAgent);
    const mine = agents.find(one => one.name === 'scripted');
    assert.equal(mine.transport, 'http');
    assert.equal(mine.connected, true);
    assert.ok(mine.calls_today > 0);
});

test('every list can be read by a person', async () => {
    for (const command of [['status'], ['agents'], ['connections', 'list'], ['tokens', 'list'], ['grants'], ['approvals', 'list'], ['calls']]) {
        const end = await place.ctl(command);
        assert.equal(end.code, 0, command.join(' '));
        assert.ok(end.stdout.length > 10, command.join(' '));
        assert.equal(end.stderr, '');
    }
});

test('exit codes: 0 done, 1 failed, 2 wrong usage, 3 not running, 4 not found, 5 refused', async () => {
    const empty = new Place();
    const code = async (command, where = place, how = {}) => (await where.ctl(command, how)).code;
    assert.equal(await code(['status']), 0);
    assert.equal(await code(['--help']), 0);
    assert.equal(await code(['--version']), 0);
    for (const command of [[], ['nonsense'], ['approvals', 'approve'], ['status', 'extra'], ['status', '--nonsense'],
        ['tokens', 'create', '--agent', 'x'], ['tokens', 'create', '--agent', 'x', '--permissions', 'fly'],
        ['tokens', 'create', '--agent', 'x', '--permissions', 'read', '--expires', 'soon'], ['calls', '--limit', '0'], ['calls', '--limit', 'x']])
        assert.equal(await code(command), 2, command.join(' '));
    for (const command of [['status'], ['grants'], ['approvals', 'approve', 'x'], ['calls', '--follow']])
        assert.equal(await code(command, empty), 3, command.join(' '));
    for (const command of [['approvals', 'show', 'none'], ['approvals', 'approve', 'none'], ['approvals', 'deny', 'none'], ['calls', 'show', 'none'],
        ['grants', 'revoke', 'none'], ['tokens', 'revoke', 'none'],
        ['tokens', 'create', '--agent', 'x', '--permissions', 'read', '--connection', 'elsewhere'],
        ['tokens', 'create', '--agent', 'x', '--permissions', 'read', '--organization', 'others']])
        assert.equal(await code(command), 4, command.join(' '));
    assert.equal(await code(['tokens', 'create', '--agent', 'x', '--permissions', 'read'], place, { key: false }), 5);
    empty.remove();
});

test('what an agent wrote cannot play tricks on the terminal', async () => {
    const sql = "SELECT '\u001b[2J\u202e\u0007' -- \u009b31m";
    await agent.do('read_database', { database: 'desk', sql });
    for (const command of [['calls'], ['calls', 'show', (await place.askLines('calls', '--limit', '1'))[0].call_id]]) {
        const { stdout } = await place.ctl(command);
        assert.doesNotMatch(stdout, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/, command.join(' '));
    }
});
