// SPDX-License-Identifier: GPL-3.0-or-later
// The official suite on one server: runs it, reads what it has written, and judges more strictly than its exit code
// does. That one counts the required scenarios only; here every scenario and every warning counts.
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Child } from '../peers/app.mjs';

const kProgram = fileURLToPath(import.meta.resolve('@modelcontextprotocol/conformance/package.json'))
    .replace(/package\.json$/, 'dist/index.js');
const kRunMs = 600_000;
/** How many scenarios a run of a revision has; the sets are frozen. */
const kScenarios = { '2025-11-25': 33, '2026-07-28': 50 };
/** The suite has no way yet to test these. */
const kNotTested = new Set(['tasks-status-notifications']);
/** The only excuse there is: the scenario calls something that the server has no reason to have. */
const kExcuse = 'fixture missing';
/** Whatever is missing, what is sent must be well-formed. */
const kSchemaCheck = 'wire-schema-valid';

export const kRevisions = Object.keys(kScenarios);

export function runProgram(args) {
    return new Child(process.execPath, [kProgram, ...args], { env: { ...process.env, NO_COLOR: '1' } });
}

/** A suite's --expected-failures file, in which every entry must say why. */
function excusesOf(file) {
    const excuses = new Set();
    for (const line of file ? readFileSync(file, 'utf8').split('\n') : []) {
        if (/^\s*(#.*)?$/.test(line) || line === 'server:')
            continue;
        const [, entry, why] = /^ {2}- ([\w-]+(?::[\w$-]+)?) # (.+)$/.exec(line) ?? [];
        if (why !== kExcuse)
            throw new Error(`${file}: "${line}" should be "  - SCENARIO[:CHECK] # ${kExcuse}".`);
        excuses.add(entry);
    }
    return excuses;
}

/** Folders are named server-SCENARIO-TIMESTAMP. */
function readResults(folder) {
    const scenarios = new Map();
    for (const entry of readdirSync(folder).sort()) {
        const name = entry.replace(/^server-/, '').replace(/-\d{4}-\d\d-\d\dT.*$/, '');
        const file = join(folder, entry, 'checks.json');
        if (existsSync(file))
            scenarios.set(name, JSON.parse(readFileSync(file, 'utf8')));
    }
    return scenarios;
}

const isBad = check => check.status === 'FAILURE' || check.status === 'WARNING';

/**
 * What is to be said of one scenario. `used` collects the excuses that were needed. Only a server with all fixtures must
 * have been tested by every scenario.
 */
function judge(name, checks, { excuses, used, hasFixtures }) {
    const passed = checks.filter(check => check.status === 'SUCCESS').length;
    const problems = [];
    let excused = 0;
    for (const check of checks.filter(isBad)) {
        const entries = check.id === kSchemaCheck ? [] : [name, `${name}:${check.id}`];
        const excuse = entries.find(entry => excuses.has(entry));
        if (excuse) {
            used.add(excuse);
            ++excused;
        } else {
            problems.push(`${check.status} ${check.id}: ${check.errorMessage ?? check.description}`);
        }
    }
    const idle = passed + excused + problems.length === 0;
    if (idle && hasFixtures && !kNotTested.has(name))
        problems.push('It has tested nothing.');
    const verdict = problems.length > 0 ? 'FAILED ' : idle ? 'idle   ' : excused > 0 ? 'excused' : 'ok     ';
    const more = excused > 0 ? `, ${excused} excused` : '';
    return { verdict, passed, excused, problems, idle, line: `  ${verdict} ${name}: ${passed} checks${more}` };
}

/**
 * Runs the set of one revision on the server at `url`, prints a line for each scenario, and answers whether all is as
 * it should be. `expectedFailures` is a file in the suite's own format; what it names must fail.
 */
export async function runSuite({ revision, url, expectedFailures }) {
    const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
    const excuses = excusesOf(expectedFailures);
    const began = performance.now();
    const baseline = expectedFailures ? ['--expected-failures', expectedFailures] : [];
    const end = await runProgram(['server', '--requirements', revision, '--url', url, '-o', folder, ...baseline]).end(kRunMs);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);

    const problems = [];
    const count = { ok: 0, excused: 0, idle: 0, failed: 0, checks: 0 };
    const used = new Set();
    const results = readResults(folder);
    for (const [name, checks] of results) {
        const one = judge(name, checks, { excuses, used, hasFixtures: !expectedFailures });
        console.log(one.line);
        for (const problem of one.problems)
            console.log(`          ${problem}`);
        count.failed += one.problems.length > 0;
        count.checks += one.passed;
        count.ok += one.problems.length === 0;
        count.excused += one.excused > 0;
        count.idle += one.idle;
    }
    if (results.size !== kScenarios[revision])
        problems.push(`${results.size} scenarios have run; there should be ${kScenarios[revision]}.`);
    for (const excuse of excuses)
        if (!used.has(excuse))
            problems.push(`${excuse} passes: take it out of ${expectedFailures}.`);
    if (end.code !== 0)
        problems.push(`The suite ended with ${end.code}.`);

    if (count.failed > 0)
        problems.push(`${count.failed} scenarios have failed.`);
    const more = ['excused', 'idle'].filter(what => count[what] > 0).map(what => `, ${count[what]} of them ${what}`).join('');
    console.log(`${revision}: ${count.ok}/${results.size} scenarios${more}, ${count.checks} checks, ${seconds} s`);
    if (problems.length === 0) {
        rmSync(folder, { recursive: true });
        return true;
    }
    console.log([...problems, `All of it: ${folder}`, end.stderr].join('\n'));
    return false;
}
