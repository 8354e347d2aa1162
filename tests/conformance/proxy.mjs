// SPDX-License-Identifier: GPL-3.0-or-later
// A way into the app for clients that cannot send a token: a proxy on the loopback interface that adds it. Nothing else
// is made up or smoothed over. What names the proxy itself (Host, Origin) names the app afterwards, and whatever names
// somebody else stays what it is, so that the app can refuse it.
import { createServer, request } from 'node:http';
import { once } from 'node:events';

const kPerHop = new Set(['connection', 'keep-alive', 'authorization']);

export class Proxy {
    #server;

    /** Passes on to `endpoint` with `token`. */
    static async start(endpoint, token) {
        const proxy = new Proxy();
        const target = new URL(endpoint);
        proxy.#server = createServer((incoming, answer) => {
            const headers = proxy.#headers(incoming.rawHeaders, target.host);
            headers.push('Authorization', `Bearer ${token}`);
            const outgoing = request({ host: target.hostname, port: target.port, method: incoming.method, path: incoming.url, headers, setHost: false });
            outgoing.on('response', response => {
                answer.writeHead(response.statusCode, response.statusMessage, proxy.#headers(response.rawHeaders));
                answer.flushHeaders();
                response.pipe(answer);
                response.on('error', () => answer.destroy());
            });
            outgoing.on('error', () => answer.destroy());
            // A client that hangs up has to be seen to hang up.
            answer.on('close', () => outgoing.destroy());
            incoming.pipe(outgoing);
        });
        proxy.#server.listen(0, '127.0.0.1');
        await once(proxy.#server, 'listening');
        proxy.host = `127.0.0.1:${proxy.#server.address().port}`;
        proxy.endpoint = `http://${proxy.host}${target.pathname}`;
        return proxy;
    }

    close() {
        this.#server.closeAllConnections();
        this.#server.close();
    }

    /** [name, value, name, value ...] as they came, but for what concerns one hop. */
    #headers(raw, targetHost) {
        const kept = [];
        for (let i = 0; i < raw.length; i += 2) {
            const name = raw[i].toLowerCase();
            let value = raw[i + 1];
            if (kPerHop.has(name))
                continue;
            if (targetHost && name === 'host' && value === this.host)
                value = targetHost;
            if (targetHost && name === 'origin' && value === `http://${this.host}`)
                value = `http://${targetHost}`;
            kept.push(raw[i], value);
        }
        return kept;
    }
}
