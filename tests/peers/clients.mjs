// SPDX-License-Identifier: GPL-3.0-or-later
// The official clients behind one face: connect, tools, call, close. A call's answer is the result as the client
// hands it to its user.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as Stdio1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as Http1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Client as Client2, StreamableHTTPClientTransport as Http2 } from '@modelcontextprotocol/client';
import { StdioClientTransport as Stdio2 } from '@modelcontextprotocol/client/stdio';

import { Child, program } from './app.mjs';
import { WireTap } from './wireschema.mjs';

const kCallMs = 60_000;
const kBufferBytes = 64 * 1024 * 1024; // the SDKs hang up on a line of more than 10 MiB unless they are told otherwise

/** How to get in: over HTTP with a token, or through the bridge under a name. */
function http(app, token) {
    return [new URL(app.endpoint), { requestInit: { headers: { Authorization: `Bearer ${token}` } } }];
}
function stdio(app, agent) {
    return {
        command: program('turso-companion-mcp'),
        args: ['--profile', app.place.profile, '--agent', agent],
        env: app.place.env,
        stderr: 'inherit',
        maxBufferSize: kBufferBytes,
    };
}
/** A file of a package that these tests brought along. */
function packageFile(name, file) {
    return fileURLToPath(import.meta.resolve(`${name}/package.json`)).replace(/package\.json$/, file);
}

/** All connections of one client: every message that came in was right, and there were some. */
class Wire {
    #taps = [];
    watch(transport) {
        const tap = new WireTap();
        this.#taps.push(tap);
        return tap.watch(transport);
    }
    assertRight() {
        assert.deepEqual(this.#taps.flatMap(tap => tap.problems), []);
        const names = this.#taps.flatMap(tap => Object.keys(tap.counts));
        assert.ok(names.includes('ListToolsResult') && names.includes('CallToolResult'), `seen were only: ${names}`);
    }
}

class SdkClient {
    reportsProgress = true;
    wire = new Wire();

    async connect(app, { token, agent }) {
        this.client = this.make();
        await this.client.connect(this.wire.watch(token ? this.http(...http(app, token)) : this.stdio(stdio(app, agent))));
    }
    revision() { return this.client.getNegotiatedProtocolVersion(); }
    async tools() { return (await this.client.listTools()).tools; }
    options({ onprogress, signal, timeout = kCallMs } = {}) {
        return { timeout, signal, ...(onprogress && { onprogress, resetTimeoutOnProgress: true }) };
    }
    async close() { await this.client?.close(); }
}

/** SDK 1.x, which most hosts are built on. */
class Sdk1 extends SdkClient {
    make() { return new Client1({ name: 'peer-sdk1', version: '1.32.2' }, { capabilities: {} }); }
    http(url, options) { return this.#watched(new Http1(url, options)); }
    stdio(how) { return this.#watched(new Stdio1(how)); }
    revision() { return this.negotiated; }
    // It tells nobody but its transport which revision was agreed on.
    #watched(transport) {
        const told = transport.setProtocolVersion?.bind(transport);
        transport.setProtocolVersion = version => {
            this.negotiated = version;
            told?.(version);
        };
        return transport;
    }
    call(name, args, options) {
        return this.client.callTool({ name, arguments: args }, undefined, this.options(options));
    }
}

/** Client 2.x: "legacy" opens a session as SDK 1.x does, "auto" finds the newest revision. */
class Sdk2 extends SdkClient {
    constructor(mode) { super(); this.mode = mode; }
    make() {
        return new Client2({ name: `peer-sdk2-${this.mode}`, version: '2.4.0' },
            { capabilities: {}, versionNegotiation: { mode: this.mode } });
    }
    http(url, options) { return new Http2(url, options); }
    stdio(how) { return new Stdio2(how); }
    call(name, args, options) { return this.client.callTool({ name, arguments: args }, this.options(options)); }
}

/**
 * mcp-remote, the stdio side of hosts that cannot dial HTTP: it dials the app's HTTP endpoint, and an SDK client stands
 * for the host. Each has a home of its own, with the token in a file.
 */
class McpRemote extends Sdk1 {
    async connect(app, { token, agent }) {
        assert.ok(token, 'mcp-remote is itself the stdio side: it comes over HTTP only.');
        const home = join(app.place.folder, `mcp-remote-${agent.replaceAll(' ', '-')}`);
        const headers = join(home, 'headers.txt');
        mkdirSync(home, { mode: 0o700 });
        writeFileSync(headers, `Authorization: Bearer ${token}\n`, { mode: 0o600 });
        this.client = this.make();
        await this.client.connect(this.wire.watch(this.stdio({
            command: process.execPath,
            args: [packageFile('mcp-remote', 'dist/proxy.js'), app.endpoint, '--transport', 'http-only', '--header-file', headers, '--silent'],
            env: { ...app.place.env, HOME: home, MCP_REMOTE_CONFIG_DIR: join(home, 'config') },
            stderr: 'inherit',
            maxBufferSize: kBufferBytes,
        })));
    }
}

/** The Inspector's command line: a process for every request. */
class Inspector {
    isProcessPerCall = true;
    /** It has the tasks extension, which is of the newest revision: what waits for the person is a task, and never pending. */
    get hasTasks() { return this.era === 'modern'; }
    reportsProgress = false;
    linesAreShort = true; // its SDK hangs up on a line of more than 10 MiB, and nothing can tell it otherwise

    constructor(era) { this.era = era; }
    async connect(app, { token, agent }) {
        this.app = app;
        if (token) {
            this.target = [app.endpoint, '--transport', 'http', '--header', `Authorization: Bearer ${token}`];
            this.server = [];
        } else {
            const { command, args, env } = stdio(app, agent);
            this.target = Object.entries(env).flatMap(([key, value]) => ['-e', `${key}=${value}`]);
            this.server = ['--', command, ...args];
        }
    }
    async #run(what, signal) {
        const args = [packageFile('@modelcontextprotocol/inspector', 'clients/launcher/build/index.js'), '--cli', ...this.target,
            '--protocol-era', this.era, '--format', 'json', '--quiet', ...what, ...this.server];
        // Compiled once, not for every request: that is most of its time.
        const env = { ...this.app.place.env, NODE_COMPILE_CACHE: join(this.app.place.folder, 'compiled') };
        const child = new Child(process.execPath, args, { env });
        signal?.addEventListener('abort', () => child.kill());
        const end = await child.end(kCallMs);
        if (!end.stdout.trim())
            throw new Error(`The Inspector ended with ${end.code}: ${end.stderr}`);
        return { code: end.code, answer: JSON.parse(end.stdout) };
    }
    async tools() {
        const { code, answer } = await this.#run(['--method', 'tools/list']);
        if (code !== 0)
            throw new Error(`tools/list: exit ${code}`);
        return (answer.result ?? answer).tools;
    }
    /** Its own check of the schemas for what hosts cannot digest: 0 if there is nothing to say. */
    async lint() { return (await this.#run(['--method', 'tools/list', '--strict'])).code; }
    async call(name, args, { signal } = {}) {
        const what = ['--method', 'tools/call', '--tool-name', name, '--tool-args-json', JSON.stringify(args)];
        const { code, answer } = await this.#run(what, signal);
        if (answer.error)
            throw new Error(`The Inspector ended with ${code}: ${JSON.stringify(answer.error)}`);
        const result = answer.result ?? answer;
        if ((code !== 0) !== (result.isError === true))
            throw new Error(`The Inspector ended with ${code} for ${JSON.stringify(result)}`);
        return result;
    }
    async close() { }
}

const kClients = {
    'sdk1': () => new Sdk1(),
    'client2-legacy': () => new Sdk2('legacy'),
    'client2-auto': () => new Sdk2('auto'),
    'mcp-remote': () => new McpRemote(),
    'inspector-legacy': () => new Inspector('legacy'),
    'inspector-modern': () => new Inspector('modern'),
};

export function makeClient(name) {
    const make = kClients[name];
    if (!make)
        throw new Error(`PEER must be one of: ${Object.keys(kClients).join(', ')}.`);
    return make();
}
