// SPDX-License-Identifier: GPL-3.0-or-later
// The agent's half of a sign-in, by hand: it finds the server, registers, and sends the person to a browser.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';

const kRedirect = 'http://127.0.0.1:45671/callback';

export const form = fields => ({
    method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams(fields),
});

/** As far as the address that the agent opens in a browser. */
export async function beginning(app, name, scope = 'db:read') {
    const base = `http://127.0.0.1:${app.port}`;
    const refused = await fetch(`${base}/mcp`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' });
    assert.equal(refused.status, 401);
    const metadata = /resource_metadata="([^"]+)"/.exec(refused.headers.get('www-authenticate'))[1];
    const resource = await (await fetch(metadata)).json();
    assert.equal(resource.resource, `${base}/mcp`);
    const server = await (await fetch(`${resource.authorization_servers[0]}/.well-known/oauth-authorization-server`)).json();
    const client = await (await fetch(server.registration_endpoint, {
        method: 'POST', headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ client_name: name, redirect_uris: [kRedirect], application_type: 'native' }),
    })).json();
    const verifier = randomBytes(32).toString('base64url');
    const state = randomBytes(8).toString('hex');
    const address = new URL(server.authorization_endpoint);
    for (const [key, value] of Object.entries({
        response_type: 'code', client_id: client.client_id, redirect_uri: kRedirect, scope, state,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256',
        resource: resource.resource,
    }))
        address.searchParams.set(key, value);
    return { server, client, verifier, state, address: address.href };
}

/** The tokens for the code that came back, checked as an agent must. */
export async function redeem(start, location) {
    const answer = new URL(location).searchParams;
    assert.equal(answer.get('state'), start.state);
    const tokens = await (await fetch(start.server.token_endpoint, form({
        grant_type: 'authorization_code', code: answer.get('code'), redirect_uri: kRedirect,
        client_id: start.client.client_id, code_verifier: start.verifier,
    }))).json();
    assert.ok(tokens.access_token, JSON.stringify(tokens));
    return tokens;
}
