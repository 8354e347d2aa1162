// SPDX-License-Identifier: GPL-3.0-or-later
// As crowd.test.mjs, with everything that agents do beside reading and writing: they create databases and branches, try writes
// without keeping them and ask for figures, which have to be right in the end. BUSTLE_SECONDS says how long, 10 if it is not set.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { App } from '../peers/app.mjs';
import { Agent } from './agent.mjs';

const kSeconds = Number(process.env.BUSTLE_SECONDS ?? 10);
const kAgents = 32;
const kDatabases = Array.from({ length: 8 }, (_, i) => `hall-${i}`);
const kCreates = 2; // of each agent
const kBranches = 2;
const kLeastShare = 0.25; // of what an agent does on average
const kReadMs = 3000; // 99 of 100 reads; in this process, on a busy machine
const kInsert = 'INSERT INTO events(agent, n) VALUES (?, ?)';

let app;
let place;
let owner;
let hasBranches;

/** A small generator of its own, so that a run can be repeated. */
function randomFrom(seed) {
    let state = seed * 2654435761 >>> 0;
    return () => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return state / 2 ** 32;
    };
}
const percentile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)];

before(async () => {
    app = await App.start({ settings: { approval_hold: '5s', approval_deadline: '20m' } });
    place = app.place;
    owner = new Agent(app, (await place.mintToken('owner', 'full-access')).token);
    for (const database of kDatabases) {
        await owner.do('create_database', { name: database });
        await owner.do('evolve_schema', {
            database, sql: 'CREATE TABLE events(id INTEGER PRIMARY KEY, agent INT, n INT, note TEXT); '
                + 'CREATE INDEX events_agent ON events(agent); CREATE TABLE doomed(x)',
        });
        await owner.do('write_database', { database, sql: 'INSERT INTO doomed VALUES (1), (2), (3)' });
    }
    const branch = await owner.call('create_branch', { database: kDatabases[0], name: 'first-branch' });
    hasBranches = branch.code !== 'unsupported';
    assert.ok(!hasBranches || branch.status === 'ok', JSON.stringify(branch));
});
after(async () => {
    owner?.close();
    await app?.stop();
    place?.remove();
});

/** What one agent does until the end, and what came of it. */
class Visitor {
    constructor(number, token) {
        Object.assign(this, { number, calls: 0, inserts: new Map(), creates: 0, branches: 0, reads: [], wrong: [] });
        this.agent = new Agent(app, token);
        this.random = randomFrom(number + 1);
    }
    pick() { return kDatabases[Math.floor(this.random() * kDatabases.length)]; }

    async step() {
        const dice = this.random();
        const database = this.pick();
        if (dice < 0.68)
            return this.read(database);
        if (dice < 0.88)
            return this.insert(database);
        if (dice < 0.92)
            return this.call('write_database', { database, sql: `UPDATE events SET note = 'seen' WHERE agent = ${this.number} AND n < 3`, dry_run: true });
        if (dice < 0.94)
            return this.call('database_analytics', { database, limit: 3 });
        if (dice < 0.96 && this.creates < kCreates)
            return this.call('create_database', { name: `room-${this.number}-${++this.creates}` });
        if (dice < 0.98 && this.branches < kBranches && hasBranches)
            return this.call('create_branch', { database, name: `${database}-${this.number}-${++this.branches}` });
        return this.call('list_databases', { limit: 20 });
    }
    async call(tool, args) {
        const answer = await this.agent.call(tool, args);
        ++this.calls;
        if (answer.status !== 'ok')
            this.wrong.push(`${tool} ${JSON.stringify(args)}: ${JSON.stringify(answer)}`);
        return answer;
    }
    async read(database) {
        const started = performance.now();
        const answer = await this.call('read_database', {
            database, sql: 'SELECT count(*), max(n) FROM events WHERE agent = ?', args: [this.number],
        });
        this.reads.push(performance.now() - started);
        // Its own writes that were answered are there.
        const mine = this.inserts.get(database) ?? 0;
        if (answer.status === 'ok' && answer.rows[0][0] !== mine)
            this.wrong.push(`${database}: ${answer.rows[0][0]} rows instead of ${mine}`);
    }
    async insert(database) {
        const n = (this.inserts.get(database) ?? 0) + 1;
        const answer = await this.call('write_database', {
            database, sql: 'INSERT INTO events(agent, n) VALUES (?, ?)', args: [this.number, n],
        });
        if (answer.status === 'ok')
            this.inserts.set(database, n);
    }
}

test(`${kAgents} agents at once for ${kSeconds} seconds`, { timeout: (kSeconds + 180) * 1000 }, async t => {
    const visitors = [];
    for (let i = 0; i < kAgents; ++i)
        visitors.push(new Visitor(i, (await place.mintToken(`visitor-${i}`, 'full-access')).token));
    const waiting = await owner.call('delete_from_database', { database: kDatabases[0], sql: 'DELETE FROM doomed' });
    assert.equal(waiting.status, 'pending_approval');

    const end = Date.now() + kSeconds * 1000;
    await Promise.all(visitors.map(async visitor => {
        while (Date.now() < end)
            await visitor.step();
    }));

    // Nobody has answered yet, so nothing has been deleted; now somebody does.
    assert.deepEqual(await owner.rows(kDatabases[0], 'SELECT count(*) FROM doomed'), [[3]]);
    const [question] = await place.ask('approvals', 'list');
    await place.approve(question.id);
    const done = await owner.do('approval_wait', { approval_id: waiting.approval_id });
    assert.equal(done.affected_rows, 3);

    const calls = visitors.map(visitor => visitor.calls);
    const all = calls.reduce((a, b) => a + b);
    const reads = visitors.flatMap(visitor => visitor.reads).sort((a, b) => a - b);
    t.diagnostic(`${all} calls, ${Math.round(all / kSeconds)} a second; an agent ${Math.min(...calls)} to ${Math.max(...calls)}; `
        + `reads p50 ${percentile(reads, 0.5).toFixed(1)} ms, p99 ${percentile(reads, 0.99).toFixed(1)} ms, `
        + `longest ${reads.at(-1).toFixed(1)} ms${hasBranches ? '' : '; without branches, which the tool cannot make'}`);
    assert.deepEqual(visitors.flatMap(visitor => visitor.wrong).slice(0, 5), []);
    assert.ok(Math.min(...calls) >= kLeastShare * all / kAgents, `somebody was starved: ${calls}`);
    assert.ok(percentile(reads, 0.99) < kReadMs, 'reads did not flow');

    // Every write that was answered is there, once; and the figures have counted each.
    for (const database of kDatabases) {
        const expected = visitors.map(visitor => visitor.inserts.get(database) ?? 0);
        const rows = await owner.rows(database, 'SELECT agent, count(*), count(DISTINCT n) FROM events GROUP BY agent');
        for (const [agent, count, different] of rows)
            assert.deepEqual([count, different], [expected[agent], expected[agent]], `${database}, agent ${agent}`);
        const figures = await owner.do('database_analytics', { database, limit: 100 });
        const insert = figures.queries.find(query => query.query === kInsert);
        assert.equal(insert?.count ?? 0, expected.reduce((a, b) => a + b), database);
        assert.deepEqual(await owner.rows(database, 'PRAGMA integrity_check'), [['ok']]);
    }
    for (const visitor of visitors)
        visitor.agent.close();
});
