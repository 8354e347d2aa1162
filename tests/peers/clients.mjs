// SPDX-License-Identifier: GPL-3.0-or-later
// The official clients behind one face: connect, tools, call, close. A call's answer is the result as the client
// hands it to its user.
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as Stdio1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as Http1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Client as Client2, StreamableHTTPClientTransport as Http2 } from '@modelcontextprotocol/client';
import { StdioClientTransport as Stdio2 } from '@modelcontextprotocol/client/stdio';

import { fileURLToPath } from 'node:url';
import { Child, program } from './app.mjs';

const kCallMs = 60_000;

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
    };
}

class SdkClient {
    reportsProgress = true;

    async connect(app, { token, agent }) {
        this.client = this.make();
        await this.client.connect(token ? this.http(...http(app, token)) : this.stdio(stdio(app, agent)));
    }
    revision() { return this.client.getNegotiatedProtocolVersion(); }
    async tools() { return (await this.client.listTools()).tools; }
    options(onprogress) { return { timeout: kCallMs, ...(onprogress && { onprogress, resetTimeoutOnProgress: true }) }; }
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
    call(name, args, onprogress) {
        return this.client.callTool({ name, arguments: args }, undefined, this.options(onprogress));
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
    call(name, args, onprogress) { return this.client.callTool({ name, arguments: args }, this.options(onprogress)); }
}

/** The Inspector's command line: a process for every request. */
class Inspector {
    reportsProgress = false;

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
    async #run(...what) {
        const cli = fileURLToPath(import.meta.resolve('@modelcontextprotocol/inspector/package.json'))
            .replace(/package\.json$/, 'clients/launcher/build/index.js');
        const args = [cli, '--cli', ...this.target, '--protocol-era', this.era, '--format', 'json', '--quiet', ...what, ...this.server];
        const end = await new Child(process.execPath, args, { env: this.app.place.env }).end(kCallMs);
        if (!end.stdout.trim())
            throw new Error(`The Inspector ended with ${end.code}: ${end.stderr}`);
        return { code: end.code, answer: JSON.parse(end.stdout) };
    }
    async tools() {
        const { code, answer } = await this.#run('--method', 'tools/list');
        if (code !== 0)
            throw new Error(`tools/list: exit ${code}`);
        return (answer.result ?? answer).tools;
    }
    /** Its own check of the schemas for what hosts cannot digest: 0 if there is nothing to say. */
    async lint() { return (await this.#run('--method', 'tools/list', '--strict')).code; }
    async call(name, args) {
        const { code, answer } = await this.#run('--method', 'tools/call', '--tool-name', name, '--tool-args-json', JSON.stringify(args));
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
    'inspector-legacy': () => new Inspector('legacy'),
    'inspector-modern': () => new Inspector('modern'),
};

export function makeClient(name) {
    const make = kClients[name];
    if (!make)
        throw new Error(`PEER must be one of: ${Object.keys(kClients).join(', ')}.`);
    return make();
}
