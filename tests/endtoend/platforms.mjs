// SPDX-License-Identifier: GPL-3.0-or-later
// The servers that connections are made to: Turso's own server with its JWT and admin key, and Turso Cloud as it is
// played for these tests.
import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { Child } from '../peers/app.mjs';
import { startSqld } from '../peers/sqlface.mjs';

const encoded = value => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** An Ed25519 key whose public half is in a file. */
export class JwtKey {
    #key;
    #folder = mkdtempSync(join(tmpdir(), 'jwt-'));

    constructor() {
        const { publicKey, privateKey } = generateKeyPairSync('ed25519');
        this.#key = privateKey;
        this.file = join(this.#folder, 'public.pem');
        writeFileSync(this.file, publicKey.export({ type: 'spki', format: 'pem' }));
    }
    token(claims) {
        const text = `${encoded({ alg: 'EdDSA', typ: 'JWT' })}.${encoded(claims)}`;
        return `${text}.${sign(null, Buffer.from(text), this.#key).toString('base64url')}`;
    }
    remove() { rmSync(this.#folder, { recursive: true, force: true }); }
}

/** A real sqld that asks for a JWT and an admin key. */
export async function startLockedSqld(names) {
    const key = new JwtKey();
    const adminKey = Buffer.from('an admin key of these tests').toString('base64');
    const sqld = await startSqld(names, { jwtKeyFile: key.file, adminKey });
    const { end } = sqld;
    return Object.assign(sqld, {
        adminKey, key, token: key.token({ iat: Math.floor(Date.now() / 1000) }), readToken: key.token({ a: 'ro' }),
        end: async () => { await end(); key.remove(); },
    });
}

/** Turso Cloud, played. `minted`: the SQL tokens that it has handed out. */
export class PlayedCloud {
    minted = [];

    static async start(oddities = 0) {
        const path = process.env.PLAYED_CLOUD;
        assert.ok(path, 'Set PLAYED_CLOUD to the built played-turso-cloud.');
        const cloud = new PlayedCloud();
        cloud.folder = mkdtempSync(join(tmpdir(), 'cloud-'));
        cloud.child = new Child(path, [join(cloud.folder, 'workspace'), String(oddities)], { stdin: 'pipe' });
        const lines = createInterface({ input: cloud.child.process.stdout });
        await new Promise((done, fail) => {
            lines.on('line', line => {
                const { minted, ...said } = JSON.parse(line);
                if (minted)
                    return cloud.minted.push(minted);
                Object.assign(cloud, said);
                done();
            });
            cloud.child.ended.then(end => fail(new Error(`The played cloud ended: ${end.stderr}`)), fail);
        });
        return cloud;
    }
    /** What happens to the next request that fits. */
    play(trick) { this.child.process.stdin.write(JSON.stringify(trick) + '\n'); }
    async stop() {
        this.child.process.stdin.end();
        await this.child.end(10_000);
        rmSync(this.folder, { recursive: true, force: true });
    }
}

/** Writes a secret where --token-file and --admin-key-file read it. */
export function secretFile(place, name, secret) {
    const file = join(place.folder, name);
    writeFileSync(file, secret + '\n', { mode: 0o600 });
    return file;
}
