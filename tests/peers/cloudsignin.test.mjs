// SPDX-License-Identifier: GPL-3.0-or-later
// A person signs in to a cloud in a real browser: a page of the cloud's, a button, and the app's own page at the end.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Child, until } from './app.mjs';
import { Chromium } from './chromium.mjs';

const kDriver = join(process.env.SIGNIN_BIN, 'signin-driver');

/** A cloud whose consent page posts a form, as Turso's does, to another page that redirects. */
class Cloud {
    codes = new Map();
    static async start() {
        const cloud = new Cloud();
        cloud.server = createServer((request, response) => {
            const chunks = [];
            request.on('data', chunk => chunks.push(chunk));
            request.on('end', () => cloud.answer(request, Buffer.concat(chunks).toString(), response));
        }).listen(0, '127.0.0.1');
        await once(cloud.server, 'listening');
        cloud.origin = `http://127.0.0.1:${cloud.server.address().port}`;
        return cloud;
    }
    answer(request, body, response) {
        const url = new URL(request.url, this.origin);
        const say = (status, what, fields = {}) => {
            response.writeHead(status, { 'Content-Type': 'application/json', ...fields });
            response.end(JSON.stringify(what));
        };
        switch (url.pathname) {
        case '/mcp':
            return say(401, {}, { 'WWW-Authenticate': `Bearer resource_metadata="${this.origin}/.well-known/oauth-protected-resource/mcp"` });
        case '/.well-known/oauth-protected-resource/mcp':
            return say(200, { resource: `${this.origin}/mcp`, authorization_servers: [this.origin] });
        case '/.well-known/oauth-authorization-server':
            return say(200, {
                issuer: this.origin, authorization_endpoint: `${this.origin}/authorize`, token_endpoint: `${this.origin}/token`,
                registration_endpoint: `${this.origin}/register`, code_challenge_methods_supported: ['S256'],
                token_endpoint_auth_methods_supported: ['none'], authorization_response_iss_parameter_supported: true,
            });
        case '/register':
            return say(201, { client_id: 'shared', ...JSON.parse(body) });
        case '/authorize':
            response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
            return response.end(`<!doctype html><title>Cloud</title><h1>Let it in?</h1><form method="post" action="/decide${url.search.replaceAll('&', '&amp;')}">
                <button name="answer" value="yes">Allow</button><button name="answer" value="no">Deny</button></form>`);
        case '/decide':
            return this.decide(url.searchParams, new URLSearchParams(body).get('answer'), response);
        case '/token':
            return this.token(new URLSearchParams(body), say);
        default:
            return say(404, {});
        }
    }
    decide(asked, answer, response) {
        const back = new URL(asked.get('redirect_uri'));
        back.searchParams.set('state', this.state ?? asked.get('state'));
        back.searchParams.set('iss', this.origin);
        if (answer === 'yes') {
            const code = `4/0AX+${randomBytes(9).toString('base64')} &é`;
            this.codes.set(code, asked);
            back.searchParams.set('code', code);
        } else {
            back.searchParams.set('error', 'access_denied');
        }
        response.writeHead(302, { Location: back.href });
        response.end();
    }
    token(form, say) {
        const asked = this.codes.get(form.get('code'));
        this.codes.delete(form.get('code'));
        const challenge = createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url');
        if (this.broken || !asked || asked.get('code_challenge') !== challenge || asked.get('redirect_uri') !== form.get('redirect_uri'))
            return say(400, { error: 'invalid_grant' });
        return say(200, { access_token: 'the-token', token_type: 'Bearer' });
    }
}

let cloud;
let browser;
before(async () => {
    cloud = await Cloud.start();
    browser = await Chromium.start({ env: { PATH: process.env.PATH, LANG: 'C.UTF-8' } });
});
after(async () => {
    await browser?.stop();
    cloud?.server.close();
});

/** Signs in, presses that button, and answers the tab with the app's page and what the app says. */
async function signIn(button, pattern) {
    const driver = new Child(kDriver, [`${cloud.origin}/mcp`]);
    const lines = () => driver.stdout.split('\n').filter(Boolean).map(line => JSON.parse(line));
    const { url } = await until('the address', () => lines()[0]);
    const tab = await browser.open(url);
    await until('the consent page', async () => /Let it in/.test(await tab.text().catch(() => '')));
    await tab.evaluate(`document.querySelector('button[value=${button}]').click()`);
    await until(`a page with ${pattern}`, async () => pattern.test(await tab.text().catch(() => '')));
    return { tab, lines, driver };
}

async function photograph(tab, name) {
    if (process.env.PHOTOGRAPHS)
        writeFileSync(join(process.env.PHOTOGRAPHS, `${name}.png`), await tab.picture());
}

test('a yes signs in, and the page says so', async () => {
    const { tab, lines, driver } = await signIn('yes', /You are signed in/);
    await until('its word', () => lines().length === 2);
    assert.deepEqual(lines()[1], { token: 'the-token' });
    assert.ok(!(await tab.evaluate('document.documentElement.outerHTML')).includes('the-token'));
    await photograph(tab, 'signed-in-light');
    await tab.ask('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: 'dark' }] });
    await photograph(tab, 'signed-in-dark');
    assert.equal((await driver.end(10_000)).stderr, '');
    tab.close();
});

test('a no is a no', async () => {
    const { tab, lines, driver } = await signIn('no', /You said no/);
    assert.match(await tab.text(), /Not signed in/);
    await photograph(tab, 'denied');
    await until('its word', () => lines().length === 2);
    assert.equal(lines()[1].error, 'denied');
    await driver.end(10_000);
    tab.close();
});

test('a token endpoint that refuses is told in the page', async () => {
    cloud.broken = true;
    const { tab, lines, driver } = await signIn('yes', /This did not work/);
    cloud.broken = false;
    await photograph(tab, 'failed');
    await until('its word', () => lines().length === 2);
    assert.equal(lines()[1].error, 'unauthorized');
    await driver.end(10_000);
    tab.close();
});

test('the answer to another sign-in changes nothing', async () => {
    cloud.state = 'x'.repeat(43);
    const { tab, lines, driver } = await signIn('yes', /not waited for/);
    cloud.state = undefined;
    await photograph(tab, 'stale');
    assert.equal(lines().length, 1);
    driver.kill();
    await driver.end(10_000);
    tab.close();
});
