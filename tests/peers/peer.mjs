// SPDX-License-Identifier: GPL-3.0-or-later
// What every test of an official client starts from: the real app, one client (PEER) that came in by one way
// (TRANSPORT: http or stdio), a database, and every answer held against what was promised.
import assert from 'node:assert/strict';

import { App, until } from './app.mjs';
import { makeClient } from './clients.mjs';
import { Contract } from './contract.mjs';

export const { PEER, TRANSPORT } = process.env;
assert.ok(['http', 'stdio'].includes(TRANSPORT), 'TRANSPORT must be http or stdio.');
export const kModern = ['client2-auto', 'inspector-modern'].includes(PEER);
export const kRows = [[1, 'old', 'Ada'], [2, 'new', 'Grace'], [3, 'old', 'Edsger'], [4, 'new', "O'Brien"], [5, 'old', '日本'], [6, 'new', null]];

export class Peer {
    database = 'peer';
    name = `peer ${PEER}`;
    client = makeClient(PEER);
    #tables = 0;

    async start(settings) {
        this.app = await App.start({ settings });
        await this.client.connect(this.app, await this.letIn(this.name, 'full-access'));
        this.contract = new Contract(await this.client.tools());
        await this.call('create_database', { name: this.database });
    }
    /** Ends all, and says if any message was not what its revision's schema wants. */
    async stop() {
        await this.client.close();
        await this.app?.stop();
        this.app?.place.remove();
        this.client.wire?.assertRight();
    }
    /** The app ends and another one serves at the same address. */
    async restart(end = 'stop') {
        const { place, port } = this.app;
        await this.app[end]();
        this.app = await App.start({ place, args: ['--headless', '--port', String(port)] });
    }

    /** Lets an agent in the way that it comes: with a token, or by name. */
    async letIn(name, permissions) {
        if (TRANSPORT === 'http')
            return { agent: name, token: (await this.app.place.mintToken(name, permissions)).token };
        await this.app.place.ask('grants', 'create', '--agent', name, '--permissions', permissions);
        return { agent: name };
    }

    /** The structured part of an answer. `options`: onprogress, signal, timeout (ms). */
    async call(tool, args, options) { return this.contract.check(tool, await this.client.call(tool, args, options)); }
    async rows(sql, database = this.database) {
        const answer = await this.call('read_database', { database, sql });
        assert.equal(answer.status, 'ok', JSON.stringify(answer));
        return answer.rows;
    }
    async refused(tool, args, code, more = {}) {
        const answer = await this.call(tool, args);
        assert.equal(answer.code, code, JSON.stringify(answer));
        for (const [key, value] of Object.entries(more))
            assert.deepEqual(answer[key], value, JSON.stringify(answer));
        return answer;
    }

    /** A table with the six rows, and how to see all of it. */
    async makeTable() {
        const { database } = this;
        const name = `t${++this.#tables}`;
        const made = await this.call('evolve_schema', { database, sql: `CREATE TABLE ${name}(id INTEGER PRIMARY KEY, kind TEXT NOT NULL, who TEXT)` });
        assert.equal(made.status, 'ok', JSON.stringify(made));
        const places = kRows.map(() => '(?,?,?)').join(',');
        const filled = await this.call('write_database', { database, sql: `INSERT INTO ${name} VALUES ${places}`, args: kRows.flat() });
        assert.equal(filled.affected_rows, kRows.length, JSON.stringify(filled));
        return { name, all: () => this.rows(`SELECT * FROM ${name} ORDER BY id`) };
    }
    remove(table, what = "kind = 'old'") {
        return { database: this.database, sql: `DELETE FROM ${table.name} WHERE ${what}`, reason: 'They are old.' };
    }
    /** The one open question about this table, as soon as there is one. */
    async question(table) { return this.app.place.question(question => this.#isAbout(question, table)); }
    async questions(table) { return (await this.app.place.ask('approvals', 'list')).filter(one => this.#isAbout(one, table)); }
    async noQuestion(table, milliseconds) {
        return until('the question to be withdrawn', async () => (await this.questions(table)).length === 0, milliseconds);
    }
    #isAbout(question, table) { return question.sql.includes(`${table.name} `); }
    /** How this table's calls of a tool ended, oldest first. */
    async history(tool, table) {
        const calls = await this.app.place.askLines('calls', '--filter', `tool:${tool}`);
        return calls.filter(call => this.#isAbout(call, table));
    }
}
