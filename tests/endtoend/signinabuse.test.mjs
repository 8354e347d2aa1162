// SPDX-License-Identifier: GPL-3.0-or-later
// What a sign-in must not let happen: every line of these tables is tried on the real app, must be refused in the way
// that it says, and must leave no grant behind.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { chmodSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { App, pause, until } from '../peers/app.mjs';
import { Agent, message } from './agent.mjs';
import { OAuthAgent, ask, challengeOf, kRedirect, post } from './oauthagent.mjs';

let app;
let good; // signed in, and a second agent of the same machine
let other;
let cases = 0;

before(async () => {
    app = await App.start();
    good = await new OAuthAgent(app, 'Good').register();
    await good.signIn();
    other = await new OAuthAgent(app, 'Other').register();
    await other.signIn('--permissions', 'full-access');
});
after(async () => {
    await app?.stop(/ of another user was turned away/);
    app?.place.remove();
});

const grantIds = async () => (await app.place.ask('grants')).map(one => one.id).sort();
const questions = () => app.place.ask('approvals', 'list');

/** A table: each line a name and what is tried, which asserts how it is refused. */
function table(title, lines) {
    test(title, async () => {
        const grants = await grantIds();
        for (const [name, attempt] of Object.entries(lines)) {
            try {
                await attempt();
                assert.deepEqual(await questions(), [], 'it asked the person');
            } catch (error) {
                error.message = `${name}: ${error.message}`;
                throw error;
            }
            ++cases;
        }
        assert.deepEqual(await grantIds(), grants, 'a grant came or went');
    });
}

const page = (answer, status) => {
    assert.equal(answer.status, status, answer.body);
    assert.equal(answer.headers.location, undefined, 'it redirects');
    return answer;
};
const oauthError = (answer, status, error) => {
    assert.equal(answer.status, status, answer.body);
    assert.equal(JSON.parse(answer.body).error, error, answer.body);
    assert.ok(!answer.body.includes('access_token'));
};
const toClient = (answer, error) => {
    assert.equal(answer.status, 302, answer.body);
    const address = new URL(answer.headers.location);
    assert.equal(address.origin + address.pathname, kRedirect);
    assert.equal(address.searchParams.get('error'), error);
    assert.equal(address.searchParams.get('iss'), good.base);
    assert.equal(address.searchParams.get('code'), null);
};
const authorize = changes => ask(app.port, good.authorizePath(changes));
const elsewhere = redirect => async () => page(await authorize({ redirect_uri: redirect }), 400);

table('a sign-in leads to a registered address or nowhere', {
    'no such client': async () => page(await authorize({ client_id: 'tcc_unknown' }), 400),
    'no client': async () => page(await authorize({ client_id: null }), 400),
    'two clients': async () => page(await authorize({ client_id: [good.id, other.id] }), 400),
    'another host': elsewhere('https://evil.example/callback'),
    'a host that begins right': elsewhere('http://127.0.0.1.evil.example:45671/callback'),
    'a host behind a user': elsewhere('http://127.0.0.1:45671@evil.example/callback'),
    'a user': elsewhere('http://evil@127.0.0.1:45671/callback'),
    'another name of this machine': elsewhere('http://localhost:45671/callback'),
    'the other family': elsewhere('http://[::1]:45671/callback'),
    'https': elsewhere('https://127.0.0.1:45671/callback'),
    'another path': elsewhere('http://127.0.0.1:45671/callback/more'),
    'another case': elsewhere('http://127.0.0.1:45671/Callback'),
    'dots': elsewhere('http://127.0.0.1:45671/x/../callback'),
    'encoded': elsewhere('http://127.0.0.1:45671/%63allback'),
    'a query': elsewhere('http://127.0.0.1:45671/callback?next=https://evil.example'),
    'a fragment': elsewhere('http://127.0.0.1:45671/callback#x'),
    'a backslash': elsewhere('http://127.0.0.1:45671\\@evil.example/callback'),
    'a line break': elsewhere('http://127.0.0.1:45671/callback\r\nSet-Cookie: a=b'),
    'an address without a scheme': elsewhere('//evil.example/callback'),
    'a path': elsewhere('/callback'),
    'a script': elsewhere('javascript:alert(1)'),
    'a page in the address': elsewhere('data:text/html,<script>alert(1)</script>'),
    'a file': elsewhere('file:///etc/passwd'),
    'two of them': elsewhere([kRedirect, 'https://evil.example/callback']),
    'a decimal host': elsewhere('http://2130706433:45671/callback'),
    'an address that is no text': async () => page(await ask(app.port, `/authorize?client_id=${good.id}&redirect_uri=%ff%fe`), 400),
});

table('a sign-in that is not as it must be ends at the client', {
    'a token at once': async () => toClient(await authorize({ response_type: 'token' }), 'unsupported_response_type'),
    'both': async () => toClient(await authorize({ response_type: 'code token' }), 'unsupported_response_type'),
    'no response type': async () => toClient(await authorize({ response_type: null }), 'unsupported_response_type'),
    'no challenge': async () => toClient(await authorize({ code_challenge: null, code_challenge_method: null }), 'invalid_request'),
    'plain': async () => toClient(await authorize({ code_challenge_method: 'plain' }), 'invalid_request'),
    'no method, which means plain': async () => toClient(await authorize({ code_challenge_method: null }), 'invalid_request'),
    'another method': async () => toClient(await authorize({ code_challenge_method: 'S512' }), 'invalid_request'),
    'a method in lower case': async () => toClient(await authorize({ code_challenge_method: 's256' }), 'invalid_request'),
    'a short challenge': async () => toClient(await authorize({ code_challenge: 'abc' }), 'invalid_request'),
    'a long challenge': async () => toClient(await authorize({ code_challenge: 'a'.repeat(200) }), 'invalid_request'),
    'a challenge that is none': async () => toClient(await authorize({ code_challenge: '='.repeat(43) }), 'invalid_request'),
    'a foreign resource': async () => toClient(await authorize({ resource: 'https://evil.example/mcp' }), 'invalid_target'),
    'a foreign resource beside ours': async () => toClient(await authorize({ resource: [`${good.base}/mcp`, 'https://evil.example/mcp'] }), 'invalid_target'),
    'another port\'s resource': async () => toClient(await authorize({ resource: 'http://127.0.0.1:1/mcp' }), 'invalid_target'),
    'a very long state': async () => toClient(await authorize({ state: 'x'.repeat(5000) }), 'invalid_request'),
});

const metadataId = id => async () => page(await authorize({ client_id: id }), 400);
test('metadata documents are not looked up where they must not be', async () => {
    // Whoever connects here has been lured.
    let lured = 0;
    const trap = createServer(socket => { ++lured; socket.destroy(); });
    await new Promise(done => trap.listen(0, '127.0.0.1', done));
    const { port } = trap.address();
    const ids = ['https://127.0.0.1/c', `https://127.0.0.1:${port}/c`, `https://localhost:${port}/c`, 'https://localhost/c',
        'https://[::1]/c', 'https://[::ffff:127.0.0.1]/c', 'https://0/c', 'https://127.1/c', 'https://2130706433/c', 'https://0x7f000001/c',
        'https://10.0.0.1/c', 'https://192.168.1.1/c', 'https://169.254.169.254/latest/meta-data', 'https://router/c',
        `https://localhost.:${port}/c`, `https://user@127.0.0.1:${port}/c`, 'https://agent.example/', `http://127.0.0.1:${port}/c`];
    for (const id of ids) {
        await metadataId(id)();
        ++cases;
    }
    assert.equal(lured, 0);
    assert.deepEqual(await questions(), []);
    trap.close();
});

test('codes', async () => {
    const grants = (await grantIds()).length;
    // One code each: a refused try may use it up.
    const refused = {
        'a wrong verifier': [{ code_verifier: randomBytes(32).toString('base64url') }, 400, 'invalid_grant'],
        'no verifier': [{ code_verifier: null }, 400, 'invalid_grant'],
        'another redirect': [{ redirect_uri: 'http://127.0.0.1:45672/callback' }, 400, 'invalid_grant'],
        'no redirect': [{ redirect_uri: null }, 400, 'invalid_grant'],
        'no client': [{ client_id: null }, 401, 'invalid_client'],
        'a foreign resource': [{ resource: 'https://evil.example/mcp' }, 400, 'invalid_target'],
        'two codes': [{ code: ['a', 'b'] }, 400, 'invalid_request'],
        'a password': [{ grant_type: 'password', username: 'a', password: 'b' }, 400, 'unsupported_grant_type'],
        'client credentials': [{ grant_type: 'client_credentials' }, 400, 'unsupported_grant_type'],
        'no grant type': [{ grant_type: null }, 400, 'unsupported_grant_type'],
    };
    const victim = await new OAuthAgent(app, 'Victim').register();
    for (const [name, [changes, status, error]] of Object.entries(refused)) {
        const code = await victim.code();
        oauthError(await victim.redeem(code, changes), status, error);
        ++cases;
        assert.ok(name);
    }
    const code = await victim.code();
    oauthError(await victim.redeem(code, { client_id: other.id }), 400, 'invalid_grant'); // mixed clients
    const challenge = await victim.code();
    oauthError(await victim.redeem(challenge, { code_verifier: challengeOf(victim.verifier) }), 400, 'invalid_grant');
    const json = await ask(app.port, '/token', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"grant_type":"authorization_code"}' });
    oauthError(json, 400, 'invalid_request');
    const query = await ask(app.port, `/token?grant_type=authorization_code&code=${await victim.code()}&client_id=${victim.id}`);
    assert.equal(query.status, 405);
    oauthError(await victim.redeem('tcc_never_given'), 400, 'invalid_grant');
    // Used twice: what came of it ends as well.
    const twice = await victim.code();
    const first = JSON.parse((await victim.redeem(twice)).body);
    assert.ok(first.access_token);
    oauthError(await victim.redeem(twice), 400, 'invalid_grant');
    assert.equal((await new Agent(app, first.access_token).rpc('tools/list')).status, 401);
    oauthError(await victim.refresh(first.refresh_token), 400, 'invalid_grant');
    cases += 8;
    const [grant] = await victim.grants();
    await app.place.ask('grants', 'revoke', grant.id);
    assert.equal((await grantIds()).length, grants);
});

const raw = (path, method, headers, body) => ask(app.port, path, { method, headers, body });
const rpc = JSON.stringify(message(1, 'tools/list'));
const kMcp = { 'Content-Type': 'application/json', 'Accept': 'application/json, text/event-stream', 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/list' };
const bearer = token => ({ ...kMcp, Authorization: `Bearer ${token}` });
const unauthorized = async (headers, method = 'POST', path = '/mcp') => {
    const answer = await raw(path, method, headers, method === 'POST' ? rpc : '');
    assert.ok(answer.status === 401 || answer.status === 400, `${answer.status} ${answer.body}`);
    assert.match(answer.headers['www-authenticate'] ?? '', /resource_metadata="http:\/\/127\.0\.0\.1:\d+\/\.well-known\/oauth-protected-resource\/mcp"/);
};

table('a token works in one place only', {
    'none': () => unauthorized(kMcp),
    'none, GET': () => unauthorized(kMcp, 'GET'),
    'none, DELETE': () => unauthorized(kMcp, 'DELETE'),
    'in the address': () => unauthorized(kMcp, 'POST', `/mcp?access_token=${good.tokens.access_token}`),
    'a refresh token': () => unauthorized(bearer(good.tokens.refresh_token)),
    'a part of it': () => unauthorized(bearer(good.tokens.access_token.slice(0, -1))),
    'in another case': () => unauthorized(bearer(good.tokens.access_token.toUpperCase())),
    'more than it': () => unauthorized(bearer(good.tokens.access_token + 'a')),
    'with a space in it': () => unauthorized({ ...kMcp, Authorization: `Bearer ${good.tokens.access_token} x` }),
    'another scheme': () => unauthorized({ ...kMcp, Authorization: `Basic ${good.tokens.access_token}` }),
    'a client\'s id': () => unauthorized(bearer(good.id)),
    'for another resource': async () => oauthError(await good.refresh(good.tokens.refresh_token, { resource: 'https://evil.example/mcp' }), 400, 'invalid_target'),
    'another client\'s refresh token': async () => oauthError(await good.refresh(other.tokens.refresh_token), 400, 'invalid_grant'),
    'an access token to refresh with': async () => oauthError(await good.refresh(good.tokens.access_token), 400, 'invalid_grant'),
    'a refresh token that never was': async () => oauthError(await good.refresh('tcr_never_given'), 400, 'invalid_grant'),
    'another client revokes it': async () => {
        const answer = await post(app.port, '/revoke', { token: good.tokens.access_token, client_id: other.id });
        assert.equal(answer.status, 200);
        assert.equal((await new Agent(app, good.tokens.access_token).rpc('tools/list')).status, 200);
    },
});

/** A session of the older era. */
async function session(token) {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: {
        protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'old', version: '1' } } });
    const answer = await raw('/mcp', 'POST', { 'Content-Type': 'application/json', 'Accept': kMcp.Accept, Authorization: `Bearer ${token}` }, body);
    assert.equal(answer.status, 200, answer.body);
    return answer.headers['mcp-session-id'];
}

test('sessions belong to their grant, and end with it', async () => {
    const guest = await new OAuthAgent(app, 'Guest').register();
    await guest.signIn();
    const id = await session(guest.tokens.access_token);
    const with_ = token => ({ 'Content-Type': 'application/json', 'Accept': kMcp.Accept, Authorization: `Bearer ${token}`, 'Mcp-Session-Id': id, 'MCP-Protocol-Version': '2025-11-25' });
    const list = JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'tools/list' });
    for (const method of ['POST', 'GET', 'DELETE']) {
        const answer = await raw('/mcp', method, with_(good.tokens.access_token), method === 'POST' ? list : '');
        assert.equal(answer.status, 404, `${method}: ${answer.status} ${answer.body}`);
        ++cases;
    }
    assert.equal((await raw('/mcp', 'POST', with_(guest.tokens.access_token), list)).status, 200);
    // An open stream hears of the end by ending.
    const stream = raw('/mcp', 'GET', { ...with_(guest.tokens.access_token), Accept: 'text/event-stream' }).then(() => 'ended', () => 'ended');
    const [grant] = await guest.grants();
    await app.place.ask('grants', 'revoke', grant.id);
    assert.equal(await stream, 'ended');
    for (const method of ['POST', 'GET', 'DELETE']) {
        assert.equal((await raw('/mcp', method, with_(guest.tokens.access_token), method === 'POST' ? list : '')).status, 401, method);
        ++cases;
    }
    oauthError(await guest.refresh(guest.tokens.refresh_token), 400, 'invalid_grant');
    cases += 2;
});

test('an end is an end: of the grant, in every way in', async () => {
    const brief = await new OAuthAgent(app, 'Brief').register();
    await brief.signIn('--permissions', 'read-only', '--expires', '4s');
    const id = await session(brief.tokens.access_token);
    const headers = { 'Content-Type': 'application/json', 'Accept': kMcp.Accept, Authorization: `Bearer ${brief.tokens.access_token}`, 'Mcp-Session-Id': id, 'MCP-Protocol-Version': '2025-11-25' };
    const stream = raw('/mcp', 'GET', { ...headers, Accept: 'text/event-stream' }).then(() => 'ended', () => 'ended');
    assert.equal((await new Agent(app, brief.tokens.access_token).rpc('tools/list')).status, 200);
    await until('the grant to end', async () =>
        // A request that is under way at that instant loses its connection.
        (await new Agent(app, brief.tokens.access_token).rpc('tools/list').catch(() => ({}))).status === 401);
    assert.equal(await Promise.race([stream, pause(5000)]), 'ended');
    const list = JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'tools/list' });
    for (const method of ['POST', 'GET', 'DELETE'])
        assert.equal((await raw('/mcp', method, headers, method === 'POST' ? list : '')).status, 401, method);
    oauthError(await brief.refresh(brief.tokens.refresh_token), 400, 'invalid_grant');
    cases += 5;
});

const isRefused = async (path, method, headers, body = '') => {
    const answer = await raw(path, method, headers, body);
    assert.ok(answer.status >= 400 && answer.status < 500, `${answer.status} ${answer.body}`);
    assert.ok(!answer.body.includes('client_id"'), answer.body);
    assert.equal(answer.headers['access-control-allow-origin'], undefined);
};
const kJson = { 'Content-Type': 'application/json' };
const kFormType = { 'Content-Type': 'application/x-www-form-urlencoded' };
const registration = JSON.stringify({ client_name: 'Page', redirect_uris: ['https://evil.example/callback'] });

table('pages and rebound names are kept out', {
    'a rebound name at the metadata': () => isRefused('/.well-known/oauth-authorization-server', 'GET', { Host: `evil.example:${app.port}` }),
    'a rebound name at /authorize': () => isRefused(good.authorizePath(), 'GET', { Host: `evil.example:${app.port}` }),
    'a rebound name at /register': () => isRefused('/register', 'POST', { ...kJson, Host: `evil.example:${app.port}` }, registration),
    'a rebound name at /token': () => isRefused('/token', 'POST', { ...kFormType, Host: `evil.example:${app.port}` }, 'grant_type=refresh_token'),
    'a name without the port': () => isRefused('/register', 'POST', { ...kJson, Host: '127.0.0.1' }, registration),
    'a page registers': () => isRefused('/register', 'POST', { ...kJson, Origin: 'https://evil.example' }, registration),
    'a page registers as plain text': () => isRefused('/register', 'POST', { 'Content-Type': 'text/plain', Origin: 'https://evil.example' }, registration),
    'a page without an origin registers': () => isRefused('/register', 'POST', { ...kJson, Origin: 'null' }, registration),
    'another port\'s page registers': () => isRefused('/register', 'POST', { ...kJson, Origin: 'http://127.0.0.1:1' }, registration),
    'a page redeems': () => isRefused('/token', 'POST', { ...kFormType, Origin: 'https://evil.example' }, 'grant_type=authorization_code&code=x'),
    'a page revokes': () => isRefused('/revoke', 'POST', { ...kFormType, Origin: 'https://evil.example' }, `token=${good.tokens.access_token}`),
    'a page reads the metadata': () => isRefused('/.well-known/oauth-authorization-server', 'GET', { Origin: 'https://evil.example' }),
    'a page reads what a tab waits for': () => isRefused('/authorize/wait?ticket=x', 'GET', { Origin: 'https://evil.example' }),
    'a page asks whether it may': () => isRefused('/token', 'OPTIONS', { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST' }),
    'a form is sent to /authorize': () => isRefused('/authorize', 'POST', kFormType, good.authorizePath().split('?')[1]),
    'a ticket that never was': () => isRefused('/authorize/wait?ticket=never', 'GET', {}),
    'no ticket': () => isRefused('/authorize/wait', 'GET', {}),
});

const refusedRegistration = (metadata, error = 'invalid_redirect_uri') => async () => oauthError(
    await raw('/register', 'POST', kJson, typeof metadata === 'string' ? metadata : JSON.stringify(metadata)), 400, error);
const redirecting = uri => refusedRegistration({ client_name: 'x', redirect_uris: [uri] });

table('registrations that could harm are refused', {
    'a script': redirecting('javascript:alert(1)'),
    'data': redirecting('data:text/html,x'),
    'a file': redirecting('file:///etc/passwd'),
    'plain http elsewhere': redirecting('http://evil.example/callback'),
    'plain http on the network': redirecting('http://192.168.0.1/callback'),
    'every address of this machine': redirecting('http://0.0.0.0/callback'),
    'a fragment': redirecting('http://localhost/callback#x'),
    'a user': redirecting('http://a@localhost/callback'),
    'one good and one bad': refusedRegistration({ redirect_uris: [kRedirect, 'javascript:alert(1)'] }),
    'none': refusedRegistration({ client_name: 'x' }),
    'no object': refusedRegistration('[]', 'invalid_client_metadata'),
    'no JSON': refusedRegistration('client_name=x', 'invalid_client_metadata'),
    'very large': refusedRegistration({ client_name: 'x'.repeat(9000), redirect_uris: [kRedirect] }, 'invalid_client_metadata'),
    'very deep': refusedRegistration('{"redirect_uris":' + '['.repeat(2000) + ']'.repeat(2000) + '}', 'invalid_client_metadata'),
});

test('a page that opens /authorize a hundred times raises one question, and no grant', async () => {
    const grants = await grantIds();
    const opener = await new OAuthAgent(app, 'Opener').register();
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask(app.port, opener.authorizePath())));
    assert.equal((await questions()).length, 1);
    assert.equal(answers.filter(one => one.status === 200).length, 16);
    assert.equal(answers.filter(one => one.status === 429).length, 84);
    for (const one of answers) {
        assert.match(one.headers['content-security-policy'], /frame-ancestors 'none'/);
        assert.match(one.headers['content-security-policy'], /default-src 'none'/);
        assert.equal(one.headers['x-frame-options'], 'DENY');
        assert.equal(one.headers['cache-control'], 'no-store');
        assert.equal(one.headers['referrer-policy'], 'no-referrer');
        assert.ok(!/<form|<iframe|<script(?! nonce=")/i.test(one.body));
    }
    await app.place.deny((await questions())[0].id);
    // A hundred clients are no way round it.
    const crowd = await Promise.all(Array.from({ length: 12 }, (_, i) => new OAuthAgent(app, `Crowd ${i}`).register()));
    const tabs = await Promise.all(crowd.map(one => ask(app.port, one.authorizePath())));
    assert.equal(tabs.filter(one => one.status === 200).length, 3);
    assert.equal((await questions()).length, 3);
    for (const one of await questions())
        await app.place.deny(one.id);
    assert.deepEqual(await grantIds(), grants);
    cases += 4;
});

test('a flood of registrations and of guesses is slowed down, and nobody who is known is lost', async () => {
    const answers = await Promise.all(Array.from({ length: 80 }, () => raw('/register', 'POST', kJson, JSON.stringify({ redirect_uris: [kRedirect] }))));
    assert.ok(answers.some(one => one.status === 429));
    assert.ok(answers.every(one => one.status === 201 || one.status === 429));
    assert.equal((await new Agent(app, good.tokens.access_token).rpc('tools/list')).status, 200);
    const guesses = await Promise.all(Array.from({ length: 80 }, () => good.refresh(`tcr_${randomBytes(32).toString('base64url')}`)));
    assert.ok(guesses.some(one => one.status === 429));
    assert.ok(guesses.every(one => one.status === 400 || one.status === 429));
    assert.ok(answers.concat(guesses).filter(one => one.status === 429).every(one => Number(one.headers['retry-after']) > 0));
    cases += 2;
});

/** What a process of another user gets from the socket: what it printed. */
function asAnotherUser(path, script = `require('net').connect(${JSON.stringify(path)}, function () { this.write('{"jsonrpc":"2.0","id":1,"method":"ping"}\\n'); })
        .on('data', text => { console.log('answered ' + text); process.exit(); })
        .on('error', error => { console.log(error.code); process.exit(); }).on('close', () => { console.log('closed'); process.exit(); });
        setTimeout(() => { console.log('nothing'); process.exit(); }, 3000);`) {
    return new Promise((done, fail) => {
        const child = spawn('setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', process.execPath, '-e', script], { cwd: '/' });
        let said = '';
        child.stdout.on('data', text => { said += text; });
        child.stderr.on('data', text => { said += text; });
        child.on('error', fail).on('close', () => done(said.trim()));
    });
}

test('another user\'s process gets nothing from the sockets', { skip: process.getuid() !== 0 && 'only root can be somebody else' }, async () => {
    const folder = app.place.env.TURSO_COMPANION_RUNTIME_DIR;
    const sockets = readdirSync(folder, { recursive: true }).map(name => join(folder, name)).filter(path => statSync(path).isSocket());
    assert.ok(sockets.length >= 2, String(sockets));
    for (const path of sockets)
        assert.equal(await asAnotherUser(path), 'EACCES');
    // And where the folders would let it in, it is asked who it is.
    const opened = [app.place.folder, folder, ...sockets.map(path => join(path, '..')), ...sockets];
    const modes = opened.map(path => statSync(path).mode);
    opened.forEach(path => chmodSync(path, 0o777));
    const said = await Promise.all(sockets.map(path => asAnotherUser(path)));
    opened.forEach((path, i) => chmodSync(path, modes[i]));
    for (const one of said)
        assert.match(one, /^(closed|ECONNRESET|EPIPE)$/);
    cases += 2 * sockets.length;
});

test('another user\'s process cannot sign in, nor share in a sign-in', { skip: process.getuid() !== 0 && 'only root can be somebody else' }, async () => {
    const asks = ['/authorize?client_id=x', '/authorize/wait?ticket=x', '/token', '/register', '/revoke'];
    const script = `(async () => {
        for (const path of ${JSON.stringify(asks)})
            console.log((await fetch('${good.base}' + path, { method: path.includes('?') ? 'GET' : 'POST', headers: { 'Content-Type': 'application/json' }, body: path.includes('?') ? undefined : '{}' })).status);
    })()`;
    assert.deepEqual((await asAnotherUser('', script)).split('\n'), asks.map(() => '403'));
    cases += asks.length;
});

test('these were at least a hundred', () => {
    console.log(`${cases} cases`);
    assert.ok(cases >= 100, String(cases));
});
