// SPDX-License-Identifier: GPL-3.0-or-later
// The suite's scenarios for authorization servers.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { until } from '../peers/app.mjs';
import { runProgram } from './suite.mjs';

const kMetadata = '/.well-known/oauth-authorization-server';
const kRunMs = 60_000;

async function freePort() {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address();
    server.close();
    await once(server, 'close');
    return port;
}

async function register(endpoint, redirect) {
    const answer = await fetch(endpoint, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({
            client_name: 'conformance', redirect_uris: [redirect], grant_types: ['authorization_code'], token_endpoint_auth_method: 'none',
        }),
    });
    if (!answer.ok)
        throw new Error(`${endpoint} answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()).client_id;
}

/**
 * Runs them against the server at `endpoint` (its /mcp) and answers whether they have passed. `consent(url)` plays the
 * person whose browser opens that address.
 */
export async function runAuthorization({ endpoint, consent }) {
    const base = new URL(endpoint).origin;
    const metadata = await fetch(base + kMetadata);
    if (!metadata.ok) {
        console.log(`authorization: FAILED, ${kMetadata} answers ${metadata.status}`);
        return false;
    }
    const { registration_endpoint: registration, authorization_endpoint: authorization } = await metadata.json();
    const port = await freePort();
    const client = await register(registration, `http://127.0.0.1:${port}/callback`);
    const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
    const suite = runProgram(['authorization', '--url', base, '--client-id', client, '--resource', endpoint, '-p', String(port), '-o', folder]);
    const url = await until('the address that a browser should open',
        () => suite.hasEnded || suite.stdout.split(/\s+/).find(word => word.startsWith(`${authorization}?`)));
    if (url !== true)
        await consent(url);
    const end = await suite.end(kRunMs);
    console.log(`authorization: ${end.code === 0 ? 'all scenarios passed' : `FAILED\n${end.stdout}\n${end.stderr}`}`);
    rmSync(folder, { recursive: true });
    return end.code === 0;
}
