// SPDX-License-Identifier: GPL-3.0-or-later
// Who may decide: without the operator key no command and no hand-written client of the control socket can do more
// than look and take away.
import assert from 'node:assert/strict';
import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';

import { App, pause, Place, until } from '../peers/app.mjs';
import { Agent, BridgeAgent, Wire } from './agent.mjs';

const kDatabase = 'yard';
let app;
let place;
let agent;
let grant;
let tables = 0;

before(async () => {
    app = await App.start({ settings: { approval_hold: '20s', approval_deadline: '40s' } });
    place = app.place;
    const minted = await place.mintToken('gardener', 'full-access');
    grant = minted.grant;
    agent = new Agent(app, minted.token);
    await agent.do('create_database', { name: kDatabase });
});
afterEach(async () => {
    for (const question of await place.ask('approvals', 'list'))
        await place.deny(question.id);
    await place.ask('read-only', 'off');
});
after(async () => {
    agent?.close();
    await app?.stop();
    place?.remove();
});

/** A delete that waits for the person. */
async function openQuestion(who = agent) {
    const table = `t${++tables}`;
    await agent.do('evolve_schema', { database: kDatabase, sql: `CREATE TABLE ${table}(id INTEGER PRIMARY KEY)` });
    await agent.do('write_database', { database: kDatabase, sql: `INSERT INTO ${table} VALUES (1), (2), (3)` });
    const answer = who.call('delete_from_database', { database: kDatabase, sql: `DELETE FROM ${table} WHERE id < 3` });
    const question = await place.question(one => one.sql.includes(table));
    return { answer, question, ids: async () => (await agent.rows(kDatabase, `SELECT id FROM ${table}`)).flat() };
}

/** Every command and method that is a decision, for one open question. */
function decisions(id) {
    const draft = { agent: 'mallory', permissions: 'full-access' };
    return {
        commands: [
            ['approvals', 'approve', id],
            ['approvals', 'approve', id, '--remember', 'database:8h'],
            ['tokens', 'create', '--agent', 'mallory', '--permissions', 'full-access'],
            ['grants', 'create', '--agent', 'mallory', '--permissions', 'full-access'],
            ['read-only', 'off'],
        ],
        methods: [
            ['approvals.approve', { id }],
            ['approvals.approve', { id, remember: { scope: 'database', seconds: 3600 } }],
            ['approvals.approve', { id, grant: draft }],
            ['approvals.extend', { id }],
            ['tokens.create', draft],
            ['grants.create', draft],
            ['read_only.set', { on: false }],
            ['read_only.set', { on: true, seconds: 1 }], // would end a lasting one
        ],
    };
}

/** What a decision would have changed. */
async function picture(id) {
    const status = await place.ask('status');
    return {
        readOnly: [status.read_only, status.read_only_until],
        grants: (await place.ask('grants')).map(one => one.id),
        question: await place.ask('approvals', 'show', id),
    };
}

function controlSocket() {
    const folder = readdirSync(place.env.TURSO_COMPANION_RUNTIME_DIR).find(name => name.startsWith('turso-companion'));
    return join(place.env.TURSO_COMPANION_RUNTIME_DIR, folder, 'control.sock');
}

/** Lines to the control socket, and the answers in the order of the ids. */
class Control {
    constructor() {
        this.wire = new Wire(controlSocket());
        this.last = 0;
    }
    async ask(method, params = {}, extra = {}) {
        const id = ++this.last;
        this.wire.send(JSON.stringify({ jsonrpc: '2.0', id, method, params, ...extra }) + '\n');
        return until(`an answer to ${method}`, () => this.wire.closed ? { closed: true } : this.wire.text.split('\n').filter(Boolean)
            .map(line => JSON.parse(line)).find(answer => answer.id === id));
    }
    close() { this.wire.close(); }
}

test('without the key no command decides', async () => {
    const { answer, question, ids } = await openQuestion();
    await place.ctl(['read-only', 'on'], { key: false }).then(end => assert.equal(end.code, 0));
    assert.equal((await answer).code, 'read_only_mode');
    await place.ask('read-only', 'off');
    const second = await openQuestion();
    const before = await picture(second.question.id);
    for (const command of decisions(second.question.id).commands) {
        const end = await place.ctl(command, { key: false });
        assert.equal(end.code, 5, `${command.join(' ')}: ${end.code} ${end.stdout}${end.stderr}`);
        assert.equal(end.stdout, '');
        assert.match(end.stderr, /operator-key-file/, 'it does not say what to do instead');
        assert.deepEqual(await picture(second.question.id), before, command.join(' '));
    }
    assert.deepEqual(await ids(), [1, 2, 3]);
    assert.deepEqual(await second.ids(), [1, 2, 3]);
    assert.ok(question.id !== second.question.id);
});

test('read-only can be switched on without the key, and not lifted', async () => {
    assert.equal((await place.ctl(['read-only', 'on'], { key: false })).code, 0);
    assert.equal((await place.ctl(['read-only', 'off'], { key: false })).code, 5);
    assert.equal((await place.ctl(['read-only', 'on', '--for', '1s'], { key: false })).code, 5);
    await pause(1200);
    assert.equal((await place.ask('status')).read_only, true);
    assert.equal((await place.ctl(['read-only', 'off'])).code, 0);
    assert.equal((await place.ask('status')).read_only, false);
});

test('no hand-written client of the control socket decides', async () => {
    const { question, ids } = await openQuestion();
    const before = await picture(question.id);
    const introductions = [
        null,
        {},
        { operator_key: '' },
        { operator_key: '0'.repeat(64) },
        { operator_key: null },
        { operator_key: true },
        { operator_key: ['x'] },
        { may_decide: true },
    ];
    for (const hello of introductions) {
        const control = new Control();
        await control.wire.opened;
        if (hello) {
            const greeted = await control.ask('hello', hello);
            assert.notEqual(greeted.result?.may_decide, true, JSON.stringify(hello));
        }
        for (const [method, params] of decisions(question.id).methods) {
            if (method === 'read_only.set' && params.on)
                continue; // switching on is always accepted; see the next test
            for (const extra of [{}, { may_decide: true }]) {
                const answer = await control.ask(method, params, extra);
                if (answer.closed || (answer.error && Object.keys(extra).length && !answer.error.data))
                    continue; // thrown out, or the message itself was refused
                assert.equal(answer.error?.data?.code, 'not_allowed', `${JSON.stringify(hello)} ${method}: ${JSON.stringify(answer)}`);
            }
            if (control.wire.closed)
                break;
        }
        control.close();
        assert.deepEqual(await picture(question.id), before, JSON.stringify(hello));
    }
    assert.deepEqual(await ids(), [1, 2, 3]);
});

test('a lasting read-only cannot be turned into one that ends', async () => {
    const control = new Control();
    assert.equal((await control.ask('read_only.set', { on: true })).result.read_only, true);
    for (const [method, params] of decisions('x').methods.filter(([name]) => name === 'read_only.set'))
        assert.equal((await control.ask(method, params)).error?.data?.code, 'not_allowed', JSON.stringify(params));
    assert.equal((await control.ask('status')).result.read_only_until, null);
    control.close();
});

test('a key that was refused is forgotten, and guessing ends the connection', async () => {
    const control = new Control();
    let tries = 0;
    while (!control.wire.closed && tries < 50) {
        const answer = await control.ask('hello', { operator_key: `guess${++tries}`.padEnd(64, 'x') });
        assert.notEqual(answer.result?.may_decide, true);
        await pause(5);
    }
    assert.ok(tries < 50, 'fifty guesses over one connection');
});

test('malformed and mixed lines decide nothing and disturb nobody', async () => {
    const { question, ids } = await openQuestion();
    const approve = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'approvals.approve', params: { id: question.id } });
    const lines = [`[${approve}]`, approve.slice(0, -1), `${approve}${approve}`, '\u0000', '{}', 'null', '[]', '"x"',
        approve.replace('"2.0"', '"1.0"'), approve.replace('"id":1,', ''), '['.repeat(5000), `{"a":${'[1,'.repeat(3000)}`];
    for (const line of lines) {
        const wire = new Wire(controlSocket());
        await wire.opened;
        wire.send(line + '\n');
        await until('an answer or the end', () => wire.text || wire.closed || line.includes('"method"') && !line.includes('"id":1,'), 5000);
        assert.ok(!/"approved"/.test(wire.text), `${line.slice(0, 80)}: ${wire.text}`);
        wire.close();
    }
    const wire = new Wire(controlSocket());
    await wire.opened;
    wire.send('x'.repeat(2 * 1024 * 1024));
    await until('a line without an end to be thrown out', () => wire.closed);
    assert.equal((await picture(question.id)).question.state, 'open');
    assert.deepEqual(await ids(), [1, 2, 3]);
});

test('with the key the person decides', async () => {
    const { answer, question, ids } = await openQuestion();
    assert.equal((await place.approve(question.id)).state, 'approved');
    assert.equal((await answer).affected_rows, 2);
    assert.deepEqual(await ids(), [3]);
    const control = new Control();
    const key = (await import('node:fs')).readFileSync(place.keyFile, 'utf8').trim();
    assert.equal((await control.ask('hello', { operator_key: key })).result.may_decide, true);
    const made = await control.ask('grants.create', { agent: 'helper', permissions: 'read' });
    assert.equal(made.result.agent, 'helper');
    assert.equal((await control.ask('grants.revoke', { id: made.result.id })).result.id, made.result.id);
    control.close();
});

test('a wrong, short, shared or missing key is refused', async () => {
    const file = (name, text, mode) => {
        const path = join(place.folder, name);
        writeFileSync(path, text);
        chmodSync(path, mode);
        return path;
    };
    const cases = [
        [file('wrong.key', 'f'.repeat(64) + '\n', 0o600), [5], /not the operator key/],
        [file('group.key', 'f'.repeat(64) + '\n', 0o640), [5], /open to other users/],
        [file('all.key', 'f'.repeat(64) + '\n', 0o604), [5], /open to other users/],
        [file('short.key', 'abc\n', 0o600), [2, 5], /shorter/],
        [file('empty.key', '', 0o600), [2, 5], /shorter/],
        [join(place.folder, 'none.key'), [2], /Could not read/],
        [place.folder, [2, 5], /not a plain file/],
    ];
    for (const [keyFile, codes, words] of cases) {
        const end = await place.ctl(['tokens', 'create', '--agent', 'x', '--permissions', 'read'], { keyFile });
        assert.ok(codes.includes(end.code), `${keyFile}: ${end.code} ${end.stderr}`);
        assert.match(end.stderr, words);
    }
    for (const [keyFile, , words] of cases.slice(1)) {
        const other = new Place();
        const end = await other.runApp(['--headless', '--port', '0', '--operator-key-file', keyFile]);
        assert.equal(end.code, 1, `${keyFile}: ${end.code}`);
        assert.match(end.stderr, words);
        assert.equal(end.stdout, '');
        other.remove();
    }
});

test('an app that was started without a key takes no decision from the command line at all', async () => {
    const alone = await App.start({ key: false });
    const end = await alone.place.ctl(['tokens', 'create', '--agent', 'x', '--permissions', 'read']);
    assert.equal(end.code, 5);
    assert.match(end.stderr, /without an operator key/);
    assert.deepEqual(await alone.place.ctl(['grants', '--json'], { key: false }).then(one => JSON.parse(one.stdout)), []);
    await alone.stop();
    alone.place.remove();
});

test('less is always accepted: deny and revoke need no key', async () => {
    const { answer, question, ids } = await openQuestion();
    assert.equal((await place.ctl(['approvals', 'deny', question.id, '--message', 'Not now.'], { key: false })).code, 0);
    const denied = await answer;
    assert.equal(denied.code, 'denied');
    assert.equal(denied.message, 'Not now.');
    assert.deepEqual(await ids(), [1, 2, 3]);
    const { grant: other } = await place.mintToken('leaving', 'read-only');
    assert.equal((await place.ctl(['tokens', 'revoke', other.id], { key: false })).code, 0);
    assert.ok(!(await place.ask('grants')).some(one => one.id === other.id));
});

test('read-only refuses the writes of running agents at once and denies what waits', async () => {
    await place.ask('grants', 'create', '--agent', 'local', '--permissions', 'full-access');
    const local = new BridgeAgent(place, 'local');
    const first = await openQuestion(agent);
    const second = await openQuestion(local);
    await place.ask('read-only', 'on');
    for (const { answer, ids } of [first, second]) {
        assert.equal((await answer).code, 'read_only_mode');
        assert.deepEqual(await ids(), [1, 2, 3]);
    }
    assert.deepEqual(await place.ask('approvals', 'list'), []);
    for (const who of [agent, local]) {
        const refused = await who.call('write_database', { database: kDatabase, sql: 'INSERT INTO t1 VALUES (99)' });
        assert.equal(refused.code, 'read_only_mode', JSON.stringify(refused));
        assert.equal((await who.call('read_database', { database: kDatabase, sql: 'SELECT 1' })).status, 'ok');
    }
    await place.ask('read-only', 'off');
    assert.equal((await local.call('write_database', { database: kDatabase, sql: 'INSERT INTO t1 VALUES (99)' })).status, 'ok');
    await local.close();
});

test('read-only survives a restart', async () => {
    const other = await App.start();
    await other.place.ask('read-only', 'on');
    await other.stop();
    const again = await App.start({ place: other.place });
    assert.equal((await again.place.ask('status')).read_only, true);
    await again.stop();
    other.place.remove();
});

test('a revoked token is turned away on the next call, and what it had waiting is withdrawn', async () => {
    const { token, grant: leaving } = await place.mintToken('leaver', 'full-access');
    const leaver = new Agent(app, token);
    const { answer, question, ids } = await openQuestion(leaver);
    await place.ask('tokens', 'revoke', leaving.id);
    assert.equal((await answer).code, 'not_granted');
    assert.notEqual((await place.ctl(['approvals', 'approve', question.id])).code, 0);
    const { status, headers } = await leaver.rpc('tools/list');
    assert.equal(status, 401);
    assert.match(headers['www-authenticate'], /invalid_token/);
    assert.deepEqual(await ids(), [1, 2, 3]);
    leaver.close();
});

test('a revoked local agent has to be let in again, and silence lets nobody in', async () => {
    const made = await place.ask('grants', 'create', '--agent', 'visitor', '--permissions', 'full-access');
    const visitor = new BridgeAgent(place, 'visitor');
    const sql = 'SELECT 1';
    assert.equal((await visitor.call('read_database', { database: kDatabase, sql })).status, 'ok');
    await place.ask('grants', 'revoke', made.id);
    const answer = visitor.call('read_database', { database: kDatabase, sql });
    const question = await place.question(one => one.kind === 'consent');
    assert.equal(question.agent, 'visitor');
    const unkeyed = await place.ctl(['approvals', 'approve', question.id, '--permissions', 'full-access'], { key: false });
    assert.equal(unkeyed.code, 5);
    await place.approve(question.id, '--permissions', 'read-only', '--database', kDatabase);
    assert.deepEqual((await answer).rows, [[1]]);
    const write = await visitor.call('write_database', { database: kDatabase, sql: 'INSERT INTO t1 VALUES (77)' });
    assert.equal(write.code, 'not_granted', JSON.stringify(write));
    assert.equal((await visitor.call('read_database', { database: 'demo-shop', sql })).code, 'not_found');
    await visitor.close();
});

test('a grant that ends by itself is turned away', async () => {
    const { token } = await place.mintToken('brief', 'read-only', '--expires', '1s');
    const brief = new Agent(app, token);
    assert.equal((await brief.rpc('tools/list')).status, 200);
    await pause(1100);
    assert.equal((await brief.rpc('tools/list')).status, 401);
    brief.close();
});

test('what is private is private on the disk', () => {
    const mode = path => statSync(path).mode & 0o777;
    assert.equal(mode(place.profile), 0o700);
    for (const name of ['grants.json', 'session.key'])
        assert.equal(mode(join(place.profile, name)) & 0o077, 0, name);
    assert.equal(mode(controlSocket()) & 0o077, 0);
    assert.equal(mode(join(controlSocket(), '..')), 0o700);
    assert.ok(grant.id);
});
