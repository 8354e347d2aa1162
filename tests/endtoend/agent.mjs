// SPDX-License-Identifier: GPL-3.0-or-later
// Small agents without any library: over HTTP in the newest revision, and over the bridge. For tests of what happens
// below a well-behaved client. Every message that they are sent must be what its revision's schema wants.
import assert from 'node:assert/strict';
import { request, Agent as Connections } from 'node:http';
import { createConnection } from 'node:net';
import { createInterface } from 'node:readline';

import { Child, program } from '../peers/app.mjs';
import { WireTap } from '../peers/wireschema.mjs';

const kRevision = '2026-07-28';
const kMeta = {
    'io.modelcontextprotocol/protocolVersion': kRevision,
    'io.modelcontextprotocol/clientCapabilities': {},
    'io.modelcontextprotocol/clientInfo': { name: 'test-agent', version: '1' },
};
const kAnswerMs = 60_000;

export function message(id, method, params = {}) {
    return { jsonrpc: '2.0', id, method, params: { ...params, _meta: kMeta } };
}

/** The messages of one answer over HTTP. */
function messagesOf({ headers, body }) {
    const type = headers['content-type'] ?? '';
    if (type.startsWith('text/event-stream'))
        return body.split('\n').filter(line => line.startsWith('data: {')).map(line => JSON.parse(line.slice(6)));
    return type.startsWith('application/json') && body ? [JSON.parse(body)] : [];
}

/** An agent over HTTP. Its connections stay open until close(). */
export class Agent {
    #connections = new Connections({ keepAlive: true });
    #last = 0;

    constructor(app, token) { Object.assign(this, { app, token }); }
    close() { this.#connections.destroy(); }

    /** One POST; resolves to {status, headers, body}. */
    async post(body, headers) {
        const answer = await this.#post(body, headers);
        const tap = new WireTap();
        if (typeof body !== 'string')
            tap.sent(body);
        for (const message of messagesOf(answer))
            tap.received(message);
        return answer;
    }
    #post(body, headers = {}) {
        const text = typeof body === 'string' ? body : JSON.stringify(body);
        return new Promise((done, fail) => {
            const call = request({
                host: '127.0.0.1', port: this.app.port, path: '/mcp', method: 'POST', agent: this.#connections,
                timeout: kAnswerMs,
                headers: {
                    'Content-Type': 'application/json', 'Accept': 'application/json, text/event-stream',
                    'Content-Length': Buffer.byteLength(text),
                    ...(this.token && { Authorization: `Bearer ${this.token}` }), ...headers,
                },
            }, answer => {
                let text = '';
                answer.setEncoding('utf8').on('data', part => { text += part; }).on('error', fail)
                    .on('end', () => done({ status: answer.statusCode, headers: answer.headers, body: text }));
            });
            call.on('error', fail).on('timeout', () => call.destroy(new Error('no answer'))).end(text);
        });
    }
    rpc(method, params, name) {
        return this.post(message(++this.#last, method, params), {
            'MCP-Protocol-Version': kRevision, 'Mcp-Method': method, ...(name && { 'Mcp-Name': name }),
        });
    }
    /** The structured part of a tool's answer. */
    async call(tool, args) {
        const { status, body } = await this.rpc('tools/call', { name: tool, arguments: args }, tool);
        assert.equal(status, 200, `${tool}: ${status} ${body}`);
        const answer = JSON.parse(body);
        assert.ok(answer.result, body);
        return answer.result.structuredContent;
    }
    /** The same, which must be done. */
    async do(tool, args) {
        const answer = await this.call(tool, args);
        assert.equal(answer.status, 'ok', JSON.stringify(answer));
        return answer;
    }
    async rows(database, sql) { return (await this.do('read_database', { database, sql, max_rows: 10_000 })).rows; }
}

/** An agent that comes through turso-companion-mcp. */
export class BridgeAgent {
    #waiting = new Map();
    #last = 0;
    #tap = new WireTap();

    constructor(place, name, env = {}) {
        this.child = new Child(program('turso-companion-mcp'), ['--profile', place.profile, '--agent', name],
            { env: { ...place.env, ...env }, stdin: 'pipe' });
        this.child.process.stdin.on('error', () => { });
        createInterface({ input: this.child.process.stdout }).on('line', line => {
            const answer = JSON.parse(line); // anything else on stdout is an error
            try {
                this.#tap.received(answer);
            } catch (error) {
                this.#tap.problems.push(error.message);
            }
            this.onmessage?.(answer);
            this.#waiting.get(answer.id)?.(answer);
            this.#waiting.delete(answer.id);
        });
    }
    rpc(method, params) {
        const id = ++this.#last;
        return new Promise((done, fail) => {
            const late = setTimeout(() => fail(new Error(`${method}: no answer\n${this.child.stderr}`)), kAnswerMs);
            this.#waiting.set(id, answer => { clearTimeout(late); done(answer); });
            const request = message(id, method, params);
            this.#tap.sent(request);
            this.child.process.stdin.write(JSON.stringify(request) + '\n');
        });
    }
    async call(tool, args) {
        const answer = await this.rpc('tools/call', { name: tool, arguments: args });
        assert.ok(answer.result, JSON.stringify(answer));
        return answer.result.structuredContent;
    }
    async close() {
        this.child.process.stdin.end();
        const end = await this.child.end(10_000);
        assert.equal(end.code, 0, `The bridge ended with ${end.code}: ${end.stderr}`);
        assert.deepEqual(this.#tap.problems, []);
    }
}

/** Raw bytes to a TCP port or a local socket, and all that comes back until the other side closes or falls silent. */
export class Wire {
    constructor(to) {
        this.text = '';
        this.closed = false;
        this.socket = createConnection(typeof to === 'number' ? { host: '127.0.0.1', port: to } : { path: to });
        this.socket.setNoDelay(true);
        this.socket.setEncoding('utf8').on('data', text => { this.text += text; this.onText?.(); });
        this.socket.on('error', error => { this.error = error; });
        this.ended = new Promise(done => this.socket.on('close', () => { this.closed = true; done(); }));
        this.opened = new Promise((done, fail) => this.socket.once('connect', done).once('error', fail));
    }
    send(text) { this.socket.write(text); }
    close() { this.socket.destroy(); }
}
