// SPDX-License-Identifier: GPL-3.0-or-later
// The suite's scenarios for clients, on the app's sign-in: signin.mjs REVISION. Which of them are not for it, and why,
// stands in signin/not-for-us.json, which must name every other client scenario that the suite has, and no more.
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { program } from '../peers/app.mjs';
import { runProgram } from './suite.mjs';

const kRunMs = 120_000;
const kAtOnce = 3;

const revision = process.argv[2];
const notForUs = new Map(Object.entries(JSON.parse(readFileSync(new URL('signin/not-for-us.json', import.meta.url), 'utf8'))));

async function clientScenarios() {
    const { stdout } = await runProgram(['list', '--requirements', revision]).end(kRunMs);
    const part = stdout.slice(stdout.indexOf('Client scenarios'));
    const [required, rest = ''] = part.split('Run and reported');
    const names = [...required.matchAll(/^ +- (\S+)$/gm), ...rest.matchAll(/^ +- (\S+) \[client\]$/gm)].map(found => found[1]);
    if (names.length < 20)
        throw new Error(`The suite's list could not be read:\n${stdout}`);
    return names;
}

function checksIn(folder) {
    const files = readdirSync(folder, { recursive: true }).filter(name => name.endsWith('checks.json'));
    return files.flatMap(name => JSON.parse(readFileSync(join(folder, name), 'utf8')));
}

async function run(scenario) {
    const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
    const end = await runProgram(['client', '--command', program('mcp-conformance-client'), '--scenario', scenario,
        '--spec-version', revision, '-o', folder]).end(kRunMs);
    const checks = checksIn(folder);
    const bad = checks.filter(check => check.status === 'FAILURE' || check.status === 'WARNING');
    const passed = checks.filter(check => check.status === 'SUCCESS').length;
    const problems = bad.map(check => `${check.status} ${check.id}: ${check.errorMessage ?? check.description}`);
    if (end.code !== 0)
        problems.push(`The suite ended with ${end.code}.\n${end.stdout}\n${end.stderr}`);
    if (passed === 0)
        problems.push('It has tested nothing.');
    console.log(`  ${problems.length === 0 ? 'ok     ' : 'FAILED '} ${scenario}: ${passed} checks`);
    for (const problem of problems)
        console.log(`          ${problem}`);
    if (problems.length === 0)
        rmSync(folder, { recursive: true });
    return { scenario, passed, isGood: problems.length === 0 };
}

const names = await clientScenarios();
const waiting = names.filter(name => !notForUs.has(name));
const isHere = entry => (entry.revisions ?? [revision]).includes(revision);
const stale = [...notForUs].filter(([name, entry]) => isHere(entry) && !names.includes(name)).map(([name]) => name);
const strange = waiting.filter(name => !name.startsWith('auth/'));
const unexplained = [...notForUs].filter(([, entry]) => !(entry.why?.length > 20)).map(([name]) => name);
const count = waiting.length;
const results = [];
await Promise.all(Array.from({ length: kAtOnce }, async () => {
    while (waiting.length > 0)
        results.push(await run(waiting.shift()));
}));
const failed = results.filter(one => !one.isGood);
console.log(`${revision}: ${count - failed.length}/${count} scenarios, ${results.reduce((sum, one) => sum + one.passed, 0)} checks`);
for (const [what, list] of [['is in not-for-us.json but not in the suite', stale], ['needs a line in not-for-us.json', strange],
    ['has no reason in not-for-us.json', unexplained]])
    for (const name of list)
        console.log(`${name} ${what}.`);
process.exit(failed.length + stale.length + strange.length + unexplained.length > 0 || count === 0 ? 1 : 0);
