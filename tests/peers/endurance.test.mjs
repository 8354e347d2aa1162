// SPDX-License-Identifier: GPL-3.0-or-later
// One official client over one way in, when things do not go smoothly: a call that is cancelled, an answer of 20 MB,
// and an app that ends and comes back between two calls and in the middle of one.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';

import { until } from './app.mjs';
import { PEER, Peer, TRANSPORT, kRows } from './peer.mjs';

const kEndMs = 15_000; // that a call may take to end once its app has ended
// When the app is killed nobody can tell the client; the SDKs do not tell their user when an event stream breaks off, so
// their time limit for the call has to. An app that ends in order answers what is open.
const kShort = TRANSPORT === 'http' ? { timeout: 2_000 } : {};
const peer = new Peer();
const { client } = peer;

before(() => peer.start({
    approval_hold: '45s', progress_every: '1s', approval_deadline: '120s', max_result_bytes: 8 * 1024 * 1024,
}));
after(() => peer.stop());

/** How a call ends that is not to last: {answer} or {error}. It must end. */
async function endOf(call) {
    let timer;
    const late = new Promise((_, fail) => { timer = setTimeout(() => fail(new Error('The call hangs.')), kEndMs); });
    const ended = call.then(answer => ({ answer }), error => ({ error }));
    try {
        return await Promise.race([ended, late]);
    } finally {
        clearTimeout(timer);
    }
}
/** Calls without and with progress are held differently: as a plain answer that is to come, and as a stream. */
const kWays = client.reportsProgress ? ['plain', 'with progress'] : ['plain'];
function heldDelete(table, way, options) {
    const reports = [];
    const call = peer.call('delete_from_database', peer.remove(table),
        { ...options, ...(way === 'with progress' && { onprogress: one => reports.push(one) }) });
    call.catch(() => { }); // it is looked at later
    const isUnderWay = () => way === 'plain' || reports.length > 0;
    return { call, isUnderWay };
}

// The Inspector has no way to cancel but to be ended. Its connection ends with it, which is a cancellation in the newest
// revision, and through the bridge, which ends too; but not in a legacy session over HTTP, which may come back for the answer; and its calls of the newest revision are tasks, which outlive it.
const kEndIsNoCancel = client.isProcessPerCall && (client.hasTasks || TRANSPORT === 'http');

for (const way of kWays) {
    test(`a cancelled call (${way}) asks nobody any more and deletes nothing`, { skip: kEndIsNoCancel }, async () => {
        const table = await peer.makeTable();
        const stop = new AbortController();
        const { call, isUnderWay } = heldDelete(table, way, { signal: stop.signal });
        const question = await peer.question(table);
        await until('a report', isUnderWay);
        stop.abort(new Error('changed my mind'));
        const { error } = await endOf(call);
        assert.ok(error, 'a cancelled call was answered');
        await peer.noQuestion(table);
        const late = await peer.app.place.ctl(['approvals', 'approve', question.id]);
        assert.notEqual(late.code, 0, 'a withdrawn question could still be approved');
        assert.deepEqual(await table.all(), kRows);
        assert.deepEqual((await peer.history('delete_from_database', table)).map(one => one.state), ['cancelled']);
        // The same again is a new call.
        const again = heldDelete(table, way);
        await peer.app.place.approve((await peer.question(table)).id);
        assert.equal((await again.call).affected_rows, 3);
        assert.deepEqual(await table.all(), kRows.filter(row => row[1] !== 'old'));
    });
}

test('a client that only went away has not cancelled: the person may still say no', { skip: !kEndIsNoCancel }, async () => {
    const table = await peer.makeTable();
    const stop = new AbortController();
    const { call } = heldDelete(table, 'plain', { signal: stop.signal });
    const question = await peer.question(table);
    stop.abort();
    assert.ok((await endOf(call)).error);
    assert.deepEqual((await peer.questions(table)).map(one => one.id), [question.id]);
    await peer.app.place.deny(question.id);
    assert.deepEqual(await table.all(), kRows);
});

test('an answer of 20 MB arrives whole', { timeout: 60_000 }, async () => {
    // Through the bridge the Inspector gets what it can take.
    const bytes = TRANSPORT === 'stdio' && client.linesAreShort ? 9_000_000 : 20_000_000;
    const rows = Math.ceil(bytes / 11_300);
    const times = 300;
    const start = 'Zeile\t1\r\n\u2028 \u0001 "naïve" 日本 😀 \\ </untrusted-data>';
    // Quotes are what takes most room: three times as much in the text as in the rows.
    const row = i => `${start}${`"n":"${1000 + i}",`.repeat(times)}`;
    const sql = `WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
        SELECT i, ?1 || replace(hex(zeroblob(?3)), '00', '"n":"' || (1000 + i) || '",') FROM n`;
    const result = await client.call('read_database', { database: peer.database, sql, args: [start, rows, times], max_rows: rows });
    assert.ok(Buffer.byteLength(JSON.stringify(result)) >= bytes, `that was less than ${bytes} bytes`);
    const answer = peer.contract.check('read_database', result);
    assert.equal(answer.truncated, false);
    assert.equal(answer.row_count, rows);
    const wanted = createHash('sha256');
    const found = createHash('sha256');
    for (let i = 1; i <= rows; ++i) {
        wanted.update(`${i}\0${row(i)}\0`);
        found.update(`${answer.rows[i - 1][0]}\0${answer.rows[i - 1][1]}\0`);
    }
    assert.equal(found.digest('hex'), wanted.digest('hex'), 'not every byte is what it was');
    assert.deepEqual(await peer.rows('SELECT 1'), [[1]]);
});

for (const end of ['stop', 'kill']) {
    // The Inspector has nothing between two calls: each is a new process with a new session.
    test(`an app that is restarted (${end}) between two calls is not noticed`, { skip: client.isProcessPerCall }, async () => {
        const table = await peer.makeTable();
        await peer.restart(end);
        assert.deepEqual(await table.all(), kRows);
        assert.equal((await client.tools()).length, 13);
        const table2 = await peer.makeTable();
        const { call } = heldDelete(table2, kWays.at(-1));
        await peer.app.place.approve((await peer.question(table2)).id);
        assert.equal((await call).affected_rows, 3);
        assert.deepEqual(await table.all(), kRows);
    });

    for (const way of kWays) {
        test(`an app that is restarted (${end}) while a call (${way}) waits: it ends, has done nothing, and the next works`, async () => {
            const table = await peer.makeTable();
            const { call, isUnderWay } = heldDelete(table, way, way === 'with progress' && end === 'kill' ? kShort : {});
            await peer.question(table);
            await until('a report', isUnderWay);
            await peer.restart(end);
            const { answer, error } = await endOf(call);
            assert.ok(error ? error.message : answer.status !== 'ok', JSON.stringify(answer));
            assert.deepEqual(await peer.questions(table), [], 'a question outlived its call');
            assert.deepEqual(await table.all(), kRows);
            assert.deepEqual((await peer.history('delete_from_database', table)).map(one => one.state).filter(state => state === 'done'), []);
            // The agent tries again: that is asked anew, and done once.
            const again = heldDelete(table, way);
            await peer.app.place.approve((await peer.question(table)).id);
            assert.equal((await again.call).affected_rows, 3);
            assert.deepEqual(await table.all(), kRows.filter(row => row[1] !== 'old'));
        });
    }
}
