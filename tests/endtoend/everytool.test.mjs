// SPDX-License-Identifier: GPL-3.0-or-later
// Twelve tools and every code of a refusal, on each kind of connection: the same table, the real app, a real agent's
// wire. What a kind cannot do stands here with its reason.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { App, until } from '../peers/app.mjs';
import { Contract, kTools } from '../peers/contract.mjs';
import { Agent } from './agent.mjs';
import { PlayedCloud, secretFile, startLockedSqld } from './platforms.mjs';

const kEndless = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n';
const kCodes = ['not_granted', 'wrong_tool', 'not_understood', 'denied', 'approval_expired', 'read_only_mode', 'protected', 'impact_changed',
    'not_found', 'already_exists', 'invalid_argument', 'limit_exceeded', 'sql_error', 'unsupported', 'unauthorized', 'upstream_error', 'cancelled'];
const kMake = ['create_database', { name: 'extra' }];
let app;
let place;
let contract;
let sqld;
let cloud;

before(async () => {
    app = await App.start({ settings: { approval_hold: '20s', approval_deadline: '4s' } });
    place = app.place;
    sqld = await startLockedSqld([]);
    cloud = await PlayedCloud.start();
});
after(async () => {
    await app?.stop();
    await sqld?.end();
    await cloud?.stop();
    place?.remove();
});

const addServer = (name, token) => place.ask('connections', 'add', '--kind', 'libsql-server', '--name', name, '--url', sqld.url, '--admin-url', sqld.adminUrl,
    '--token-file', secretFile(place, `${name}.token`, token), '--admin-key-file', secretFile(place, `${name}.key`, sqld.adminKey));
const addCloud = (name, token) => place.ask('connections', 'add', '--kind', 'turso-cloud', '--name', name, '--api-url', cloud.api_url,
    '--token-file', secretFile(place, `${name}.token`, token));

const kPlatforms = [
    {
        name: 'workspace',
        connect: async () => 'workspace',
        none: {
            unsupported: 'It can do all that the tools ask for.',
            unauthorized: 'Nobody signs in to it.',
        },
    },
    {
        name: 'libsql-server',
        connect: async () => (await addServer('sqld', sqld.token)).id,
        weak: async () => (await addServer('sqld to read', sqld.readToken)).id,
        unsupported: ['create_branch', { database: 'desk', name: 'then', timestamp: new Date(Date.now() - 60_000).toISOString() }],
        end: () => sqld.stop('SIGKILL'),
        none: {},
    },
    {
        name: 'turso-cloud',
        connect: async () => (await addCloud('cloud', cloud.token)).id,
        weak: async () => (await addCloud('cloud without SQL', cloud.no_sql_token)).id,
        tricks: [
            [{ method: 'POST', part: '/databases', status: 402, body: '{"error":"database limit reached, upgrade your plan"}' }, 'limit_exceeded', ...kMake],
            [{ method: 'POST', part: '/databases', status: 403, body: 'forbidden', type: 'text/plain' }, 'unauthorized', ...kMake],
            [{ method: 'POST', part: '/databases', status: 422, body: '{"error":"name not available"}' }, 'already_exists', ...kMake],
            [{ method: 'POST', part: '/databases', status: 500, body: '' }, 'upstream_error', ...kMake],
            [{ method: 'POST', part: '/databases', cut: true, body: '{"data' }, 'upstream_error', ...kMake],
            [{ method: 'POST', part: '/databases', status: 307, body: '' }, 'upstream_error', ...kMake],
            [{ method: 'POST', part: '/databases', body: '<html>Sign in</html>', type: 'text/html' }, 'upstream_error', ...kMake],
        ],
        end: () => cloud.stop(),
        none: { unsupported: 'It can do all that the tools ask for.' },
    },
];

for (const platform of kPlatforms) {
    describe(platform.name, () => {
        const used = new Set();
        const seen = new Set();
        let agent;
        let other; // the same rights, another agent
        let id;

        async function call(tool, args, who = agent) {
            used.add(tool);
            const { status, body } = await who.rpc('tools/call', { name: tool, arguments: args }, tool);
            assert.equal(status, 200, `${tool}: ${status} ${body}`);
            return contract.check(tool, JSON.parse(body).result);
        }
        async function done(tool, args, who) {
            const answer = await call(tool, args, who);
            assert.equal(answer.status, 'ok', `${tool} ${JSON.stringify(args)}: ${JSON.stringify(answer)}`);
            return answer;
        }
        async function fails(code, tool, args, who) {
            const answer = await call(tool, args, who);
            assert.equal(answer.code, code, `${tool} ${JSON.stringify(args)}: ${JSON.stringify(answer)}`);
            assert.ok(answer.message, code);
            seen.add(code);
            return answer;
        }
        async function asked(tool, args, answerTo) {
            const answer = call(tool, args);
            const question = await place.question(one => one.tool === tool);
            assert.equal(question.connection, id);
            await answerTo(question);
            return answer;
        }
        const yes = question => place.approve(question.id, ...(question.must_type ? ['--typed', question.must_type] : []));
        const rows = async (database, sql) => (await done('read_database', { database, sql })).rows;
        const agentOf = async (name, permissions, connection = id) =>
            new Agent(app, (await place.mintToken(`${platform.name}-${name}`, permissions, '--connection', connection)).token);

        before(async () => {
            id = await platform.connect();
            agent = await agentOf('agent', 'full-access');
            other = await agentOf('other', 'full-access');
            contract ??= new Contract(JSON.parse((await agent.rpc('tools/list', {})).body).result.tools);
        });
        after(() => { agent?.close(); other?.close(); });

        test('every tool', async () => {
            const made = await done('create_database', { name: 'desk' });
            assert.equal(made.database.name, 'desk');
            assert.ok((await done('list_databases', {})).databases.some(one => one.name === 'desk'));
            assert.equal((await done('get_database', { database: 'desk' })).database.delete_protection, false);
            await done('evolve_schema', { database: 'desk', sql: 'CREATE TABLE notes(id INTEGER PRIMARY KEY, text TEXT)' });
            const wrote = await done('write_database', { database: 'desk', sql: "INSERT INTO notes(text) VALUES ('a'), ('b'), ('c')" });
            assert.equal(wrote.affected_rows, 3);
            assert.deepEqual((await done('read_database', { database: 'desk', sql: 'SELECT text FROM notes WHERE id > ? ORDER BY id', args: [1] })).rows, [['b'], ['c']]);
            const tried = await done('write_database', { database: 'desk', sql: "UPDATE notes SET text = 'z' WHERE id = 1", dry_run: true });
            assert.equal(tried.impact.affected_rows, 1);
            assert.deepEqual(await rows('desk', 'SELECT text FROM notes WHERE id = 1'), [['a']]);

            await done('create_branch', { database: 'desk', name: 'desk-now' });
            assert.deepEqual(await rows('desk-now', 'SELECT count(*) FROM notes'), [[3]]);
            assert.deepEqual((await done('list_branches', { database: 'desk' })).branches.map(one => one.name), ['desk-now']);
            const deleted = await asked('delete_from_database', { database: 'desk', sql: 'DELETE FROM notes WHERE id = 3' }, yes);
            assert.equal(deleted.affected_rows, 1, JSON.stringify(deleted));
            const altered = await asked('evolve_schema', { database: 'desk-now', sql: 'DROP TABLE notes' }, yes);
            assert.equal(altered.status, 'ok', JSON.stringify(altered));
            assert.deepEqual(await rows('desk', 'SELECT count(*) FROM notes'), [[2]]);
            const dropped = await asked('delete_database', { database: 'desk-now' }, yes);
            assert.equal(dropped.deleted, 'desk-now', JSON.stringify(dropped));
            const changed = await done('set_database_config', { database: 'desk', delete_protection: true });
            assert.deepEqual(changed.changed, ['delete_protection']);
            const figures = await done('database_analytics', { database: 'desk', limit: 100 });
            assert.ok(figures.queries.some(one => one.query === 'INSERT INTO notes(text) VALUES (?)'), JSON.stringify(figures.queries));
            assert.ok(figures.sources.length >= 1);
        });

        test('every way to fail', async () => {
            const desk = { database: 'desk' };
            const reader = await agentOf('reader', 'read');
            const refused = call('write_database', { ...desk, sql: 'INSERT INTO notes(id) VALUES (9)' }, reader);
            assert.equal((await refused).code, 'not_granted');
            seen.add('not_granted');
            for (const question of await place.ask('approvals', 'list')) // what the reader wants more
                await place.deny(question.id);
            reader.close();
            await fails('wrong_tool', 'read_database', { ...desk, sql: 'DELETE FROM notes' });
            await fails('not_understood', 'write_database', { ...desk, sql: "ATTACH 'x' AS y" });
            await fails('not_found', 'read_database', { database: 'nowhere', sql: 'SELECT 1' });
            await fails('not_found', 'approval_wait', { approval_id: 'ap_nothing' });
            await fails('already_exists', 'create_database', { name: 'desk' });
            await fails('invalid_argument', 'read_database', { ...desk, sql: 'SELECT ?', args: [] });
            await fails('sql_error', 'read_database', { ...desk, sql: 'SELECT absent FROM notes' });
            await fails('upstream_error', 'read_database', { ...desk, sql: kEndless, timeout_ms: 300 });
            const protection = await asked('delete_database', desk, yes);
            assert.equal(protection.code, 'protected', JSON.stringify(protection));
            seen.add('protected');

            await place.ask('read-only', 'on');
            await fails('read_only_mode', 'write_database', { ...desk, sql: 'INSERT INTO notes(id) VALUES (9)' });
            await place.ask('read-only', 'off');
            const remove = { ...desk, sql: 'DELETE FROM notes WHERE id > 0' };
            const denied = await asked('delete_from_database', remove, question => place.deny(question.id, 'Not these.'));
            assert.deepEqual([denied.code, denied.message], ['denied', 'Not these.']);
            seen.add('denied');
            const grown = await asked('delete_from_database', remove, async question => {
                await done('write_database', { ...desk, sql: 'WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 300) INSERT INTO notes(id) SELECT i FROM n' }, other);
                await yes(question);
            });
            assert.equal(grown.code, 'impact_changed', JSON.stringify(grown));
            seen.add('impact_changed');
            await fails('approval_expired', 'delete_from_database', remove);
            assert.deepEqual(await rows('desk', 'SELECT count(*) FROM notes'), [[203]]);
        });

        test('a database that is full', async () => {
            await done('create_database', { name: 'small', size_limit: '64kb' });
            await done('evolve_schema', { database: 'small', sql: 'CREATE TABLE t(x)' });
            await fails('limit_exceeded', 'write_database', { database: 'small', sql: 'INSERT INTO t VALUES (zeroblob(500000))' });
            assert.deepEqual(await rows('small', 'SELECT count(*) FROM t'), [[0]]);
        });

        test('a call whose agent hangs up is cancelled', async () => {
            const gone = await agentOf('gone', 'read-only');
            const running = gone.call('read_database', { database: 'desk', sql: kEndless, timeout_ms: 60_000 }).catch(error => error);
            const last = async () => (await place.askLines('calls', '--filter', `agent:${platform.name}-gone`)).at(-1);
            await until('the call to run', async () => (await last())?.state === 'running');
            gone.close();
            await running;
            await until('the call to end', async () => (await last()).state === 'cancelled');
            assert.equal((await last()).code, 'cancelled');
            seen.add('cancelled');
        });

        test('a connection that may not', async context => {
            if (platform.unsupported)
                await fails('unsupported', ...platform.unsupported);
            if (!platform.weak)
                return context.diagnostic(platform.none.unauthorized);
            const weak = await agentOf('weak', 'full-access', await platform.weak());
            const answer = await fails('unauthorized', 'write_database', { database: 'desk', sql: 'INSERT INTO notes(id) VALUES (1000)' }, weak);
            assert.ok(answer.hint, JSON.stringify(answer));
            weak.close();
        });

        test('what the server says instead of an answer', async () => {
            for (const [trick, code, tool, args] of platform.tricks ?? []) {
                cloud.play(trick);
                const answer = await fails(code, tool, args);
                assert.ok(code !== 'upstream_error' || ['not_run', 'unknown'].includes(answer.outcome), JSON.stringify(answer));
            }
        });

        test('a connection that is gone', async () => {
            if (!platform.end)
                return;
            await platform.end();
            for (const [tool, args] of [['read_database', { sql: 'SELECT 1' }], ['write_database', { sql: 'INSERT INTO notes(id) VALUES (2000)' }],
                ['get_database', {}]]) {
                const answer = await fails('upstream_error', tool, { database: 'desk', ...args });
                assert.ok(['not_run', 'unknown'].includes(answer.outcome), JSON.stringify(answer));
            }
        });

        test('nothing is left out', context => {
            assert.deepEqual([...used].sort(), Object.keys(kTools).sort());
            for (const reason of Object.entries(platform.none))
                context.diagnostic(reason.join(': '));
            assert.deepEqual([...seen, ...Object.keys(platform.none)].sort(), [...kCodes].sort());
        });
    });
}
