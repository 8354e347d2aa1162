// SPDX-License-Identifier: GPL-3.0-or-later
// The HTTP door, from outside: whoever does not belong in gets a status and nothing else, and nobody in there notices.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { App, pause, until } from '../peers/app.mjs';
import { Agent, Wire, message } from './agent.mjs';

let app;
let agent;
let token;

before(async () => {
    app = await App.start();
    ({ token } = await app.place.mintToken('visitor', 'read-only'));
    agent = new Agent(app, token);
});
after(async () => {
    agent?.close();
    await app?.stop();
    app?.place.remove();
});

const kBody = JSON.stringify(message(1, 'tools/list'));

/** A request as bytes; a header given as null is left out, as a list stands twice. */
function bytes({ line = 'POST /mcp HTTP/1.1', headers = {}, body = kBody } = {}) {
    const all = {
        'Host': `127.0.0.1:${app.port}`,
        'Authorization': `Bearer ${token}`,
        'Content-Type': 'application/json',
        'Accept': 'application/json, text/event-stream',
        'MCP-Protocol-Version': '2026-07-28',
        'Mcp-Method': 'tools/list',
        'Content-Length': String(Buffer.byteLength(body)),
        ...headers,
    };
    const fields = Object.entries(all).flatMap(([name, value]) => [value].flat().filter(one => one !== null).map(one => `${name}: ${one}\r\n`));
    return `${line}\r\n${fields.join('')}\r\n${body}`;
}

/** The first answer to these bytes. */
async function answer(text, milliseconds = 5000) {
    const wire = new Wire(app.port);
    await wire.opened;
    wire.send(text);
    await until('an answer', () => {
        const head = wire.text.indexOf('\r\n\r\n');
        const length = Number(/content-length: (\d+)/i.exec(wire.text)?.[1] ?? 0);
        return wire.closed || (head >= 0 && Buffer.byteLength(wire.text.slice(head + 4)) >= length);
    }, milliseconds);
    wire.close();
    const head = wire.text.indexOf('\r\n\r\n');
    return {
        status: Number(wire.text.slice(9, 12)),
        headers: wire.text.slice(0, head).toLowerCase(),
        body: wire.text.slice(head + 4),
        all: wire.text,
    };
}

/** Nothing of what is inside may stand in a refusal. */
function tellsNothing({ all }) {
    assert.doesNotMatch(all, /demo-shop|read_database|orders|visitor|profile|serverInfo/i);
    assert.ok(!all.includes(token), 'the token came back');
    assert.ok(all.length < 2000, `a long refusal:\n${all}`);
}

const kRefusals = {
    'no token': [{ headers: { Authorization: null } }, 401],
    'an unknown token': [{ headers: { Authorization: 'Bearer tc_unknown' } }, 401],
    'an empty token': [{ headers: { Authorization: 'Bearer ' } }, [400, 401]],
    'another scheme': [{ headers: { Authorization: 'Basic dXNlcjpwYXNz' } }, [400, 401]],
    'two tokens': [{ headers: { Authorization: ['Bearer a', 'Bearer b'] } }, [400, 401]],
    'another host': [{ headers: { Host: 'evil.example.com' } }, 403],
    'another host with the right port': [{ headers: { Host: 'evil.example.com:PORT' } }, 403],
    'a host that begins like ours': [{ headers: { Host: '127.0.0.1.example.com:PORT' } }, 403],
    'another port': [{ headers: { Host: '127.0.0.1:1' } }, 403],
    'no host': [{ headers: { Host: null } }, [400, 403]],
    'two hosts': [{ headers: { Host: ['127.0.0.1:PORT', 'evil.example.com'] } }, [400, 403]],
    'a page of another site': [{ headers: { Origin: 'http://evil.example.com' } }, 403],
    'a page without an origin': [{ headers: { Origin: 'null' } }, 403],
    'a page that pretends': [{ headers: { Origin: 'http://127.0.0.1:PORT.example.com' } }, 403],
    'a page over another scheme': [{ headers: { Origin: 'https://127.0.0.1:PORT' } }, 403],
    'another host without a token': [{ headers: { Host: 'evil.example.com', Authorization: null } }, 403],
    'another path': [{ line: 'POST /admin HTTP/1.1' }, 404],
    'the root': [{ line: 'GET / HTTP/1.1', body: '' }, 404],
    'a path upwards': [{ line: 'GET /mcp/../../etc/passwd HTTP/1.1', body: '' }, 404],
    'a form': [{ headers: { 'Content-Type': 'text/plain' } }, 415],
    'no content type': [{ headers: { 'Content-Type': null } }, 415],
    'a GET without a session': [{ line: 'GET /mcp HTTP/1.1', body: '' }, 405],
    'PUT': [{ line: 'PUT /mcp HTTP/1.1' }, 405],
    'half a JSON': [{ body: '{"jsonrpc":"2.0","id":1' }, 400],
    'no JSON': [{ body: 'hello' }, 400],
    'an empty body': [{ body: '' }, 400],
    'a batch': [{ body: `[${kBody}]` }, 400],
    'JSON of great depth': [{ body: '['.repeat(100_000) }, 400],
    'bytes that are no UTF-8': [{ body: '{"jsonrpc":"2.0","id":1,"method":"a","b":"\u0001"}' }, 400],
    'two lengths': [{ headers: { 'Content-Length': ['5', '6'] } }, 400],
    'a negative length': [{ headers: { 'Content-Length': '-1' } }, 400],
    'length and chunks': [{ headers: { 'Transfer-Encoding': 'chunked' } }, 400],
    'an unknown coding': [{ headers: { 'Transfer-Encoding': 'gzip', 'Content-Length': null } }, [400, 411, 415, 501]],
    'a great head': [{ headers: { 'X-Long': 'x'.repeat(20_000) } }, 431],
    'a great body': [{ headers: { 'Content-Length': '9000000' }, body: '{' }, 413],
    'a body without end': [{ headers: { 'Content-Length': '99999999999999999999' }, body: '{' }, [400, 413]],
    'no HTTP at all': [null, 400, 'hello\r\n\r\n'],
    'a greeting for TLS': [null, 400, '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\r\n\r\n'],
    'HTTP/2': [null, 400, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
};

for (const [what, [how, status, raw]] of Object.entries(kRefusals)) {
    test(`${what}: ${status}`, async () => {
        const refused = await answer((raw ?? bytes(how)).replaceAll('PORT', String(app.port)));
        assert.ok([status].flat().includes(refused.status), `${refused.status}: ${refused.all.slice(0, 500)}`);
        tellsNothing(refused);
        if (refused.status === 401)
            assert.match(refused.headers, /www-authenticate: bearer/);
        assert.doesNotMatch(refused.headers, /access-control-allow/);
        assert.equal((await agent.rpc('tools/list')).status, 200, 'the next one suffers');
    });
}

test('the right request gets in, by every name of this machine', async () => {
    for (const host of [`127.0.0.1:${app.port}`, `localhost:${app.port}`, `[::1]:${app.port}`])
        assert.equal((await answer(bytes({ headers: { Host: host } }))).status, 200, host);
    assert.equal((await answer(bytes({ headers: { Origin: `http://127.0.0.1:${app.port}` } }))).status, 200);
    assert.equal((await answer(bytes({ headers: { 'Content-Type': 'application/json; charset=utf-8' } }))).status, 200);
});

test('two requests in one packet get two answers, in their order', async () => {
    const wire = new Wire(app.port);
    await wire.opened;
    const one = JSON.stringify(message('first', 'tools/list'));
    const two = JSON.stringify(message('second', 'tools/list'));
    wire.send(bytes({ body: one }) + bytes({ body: two }));
    await until('both answers', () => /"id":"second"/.test(wire.text));
    assert.ok(wire.text.indexOf('"id":"first"') < wire.text.indexOf('"id":"second"'));
    wire.close();
});

test('a request in single bytes is understood', async () => {
    const wire = new Wire(app.port);
    await wire.opened;
    for (const byte of bytes()) {
        wire.send(byte);
        await new Promise(done => setImmediate(done));
    }
    await until('the answer', () => wire.text.includes('HTTP/1.1 200'));
    wire.close();
});

test('a client that leaves in the middle of its request disturbs nobody', async () => {
    for (let cut = 1; cut < bytes().length; cut += 97) {
        const wire = new Wire(app.port);
        await wire.opened;
        wire.send(bytes().slice(0, cut));
        wire.close();
    }
    assert.equal((await agent.rpc('tools/list')).status, 200);
});

test('a client that leaves before its answer disturbs nobody', async () => {
    const sql = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 3000000) SELECT count(*) FROM n';
    const body = JSON.stringify(message(1, 'tools/call', { name: 'read_database', arguments: { database: 'demo-shop', sql } }));
    for (let i = 0; i < 20; ++i) {
        const wire = new Wire(app.port);
        await wire.opened;
        wire.send(bytes({ body, headers: { 'Mcp-Method': 'tools/call', 'Mcp-Name': 'read_database' } }));
        await pause(5);
        wire.close();
    }
    assert.equal((await agent.rpc('tools/list')).status, 200);
});

// These wait for the app's own patience, 30 s, together.
test('half a request, and one that comes a byte a second, are ended with 408', { timeout: 60_000 }, async () => {
    const started = Date.now();
    const half = [bytes().slice(0, 40), bytes().slice(0, -10), bytes({ headers: { Authorization: null } }).slice(0, 60), 'P'];
    const wires = half.map(() => new Wire(app.port));
    await Promise.all(wires.map(wire => wire.opened));
    wires.forEach((wire, i) => wire.send(half[i]));
    const slow = new Wire(app.port);
    await slow.opened;
    let sent = 0;
    const dribble = setInterval(() => slow.send(bytes()[sent++]), 1000);
    await until('all to be ended', () => [...wires, slow].every(wire => wire.closed), 45_000);
    clearInterval(dribble);
    assert.ok(Date.now() - started > 20_000, 'patience ended too soon');
    for (const wire of [...wires, slow]) {
        assert.match(wire.text, /^HTTP\/1\.1 408 /);
        tellsNothing({ all: wire.text });
    }
});

test('two hundred idle connections and a dribbling one slow nobody down', { timeout: 120_000 }, async t => {
    const measure = async () => {
        const times = [];
        for (let i = 0; i < 500; ++i) {
            const start = performance.now();
            await agent.do('read_database', { database: 'demo-shop', sql: 'SELECT 1' });
            times.push(performance.now() - start);
        }
        times.sort((a, b) => a - b);
        return { p50: times[250], p99: times[495] };
    };
    await measure(); // warm
    const alone = [];
    const crowded = [];
    for (let round = 0; round < 5; ++round) {
        alone.push(await measure());
        const idle = Array.from({ length: 200 }, () => new Wire(app.port));
        const slow = new Wire(app.port);
        await Promise.all([...idle, slow].map(wire => wire.opened));
        const text = bytes();
        let sent = 0;
        const dribble = setInterval(() => slow.send(text[sent++]), 1000);
        slow.send(text[sent++]);
        await pause(300); // until they are all accepted
        crowded.push(await measure());
        clearInterval(dribble);
        assert.ok([...idle, slow].every(wire => !wire.closed), 'a patient connection was thrown out');
        [...idle, slow].forEach(wire => wire.close());
        await Promise.all([...idle, slow].map(wire => wire.ended));
    }
    // The best round of each: the machine's own noise is in the others, and most of it in the tail.
    const best = (rounds, what) => Math.min(...rounds.map(round => round[what]));
    for (const [what, factor, slackMs] of [['p50', 1.5, 0.3], ['p99', 2, 8]]) {
        const [without, among] = [best(alone, what), best(crowded, what)];
        t.diagnostic(`${what} alone ${without.toFixed(2)} ms, in the crowd ${among.toFixed(2)} ms`);
        assert.ok(among < without * factor + slackMs, `${what} went from ${without} ms to ${among} ms`);
    }
});
