// SPDX-License-Identifier: GPL-3.0-or-later
// Real agents' command lines, each in an empty home and without a login: they read the entries that
// turso-companionctl writes, start the bridge and get through to the app; and they take the plugins of packaging/agents.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { BridgeAgent } from '../endtoend/agent.mjs';
import { App, Child, program } from '../peers/app.mjs';

const kModules = fileURLToPath(new URL('node_modules', import.meta.url));
const kPlugins = fileURLToPath(new URL('../../packaging/agents', import.meta.url));
const kUrl = 'http://127.0.0.1:7766/mcp';
const kCommandMs = 120_000; // some need seconds to start, and the machine may be busy
// What ships one program per system is started without its wrapper, whose installation script has not run.
const kSystem = `${platform()}-${arch()}`;
const kPrograms = {
    claude: [`${kModules}/@anthropic-ai/claude-code-${kSystem}/claude`],
    codex: [process.execPath, `${kModules}/@openai/codex/bin/codex.js`],
    gemini: [process.execPath, `${kModules}/@google/gemini-cli/bundle/gemini.js`],
    mcpb: [process.execPath, `${kModules}/@anthropic-ai/mcpb/dist/cli/cli.js`],
};

let app;
let place;
let env;
let work;
let entry;

before(async () => {
    app = await App.start();
    place = app.place;
    work = join(place.folder, 'work');
    mkdirSync(work);
    env = {
        ...place.env, PWD: work, NO_COLOR: '1',
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_TELEMETRY: '1', DISABLE_AUTOUPDATER: '1',
    };
    mkdirSync(join(env.HOME, '.gemini'));
    writeFileSync(join(env.HOME, '.gemini/trustedFolders.json'),
        JSON.stringify({ [process.cwd()]: 'TRUST_FOLDER', [work]: 'TRUST_FOLDER', [kPlugins]: 'TRUST_FOLDER' }));
    entry = agent => [program('turso-companion-mcp'), '--agent', agent, '--profile', place.profile];
});
after(async () => {
    await app.stop();
    place.remove();
});

/** What an agent's command line says; it must end well. */
async function say(name, ...args) {
    const [path, ...first] = kPrograms[name];
    assert.ok(existsSync(first[0] ?? path), `${first[0] ?? path} is missing. Run ./test, which installs it.`);
    const end = await new Child(path, [...first, ...args], { env }).end(kCommandMs);
    assert.equal(end.code, 0, `${name} ${args.join(' ')}: ${end.code}\n${end.stdout}\n${end.stderr}`);
    return end.stdout + end.stderr;
}
const json = path => JSON.parse(readFileSync(join(kPlugins, path), 'utf8'));

test('Claude Code starts the bridge from its configuration, and reaches the app', async () => {
    const done = await place.ask('connect', 'claude-code');
    const listed = await say('claude', 'mcp', 'list');
    assert.ok(listed.includes(`turso-companion: ${entry('claude-code').join(' ')} - ✔ Connected`), listed);
    await place.ask('connect', 'claude-code', '--http');
    const asked = await say('claude', 'mcp', 'list');
    assert.match(asked, new RegExp(`turso-companion: ${app.endpoint} \\(HTTP\\) - ! Needs authentication`));
    // It keeps much else in that file by now, so only our entry goes.
    await place.ask('connect', 'claude-code', '--undo');
    assert.doesNotMatch(await say('claude', 'mcp', 'list'), /turso-companion/);
    assert.ok(done.file.endsWith('/.claude.json'));
});

test('Codex understands both entries, beside its own settings', async () => {
    const file = join(env.HOME, '.codex/config.toml');
    mkdirSync(join(env.HOME, '.codex'));
    writeFileSync(file, '# mine\nmodel = "gpt-5.5-codex"\n\n[mcp_servers.docs]\ncommand = "true" # nothing\n\n[tui]\nnotifications = true\n');
    const original = readFileSync(file);
    const listed = async () => {
        const text = await say('codex', 'mcp', 'list', '--json');
        return Object.fromEntries(JSON.parse(text.slice(text.indexOf('['), text.lastIndexOf(']') + 1)).map(one => [one.name, one]));
    };
    await place.ask('connect', 'codex');
    const { 'turso-companion': bridge, docs } = await listed();
    const [command, ...args] = entry('codex');
    assert.deepEqual([bridge.transport.type, bridge.transport.command, bridge.transport.args, bridge.enabled],
        ['stdio', command, args, true]);
    assert.equal(docs.transport.command, 'true');
    await place.ask('connect', 'codex', '--http');
    const { 'turso-companion': http } = await listed();
    assert.deepEqual([http.transport.type, http.transport.url, http.auth_status], ['streamable_http', app.endpoint, 'not_logged_in']);
    assert.equal((await place.ask('connect', 'codex', '--undo')).exact, true);
    assert.deepEqual(readFileSync(file), original);
});

test('Gemini CLI starts the bridge from its configuration, and reaches the app', async () => {
    writeFileSync(join(env.HOME, '.gemini/settings.json'), '{\n  // mine\n  "ui": { "hideTips": true }\n}\n');
    await place.ask('connect', 'gemini');
    const listed = await say('gemini', 'mcp', 'list');
    assert.ok(listed.includes(`turso-companion: ${entry('gemini').join(' ')} (stdio) - Connected`), listed);
    assert.equal((await place.ask('connect', 'gemini', '--undo')).exact, true);
});

test("what agents' health checks did gave nothing away and asked nobody", async () => {
    assert.deepEqual(await place.ask('grants'), []);
    assert.deepEqual(await place.ask('approvals', 'list'), []);
});

test('Claude Code takes the plugin', async () => {
    for (const part of ['', 'claude-code'])
        assert.match(await say('claude', 'plugin', 'validate', '--strict', join(kPlugins, part)), /Validation passed/);
    await say('claude', 'plugin', 'marketplace', 'add', kPlugins);
    await say('claude', 'plugin', 'install', 'turso-companion@turso-companion');
    assert.match(await say('claude', 'plugin', 'list'), /turso-companion@turso-companion\n +Version: /);
    assert.ok((await say('claude', 'mcp', 'list')).includes(`plugin:turso-companion:turso-companion: ${kUrl} (HTTP)`));
});

test('Codex takes the plugin', async () => {
    await say('codex', 'plugin', 'marketplace', 'add', kPlugins);
    await say('codex', 'plugin', 'add', 'turso-companion@turso-companion');
    assert.match(await say('codex', 'plugin', 'list'), /turso-companion@turso-companion +installed/);
    assert.ok((await say('codex', 'mcp', 'list', '--json')).includes(`"url": "${kUrl}"`));
});

test('Gemini CLI takes the extension', async () => {
    assert.match(await say('gemini', 'extensions', 'validate', join(kPlugins, 'gemini')), /successfully validated/);
    await say('gemini', 'extensions', 'install', join(kPlugins, 'gemini'), '--consent');
    assert.match(await say('gemini', 'extensions', 'list'), /turso-companion/);
});

test("the bundle for Claude Desktop holds the bridge, and names the app's tools", async () => {
    const bundle = join(process.env.COMPANION_BIN, '../share/turso-companion/turso-companion.mcpb');
    const folder = join(place.folder, 'bundle');
    await say('mcpb', 'unpack', bundle, folder);
    assert.match(await say('mcpb', 'validate', join(folder, 'manifest.json')), /passes/);
    const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
    assert.equal(manifest.version, app.hello.version);
    const bridge = join(folder, manifest.server.entry_point);
    assert.deepEqual(readFileSync(bridge), readFileSync(program('turso-companion-mcp')));
    assert.ok(statSync(bridge).mode & 0o100, 'it can be started');
    const agent = new BridgeAgent(place, 'claude-desktop');
    const tools = (await agent.rpc('tools/list')).result.tools.map(tool => tool.name);
    await agent.close();
    assert.deepEqual(manifest.tools.map(tool => tool.name).sort(), tools.sort());
    assert.equal((await place.ask('connect')).find(one => one.id === 'claude-desktop').bundle, join(bundle));
});

test('the plugins have one version and one text, which names every tool', async () => {
    const texts = ['claude-code/skills/turso-companion/SKILL.md', 'codex/skills/turso-companion/SKILL.md', 'gemini/GEMINI.md']
        .map(path => readFileSync(join(kPlugins, path), 'utf8').replace(/^---\n[^]*?\n---\n\n/, ''));
    assert.equal(new Set(texts).size, 1);
    const verified = await place.ask('connect', 'claude-desktop').then(() => place.ask('connect', 'claude-desktop', '--verify'));
    for (const tool of verified.tools)
        assert.ok(texts[0].includes(`\`${tool}\``), tool);
    for (const path of ['claude-code/.claude-plugin/plugin.json', 'codex/.codex-plugin/plugin.json', 'gemini/gemini-extension.json'])
        assert.equal(json(path).version, app.hello.version, path);
});
