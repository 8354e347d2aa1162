// SPDX-License-Identifier: GPL-3.0-or-later
// What the app costs: one-row reads through it, over HTTP and with everything on, beside the same reads straight from
// the same server. Both are asked in turns within one run; the figures are printed as ratios.
import assert from 'node:assert/strict';
import { Agent as Connections, request } from 'node:http';
import { after, before, test } from 'node:test';

import { App } from '../peers/app.mjs';
import { namespaceHeader, startSqld } from '../peers/sqlface.mjs';
import { message } from './agent.mjs';

const kRounds = 6;
const kSliceMs = 700;
const kRows = 1000;
const kDatabase = 'bench';
let sqld;
let app;
let token;

before(async () => {
    sqld = await startSqld([kDatabase]);
    const rows = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${kRows})`
        + " INSERT INTO t SELECT i, 'name ' || i, i * 1.5 FROM n";
    await direct(['CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, r REAL)', rows]);
    app = await App.start();
    const { id } = await app.place.ask('connections', 'add', '--kind', 'libsql-server', '--name', 'bench', '--url', sqld.url,
        '--admin-url', sqld.adminUrl);
    ({ token } = await app.place.mintToken('bench', 'read-only', '--connection', id));
});
after(async () => {
    await app?.stop();
    await sqld?.end();
});

const connections = new Connections({ keepAlive: true, maxSockets: 32 });

function post(url, body, headers) {
    return new Promise((done, fail) => {
        const text = JSON.stringify(body);
        const call = request(url, {
            method: 'POST', agent: connections,
            headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text), ...headers },
        }, answer => {
            let whole = '';
            answer.setEncoding('utf8').on('data', part => { whole += part; }).on('error', fail)
                .on('end', () => (answer.statusCode === 200 ? done(whole) : fail(new Error(`${answer.statusCode} ${whole}`))));
        });
        call.on('error', fail).end(text);
    });
}

async function direct(statements) {
    const requests = statements.map(sql => ({ type: 'execute', stmt: { sql } }));
    const body = await post(`${sqld.url}/v3/pipeline`, { requests: [...requests, { type: 'close' }] }, namespaceHeader(kDatabase));
    return JSON.parse(body).results.map(result => {
        assert.equal(result.type, 'ok', body);
        return result.response.result;
    });
}

const sqlOf = id => `SELECT id, name, r FROM t WHERE id = ${id}`;

async function readDirect(id) {
    const [result] = await direct([sqlOf(id)]);
    assert.equal(result.rows[0][1].value, `name ${id}`);
}

let last = 0;
async function readThrough(id) {
    const body = await post(app.endpoint,
        message(++last, 'tools/call', { name: 'read_database', arguments: { database: kDatabase, sql: sqlOf(id) } }),
        {
            Accept: 'application/json, text/event-stream', Authorization: `Bearer ${token}`,
            'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/call', 'Mcp-Name': 'read_database',
        });
    assert.deepEqual(JSON.parse(body).result.structuredContent.rows, [[id, `name ${id}`, id * 1.5]]);
}

/** Reads for a slice of time, `width` at once. */
async function slice(read, width) {
    const times = [];
    const end = performance.now() + kSliceMs;
    const begun = performance.now();
    await Promise.all(Array.from({ length: width }, async (_, lane) => {
        for (let i = 0; performance.now() < end; ++i) {
            const from = performance.now();
            await read(1 + ((i * 7 + lane * 31) % kRows));
            times.push(performance.now() - from);
        }
    }));
    times.sort((a, b) => a - b);
    return { p50: times[Math.floor(times.length / 2)], rate: (1000 * times.length) / (performance.now() - begun) };
}

const median = numbers => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

for (const width of [1, 8, 32]) {
    test(`one-row reads, ${width} at once`, async context => {
        const ours = [];
        const theirs = [];
        for (let round = 0; round < kRounds; ++round) {
            theirs.push(await slice(readDirect, width));
            ours.push(await slice(readThrough, width));
        }
        const p50 = median(ours.map((one, i) => one.p50 / theirs[i].p50));
        const rate = median(ours.map((one, i) => one.rate / theirs[i].rate));
        context.diagnostic(`p50 ${median(ours.map(one => one.p50)).toFixed(2)} ms, directly ${
            median(theirs.map(one => one.p50)).toFixed(2)} ms, ratio ${p50.toFixed(2)}; `
            + `${median(ours.map(one => one.rate)).toFixed(0)} calls/s, directly ${
                median(theirs.map(one => one.rate)).toFixed(0)}, ratio ${rate.toFixed(2)}`);
        // What a person would notice, not what a busy machine makes of it.
        assert.ok(p50 < 4, `a read through the app takes ${p50.toFixed(2)} times as long`);
        assert.ok(rate > 0.25, `the app lets only ${rate.toFixed(2)} of the reads through`);
    });
}
