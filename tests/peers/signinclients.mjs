// SPDX-License-Identifier: GPL-3.0-or-later
// The official clients as agents that sign in: each finds the app's authorization server by itself, registers, opens the
// person's browser and goes on with what it gets. `open(address)` is how an agent opens a browser.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { UnauthorizedError as Unauthorized1 } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as Stdio1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as Http1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Client as Client2, StreamableHTTPClientTransport as Http2, UnauthorizedError as Unauthorized2 } from '@modelcontextprotocol/client';

import { Child } from './app.mjs';

const kSignInMs = 90_000;
const packageFile = (name, file) => fileURLToPath(import.meta.resolve(`${name}/package.json`)).replace(/package\.json$/, file);

/** What a host built on an SDK brings along: a place for the browser to come back to, and a memory. */
class Provider {
    constructor(name, open) { Object.assign(this, { name, open }); }
    async listen() {
        this.server = createServer((request, response) => {
            const address = new URL(request.url, this.redirectUrl);
            if (address.pathname !== '/callback')
                return response.writeHead(404).end();
            response.writeHead(200, { 'Content-Type': 'text/html' }).end(`<h1>${this.name} is back</h1>`);
            this.server.emit('callback', address.searchParams);
        }).listen(0, '127.0.0.1');
        await once(this.server, 'listening');
        this.redirectUrl = `http://127.0.0.1:${this.server.address().port}/callback`;
        return this;
    }
    close() { this.server.close(); this.server.closeAllConnections(); }
    /** What the browser brings back. */
    async callback() {
        const [answer] = await once(this.server, 'callback', { signal: AbortSignal.timeout(kSignInMs) });
        assert.equal(answer.get('state'), this.lastState);
        return answer;
    }
    get clientMetadata() {
        return { client_name: this.name, redirect_uris: [this.redirectUrl], grant_types: ['authorization_code', 'refresh_token'],
            response_types: ['code'], token_endpoint_auth_method: 'none' };
    }
    state() { return this.lastState = Math.random().toString(36).slice(2); }
    clientInformation() { return this.information; }
    saveClientInformation(information) { this.information = information; }
    tokens() { return this.kept; }
    saveTokens(tokens) { this.kept = tokens; }
    async redirectToAuthorization(address) { await this.open(address.href); }
    saveCodeVerifier(verifier) { this.verifier = verifier; }
    codeVerifier() { return this.verifier; }
    saveDiscoveryState(state) { this.discovery = state; }
    discoveryState() { return this.discovery; }
}

/** A host built on one of the SDKs. */
class SdkHost {
    constructor({ name, endpoint, open, Http, Unauthorized, make }) {
        Object.assign(this, { name, endpoint, Http, Unauthorized, make });
        this.provider = new Provider(name, open);
    }
    async #connect() {
        this.client = this.make();
        this.transport = new this.Http(new URL(this.endpoint), { authProvider: this.provider });
        await this.client.connect(this.transport);
    }
    /** Resolves when it is signed in and connected. */
    async connect() {
        await this.provider.listen();
        const back = this.provider.callback();
        back.catch(() => { });
        await assert.rejects(() => this.#connect(), error => error instanceof this.Unauthorized);
        this.answer = await back;
        if (this.answer.get('error'))
            throw new Error(this.answer.get('error'));
        await this.finish(this.answer);
        await this.#connect();
    }
    /** A new process of the host, with what the old one kept: no browser. */
    async reconnect() {
        await this.client.close();
        await this.#connect();
    }
    async tools() { return (await this.client.listTools()).tools.map(tool => tool.name); }
    async close() { await this.client?.close(); this.provider.close(); }
}

class Sdk1Host extends SdkHost {
    constructor(how) {
        super({ ...how, Http: Http1, Unauthorized: Unauthorized1, make: () => new Client1({ name: how.name, version: '1.32.2' }) });
    }
    finish(answer) { return this.transport.finishAuth(answer.get('code')); }
    call(name, args) { return this.client.callTool({ name, arguments: args }); }
}

class Client2Host extends SdkHost {
    constructor(how) {
        super({ ...how, Http: Http2, Unauthorized: Unauthorized2,
            make: () => new Client2({ name: how.name, version: '2.4.0' }, { versionNegotiation: { mode: 'auto' } }) });
    }
    finish(answer) { return this.transport.finishAuth(answer); } // it checks the issuer
    call(name, args) { return this.client.callTool({ name, arguments: args }); }
}

/**
 * mcp-remote between a host that only speaks stdio and the app. Signed in, it serves its host only when the browser has let
 * go of all connections to its callback server, and Chromium holds spare ones for a minute or more.
 */
class McpRemoteHost {
    waitsForBrowser = true;
    constructor({ endpoint, env, folder }) { Object.assign(this, { endpoint, env, name: 'MCP CLI Proxy', home: join(folder, 'mcp-remote') }); }
    async connect() {
        mkdirSync(this.home, { recursive: true, mode: 0o700 });
        this.client = new Client1({ name: 'stdio-host', version: '1' });
        await this.client.connect(new Stdio1({
            command: process.execPath,
            args: [packageFile('mcp-remote', 'dist/proxy.js'), this.endpoint, '--transport', 'http-only', '--auth-timeout', '80'],
            env: { ...this.env, HOME: this.home, MCP_REMOTE_CONFIG_DIR: join(this.home, 'config') },
            stderr: 'ignore',
        }), { timeout: kSignInMs });
    }
    async reconnect() {
        await this.client.close();
        await this.connect();
    }
    async tools() { return (await this.client.listTools()).tools.map(tool => tool.name); }
    call(name, args) { return this.client.callTool({ name, arguments: args }); }
    async close() { await this.client?.close(); }
}

/** The Inspector's command line: a process for every request, the tokens in its home. */
class InspectorHost {
    waitsForBrowser = true;
    constructor({ endpoint, env, folder }) { Object.assign(this, { endpoint, env, name: 'MCP Inspector', home: join(folder, 'inspector') }); }
    async #run(...what) {
        mkdirSync(this.home, { recursive: true, mode: 0o700 });
        const child = new Child(process.execPath, [packageFile('@modelcontextprotocol/inspector', 'clients/launcher/build/index.js'), '--cli',
            this.endpoint, '--transport', 'http', '--format', 'json', ...what],
        { env: { ...this.env, HOME: this.home, MCP_AUTO_OPEN_ENABLED: 'true', MCP_INSPECTOR_SECRET_STORE: 'file' } });
        const end = await child.end(kSignInMs);
        if (!end.stdout.trim())
            throw new Error(`The Inspector ended with ${end.code}: ${end.stderr}`);
        const answer = JSON.parse(end.stdout);
        return answer.result ?? answer;
    }
    async connect() { await this.tools(); }
    async reconnect() { await this.tools(); }
    async tools() { return (await this.#run('--method', 'tools/list')).tools.map(tool => tool.name); }
    call(name, args) { return this.#run('--method', 'tools/call', '--tool-name', name, '--tool-args-json', JSON.stringify(args)); }
    async close() { }
}

export const kHosts = { 'SDK 1.32.2': Sdk1Host, 'client 2.4.0': Client2Host, 'mcp-remote 0.15.1': McpRemoteHost, 'Inspector 2.12.0': InspectorHost };
