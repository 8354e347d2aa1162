// SPDX-License-Identifier: GPL-3.0-or-later
// Looks for secrets where none may be: in files of any kind, in what programs said, and in what the system shows of
// running programs.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const kShortest = 16;

/** A secret as it may stand somewhere: as it is, in base64 or hex, or in a URL. */
function* disguises(secret) {
    const bytes = Buffer.from(secret);
    yield bytes;
    yield Buffer.from(bytes.toString('hex'));
    yield Buffer.from(encodeURIComponent(secret));
    // Base64 of a text that holds it: the characters in the middle depend on where it begins only.
    for (let shift = 0; shift < 3; ++shift) {
        const whole = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64').replace(/=+$/, '');
        const middle = whole.slice(shift + 1, -2);
        yield Buffer.from(middle);
        yield Buffer.from(middle.replaceAll('+', '-').replaceAll('/', '_'));
    }
}

/** The secrets of a run, by name. */
export class Secrets {
    #all = new Map(); // name -> disguises

    /** Remembers and returns it. */
    add(name, secret) {
        assert.ok(typeof secret === 'string' && secret.length >= kShortest, `${name} is no secret: ${secret}`);
        this.#all.set(name, [...disguises(secret)]);
        return secret;
    }
    get size() { return this.#all.size; }

    /** Where they stand in these bytes, as sentences. */
    inBytes(where, bytes) {
        return [...this.#all].filter(([, forms]) => forms.some(form => bytes.includes(form))).map(([name]) => `${name} stands in ${where}`);
    }
    inText(where, text) { return this.inBytes(where, Buffer.from(text)); }

    /** In every file below the folder. `read` counts them. */
    inFolder(folder, read = { files: 0 }) {
        const found = [];
        for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
            const path = join(entry.parentPath, entry.name);
            found.push(...this.inText(`the name ${relative(folder, path)}`, entry.name));
            if (!entry.isFile())
                continue;
            found.push(...this.inBytes(relative(folder, path), readFileSync(path)));
            ++read.files;
        }
        return found;
    }

    /** In a running program's arguments and environment. */
    inProcess(pid) {
        return ['cmdline', 'environ'].flatMap(what => {
            const bytes = readFileSync(`/proc/${pid}/${what}`);
            assert.ok(bytes.length > 0, `/proc/${pid}/${what} is empty`);
            return this.inBytes(`${what} of ${bytes.toString().split('\0')[0]}`, bytes);
        });
    }
}
