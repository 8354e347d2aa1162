// SPDX-License-Identifier: GPL-3.0-or-later
// kill -9 in the middle of writes, at random moments: what was acknowledged is there, and everything is whole.
import assert from 'node:assert/strict';
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';

import { App } from '../peers/app.mjs';
import { Agent } from './agent.mjs';

const kRounds = Number(process.env.CRASH_ROUNDS ?? 6);
const kWriters = 4;
const kWrites = 1000;

/** Every SQLite file below a folder. */
function databaseFiles(folder) {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter(entry => entry.isFile() && /\.(db|sqlite|sqlite3)$/.test(entry.name))
        .map(entry => join(entry.parentPath, entry.name));
}
function assertWhole(folder) {
    const files = databaseFiles(folder);
    assert.ok(files.length >= 2, `only ${files} below ${folder}`); // the history and a database at least
    for (const file of files) {
        const db = new DatabaseSync(file);
        assert.deepEqual(db.prepare('PRAGMA integrity_check').all().map(row => row.integrity_check), ['ok'], file);
        assert.deepEqual(db.prepare('PRAGMA foreign_key_check').all(), [], file);
        db.close();
    }
}

/** Writers that go on until the app is gone: what they tried, and what was acknowledged. */
function write(app, token, round, stopAt, reached) {
    const tried = new Set();
    const acknowledged = new Set();
    let last = 0;
    const writer = async () => {
        const agent = new Agent(app, token);
        try {
            while (last < kWrites) {
                const id = round * kWrites + ++last;
                tried.add(id);
                const answer = await agent.call('write_database', {
                    database: 'ledger',
                    sql: 'INSERT INTO entries(id, text) VALUES (?, ?)',
                    args: [id, `entry ${id} ${'x'.repeat(id % 500)}`],
                });
                assert.equal(answer.status, 'ok', JSON.stringify(answer));
                acknowledged.add(id);
                if (acknowledged.size === stopAt)
                    reached();
            }
        } catch (error) {
            if (error.code === 'ERR_ASSERTION')
                throw error; // anything but a connection that broke
        } finally {
            agent.close();
        }
    };
    return { tried, acknowledged, done: Promise.all(Array.from({ length: kWriters }, writer)) };
}

test(`${kRounds} times kill -9 in the middle of ${kWrites} writes`, { timeout: 300_000 }, async t => {
    let app = await App.start();
    const { place } = app;
    const { token } = await place.mintToken('writer', 'full-access');
    const setup = new Agent(app, token);
    await setup.do('create_database', { name: 'ledger' });
    await setup.do('evolve_schema', { database: 'ledger', sql: 'CREATE TABLE entries(id INTEGER PRIMARY KEY, text TEXT NOT NULL)' });
    setup.close();
    const tried = new Set();
    const acknowledged = new Set();
    for (let round = 0; round < kRounds; ++round) {
        const stopAt = 50 + Math.floor(Math.random() * (kWrites - 150));
        const extraMs = Math.random() * 3;
        await t.test(`killed after ${stopAt} writes and ${extraMs.toFixed(2)} ms`, async () => {
            let reached;
            const moment = new Promise(done => { reached = done; });
            const work = write(app, token, round, stopAt, reached);
            await Promise.race([moment, work.done.then(() => { throw new Error('the writers ended before the moment came'); })]);
            await new Promise(done => setTimeout(done, extraMs));
            await app.kill();
            await work.done;
            assert.ok(work.acknowledged.size < kWrites, 'all writes were through already');
            work.tried.forEach(id => tried.add(id));
            work.acknowledged.forEach(id => acknowledged.add(id));

            // What is on the disk now, before the app has cleaned up anything.
            const copy = join(place.folder, 'copy');
            cpSync(place.profile, copy, { recursive: true });
            assertWhole(copy);
            rmSync(copy, { recursive: true });

            app = await App.start({ place });
            const agent = new Agent(app, token);
            const found = new Map(await rowsOf(agent));
            const lost = [...acknowledged].filter(id => !found.has(id));
            assert.deepEqual(lost, [], 'acknowledged writes are lost');
            const invented = [...found.keys()].filter(id => !tried.has(id));
            assert.deepEqual(invented, []);
            for (const [id, length] of found)
                assert.equal(length, `entry ${id} `.length + id % 500, `entry ${id} is not whole`);
            agent.close();
            const calls = await place.askLines('calls', '--filter', 'tool:write_database', '--limit', '1000');
            assert.ok(calls.length > 0, 'the history is empty');
            const open = calls.filter(call => !['done', 'failed'].includes(call.state));
            assert.deepEqual(open, [], 'the history has calls that never ended');
            // A clean end, and with it a check that the start had nothing to complain about.
            await app.stop();
            assertWhole(place.profile);
            app = await App.start({ place });
        });
    }
    await app.stop();
    place.remove();
});

async function rowsOf(agent) {
    const rows = [];
    for (;;) {
        const from = rows.length ? rows.at(-1)[0] : -1;
        const page = await agent.rows('ledger', `SELECT id, length(text) FROM entries WHERE id > ${from} ORDER BY id LIMIT 2000`);
        rows.push(...page);
        if (page.length < 2000)
            return rows;
    }
}

test('kill -9 while an approved delete runs: it is all or nothing, and the history knows of it', { timeout: 120_000 }, async () => {
    let app = await App.start();
    const { place } = app;
    const { token } = await place.mintToken('sweeper', 'full-access');
    const agent = new Agent(app, token);
    await agent.do('create_database', { name: 'attic' });
    await agent.do('evolve_schema', { database: 'attic', sql: 'CREATE TABLE boxes(id INTEGER PRIMARY KEY, text TEXT)' });
    const kRows = 200_000;
    await agent.do('write_database', {
        database: 'attic',
        sql: `INSERT INTO boxes SELECT value, hex(randomblob(50)) FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n LIMIT ${kRows}) SELECT value FROM n)`,
    });
    const sql = 'DELETE FROM boxes WHERE id % 2 = 0';
    const gone = agent.call('delete_from_database', { database: 'attic', sql }).catch(() => null);
    const question = await place.question(() => true, 60_000);
    const approving = place.ctl(['approvals', 'approve', question.id]);
    await new Promise(done => setTimeout(done, 30 + Math.random() * 150));
    await app.kill();
    await Promise.all([approving, gone]);
    agent.close();
    app = await App.start({ place });
    const again = new Agent(app, token);
    const [[left]] = await again.rows('attic', 'SELECT count(*) FROM boxes');
    assert.ok(left === kRows || left === kRows / 2, `${left} of ${kRows} rows are left`);
    if (left !== kRows) {
        const [call] = await place.askLines('calls', '--filter', 'tool:delete_from_database');
        assert.equal(call?.sql, sql, 'a delete was done that the history does not know');
        assert.ok(['done', 'failed'].includes(call.state), call.state);
    }
    again.close();
    await app.stop();
    assertWhole(place.profile);
    place.remove();
});
