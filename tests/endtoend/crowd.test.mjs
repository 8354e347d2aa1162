// SPDX-License-Identifier: GPL-3.0-or-later
// Many agents at once on a few databases, while a delete in each of them waits for a person: nobody gets an error,
// nobody starves, reads keep flowing, and afterwards every database holds exactly what was acknowledged.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { App, until } from '../peers/app.mjs';
import { Agent } from './agent.mjs';

const kSeconds = Number(process.env.CROWD_SECONDS ?? 20);
const kAgents = 32;
const kDatabases = 8;
const kRows = 2000;
const kSlowestRead = 2000; // milliseconds, on a busy machine

let app;
let place;
before(async () => {
    app = await App.start({ settings: { approval_hold: '1s', approval_deadline: `${kSeconds + 120}s` } });
    place = app.place;
});
after(async () => {
    await app?.stop();
    place?.remove();
});

const database = index => `crowd-${index % kDatabases}`;
const below = most => Math.floor(Math.random() * most);

async function prepare(owner) {
    for (let i = 0; i < kDatabases; ++i) {
        await owner.do('create_database', { name: database(i) });
        await owner.do('evolve_schema', {
            database: database(i),
            sql: `CREATE TABLE items(id INTEGER PRIMARY KEY, owner TEXT, note TEXT);
                  CREATE TABLE counters(owner TEXT PRIMARY KEY, n INTEGER NOT NULL);
                  CREATE INDEX items_owner ON items(owner)`,
        });
        await owner.do('write_database', {
            database: database(i),
            sql: `WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < ${kRows})
                  INSERT INTO items SELECT i, 'seed', 'note ' || i FROM k`,
        });
    }
}

/** One agent of the crowd: a random mix of what agents do, until `end`. */
class Member {
    constructor(index, token) {
        Object.assign(this, { name: `agent-${index}`, database: database(index), agent: new Agent(app, token) });
        Object.assign(this, { inserted: 0, counted: 0, calls: 0, reads: [], writes: [] });
    }
    async timed(list, tool, args) {
        const start = performance.now();
        const answer = await this.agent.do(tool, { database: this.database, ...args });
        list.push(performance.now() - start);
        return answer;
    }
    read(sql, args) { return this.timed(this.reads, 'read_database', { sql, args }); }
    async write(sql, args, rows) {
        const answer = await this.timed(this.writes, 'write_database', { sql, args });
        assert.equal(answer.affected_rows, rows, sql);
    }
    async step() {
        const dice = Math.random();
        if (dice < 0.4) {
            const id = 1 + below(kRows);
            const { rows } = await this.read('SELECT id, note FROM items WHERE id = ?', [id]);
            assert.deepEqual(rows, [[id, `note ${id}`]]);
        } else if (dice < 0.6) {
            const { rows } = await this.read('SELECT count(*) FROM items WHERE owner = ?', [this.name]);
            assert.deepEqual(rows, [[this.inserted]]);
        } else if (dice < 0.65) {
            await this.read('SELECT owner, count(*), max(length(note)) FROM items GROUP BY owner ORDER BY 2 DESC');
        } else if (dice < 0.7) {
            await this.agent.do('get_database', { database: this.database });
        } else if (dice < 0.85) {
            const count = 1 + below(5);
            await this.write('INSERT INTO items(owner, note) VALUES ' + Array(count).fill('(?1, ?2)').join(', '),
                [this.name, 'x'.repeat(below(300))], count);
            this.inserted += count;
        } else {
            await this.write('INSERT INTO counters VALUES (?, 1) ON CONFLICT(owner) DO UPDATE SET n = n + 1', [this.name], 1);
            ++this.counted;
        }
        ++this.calls;
    }
    async run(end) {
        while (performance.now() < end)
            await this.step();
    }
}

const quantile = (list, q) => list.sort((a, b) => a - b)[Math.floor((list.length - 1) * q)];

test(`${kAgents} agents on ${kDatabases} databases for ${kSeconds} s`, async t => {
    const owner = new Agent(app, (await place.mintToken('owner', 'full-access')).token);
    await prepare(owner);
    const members = [];
    for (let i = 0; i < kAgents; ++i)
        members.push(new Member(i, (await place.mintToken(`agent-${i}`, 'full-access')).token));

    // A delete in every database that a person has not decided yet.
    for (let i = 0; i < kDatabases; ++i) {
        const held = await owner.call('delete_from_database', { database: database(i), sql: "DELETE FROM items WHERE owner = 'seed'" });
        assert.equal(held.status, 'pending_approval', JSON.stringify(held));
    }
    const end = performance.now() + kSeconds * 1000;
    await Promise.all(members.map(member => member.run(end)));
    const open = (await place.ask('approvals', 'list')).filter(one => one.sql.endsWith("owner = 'seed'"));
    assert.equal(open.length, kDatabases, 'the deletes must have waited all the while');

    const calls = members.map(member => member.calls);
    const reads = members.flatMap(member => member.reads);
    const writes = members.flatMap(member => member.writes);
    t.diagnostic(`${calls.reduce((a, b) => a + b)} calls, per agent ${Math.min(...calls)} to ${Math.max(...calls)}`);
    for (const [name, list] of [['read', reads], ['write', writes]])
        t.diagnostic(`${name}: p50 ${quantile(list, 0.5).toFixed(1)} ms, p99 ${quantile(list, 0.99).toFixed(1)} ms, max ${quantile(list, 1).toFixed(1)} ms`);
    assert.ok(Math.min(...calls) >= quantile([...calls], 0.5) / 3, `somebody starved: ${calls}`);
    assert.ok(quantile(reads, 0.99) < kSlowestRead, 'reads were held up');

    for (const member of members) {
        assert.deepEqual(await owner.rows(member.database, `SELECT count(*) FROM items WHERE owner = '${member.name}'`), [[member.inserted]]);
        const counted = await owner.rows(member.database, `SELECT n FROM counters WHERE owner = '${member.name}'`);
        assert.deepEqual(counted, member.counted ? [[member.counted]] : []);
        member.agent.close();
    }
    // And the person's answers still count.
    for (const question of open)
        await place.approve(question.id);
    for (let i = 0; i < kDatabases; ++i)
        await until('the delete', async () => (await owner.rows(database(i), "SELECT count(*) FROM items WHERE owner = 'seed'"))[0][0] === 0);
    owner.close();
});
