// SPDX-License-Identifier: GPL-3.0-or-later
// Turso's own npm client, unmodified, on the workspace of the real app: `workspace serve on` and what it opens.
import { createClient } from '@tursodatabase/api';
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { App, until } from './app.mjs';

let app;
let served;
let turso;

const serve = (...more) => app.place.ask('workspace', 'serve', 'on', ...more);
const clientOf = ({ platform_url, token }) => createClient({ org: 'local', token, baseUrl: `${platform_url}/v1/` });

/** What the npm client has no function for, as Turso's command line asks it. */
async function rest(method, path, body, token = served.token, headers = {}) {
    const answer = await fetch(served.platform_url + path, {
        method, body: body === undefined ? undefined : JSON.stringify(body),
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', 'User-Agent': 'turso-cli/1.0.0 (linux/amd64)', ...headers },
    });
    const text = await answer.text();
    return { status: answer.status, body: text ? JSON.parse(text) : null };
}

/** A request with header fields that fetch would not send. */
function raw(path, headers) {
    const { hostname, port } = new URL(served.platform_url);
    return new Promise((done, fail) => {
        http.get({ hostname, port, path, headers: { Authorization: `Bearer ${served.token}`, ...headers } }, answer => {
            answer.resume();
            answer.on('end', () => done(answer.statusCode));
        }).on('error', fail);
    });
}

/** One statement on a database: its rows, or status and error. */
async function sql(database, token, statement) {
    const answer = await fetch(`${served.sql_url}/v3/pipeline`, {
        method: 'POST',
        headers: {
            Authorization: `Bearer ${token}`,
            'x-namespace-bin': Buffer.from(database).toString('base64').replace(/=+$/, ''),
        },
        body: JSON.stringify({ requests: [{ type: 'execute', stmt: { sql: statement } }, { type: 'close' }] }),
    });
    const body = await answer.json();
    if (answer.status !== 200)
        return { status: answer.status, error: body.error };
    const [{ response, error }] = body.results;
    return error ? { status: 200, error: error.message } : response.result.rows.map(row => row.map(({ value }) => value));
}

const failure = (status, message) => error => {
    assert.equal(error.status, status);
    assert.equal(error.message, message);
    return true;
};

before(async () => {
    app = await App.start();
    await until('the demo database', async () => {
        const found = await app.place.ctl(['status', '--json'], { key: false });
        return found.code === 0;
    });
});
after(() => app.stop());

test('it is off until a person switches it on', async () => {
    assert.equal((await app.place.ask('status')).workspace_served, null);
    const refused = await app.place.ctl(['workspace', 'serve', 'on'], { key: false });
    assert.equal(refused.code, 5, refused.stderr);
    assert.equal((await app.place.ctl(['workspace', 'serve', 'off'], { key: false })).code, 0);
    assert.equal((await app.place.ctl(['workspace', 'serve', 'on', '--port', '70000'])).code, 2);
    served = await serve('--port', '0');
    assert.deepEqual(Object.keys(served).sort(), ['host_suffix', 'platform_url', 'sql_url', 'token']);
    const port = new URL(served.platform_url).port;
    assert.equal(served.platform_url, `http://127.0.0.1:${port}`);
    assert.equal(served.sql_url, served.platform_url);
    assert.equal(served.host_suffix, `localhost:${port}`);
    assert.equal((await app.place.ask('status')).workspace_served.platform_url, served.platform_url);
    turso = clientOf(served);
});

test('organizations, locations and groups', async () => {
    const organizations = await turso.organizations.list();
    assert.deepEqual(organizations.map(({ slug, type }) => ({ slug, type })), [{ slug: 'local', type: 'personal' }]);
    assert.deepEqual(await turso.locations.list(), [{ code: 'local', description: 'This computer' }]);
    const groups = await turso.groups.list();
    assert.deepEqual(groups.map(({ name }) => name), ['default']);
    const made = await turso.groups.create('team', 'local');
    assert.deepEqual([made.name, made.primary, made.locations], ['team', 'local', ['local']]);
    assert.deepEqual(await turso.groups.get('team'), made);
    await assert.rejects(turso.groups.create('team', 'local'), failure(409, 'group already exists'));
    await assert.rejects(turso.groups.create('other', 'amss'), failure(400, 'invalid location: amss'));
    assert.deepEqual(await turso.groups.delete('team'), made);
    await assert.rejects(turso.groups.get('team'), failure(404, 'group not found'));
    // by the organization's id instead of its name
    const byId = createClient({ orgId: organizations[0].id, token: served.token, baseUrl: `${served.platform_url}/v1/` });
    assert.deepEqual((await byId.groups.list()).map(({ name }) => name), ['default']);
});

test('databases are created, listed, configured and deleted', async () => {
    const made = await turso.databases.create('shop', { group: 'default', size_limit: '1mb' });
    assert.deepEqual(Object.keys(made).sort(), ['hostname', 'id', 'name']);
    assert.equal(made.hostname, `shop-local.${served.host_suffix}`);
    const shown = await turso.databases.get('shop');
    assert.equal(shown.id, made.id);
    assert.deepEqual([shown.group, shown.primaryRegion, shown.block_reads, shown.database_type], ['default', 'local', false, 'libsql']);
    assert.ok((await turso.databases.list()).some(({ name }) => name === 'shop'));
    assert.deepEqual(await turso.databases.list({ group: 'other' }), []);
    await assert.rejects(turso.databases.create('shop', { group: 'default' }), failure(409, 'database with name shop already exists'));
    await assert.rejects(turso.databases.create('other', { group: 'nowhere' }), failure(400, 'group not found'));
    await assert.rejects(turso.databases.get('other'), failure(404, 'could not find database with name other: record not found'));

    const path = '/v1/organizations/local/databases/shop/configuration';
    const set = await rest('PATCH', path, { delete_protection: true, allowed_ips: ['127.0.0.1'] });
    assert.deepEqual([set.status, set.body.delete_protection, set.body.size_limit], [200, true, '999424']);
    assert.deepEqual((await rest('PATCH', path, { delete_protection: null, allowed_ips: null })).body, { ...set.body, allowed_ips: [] });
    await assert.rejects(turso.databases.delete('shop'), failure(403, 'database shop is delete-protected and cannot be deleted'));
    await rest('PATCH', path, { delete_protection: false });

    const [instance] = await turso.databases.listInstances('shop');
    assert.deepEqual(await turso.databases.getInstance('shop', instance.name), instance);
    const usage = await turso.databases.usage('shop', { from: new Date(Date.now() - 86_400_000), to: new Date() });
    assert.equal(usage.uuid, made.id);
    assert.equal(typeof usage.usage.storage_bytes, 'number');
    assert.deepEqual(await turso.databases.delete('shop'), { database: 'shop' });
    assert.deepEqual((await turso.databases.list()).filter(({ name }) => name === 'shop'), []);
});

test('tokens are minted, listed, scoped and revoked', async () => {
    const { jwt } = await turso.databases.createToken('demo-shop', { expiration: '2w1d30m', authorization: 'read-only' });
    const claims = JSON.parse(Buffer.from(jwt.split('.')[1], 'base64url'));
    assert.equal(claims.id, (await turso.databases.get('demo-shop')).id);
    assert.equal(claims.a, 'ro');
    assert.equal(claims.exp - claims.iat, (15 * 24 * 60 + 30) * 60);
    await assert.rejects(turso.databases.createToken('demo-shop', { expiration: 'soon' }), failure(400, 'Invalid expiration format'));
    const group = await turso.groups.createToken('default', {});
    assert.ok(JSON.parse(Buffer.from(group.jwt.split('.')[1], 'base64url')).gid);
    await turso.databases.rotateTokens('demo-shop');
    await turso.groups.rotateTokens('default');
    await assert.rejects(createClient({ org: 'local', token: jwt, baseUrl: `${served.platform_url}/v1/` }).databases.list(),
        failure(401, 'could not parse jwt id'));

    const made = await turso.apiTokens.create('ci');
    assert.deepEqual(Object.keys(made).sort(), ['id', 'name', 'token']);
    const listed = await turso.apiTokens.list();
    assert.deepEqual(listed.map(({ name }) => name), ['turso-companion', 'ci']);
    assert.ok(!JSON.stringify(listed).includes(made.token));
    assert.ok((await clientOf({ ...served, token: made.token }).databases.list()).length > 0);
    assert.deepEqual(await turso.apiTokens.revoke('ci'), { token: 'ci' });
    await assert.rejects(clientOf({ ...served, token: made.token }).databases.list(), failure(401, 'invalid token'));

    const scoped = await rest('POST', '/v2/auth/api-tokens/look', { organization: 'local', group: 'default', scopes: ['read-only'] });
    const look = clientOf({ ...served, token: scoped.body.token.value });
    assert.ok((await look.databases.list()).length > 0);
    await assert.rejects(look.organizations.list(), failure(403, 'group-scoped token cannot access org-level resources'));
    await assert.rejects(look.databases.delete('demo-shop'), error => error.status === 403);
    assert.equal((await turso.databases.get('demo-shop')).name, 'demo-shop');
});

test('a minted token is one for SQL, as far as it says', async () => {
    await turso.databases.create('notes', { group: 'default' });
    await turso.databases.create('other', { group: 'default' });
    const full = (await turso.databases.createToken('notes', { expiration: '1h' })).jwt;
    const look = (await turso.databases.createToken('notes', { authorization: 'read-only' })).jwt;
    const group = (await turso.groups.createToken('default', {})).jwt;
    assert.deepEqual(await sql('notes', full, 'CREATE TABLE note(text)'), []);
    assert.deepEqual(await sql('notes', full, "INSERT INTO note VALUES('one')"), []);
    assert.deepEqual(await sql('notes', look, 'SELECT text FROM note'), [['one']]);
    assert.deepEqual(await sql('notes', group, 'SELECT count(*) FROM note'), [['1']]);
    assert.deepEqual(await sql('notes', served.token, 'SELECT count(*) FROM note'), [['1']]);
    assert.equal((await sql('notes', look, 'DELETE FROM note')).status, 403);
    assert.deepEqual(await sql('other', full, 'SELECT 1'), { status: 404, error: "Namespace `other` doesn't exist" });
    assert.deepEqual(await sql('other', group, 'SELECT 1'), [['1']]);
    assert.deepEqual(await sql('notes', 'a.b.c', 'SELECT 1'), { status: 401, error: 'Unauthorized: `The JWT is invalid`' });

    await app.place.ask('read-only', 'on');
    assert.equal((await sql('notes', full, 'DELETE FROM note')).status, 403);
    await app.place.ask('read-only', 'off');
    await turso.databases.rotateTokens('notes');
    const ended = 'Unauthorized: `unauthorized access attempt on database: invalid JWT token: role was invalidated after token was issued`';
    for (const token of [full, look, group])
        assert.deepEqual(await sql('notes', token, 'SELECT 1'), { status: 401, error: ended });
    assert.deepEqual(await sql('other', group, 'SELECT 1'), [['1']]);
    await turso.databases.delete('other');
});

test('branches, now and as it was', async () => {
    const { jwt } = await turso.groups.createToken('default', {});
    const then = new Date();
    await until('the next millisecond', () => Date.now() > then.getTime());
    assert.deepEqual(await sql('notes', jwt, "INSERT INTO note VALUES('two')"), []);
    await turso.databases.create('notes-now', { group: 'default', seed: { type: 'database', name: 'notes' } });
    await turso.databases.create('notes-then', { group: 'default', seed: { type: 'database', name: 'notes', timestamp: then } });
    assert.deepEqual(await sql('notes-now', jwt, 'SELECT count(*) FROM note'), [['2']]);
    assert.deepEqual(await sql('notes-then', jwt, 'SELECT text FROM note'), [['one']]);
    const source = await turso.databases.get('notes');
    const { parent } = (await rest('GET', '/v1/organizations/local/databases/notes-then')).body.database;
    assert.deepEqual([parent.id, parent.name], [source.id, 'notes']);
    assert.ok(new Date(parent.branched_at) <= then);
    const listed = await rest('GET', `/v1/organizations/local/databases?parent=${source.id}`);
    assert.deepEqual(listed.body.databases.map(({ Name }) => Name), ['notes-now', 'notes-then']);
    await assert.rejects(turso.databases.create('never', { group: 'default', seed: { type: 'database', name: 'notes', timestamp: '2020-01-01T00:00:00Z' } }),
        error => error.status === 400);
    for (const name of ['notes', 'notes-now', 'notes-then'])
        await turso.databases.delete(name);
});

test('what was changed stands in the history', async () => {
    const calls = await until('the calls in the history', async () => {
        const found = await app.place.askLines('calls', '--limit', '200');
        return found.some(({ tool }) => tool === 'delete_database') && found;
    });
    assert.ok(calls.some(({ tool, database }) => tool === 'create_branch' && database === 'notes-then'));
    const made = calls.find(({ tool, state }) => tool === 'create_database' && state === 'done');
    assert.deepEqual([made.agent, made.database, made.connection, made.decision], ['@tursodatabase/api', 'shop', 'workspace', 'allowed']);
    assert.ok(calls.some(({ tool, code }) => tool === 'delete_database' && code === 'http_403'));
    const shown = await app.place.ask('calls', 'show', made.call_id);
    assert.ok(!JSON.stringify(shown).includes(served.token));
    assert.equal(shown.arguments.body.size_limit, '1mb');
});

test('read-only holds here as well', async () => {
    await app.place.ask('read-only', 'on');
    await assert.rejects(turso.databases.create('late', { group: 'default' }), error => error.status === 403);
    await assert.rejects(turso.databases.delete('demo-shop'), error => error.status === 403);
    assert.ok((await turso.databases.list()).length > 0);
    await app.place.ask('read-only', 'off');
    await turso.databases.create('late', { group: 'default' });
    await turso.databases.delete('late');
});

test('who is not meant is not let in', async () => {
    assert.equal(await raw('/v1/organizations', {}), 200);
    assert.equal(await raw('/v1/organizations', { Host: 'evil.example' }), 403);
    assert.equal(await raw('/v1/organizations', { Host: `evil.example:${new URL(served.platform_url).port}` }), 403);
    assert.equal(await raw('/v1/organizations', { Origin: 'http://evil.example' }), 403);
    assert.equal(await raw('/v1/organizations', { Origin: 'null' }), 403);
    assert.equal(await raw('/v1/organizations', { Authorization: '' }), 401);
    assert.equal(await raw('/v1/organizations', { Authorization: 'Bearer x' }), 401);
    for (const path of ['/v1/organizations/local/databases/..%2f..%2faccess.json', '/v1/organizations/local/databases/%2e%2e', '/nothing', '/v1/'])
        assert.equal(await raw(path, {}), 404, path);
    assert.deepEqual(await rest('GET', '/nothing'), { status: 404, body: { error: 'not found' } });
    assert.equal((await rest('POST', '/v1/organizations/local/databases', { name: 'a'.repeat(2_000_000) })).status, 413);
});

test('it is on again after a restart, with the same token and port', async () => {
    const place = app.place;
    await app.stop();
    app = await App.start({ place });
    assert.ok((await turso.databases.list()).some(({ name }) => name === 'demo-shop'));
    const again = await serve();
    assert.equal(again.platform_url, served.platform_url);
    assert.notEqual(again.token, served.token);
    await assert.rejects(turso.databases.list(), failure(401, 'invalid token'));
    assert.ok((await clientOf(again).databases.list()).length > 0);
    assert.deepEqual(await app.place.ask('workspace', 'serve', 'off'), { platform_url: null, sql_url: null, host_suffix: null, token: null });
    await assert.rejects(fetch(served.platform_url));
    await app.stop();
    app = await App.start({ place });
    assert.equal((await app.place.ask('status')).workspace_served, null);
});

test('a port that is taken meanwhile is told, and another one helps', async () => {
    const place = app.place;
    const { port } = new URL((await serve('--port', '0')).platform_url);
    await app.stop();
    const other = http.createServer((_, answer) => answer.end());
    await new Promise(done => other.listen(Number(port), '127.0.0.1', done));
    app = await App.start({ place });
    const told = (await app.place.ask('status')).workspace_served;
    assert.equal(told.platform_url, null);
    assert.match(told.problem, /\S/);
    assert.equal((await app.place.ctl(['workspace', 'serve', 'on', '--port', port])).code, 1);
    const again = await serve('--port', '0');
    assert.notEqual(new URL(again.platform_url).port, port);
    assert.equal((await app.place.ask('status')).workspace_served.problem, null);
    assert.ok((await clientOf(again).databases.list()).length > 0);
    other.close();
    await app.kill(); // it has complained, as it should
    app = await App.start({ place });
    assert.equal((await app.place.ask('status')).workspace_served.platform_url, again.platform_url);
});
