// SPDX-License-Identifier: GPL-3.0-or-later
// Starting, ending, starting again: the app, a second one beside it, and the bridge that outlives it.
import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';

import { App, Child, Place, complaints, pause, program, until } from '../peers/app.mjs';
import { Agent, BridgeAgent, message } from './agent.mjs';

const kDefaultPort = 7766;
const kSelect = { database: 'demo-shop', sql: 'SELECT count(*) FROM orders' };

/** A server on a port of 127.0.0.1, or null if the port is taken. */
function occupy(port) {
    return new Promise(done => {
        const server = createServer().once('error', () => done(null)).listen(port, '127.0.0.1', () => done(server));
    });
}
const isAlive = pid => {
    try {
        process.kill(pid, 0);
        return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
    } catch {
        return false;
    }
};

test('SIGTERM and SIGINT end the app with exit code 0', async () => {
    for (const signal of ['SIGTERM', 'SIGINT']) {
        const app = await App.start();
        app.child.kill(signal);
        const end = await app.child.end(10_000);
        assert.equal(end.code, 0, `${signal}: ${end.code} ${end.stderr}`);
        assert.deepEqual(complaints(end.stderr), []);
        app.place.remove();
    }
});

test('SIGTERM while a question is open: the app ends, nothing is deleted, the next start knows nothing of it', async () => {
    const app = await App.start();
    const { place } = app;
    const { token } = await place.mintToken('tidy', 'full-access');
    const agent = new Agent(app, token);
    await agent.do('create_database', { name: 'shelf' });
    await agent.do('evolve_schema', { database: 'shelf', sql: 'CREATE TABLE t(id INTEGER PRIMARY KEY)' });
    await agent.do('write_database', { database: 'shelf', sql: 'INSERT INTO t VALUES (1), (2)' });
    const answer = agent.call('delete_from_database', { database: 'shelf', sql: 'DELETE FROM t' }).catch(error => error);
    const question = await place.question();
    await app.stop();
    const last = await answer;
    assert.ok(last instanceof Error || last.status !== 'ok', JSON.stringify(last));
    agent.close();
    const again = await App.start({ place });
    const later = new Agent(again, token);
    assert.deepEqual(await later.rows('shelf', 'SELECT id FROM t'), [[1], [2]]);
    assert.deepEqual(await place.ask('approvals', 'list'), []);
    assert.equal((await place.ctl(['approvals', 'approve', question.id])).code, 4);
    const [call] = await place.askLines('calls', '--filter', 'tool:delete_from_database');
    assert.notEqual(call?.state, 'waiting');
    assert.notEqual(call?.state, 'done');
    later.close();
    await again.stop();
    place.remove();
});

test('the app ends although agents and watchers are connected', async () => {
    const app = await App.start();
    const { place } = app;
    await place.ask('grants', 'create', '--agent', 'watcher', '--permissions', 'read-only');
    const bridge = new BridgeAgent(place, 'watcher');
    await bridge.rpc('tools/list');
    const follow = place.run('turso-companionctl', ['calls', '--follow', '--profile', place.profile]);
    const { token } = await place.mintToken('web', 'read-only');
    const agent = new Agent(app, token);
    await agent.rpc('tools/list');
    const started = Date.now();
    await app.stop();
    assert.ok(Date.now() - started < 5000, 'it took its time');
    await follow.end(5000);
    agent.close();
    await bridge.close();
    place.remove();
});

test('what was granted and written is there after a restart; a session over HTTP goes on', async () => {
    const app = await App.start();
    const { place, port } = app;
    const { token } = await place.mintToken('patient', 'full-access');
    const agent = new Agent(app, token);
    await agent.do('create_database', { name: 'kept' });
    await agent.do('evolve_schema', { database: 'kept', sql: 'CREATE TABLE t(x)' });
    await agent.do('write_database', { database: 'kept', sql: 'INSERT INTO t VALUES (1)' });
    const opened = await agent.post({
        jsonrpc: '2.0', id: 1, method: 'initialize',
        params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'old', version: '1' } },
    });
    const session = { 'Mcp-Session-Id': opened.headers['mcp-session-id'], 'MCP-Protocol-Version': '2025-11-25' };
    assert.ok(session['Mcp-Session-Id']);
    await app.stop();
    const again = await App.start({ place, args: ['--headless', '--port', String(port)] });
    assert.equal(again.port, port);
    const list = await agent.post({ jsonrpc: '2.0', id: 2, method: 'tools/list' }, session);
    assert.equal(list.status, 200, list.body);
    assert.equal(JSON.parse(list.body).result.tools.length, 13);
    assert.deepEqual(await agent.rows('kept', 'SELECT x FROM t'), [[1]]);
    agent.close();
    await again.stop();
    place.remove();
});

test('through the bridge the next call works after the app was restarted, killed and started again', async () => {
    let app = await App.start();
    const { place } = app;
    await place.ask('grants', 'create', '--agent', 'steady', '--permissions', 'read-only');
    const bridge = new BridgeAgent(place, 'steady');
    const orders = (await bridge.call('read_database', kSelect)).rows[0][0];
    assert.ok(orders >= 2000);
    await app.stop();
    app = await App.start({ place });
    assert.equal((await bridge.call('read_database', kSelect)).rows[0][0], orders);
    await app.kill();
    const told = await bridge.rpc('tools/list'); // asked while nobody is there, and nobody may be started
    assert.match(told.error.message, /not running/);
    app = await App.start({ place });
    assert.equal((await bridge.call('read_database', kSelect)).rows[0][0], orders);
    await bridge.close();
    await app.stop();
    place.remove();
});

test('a write that was under way when the app died is not done twice, and gets an answer', async () => {
    let app = await App.start({ settings: { approval_hold: '30s', approval_deadline: '60s' } });
    const { place } = app;
    await place.ask('grants', 'create', '--agent', 'steady', '--permissions', 'full-access');
    const bridge = new BridgeAgent(place, 'steady');
    await bridge.call('create_database', { name: 'once' });
    await bridge.call('evolve_schema', { database: 'once', sql: 'CREATE TABLE t(id INTEGER PRIMARY KEY)' });
    await bridge.call('write_database', { database: 'once', sql: 'INSERT INTO t VALUES (1), (2), (3), (4)' });
    const answer = bridge.rpc('tools/call', {
        name: 'delete_from_database', arguments: { database: 'once', sql: 'DELETE FROM t WHERE id IN (SELECT id FROM t ORDER BY id LIMIT 1)' },
    });
    await place.question();
    await app.kill();
    app = await App.start({ place });
    const told = await answer;
    assert.ok(told.error || told.result?.structuredContent?.status !== 'ok', JSON.stringify(told));
    assert.deepEqual((await bridge.call('read_database', { database: 'once', sql: 'SELECT count(*) FROM t' })).rows, [[4]]);
    await bridge.close();
    await app.stop();
    place.remove();
});

test('the bridge starts the app if it is not running, once for many agents', async () => {
    const place = new Place();
    const env = { TURSO_COMPANION_NO_AUTOSTART: '0' };
    const bridges = Array.from({ length: 5 }, (_, i) => new BridgeAgent(place, `early ${i}`, env));
    const running = async () => {
        const end = await place.ctl(['status', '--json'], { key: false });
        assert.equal(end.code, 0, end.stderr);
        return JSON.parse(end.stdout);
    };
    let pid;
    try {
        const lists = await Promise.all(bridges.map(bridge => bridge.rpc('tools/list')));
        for (const list of lists)
            assert.equal(list.result.tools.length, 13);
        const status = await running();
        pid = status.pid;
        // The default port is the user's own instance's, not that of one profile among several.
        assert.match(status.endpoint, /^http:\/\/127\.0\.0\.1:\d+\/mcp$/);
        assert.ok(!status.endpoint.includes(`:${kDefaultPort}/`), status.endpoint);
        assert.equal(status.agents, 5);
        // It dies; the next call of any of them starts it again.
        process.kill(pid, 'SIGKILL');
        await until('the app to be gone', () => !isAlive(pid));
        const again = await Promise.all(bridges.map(bridge => bridge.rpc('tools/list')));
        for (const list of again)
            assert.equal(list.result?.tools.length, 13, JSON.stringify(list));
        pid = (await running()).pid;
        assert.notEqual(pid, status.pid);
        for (const bridge of bridges)
            await bridge.close();
        assert.ok(isAlive(pid), 'the app went with its first bridge');
    } finally {
        // Whatever went wrong: a bridge that lives would keep this test's process alive.
        for (const { child } of bridges)
            child.kill('SIGKILL');
        if (pid && isAlive(pid))
            process.kill(pid, 'SIGTERM');
    }
    await until('the app to end', () => !isAlive(pid));
    place.remove();
});

test('the bridge goes at once when its agent has gone, a subscription or not', async () => {
    const app = await App.start();
    const { place } = app;
    await place.ask('grants', 'create', '--agent', 'leaver', '--permissions', 'read-only');
    for (const subscribed of [false, true]) {
        const bridge = new BridgeAgent(place, 'leaver');
        await bridge.rpc('tools/list');
        if (subscribed) { // a request that stays unanswered for good
            bridge.child.process.stdin.write(JSON.stringify(message('s', 'subscriptions/listen', { notifications: { toolsListChanged: true } })) + '\n');
            await until('its acknowledgement', () => bridge.child.stdout.includes('subscriptions/acknowledged'));
        }
        const start = Date.now();
        await bridge.close();
        assert.ok(Date.now() - start < 1000, `${Date.now() - start} ms, subscribed: ${subscribed}`);
    }
    await app.stop();
    place.remove();
});

test('a line that is too long for the bridge is refused without an id, and the next request works', async () => {
    const app = await App.start();
    await app.place.ask('grants', 'create', '--agent', 'verbose', '--permissions', 'read-only');
    const bridge = new BridgeAgent(app.place, 'verbose');
    const refusal = new Promise(done => { bridge.onmessage = done; });
    bridge.child.process.stdin.write('x'.repeat(33 * 1024 * 1024) + '\n');
    const { id, error } = await refusal;
    assert.equal(id, undefined);
    assert.equal(error.code, -32600);
    assert.ok((await bridge.call('read_database', kSelect)).rows[0][0] >= 2000);
    await bridge.close();
    await app.stop();
    app.place.remove();
});

test('the bridge says what is wrong if it may not start the app', async () => {
    const place = new Place();
    const bridge = new BridgeAgent(place, 'lonely');
    const answer = await bridge.rpc('tools/list');
    assert.match(answer.error.message, /Turso Companion/, JSON.stringify(answer));
    await bridge.close();
    place.remove();
});

test('a second app on the same profile leaves the first alone', async () => {
    const app = await App.start();
    const { place } = app;
    const second = await place.runApp(['--headless', '--port', '0']);
    assert.equal(second.code, 1);
    assert.equal(second.stdout, '');
    assert.match(second.stderr, /running already/);
    assert.ok(second.stderr.includes(place.profile), second.stderr);
    assert.equal(second.stderr.trim().split('\n').length, 1, 'one sentence is enough');
    const background = await place.runApp(['--background', '--port', '0']);
    assert.equal(background.code, 0, background.stderr);
    assert.equal(background.stderr, '');
    // The same folder under another name is the same profile.
    const dotted = await new Child(program('turso-companion'), ['--headless', '--port', '0', '--profile', `${place.folder}/./profile/../profile/`],
        { env: place.env }).end(10_000);
    assert.equal(dotted.code, 1);
    assert.equal((await place.ask('status')).pid, app.pid);
    await app.stop();
    place.remove();
});

test('two profiles do not see each other', async () => {
    const one = await App.start();
    const two = await App.start();
    assert.notEqual(one.port, two.port);
    const { token } = await one.place.mintToken('mine', 'full-access');
    const stranger = new Agent(two, token);
    assert.equal((await stranger.rpc('tools/list')).status, 401);
    stranger.close();
    assert.deepEqual(await two.place.ask('grants'), []);
    await one.stop();
    await two.stop();
    one.place.remove();
    two.place.remove();
});

test('a port that is taken: a sentence, exit code 1', async () => {
    const server = await occupy(0);
    const { port } = server.address();
    const place = new Place();
    const end = await place.runApp(['--headless', '--port', String(port)]);
    assert.equal(end.code, 1);
    assert.equal(end.stdout, '');
    assert.match(end.stderr, new RegExp(`\\b${port}\\b`));
    assert.match(end.stderr, /--port/);
    server.close();
    const app = await App.start({ place }); // and nothing was left that would stop the next start
    await app.stop();
    place.remove();
});

test('options that do not exist: a sentence, exit code 2', async () => {
    const place = new Place();
    for (const args of [['--headles'], ['--port', 'x'], ['--port', '70000'], ['--port'], ['serve'], ['--profile', '']]) {
        const end = await place.run('turso-companion', args).end(10_000);
        assert.equal(end.code, 2, `${args.join(' ')}: ${end.code} ${end.stderr}`);
        assert.ok(end.stderr.length > 10);
        assert.equal(end.stdout, '');
    }
    for (const args of [['--help'], ['--version']]) {
        const end = await place.run('turso-companion', args).end(10_000);
        assert.equal(end.code, 0);
        assert.match(end.stdout, /turso-companion/);
    }
    place.remove();
});

const kBroken = {
    'grants.json': ['', '{', '[]', '{"grants": 5}', '{"grants": [{"id": "g"}]}', '{"version": 1, "grants": [{"id":"g","agent":"a","connection":"workspace","permissions":"everything"}]}'],
    'settings.json': ['', '{', '[]', '{"approval_dedline": "5m"}', '{"approval_deadline": 5}', '{"approval_deadline": "-5m"}', '{"ask_above_rows": -1}', '{"max_open_calls": "many"}'],
};
for (const [name, texts] of Object.entries(kBroken)) {
    test(`a broken ${name}: a sentence, exit code 1, and the file stays as it was`, async () => {
        for (const text of texts) {
            const place = new Place();
            place.write(name, text);
            const end = await place.runApp(['--headless', '--port', '0']);
            assert.equal(end.code, 1, `${text}: ${end.code}`);
            assert.equal(end.stdout, '');
            assert.ok(end.stderr.includes(join(place.profile, name)), `${text}: ${end.stderr}`);
            assert.equal(readFileSync(join(place.profile, name), 'utf8'), text);
            place.remove();
        }
    });
}

test('a setting that is misspelt is named', async () => {
    const place = new Place();
    place.write('settings.json', '{"approval_dedline": "5m"}');
    assert.match((await place.runApp(['--headless', '--port', '0'])).stderr, /approval_dedline/);
    place.remove();
});

test('a broken state.json means read-only: when unsure, less', async () => {
    const app = await (async () => {
        const place = new Place();
        place.write('state.json', '{"read_only": fal');
        return App.start({ place });
    })();
    assert.equal((await app.place.ask('status')).read_only, true);
    await app.stop();
    app.place.remove();
});

test('a broken history does not stop the app from refusing what it cannot record', async () => {
    const place = new Place();
    place.write('history.db', 'this is not a database '.repeat(100));
    const started = await App.start({ place }).catch(error => error);
    if (started instanceof Error) { // not starting is as good, with a sentence
        assert.match(started.message, /history/);
        return place.remove();
    }
    const { token } = await place.mintToken('keen', 'full-access');
    const agent = new Agent(started, token);
    await agent.do('create_database', { name: 'db' });
    await agent.do('evolve_schema', { database: 'db', sql: 'CREATE TABLE t(x)' });
    await agent.do('write_database', { database: 'db', sql: 'INSERT INTO t VALUES (1)' });
    const answer = agent.call('delete_from_database', { database: 'db', sql: 'DELETE FROM t' });
    const question = await Promise.race([place.question(), answer.then(() => null)]);
    if (question)
        await place.approve(question.id);
    assert.notEqual((await answer).status, 'ok', 'a delete ran that is recorded nowhere');
    assert.deepEqual(await agent.rows('db', 'SELECT x FROM t'), [[1]]);
    agent.close();
    started.child.kill('SIGTERM');
    assert.equal((await started.child.end(10_000)).code, 0);
    place.remove();
});

test('a profile that cannot be written: a sentence, exit code 1', { skip: process.getuid() === 0 && 'root may write anywhere' }, async () => {
    const place = new Place();
    chmodSync(place.profile, 0o500);
    const end = await place.runApp(['--headless', '--port', '0']);
    chmodSync(place.profile, 0o700);
    assert.equal(end.code, 1);
    place.remove();
});

test('a profile in the place of a file: a sentence, exit code 1', async () => {
    const place = new Place();
    const file = join(place.folder, 'file');
    writeFileSync(file, 'mine');
    const end = await place.run('turso-companion', ['--headless', '--port', '0', '--profile', file]).end(10_000);
    assert.equal(end.code, 1, end.stderr);
    assert.ok(end.stderr.includes(file));
    assert.equal(readFileSync(file, 'utf8'), 'mine');
    place.remove();
});

test('the secrets of a profile are on the disk for its owner only, and tokens not at all', async () => {
    const app = await App.start();
    const { place } = app;
    const { token } = await place.mintToken('secretive', 'read-only');
    const agent = new Agent(app, token);
    await agent.rows('demo-shop', 'SELECT 1');
    agent.close();
    await app.stop();
    assert.equal(statSync(place.profile).mode & 0o777, 0o700);
    const files = readdirSync(place.profile, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
        .map(entry => join(entry.parentPath, entry.name));
    assert.ok(files.some(file => file.endsWith('grants.json')));
    const key = readFileSync(place.keyFile, 'utf8').trim();
    for (const file of files) {
        const bytes = readFileSync(file, 'latin1');
        assert.ok(!bytes.includes(token), `${file} holds the token`);
        assert.ok(!bytes.includes(key), `${file} holds the operator key`);
        if (/(grants\.json|\.key)$/.test(file))
            assert.equal(statSync(file).mode & 0o077, 0, file);
    }
    place.remove();
});

test('without a display and without --headless it says so and serves', async () => {
    const app = await App.start({ args: ['--port', '0'] });
    assert.equal((await app.place.ask('status')).endpoint, app.endpoint);
    app.child.kill('SIGTERM');
    const end = await app.child.end(10_000);
    assert.equal(end.code, 0);
    assert.match(end.stderr, /no display/);
    app.place.remove();
});

test('nothing is left of an app that ended but its profile', async () => {
    const app = await App.start();
    const { place } = app;
    await app.stop();
    const runtime = place.env.TURSO_COMPANION_RUNTIME_DIR;
    const sockets = readdirSync(runtime, { recursive: true }).filter(name => String(name).endsWith('.sock'));
    assert.deepEqual(sockets, []);
    assert.ok(existsSync(join(place.profile, 'history.db')));
    await pause(0);
    place.remove();
});
