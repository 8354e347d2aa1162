// SPDX-License-Identifier: GPL-3.0-or-later
// An agent that signs in, step by step and without any library, so that every step can also be taken wrongly.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { request } from 'node:http';

import { browse } from '../peers/browser.mjs';

export const kRedirect = 'http://127.0.0.1:45671/callback';
const kForm = 'application/x-www-form-urlencoded';

export const challengeOf = verifier => createHash('sha256').update(verifier).digest('base64url');
/** Pairs: a field given as null is left out, as a list stands several times. */
export const fields = object => Object.entries(object).flatMap(([key, value]) =>
    [value].flat().filter(one => one !== null).map(one => [key, one]));

/** One request with exactly these headers; a browser's fetch would not send all of them. */
export function ask(port, path, { method = 'GET', headers = {}, body = '' } = {}) {
    return new Promise((done, fail) => {
        const call = request({
            host: '127.0.0.1', port, path, method, timeout: 40_000,
            agent: false, // a kept connection may be closed with the grant that it was used under
            headers: { Host: `127.0.0.1:${port}`, ...(body && { 'Content-Length': Buffer.byteLength(body) }), ...headers },
        }, answer => {
            let text = '';
            answer.setEncoding('utf8').on('data', part => { text += part; })
                .on('end', () => done({ status: answer.statusCode, headers: answer.headers, body: text })).on('error', fail);
        });
        call.on('error', fail).on('timeout', () => call.destroy(new Error('no answer'))).end(body);
    });
}
export const post = (port, path, object, headers = {}) => ask(port, path, {
    method: 'POST', headers: { 'Content-Type': kForm, ...headers }, body: new URLSearchParams(fields(object)).toString(),
});

export class OAuthAgent {
    constructor(app, name, redirects = [kRedirect]) { Object.assign(this, { app, name, redirects }); }
    get port() { return this.app.port; }
    get base() { return `http://127.0.0.1:${this.port}`; }

    async register() {
        const answer = await ask(this.port, '/register', {
            method: 'POST', headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify({ client_name: this.name, redirect_uris: this.redirects, application_type: 'native' }),
        });
        assert.equal(answer.status, 201, answer.body);
        this.id = JSON.parse(answer.body).client_id;
        return this;
    }
    /** The path of a sign-in, with what `changes` say instead. */
    authorizePath(changes = {}) {
        this.verifier = randomBytes(32).toString('base64url');
        this.state = randomBytes(8).toString('hex');
        return '/authorize?' + new URLSearchParams(fields({
            response_type: 'code', client_id: this.id, redirect_uri: this.redirects[0], scope: 'db:read', state: this.state,
            code_challenge: challengeOf(this.verifier), code_challenge_method: 'S256', resource: `${this.base}/mcp`, ...changes,
        }));
    }
    /** The person decides what `options` say, unless an earlier yes has led to no tokens yet; the code. */
    async code(...options) {
        const tab = browse(this.base + this.authorizePath());
        const isAsking = () => this.app.place.question(one => one.kind === 'consent' && one.agent === this.name).catch(() => null);
        const first = await Promise.race([tab, isAsking()]);
        if (first?.id)
            await this.app.place.approve(first.id, ...(options.length ? options : ['--permissions', 'read-only']));
        const { location } = await tab;
        const answer = new URL(location).searchParams;
        assert.equal(answer.get('state'), this.state);
        assert.equal(answer.get('iss'), this.base);
        return answer.get('code');
    }
    redeem(code, changes = {}, headers = {}) {
        return post(this.port, '/token', {
            grant_type: 'authorization_code', code, redirect_uri: this.redirects[0], client_id: this.id,
            code_verifier: this.verifier, ...changes,
        }, headers);
    }
    refresh(token, changes = {}) {
        return post(this.port, '/token', { grant_type: 'refresh_token', refresh_token: token, client_id: this.id, ...changes });
    }
    /** Signed in: its tokens. */
    async signIn(...options) {
        const answer = await this.redeem(await this.code(...options));
        assert.equal(answer.status, 200, answer.body);
        this.tokens = JSON.parse(answer.body);
        return this.tokens;
    }
    grants() { return this.app.place.ask('grants').then(all => all.filter(one => one.agent === this.name)); }
}
