// SPDX-License-Identifier: GPL-3.0-or-later
// Turso's own clients, as npm has them, on the workspace's SQL over HTTP and on Turso's server: the same script on
// both, and the same must come of it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { createClient } from '@libsql/client/http';
import { connect } from '@tursodatabase/serverless';

import { namespaceHeader, startSqld, startWorkspace } from './sqlface.mjs';

const names = ['one', 'two', 'three', 'four', 'five', 'six'];
let servers;

before(async () => {
    servers = await Promise.all([startWorkspace(process.env.SQL_SERVER_BIN, names), startSqld(names)]);
});
after(() => Promise.all(servers.map(server => server.end())));

function libsql(server, name, options = {}) {
    const fetchNamed = request => fetch(new Request(request, { headers: { ...Object.fromEntries(request.headers), ...namespaceHeader(name) } }));
    return createClient({ url: server.url, fetch: fetchNamed, ...options });
}

function serverless(server, name) {
    return connect({ url: server.url, requestHeaders: namespaceHeader(name) });
}

const plain = value => {
    if (typeof value === 'bigint') return `${value}n`;
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return { blob: Buffer.from(value).toString('hex') };
    return value;
};
const rowsOf = result => result.rows.map(row => [...result.columns.keys()].map(i => plain(row[i])));
const resultOf = result => ({
    columns: result.columns, types: result.columnTypes, rows: rowsOf(result),
    affected: result.rowsAffected, rowid: plain(result.lastInsertRowid),
});
/// What the promise comes to, as a value that can be compared.
const told = (promise, of = resultOf) => promise.then(of, error => ({ code: error.code, message: error.message }));

/// Runs the script on both servers and compares what it tells.
function same(name, script) {
    test(name, async () => {
        const [ours, theirs] = await Promise.all(servers.map(script));
        assert.ok(theirs.length > 0);
        assert.deepEqual(ours, theirs);
    });
}

same('@libsql/client: values, batches, errors', async server => {
    const client = libsql(server, 'one', { intMode: 'bigint' });
    const lines = [];
    const tell = async (sql, args) => lines.push(await told(client.execute(args === undefined ? sql : { sql, args })));
    await tell('CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, n INTEGER, r REAL, b BLOB, u UNIQUE)');
    await tell('INSERT INTO t(name, n, r, b, u) VALUES(?, ?, ?, ?, ?)',
        ['Zürich ☃\u0001"', 9223372036854775807n, 1.5, new Uint8Array([0, 1, 2, 255]), 1]);
    await tell('INSERT INTO t(name, n, r, b, u) VALUES(:name, @n, $r, NULL, ?)', { name: 'x', n: -9223372036854775808n, r: 1e300 });
    await tell('INSERT INTO t(name, n, r) VALUES(:name, @n, $r)', { name: '', n: -9223372036854775808n, r: 1e300 });
    await tell("INSERT INTO t(name, u) VALUES('conflict', 1)");
    await tell("INSERT INTO t(name, u) VALUES('a', 2), ('b', 3) RETURNING id, name AS n");
    await tell('UPDATE t SET r = r * 2 WHERE id > 1');
    await tell("REPLACE INTO t(id, name) VALUES(1, 'again')");
    await tell('DELETE FROM t WHERE id > 3');
    await tell('SELECT *, id AS id, 1 AS "a b", x\'00ff\' FROM t ORDER BY id');
    await tell('SELECT 1.0, 0.1, 1e16, 1e-7, 123456789012345678.0, NULL, 1/0, -0.5');
    for (const sql of ['SELEC', 'SELECT * FROM missing', 'SELECT x FROM t', 'SELECT 1; SELECT 2', '', '-- nothing',
        'SELECT ?', 'INSERT INTO t(nope) VALUES(1)', 'COMMIT', 'ROLLBACK', 'RELEASE nothing', 'SELECT nosuch()',
        'CREATE TABLE t(x)', 'DROP TABLE missing', 'VACUUM', 'ANALYZE', 'CREATE TEMP TABLE q(a)', "ATTACH 'x' AS y",
        'PRAGMA journal_mode=DELETE', 'PRAGMA writable_schema=ON', 'PRAGMA optimize', 'PRAGMA nosuch', 'BEGIN CONCURRENT',
        'SELECT 1 FROM WHERE', 'SELECT (', "SELECT 'abc"])
        await tell(sql);
    await tell('SELECT ?', [1, 2]);
    for (const sql of ['PRAGMA foreign_keys', 'PRAGMA user_version=7', 'PRAGMA user_version', 'PRAGMA table_info(t)',
        'PRAGMA table_info=t', 'PRAGMA journal_mode', 'PRAGMA encoding', 'EXPLAIN QUERY PLAN SELECT * FROM t'])
        await tell(sql);
    const batch = async (statements, mode) => lines.push(await told(client.batch(statements, mode), results => results.map(resultOf)));
    await batch(['CREATE TABLE u(x)', { sql: 'INSERT INTO u VALUES(?)', args: [1] }, 'SELECT * FROM u'], 'write');
    await batch(['INSERT INTO u VALUES(2)', 'INSERT INTO missing VALUES(3)', 'INSERT INTO u VALUES(4)'], 'write');
    await batch(['SELECT * FROM u', 'SELECT count(*) FROM t'], 'read');
    await batch(['INSERT INTO u VALUES(5)', 'SELEC', 'INSERT INTO u VALUES(6)'], 'deferred');
    await batch([], 'write');
    await tell('SELECT * FROM u');
    lines.push(await told(client.migrate(['CREATE TABLE p(id PRIMARY KEY)', 'CREATE TABLE c(p REFERENCES p)', 'INSERT INTO c VALUES(9)']),
        results => results.map(resultOf)));
    lines.push(await told(client.executeMultiple('INSERT INTO u VALUES(7); INSERT INTO u VALUES(8); SELECT * FROM u'), () => 'done'));
    lines.push(await told(client.executeMultiple('INSERT INTO u VALUES(9); INSERT INTO missing VALUES(8); INSERT INTO u VALUES(10)'), () => 'done'));
    await tell('SELECT * FROM u');
    client.close();
    return lines;
});

same('@libsql/client: interactive transactions', async server => {
    const client = libsql(server, 'two');
    const lines = [];
    await client.execute('CREATE TABLE t(x)');
    for (const [mode, end] of [['write', 'commit'], ['write', 'rollback'], ['deferred', 'commit'], ['read', 'rollback'], ['write', 'close']]) {
        const transaction = await client.transaction(mode);
        lines.push(await told(transaction.execute(`INSERT INTO t VALUES('${mode} ${end}')`)));
        lines.push(await told(transaction.execute('SELECT count(*) FROM t')));
        lines.push(await told(transaction.execute('SELECT * FROM missing')));
        lines.push(await told(transaction.batch(["INSERT INTO t VALUES('batch')", 'SELECT count(*) FROM t']), results => results.map(resultOf)));
        lines.push(await told(Promise.resolve(transaction[end]()), () => end));
        lines.push(transaction.closed);
    }
    lines.push(await told(client.execute('SELECT * FROM t')));
    // Two writers at once: one waits for the other.
    const first = await client.transaction('write');
    await first.execute("INSERT INTO t VALUES('first')");
    const second = client.execute("INSERT INTO t VALUES('second')");
    await first.execute("INSERT INTO t VALUES('first again')");
    await first.commit();
    lines.push(await told(second));
    lines.push(await told(client.execute('SELECT x FROM t WHERE x LIKE \'first%\' OR x = \'second\'')));
    // Read, then write what another has changed meanwhile.
    const stale = await client.transaction('deferred');
    lines.push(await told(stale.execute('SELECT count(*) FROM t')));
    await client.execute("INSERT INTO t VALUES('between')");
    lines.push(await told(stale.execute("INSERT INTO t VALUES('stale')")));
    stale.close();
    lines.push(await told(client.execute('SELECT count(*) FROM t')));
    client.close();
    return lines;
});

same('@libsql/client: who holds up others for too long is rolled back', async server => {
    const client = libsql(server, 'three');
    const lines = [];
    await client.execute('CREATE TABLE t(x)');
    const holder = await client.transaction('write');
    await holder.execute("INSERT INTO t VALUES('held')");
    const started = Date.now();
    lines.push(await told(client.execute("INSERT INTO t VALUES('waited')")));
    const waited = Date.now() - started;
    lines.push(waited > 3000 && waited < 12000 ? 'after some seconds' : `after ${waited} ms`);
    lines.push(await told(holder.execute("INSERT INTO t VALUES('late')")));
    lines.push(await told(holder.commit(), () => 'committed'));
    lines.push(await told(client.execute('SELECT * FROM t')));
    client.close();
    return lines;
});

same('@libsql/client: many writers at once', async server => {
    const client = libsql(server, 'four', { concurrency: 40 });
    await client.execute('CREATE TABLE t(x INTEGER PRIMARY KEY, n)');
    const all = await Promise.all(Array.from({ length: 200 }, (_, i) => i % 2
        ? told(client.execute(`INSERT INTO t(n) VALUES(${i})`), result => result.rowsAffected)
        : told(client.batch([`INSERT INTO t(n) VALUES(${i})`, 'SELECT 1'], 'write'), results => results.length)));
    const lines = [all, await told(client.execute('SELECT count(*), sum(n) FROM t'))];
    client.close();
    return lines;
});

same('@tursodatabase/serverless: statements, cursors, transactions', async server => {
    const connection = serverless(server, 'five');
    const lines = [];
    const tell = async promise => lines.push(await told(promise, value => JSON.parse(JSON.stringify(value ?? null, (_, v) => plain(v)))));
    await tell(connection.exec('CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, b BLOB); INSERT INTO t(name) VALUES(\'a\'), (\'b\')'));
    const run = async (sql, ...args) => {
        const statement = await told(connection.prepare(sql), value => value);
        if (typeof statement.run !== 'function') return lines.push(statement);
        await tell(statement.run(...args));
        await tell(statement.all(...args));
        return tell(statement.get(...args));
    };
    await run('SELECT * FROM t ORDER BY id');
    await run('SELECT * FROM t WHERE id = ?', [2]);
    await run('INSERT INTO t(name) VALUES(:name) RETURNING id', { name: 'c' });
    await run('SELECT * FROM missing');
    await run('SELEC');
    await run("SELECT x'0102', 1.5, NULL, 'ü'");
    await tell(connection.batch(["INSERT INTO t(name) VALUES('d')", "INSERT INTO t(name) VALUES('e')"], 'immediate'));
    await tell(connection.batch(["INSERT INTO t(name) VALUES('f')", 'INSERT INTO missing VALUES(1)'], 'immediate'));
    const insert = await connection.prepare('INSERT INTO t(name) VALUES(?)');
    const both = connection.transaction(async (one, two) => {
        await insert.run([one]);
        await insert.run([two]);
        if (two === 'fails') throw new Error('on purpose');
        return 'done';
    });
    await tell(both('g', 'h'));
    await tell(both('i', 'fails'));
    await tell((await connection.prepare('SELECT * FROM t ORDER BY id')).all([]));
    const lengths = await connection.prepare('WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT i, hex(zeroblob(100)) AS text FROM n');
    let count = 0;
    for await (const row of lengths.iterate([])) count += row.i === count + 1 && row.text.length === 200 ? 1 : 0;
    lines.push(count);
    await tell(connection.close());
    return lines;
});

same('an aborted request leaves no lock', async server => {
    const client = libsql(server, 'six');
    await client.execute('CREATE TABLE t(x)');
    const slow = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n';
    const execute = sql => ({ type: 'execute', stmt: { sql } });
    const gone = new AbortController();
    const aborted = fetch(`${server.url}/v3/pipeline`, {
        method: 'POST', signal: gone.signal, headers: { 'content-type': 'application/json', ...namespaceHeader('six') },
        body: JSON.stringify({ requests: [execute('BEGIN IMMEDIATE'), execute('INSERT INTO t VALUES(1)'), execute(slow), execute('COMMIT')] }),
    }).then(() => 'answered', error => error.name);
    await new Promise(resolve => setTimeout(resolve, 300));
    gone.abort();
    const lines = [await aborted];
    const started = Date.now();
    lines.push(await told(client.execute('INSERT INTO t VALUES(2)')));
    lines.push(Date.now() - started < 3000);
    lines.push(await told(client.execute('SELECT * FROM t')));
    client.close();
    return lines;
});
