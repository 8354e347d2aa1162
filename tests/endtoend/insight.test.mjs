// SPDX-License-Identifier: GPL-3.0-or-later
// What a database's statements cost, as an agent is told by database_analytics.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { App } from '../peers/app.mjs';
import { Agent } from './agent.mjs';

const kRead = 'SELECT text FROM notes WHERE id = ?';

let app;
let place;
let token;
let agent;

before(async () => {
    app = await App.start();
    place = app.place;
    ({ token } = await place.mintToken('curious', 'full-access'));
    agent = new Agent(app, token);
    await agent.do('create_database', { name: 'desk' });
    await agent.do('evolve_schema', { database: 'desk', sql: 'CREATE TABLE notes(id INTEGER PRIMARY KEY, text TEXT)' });
    await agent.do('write_database', { database: 'desk', sql: "INSERT INTO notes(text) VALUES ('a'), ('b'), ('c')" });
});
after(async () => {
    agent?.close();
    await app?.stop();
    place?.remove();
});

const figures = async (args = {}) => agent.do('database_analytics', { database: 'desk', ...args });
const find = (answer, query) => answer.queries.find(one => one.query === query);

test("an agent's own statements are counted", async () => {
    for (let i = 1; i <= 20; ++i)
        await agent.rows('desk', `SELECT text FROM notes WHERE id = ${i} -- number ${i}`);
    await agent.rows('desk', 'select text\nfrom NOTES');
    const failed = await agent.call('read_database', { database: 'desk', sql: 'SELECT text FROM notes WHERE absent = 7' });
    assert.equal(failed.code, 'sql_error');

    const answer = await figures();
    assert.equal(answer.database, 'desk');
    const read = find(answer, kRead);
    assert.equal(read.count, 20);
    assert.equal(read.errors, 0);
    assert.equal(read.agent_share, 1);
    assert.equal(read.source, 'workspace');
    assert.equal(read.rows_read, null);
    assert.equal(read.rows_written, 0);
    assert.match(read.fingerprint, /^[0-9a-f]{16}$/);
    assert.ok(read.total_ms > 0 && read.p50_ms <= read.p95_ms && read.p95_ms <= read.p99_ms && read.p99_ms <= read.max_ms, JSON.stringify(read));
    assert.ok(Math.abs(read.avg_ms - read.total_ms / 20) < 0.002);
    assert.ok(Math.abs(Date.parse(read.last_seen) - Date.now()) < 60_000);
    assert.equal(find(answer, 'SELECT text FROM NOTES').count, 1);
    assert.equal(find(answer, 'SELECT text FROM notes WHERE absent = ?').errors, 1);
    assert.equal(find(answer, 'INSERT INTO notes(text) VALUES (?)').rows_written, 3);
    assert.deepEqual(answer.sources.map(one => [one.source, one.missing]), [['workspace', ['rows_read']]]);
    assert.equal(find(await figures({ order_by: 'count', limit: 1 }), kRead).count, 20);
});

test('a period before there was anything is empty, and a wrong one is refused', async () => {
    const old = await figures({ from: '2020-01-01T00:00:00Z', to: '2020-01-02T00:00:00+01:00' });
    assert.deepEqual(old.queries, []);
    assert.deepEqual([old.from, old.to], ['2020-01-01T00:00:00.000Z', '2020-01-01T23:00:00.000Z']);
    for (const [args, argument] of [[{ from: '2020-01-01' }, 'from'], [{ to: '2020-01-01T00:00:00' }, 'to'], [{ order_by: 'luck' }, 'order_by']]) {
        const answer = await agent.call('database_analytics', { database: 'desk', ...args });
        assert.deepEqual([answer.code, answer.argument], ['invalid_argument', argument]);
    }
});

test('dry runs and previews are not counted', async () => {
    await agent.do('write_database', { database: 'desk', sql: "UPDATE notes SET text = 'z' WHERE id = 1", dry_run: true });
    assert.equal(find(await figures({ limit: 100 }), 'UPDATE notes SET text = ? WHERE id = ?'), undefined);
});

test('what was answered for survives the end of the app, even a violent one', async () => {
    await figures(); // whatever waits is written
    await app.kill();
    agent.close();
    app = await App.start({ place });
    agent = new Agent(app, token);
    await agent.rows('desk', 'SELECT text FROM notes WHERE id = 2');
    assert.equal(find(await figures(), kRead).count, 21);
    await app.stop();
    agent.close();
    app = await App.start({ place });
    agent = new Agent(app, token);
    assert.equal(find(await figures(), kRead).count, 21);
});

test('without the permission there are no figures', async () => {
    const minted = await place.mintToken('reader', 'read');
    const reader = new Agent(app, minted.token);
    const answer = await reader.call('database_analytics', { database: 'desk' });
    assert.deepEqual([answer.code, answer.permission], ['not_granted', 'analytics']);
    reader.close();
});
