// SPDX-License-Identifier: GPL-3.0-or-later
// turso-companionctl connect: every agent's configuration, there and back, and a handshake through the real bridge.
import assert from 'node:assert/strict';
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { App, Place, program } from '../peers/app.mjs';

const kSamples = fileURLToPath(new URL('../connect/samples', import.meta.url));
const kAgents = {
    'claude-desktop': ['.config/Claude/claude_desktop_config.json', 'claude-desktop.json'],
    'claude-code': ['.claude.json', 'claude-code.json'],
    'codex': ['.codex/config.toml', 'codex.toml'],
    'cursor': ['.cursor/mcp.json', 'cursor.json'],
    'vscode': ['.config/Code/User/mcp.json', 'vscode-crlf.json'],
    'windsurf': ['.codeium/windsurf/mcp_config.json', 'windsurf.json'],
    'zed': ['.config/zed/settings.json', 'zed.json'],
    'gemini': ['.gemini/settings.json', 'gemini.json'],
};
const kAgent = ['id', 'name', 'file', 'state', 'explanation', 'way', 'ways', 'can_undo', 'restart_note', 'bundle'];
const kPreview = ['agent', 'file', 'existed', 'changes', 'removes_file', 'diff', 'notes'];

let app;
let place;

before(async () => {
    app = await App.start();
    place = app.place;
});
after(async () => {
    await app.stop();
    place.remove();
});

const fileOf = (agent, where = place) => join(where.env.HOME, kAgents[agent][0]);
function give(agent, bytes, where = place) {
    mkdirSync(dirname(fileOf(agent, where)), { recursive: true });
    writeFileSync(fileOf(agent, where), bytes);
}
const stateOf = async agent => (await place.ask('connect')).find(one => one.id === agent);
const hasKeys = (object, keys) => assert.deepEqual(Object.keys(object).sort(), [...keys].sort());

test('agents are listed, with the app and without', async () => {
    const nobody = new Place();
    for (const where of [place, nobody]) {
        const agents = await where.ask('connect');
        assert.deepEqual(agents.map(one => one.id), Object.keys(kAgents));
        for (const one of agents) {
            hasKeys(one, kAgent);
            assert.equal(one.file, fileOf(one.id, where));
            assert.equal(one.way, null);
        }
    }
    assert.deepEqual(await nobody.ask('connect', 'other').then(one => [one.url, one.command]),
        ['', [program('turso-companion-mcp'), '--profile', nobody.profile]]);
    assert.equal((await place.ask('connect', 'other')).url, app.endpoint);
    nobody.remove();
});

for (const [agent, [, sample]] of Object.entries(kAgents)) {
    test(`${agent}: preview, connect, verify, undo`, async () => {
        const original = readFileSync(join(kSamples, sample));
        give(agent, original);
        assert.equal((await stateOf(agent)).state, 'installed');
        const preview = await place.ask('connect', agent, '--preview');
        hasKeys(preview, kPreview);
        assert.ok(preview.diff.includes('+') && preview.diff.includes(program('turso-companion-mcp')));
        assert.deepEqual(readFileSync(fileOf(agent)), original);
        const done = await place.ask('connect', agent);
        hasKeys(done, [...kPreview, 'changed', 'backup']);
        assert.equal(done.diff, preview.diff);
        assert.deepEqual(readFileSync(done.backup), original);
        const now = await stateOf(agent);
        assert.deepEqual([now.state, now.way, now.can_undo], ['connected', 'bridge', true]);
        const verified = await place.ask('connect', agent, '--verify');
        hasKeys(verified, ['agent', 'sentence', 'server', 'version', 'tools', 'milliseconds']);
        assert.equal(verified.version, app.hello.version);
        assert.ok(verified.tools.includes('read_database') && verified.tools.length >= 12, verified.sentence);
        const undone = await place.ask('connect', agent, '--undo');
        assert.deepEqual([undone.exact, undone.removed_file], [true, false]);
        assert.deepEqual(readFileSync(fileOf(agent)), original);
    });
}

test('verifying asks nobody and gives nothing away', async () => {
    assert.deepEqual(await place.ask('approvals', 'list'), []);
    assert.deepEqual(await place.ask('grants'), []);
    assert.deepEqual(await place.askLines('calls'), []);
});

test('the URL is the other way, and says who signs in', async () => {
    give('codex', readFileSync(join(kSamples, 'codex.toml')));
    await place.ask('connect', 'codex', '--http');
    assert.match(readFileSync(fileOf('codex'), 'utf8'), new RegExp(`\\nurl = "${app.endpoint}"\\n`));
    assert.equal((await stateOf('codex')).way, 'http');
    assert.match((await place.ask('connect', 'codex', '--verify')).sentence, /answered in \d+ ms; the agent signs in/);
    // And back to the bridge, from there.
    await place.ask('connect', 'codex');
    assert.doesNotMatch(readFileSync(fileOf('codex'), 'utf8'), new RegExp(app.endpoint));
    assert.equal((await place.ask('connect', 'codex', '--undo')).exact, true);
    assert.deepEqual(readFileSync(fileOf('codex')), readFileSync(join(kSamples, 'codex.toml')));
});

test('people read sentences', async () => {
    give('zed', readFileSync(join(kSamples, 'zed.json')));
    const say = async (...args) => {
        const end = await place.ctl(['connect', ...args]);
        assert.equal(end.stderr, '');
        assert.equal(end.code, 0);
        return end.stdout;
    };
    assert.match(await say(), /^AGENT +NAME +STATE +CONFIGURATION\n/);
    assert.match(await say('zed', '--preview'), /^--- .*\n\+\+\+ .*\n@@ [^]*\+ {2}"context_servers"[^]*Nothing was written\.\n$/);
    assert.match(await say('zed'), /Written: .*\nBackup: [^]*connect zed --undo\n$/);
    assert.match(await say('zed'), /connected already/);
    assert.match(await say('zed', '--verify'), /answered in \d+ ms with \d+ tools\.\n$/);
    assert.match(await say('zed', '--undo'), /byte for byte what it was before/);
    assert.match(await say('other'), /"mcpServers"/);
});

test('a link stays a link', async () => {
    const target = join(place.folder, 'dotfiles.json');
    writeFileSync(target, '{}\n');
    give('cursor', '');
    unlinkSync(fileOf('cursor'));
    symlinkSync(target, fileOf('cursor'));
    await place.ask('connect', 'cursor');
    assert.ok(lstatSync(fileOf('cursor')).isSymbolicLink());
    assert.match(readFileSync(target, 'utf8'), /turso-companion-mcp/);
    await place.ask('connect', 'cursor', '--undo');
    assert.equal(readFileSync(target, 'utf8'), '{}\n');
});

test('a file that was not there is gone again, and its folder', async () => {
    const fresh = new Place();
    await fresh.ask('connect', 'windsurf');
    assert.equal(lstatSync(fileOf('windsurf', fresh)).mode & 0o777, 0o600);
    assert.equal((await fresh.ask('connect', 'windsurf', '--undo')).removed_file, true);
    assert.ok(!existsSync(join(fresh.env.HOME, '.codeium')));
    fresh.remove();
});

test('exit codes, and what is broken is left alone', async () => {
    const code = async (...args) => (await place.ctl(['connect', ...args])).code;
    for (const wrong of [['a', 'b'], ['--undo'], ['other', '--http'], ['zed', '--verify', '--undo'], ['zed', '--undo', '--http']])
        assert.equal(await code(...wrong), 2, wrong.join(' '));
    assert.equal(await code('emacs'), 4);
    assert.equal(await code('zed', '--undo'), 4, 'nothing to undo');
    assert.equal(await code('zed', '--verify'), 4, 'not connected');
    assert.equal(await code('claude-desktop', '--http'), 1);
    const broken = readFileSync(join(kSamples, 'claude-desktop-broken.json'));
    give('claude-desktop', broken);
    const end = await place.ctl(['connect', 'claude-desktop']);
    assert.equal(end.code, 1);
    assert.match(end.stderr, /line 5, column 7: [^]*Nothing was written\./);
    assert.deepEqual(readFileSync(fileOf('claude-desktop')), broken);
    assert.equal((await stateOf('claude-desktop')).state, 'file_broken');
    give('windsurf', '{}');
    chmodSync(fileOf('windsurf'), 0o400);
    const readOnly = await place.ctl(['connect', 'windsurf']);
    assert.equal(readOnly.code, 1);
    assert.match(readOnly.stderr, /is read-only/);
});

test('an entry that leads nowhere is told by its command', async () => {
    give('gemini', JSON.stringify({ mcpServers: { 'turso-companion': { command: '/old/turso-companion-mcp' } } }));
    const state = await stateOf('gemini');
    assert.deepEqual([state.state, state.explanation], ['connected_differently', 'Its entry starts /old/turso-companion-mcp.']);
    const end = await place.ctl(['connect', 'gemini', '--verify']);
    assert.equal(end.code, 1);
    assert.match(end.stderr, /\/old\/turso-companion-mcp cannot be started/);
});
