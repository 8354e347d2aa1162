// SPDX-License-Identifier: GPL-3.0-or-later
// The real app in a profile of its own, and its command line, for tests that use them as a person would.
// The programs are taken from the folder COMPANION_BIN.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const kStartMs = 20_000;
const kStopMs = 15_000;
const kCommandMs = 20_000;

export function program(name) {
    const folder = process.env.COMPANION_BIN;
    assert.ok(folder, 'Set COMPANION_BIN to the folder with the built programs.');
    const path = join(folder, name);
    assert.ok(existsSync(path), `${path} is missing: build it first, or run ./test at the root.`);
    return path;
}

export const pause = milliseconds => new Promise(done => setTimeout(done, milliseconds));

/** Asks `look` again until it answers something true, and returns that. */
export async function until(what, look, milliseconds = 10_000) {
    const end = Date.now() + milliseconds;
    for (;;) {
        const found = await look();
        if (found)
            return found;
        assert.ok(Date.now() < end, `Waited ${milliseconds} ms in vain: ${what}`);
        await pause(20);
    }
}

// What a failed test leaves behind goes with the test: its programs and its folders.
const s_children = new Set();
const s_places = new Set();
process.on('exit', () => {
    for (const child of s_children)
        child.kill('SIGKILL');
    for (const place of s_places)
        place.remove();
});

/** A program from start to end: its exit code (or signal) and what it said. */
export class Child {
    constructor(path, args, { env = process.env, stdin = 'ignore' } = {}) {
        this.name = path.split('/').pop();
        this.process = spawn(path, args, { env, stdio: [stdin, 'pipe', 'pipe'] });
        this.pid = this.process.pid;
        this.stdout = '';
        this.stderr = '';
        this.process.stdout.setEncoding('utf8').on('data', text => { this.stdout += text; });
        this.process.stderr.setEncoding('utf8').on('data', text => { this.stderr += text; });
        this.ended = new Promise((done, fail) => {
            this.process.on('error', fail);
            this.process.on('close', (code, signal) => done({ code: code ?? signal, stdout: this.stdout, stderr: this.stderr }));
        });
        s_children.add(this);
        const note = () => {
            this.hasEnded = true;
            s_children.delete(this);
        };
        this.ended.then(note, note);
    }

    kill(signal = 'SIGTERM') { this.process.kill(signal); }

    /** Its end, or an error if it goes on for longer than this. */
    async end(milliseconds) {
        let timer;
        const late = new Promise((_, fail) => {
            timer = setTimeout(() => {
                this.kill('SIGKILL');
                fail(new Error(`${this.name} did not end within ${milliseconds} ms.\n${this.stdout}\n${this.stderr}`));
            }, milliseconds);
        });
        try {
            return await Promise.race([this.ended, late]);
        } finally {
            clearTimeout(timer);
        }
    }
}

/** A folder with everything of one instance: profile, sockets, operator key. */
export class Place {
    constructor() {
        this.folder = mkdtempSync(join(tmpdir(), 'companion-'));
        this.profile = join(this.folder, 'profile');
        this.keyFile = join(this.folder, 'operator.key');
        mkdirSync(this.profile, { mode: 0o700 });
        writeFileSync(this.keyFile, randomBytes(32).toString('hex') + '\n', { mode: 0o600 });
        this.env = {
            PATH: process.env.PATH,
            HOME: join(this.folder, 'home'),
            LANG: 'C.UTF-8',
            XDG_RUNTIME_DIR: join(this.folder, 'run'),
            TURSO_COMPANION_RUNTIME_DIR: join(this.folder, 'run'),
            TURSO_COMPANION_NO_AUTOSTART: '1',
        };
        mkdirSync(this.env.HOME, { mode: 0o700 });
        mkdirSync(this.env.XDG_RUNTIME_DIR, { mode: 0o700 });
        s_places.add(this);
    }

    write(name, text) { writeFileSync(join(this.profile, name), text, { mode: 0o600 }); }
    remove() {
        rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
        s_places.delete(this);
    }

    run(name, args, options = {}) {
        return new Child(program(name), args, { ...options, env: { ...this.env, ...options.env } });
    }
    /** The app with these options, to its end: for starts that are meant to fail. */
    async runApp(args, milliseconds = kStartMs) {
        return this.run('turso-companion', ['--profile', this.profile, ...args]).end(milliseconds);
    }
    /** One command of turso-companionctl. With `key` false it has nothing to decide with. */
    async ctl(args, { key = true, keyFile = this.keyFile } = {}) {
        const may = key ? ['--operator-key-file', keyFile] : [];
        return this.run('turso-companionctl', [...args, '--profile', this.profile, ...may]).end(kCommandMs);
    }
    /** The same, which must work, and what it printed as JSON. */
    async ask(...args) {
        const done = await this.ctl([...args, '--json']);
        assert.equal(done.code, 0, `turso-companionctl ${args.join(' ')}: ${done.stderr}`);
        return JSON.parse(done.stdout);
    }
    async askLines(...args) {
        const done = await this.ctl([...args, '--json']);
        assert.equal(done.code, 0, `turso-companionctl ${args.join(' ')}: ${done.stderr}`);
        return done.stdout.split('\n').filter(Boolean).map(line => JSON.parse(line));
    }
    async mintToken(agent, permissions, ...more) {
        return this.ask('tokens', 'create', '--agent', agent, '--permissions', permissions, ...more);
    }
    /** The one open question that `is` accepts, as soon as there is one. */
    async question(is = () => true, milliseconds = 15_000) {
        return until('a question for the person', async () => (await this.ask('approvals', 'list')).find(is), milliseconds);
    }
    async approve(id, ...more) { return this.ask('approvals', 'approve', id, ...more); }
    async deny(id, message) { return this.ask('approvals', 'deny', id, ...(message ? ['--message', message] : [])); }
}

/** What stands on stderr beside plain information. */
export function complaints(stderr) {
    return stderr.split('\n').filter(line => line && !/^\S+Z (info|debug) /.test(line));
}

export class App {
    /** Starts the app without a display and waits until it serves. A place of one's own may be handed in. */
    static async start({ place = new Place(), settings, args = ['--headless', '--port', '0'], key = true, env } = {}) {
        if (settings)
            place.write('settings.json', JSON.stringify(settings));
        const app = new App();
        app.place = place;
        const may = key ? ['--operator-key-file', place.keyFile] : [];
        app.child = place.run('turso-companion', [...args, '--profile', place.profile, ...may], { env });
        const line = await app.#firstLine();
        app.line = line;
        app.hello = JSON.parse(line);
        app.endpoint = app.hello.endpoint;
        app.port = Number(new URL(app.endpoint).port);
        app.pid = app.hello.pid;
        return app;
    }

    async #firstLine() {
        const lines = createInterface({ input: this.child.process.stdout });
        let timer;
        const late = new Promise((_, fail) => {
            timer = setTimeout(() => fail(new Error('The app did not say that it serves.')), kStartMs);
        });
        try {
            const line = await Promise.race([
                new Promise(done => lines.once('line', done)),
                late,
                this.child.ended.then(end => { throw new Error(`The app ended with ${end.code}: ${end.stderr}`); }),
            ]);
            return line;
        } catch (error) {
            this.child.kill('SIGKILL');
            throw error;
        } finally {
            clearTimeout(timer);
        }
    }

    /** SIGTERM; the app must end by itself with exit code 0 and nothing to complain about but what fits `expected`. */
    async stop(expected) {
        if (this.child.hasEnded)
            return;
        this.child.kill('SIGTERM');
        const end = await this.child.end(kStopMs);
        assert.equal(end.code, 0, `The app ended with ${end.code}: ${end.stderr}`);
        assert.deepEqual(complaints(end.stderr).filter(line => !expected?.test(line)), [], 'The app complained.');
        assert.equal(end.stdout, this.line + '\n', 'The app printed more than its one line.');
    }

    async kill() {
        this.child.kill('SIGKILL');
        await this.child.end(kStopMs);
    }
}
