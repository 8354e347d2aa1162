// SPDX-License-Identifier: GPL-3.0-or-later
// The check of messages itself: what is right passes as what it is, and each way of being wrong is found.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, test } from 'node:test';

import { Child } from './app.mjs';
import { WireTap, checkMessage } from './wireschema.mjs';

const kRevisions = ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28'];
const kLegacy = kRevisions.slice(0, -1);
const kModern = '2026-07-28';
const kMeta = { 'io.modelcontextprotocol/protocolVersion': kModern, 'io.modelcontextprotocol/clientCapabilities': {} };

const result = (value, id = 1) => ({ jsonrpc: '2.0', id, result: value });
const error = (code, more = {}) => ({ jsonrpc: '2.0', id: 1, error: { code, message: 'No.', ...more } });
const notification = (method, params) => ({ jsonrpc: '2.0', method, ...(params && { params }) });
const text = { content: [{ type: 'text', text: 'done' }] };
const complete = value => ({ resultType: 'complete', ...value });
const cacheable = value => complete({ ttlMs: 0, cacheScope: 'private', ...value });
const tool = { name: 'read', inputSchema: { type: 'object' } };
const opened = { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'app', version: '1' } };

const folder = mkdtempSync(join(tmpdir(), 'wireschema-'));
after(() => rmSync(folder, { recursive: true }));

test('what is right passes, as what it is', () => {
    for (const revision of kLegacy) {
        assert.equal(checkMessage(revision, result(opened), 'initialize'), 'InitializeResult');
        assert.equal(checkMessage(revision, result({ tools: [tool] }), 'tools/list'), 'ListToolsResult');
        assert.equal(checkMessage(revision, result(text), 'tools/call'), 'CallToolResult');
        assert.equal(checkMessage(revision, result({}), 'ping'), 'EmptyResult');
        assert.match(checkMessage(revision, error(-32601)), /^JSONRPCError/);
        assert.match(checkMessage(revision, { jsonrpc: '2.0', error: { code: -32700, message: 'No.' } }), /^JSONRPCError/);
        assert.equal(checkMessage(revision, notification('notifications/tools/list_changed')), 'ToolListChangedNotification');
        assert.equal(checkMessage(revision, { jsonrpc: '2.0', id: 1, method: 'ping' }), 'PingRequest');
    }
    assert.equal(checkMessage(kModern, result(cacheable({ tools: [tool] })), 'tools/list'), 'ListToolsResult');
    assert.equal(checkMessage(kModern, result(complete(text)), 'tools/call'), 'CallToolResult');
    assert.equal(checkMessage(kModern, result({ resultType: 'input_required', inputRequests: {} }), 'tools/call'), 'InputRequiredResult');
    assert.equal(checkMessage(kModern, error(-32020)), 'HeaderMismatchError');
    assert.equal(checkMessage(kModern, error(-32022, { data: { requested: 'x', supported: [kModern] } })), 'UnsupportedProtocolVersionError');
    assert.equal(checkMessage(kModern, error(-32602)), 'InvalidParamsError');
    assert.equal(checkMessage(kModern, error(-32099)), 'JSONRPCErrorResponse');
    assert.equal(checkMessage(kModern, { jsonrpc: '2.0', id: 'a', method: 'tools/list', params: { _meta: kMeta } }), 'ListToolsRequest');
    for (const revision of kRevisions) {
        const progress = notification('notifications/progress', { progressToken: 7, progress: 0.5, message: 'waiting' });
        assert.equal(checkMessage(revision, progress), 'ProgressNotification');
    }
});

test('tasks are what the extension says', () => {
    const task = { taskId: 'a'.repeat(43), status: 'working', createdAt: '2026-09-01T10:00:00.000Z', lastUpdatedAt: '2026-09-01T10:00:00.000Z', ttlMs: 1 };
    assert.equal(checkMessage(kModern, result({ resultType: 'task', ...task }), 'tools/call'), 'CreateTaskResult');
    assert.equal(checkMessage(kModern, result(complete(task)), 'tasks/get'), 'GetTaskResult');
    assert.equal(checkMessage(kModern, result(complete({ ...task, status: 'completed', result: complete(text) })), 'tasks/get'), 'GetTaskResult');
    assert.equal(checkMessage(kModern, notification('notifications/tasks', task)), 'TaskNotification');
    assert.equal(checkMessage(kModern, result(complete()), 'tasks/cancel'), 'CancelTaskResult');
    for (const wrong of [{ resultType: 'task', ...task, ttl: 1 }, { resultType: 'task', ...task, requestState: 'x' }, { resultType: 'task', ...task, ttlMs: 1.5 }])
        assert.throws(() => checkMessage(kModern, result(wrong), 'tools/call'), /not a CreateTaskResult/);
    for (const wrong of [{ status: 'completed' }, { status: 'failed', error: { code: 'x', message: 'y' } }, { status: 'input_required' }, { status: 'lost' }])
        assert.throws(() => checkMessage(kModern, result(complete({ ...task, ...wrong })), 'tasks/get'), /not a GetTaskResult/);
    assert.throws(() => checkMessage(kModern, result({ resultType: 'task', ...task }), 'resources/read'), /resultType/);
});

test('batches are for the revisions that have them', () => {
    const batch = [result({}, 1), result({ tools: [] }, 2), error(-32601)];
    const asked = { 1: 'ping', 2: 'tools/list' };
    assert.equal(checkMessage('2025-03-26', batch, asked), 'batch');
    assert.throws(() => checkMessage('2025-03-26', [result({}, 2)], asked), /not a ListToolsResult/);
    assert.throws(() => checkMessage('2025-03-26', []), /not a batch/);
    for (const revision of ['2025-06-18', '2025-11-25', kModern])
        assert.throws(() => checkMessage(revision, batch, asked), /not a batch/);
});

test('what is wrong in every revision', () => {
    for (const revision of kRevisions) {
        const wrong = (message, method, pattern) => assert.throws(() => checkMessage(revision, message, method), pattern, revision);
        wrong(null, null, /not a message/);
        wrong('text', null, /not a message/);
        wrong({ jsonrpc: '2.0', id: 1 }, null, /one of method, result and error/);
        wrong({ ...result(complete({})), error: {} }, 'ping', /one of method, result and error/);
        wrong({ id: 1, result: complete({}) }, 'tools/call', /jsonrpc/);
        wrong({ ...result(complete(text)), jsonrpc: '1.0' }, 'tools/call', /jsonrpc/);
        wrong(result(complete(text), null), 'tools/call', /\/id must be string,integer/);
        wrong(result(complete(text), 1.5), 'tools/call', /\/id must be string,integer/);
        wrong({ ...error(-32601), id: null }, null, /\/id must be string,integer/);
        wrong(result(complete(text)), null, /has no request "null"/);
        wrong(result(complete(text)), 'notifications/cancelled', /has no request/);
        wrong(result(complete({ content: 'text' })), 'tools/call', /\/content must be array/);
        wrong(result(complete({ content: [{ type: 'words', text: 'x' }] })), 'tools/call', /\/content\/0/);
        wrong(result(cacheable({ tools: [{ name: 'x' }] })), 'tools/list', /\/tools\/0 must have required property 'inputSchema'/);
        wrong(result(cacheable({})), 'tools/list', /must have required property 'tools'/);
        wrong({ jsonrpc: '2.0', id: 1, error: { code: 'E', message: 'No.' } }, null, /\/error\/code must be integer/);
        wrong({ jsonrpc: '2.0', id: 1, error: { code: -1 } }, null, /message/);
        wrong(notification('notifications/progress', { progress: 1 }), null, /progressToken/);
        wrong(notification('notifications/progress', { progressToken: 1, progress: '1' }), null, /progress must be number/);
        wrong(notification('notifications/news'), null, /has no notification/);
        wrong(notification('tools/list'), null, /has no notification/);
        wrong({ jsonrpc: '2.0', id: 1, method: 'notifications/progress', params: {} }, null, /has no request/);
        wrong(notification('notifications/tools/list_changed', []), null, /params must be object/);
    }
    assert.throws(() => checkMessage('2027-01-01', result({}), 'ping'), /not a revision/);
});

test('what one revision has and another has not', () => {
    const wrong = (revision, message, method, pattern) => assert.throws(() => checkMessage(revision, message, method), pattern);
    wrong(kModern, result(text), 'tools/call', /must have required property 'resultType'/);
    wrong(kModern, result(complete({ tools: [] })), 'tools/list', /ttlMs|cacheScope/);
    wrong(kModern, result(cacheable({ tools: [], cacheScope: 'mine' })), 'tools/list', /cacheScope/);
    wrong(kModern, result(cacheable({ tools: [], ttlMs: -1 })), 'tools/list', /ttlMs/);
    wrong(kModern, result({ ...text, resultType: 'other' }), 'tools/call', /resultType "other"/);
    wrong(kModern, result(opened), 'initialize', /has no request "initialize"/);
    wrong(kModern, result(complete({})), 'ping', /has no request "ping"/);
    wrong(kModern, error(-32022), null, /not a UnsupportedProtocolVersionError/);
    wrong(kModern, { jsonrpc: '2.0', id: 1, method: 'tools/list' }, null, /params/);
    wrong('2025-11-25', result(cacheable({})), 'server/discover', /has no request/);
    wrong('2025-11-25', result({ ...opened, serverInfo: { name: 'app' } }), 'initialize', /serverInfo must have required property 'version'/);
    wrong('2025-06-18', notification('notifications/subscriptions/acknowledged', {}), null, /has no notification/);
});

test('a tap knows what each answer answers, and in which revision', () => {
    const tap = new WireTap();
    tap.sent({ jsonrpc: '2.0', id: 0, method: 'initialize', params: {} });
    tap.received(result({ ...opened, protocolVersion: '2025-06-18' }, 0));
    tap.sent({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
    assert.throws(() => tap.received(result({}, '1')), /was not asked/);
    assert.throws(() => tap.received(result({}, 1)), /not a ListToolsResult of 2025-06-18/);
    assert.throws(() => tap.received(result({ tools: [] }, 1)), /has been answered/);
    tap.sent({ jsonrpc: '2.0', id: 2, method: 'tools/list', params: { _meta: kMeta } });
    assert.throws(() => tap.received(result({ tools: [] }, 2)), /of 2026-07-28/);
    assert.throws(() => tap.received(null), /not a message/);
    assert.deepEqual(tap.counts, { InitializeResult: 1 });
});

test('a tap on a transport notes what is wrong, and passes everything on', () => {
    const tap = new WireTap();
    const sent = [];
    const got = [];
    const transport = tap.watch({ send: message => sent.push(message), onmessage: undefined });
    assert.equal(transport.onmessage, undefined);
    transport.onmessage = message => got.push(message);
    transport.send({ jsonrpc: '2.0', id: 1, method: 'ping' });
    transport.onmessage(result({}));
    transport.onmessage(result({}));
    assert.equal(sent.length, 1);
    assert.equal(got.length, 2);
    assert.deepEqual(tap.counts, { EmptyResult: 1 });
    assert.equal(tap.problems.length, 1);
});

/** Runs it as a program over these lines. */
async function run(lines, ...more) {
    const file = join(folder, 'messages.jsonl');
    writeFileSync(file, lines.map(line => (typeof line === 'string' ? line : JSON.stringify(line)) + '\n').join(''));
    const script = fileURLToPath(new URL('wireschema.mjs', import.meta.url));
    return new Child(process.execPath, [script, ...(more.length ? more : [file])]).end(20_000);
}

test('as a program it counts what is right, and fails on what is wrong and on nothing', async () => {
    const right = [
        { revision: kModern, method: 'tools/list', message: result(cacheable({ tools: [] })) },
        { revision: kModern, method: 'tools/list', message: result(cacheable({ tools: [] }), 2) },
        '',
        { revision: '2025-11-25', method: null, message: notification('notifications/tools/list_changed') },
    ];
    const good = await run(right);
    assert.equal(good.code, 0, good.stderr);
    assert.match(good.stdout, /^ +2 {2}2026-07-28 ListToolsResult$/m);
    assert.match(good.stdout, /^ +1 {2}2025-11-25 ToolListChangedNotification$/m);
    assert.match(good.stdout, /^3 messages of 1 files are right, 0 are wrong\.$/m);
    assert.equal((await run(right, folder)).code, 0);

    const bad = await run([...right, { revision: kModern, method: 'tools/list', message: result(cacheable({})) }, 'not JSON']);
    assert.equal(bad.code, 1);
    assert.match(bad.stderr, /messages\.jsonl:5: not a ListToolsResult/);
    assert.match(bad.stderr, /messages\.jsonl:6: /);
    assert.equal((await run([])).code, 1, 'nothing was checked, and that was fine');
    assert.equal((await run([], join(folder, 'nowhere.jsonl'))).code, 1);
    assert.equal((await run([], '--help')).code, 2);
});
