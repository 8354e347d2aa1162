// SPDX-License-Identifier: GPL-3.0-or-later
// Holds what the workspace's Platform API answers against Turso's own description (tests/data/turso-openapi).
//
// openapi.mjs FOLDER: of its files, NAME.routes has a line "METHOD /path" for each route that is served, and NAME.jsonl
// a line for each answer: {"route":"GET /v1/...","status":200,"body":{...}}. Beyond the description, every property that
// it names has to be there. Exit code 0: all is right; 1: not so, with a line for each thing that is wrong; 2: wrong usage.
//
// Wrong is as well: a route that is served and was not asked for, or never answered 200 (unless it is listed); a
// deviation below that is none any more.
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const kDescription = JSON.parse(readFileSync(new URL('../data/turso-openapi/openapi.json', import.meta.url), 'utf8'));

/** Routes that the description does not have, and who asks for them. */
const kBeyond = {
    'GET /v1/current-user': "Turso's command line asks for the user here",
    'GET /v1/locations/{location}': "Turso's command line",
    'GET /v2/organizations': "Turso's command line: the only place with an organization's id",
    'GET /v2/organizations/{organization}/locations': "Turso's command line",
    'POST /v2/auth/api-tokens/{token}': "Turso's command line: the same with a nested answer",
    'GET /v1/organizations/{organization}/groups/{group}/locations/{location}/wait': "Turso's command line, after it has created a group",
    'GET /v1/organizations/{organization}/databases/{database}/usage/queries': "Turso's command line: statements with what they read and wrote",
};

/** Answers that are not as described: "route status" -> why. */
const kDeviations = {
    'GET /v1/organizations 200': "described as a bare array; Turso's own npm client reads {organizations: [...]}, as v2 has it",
    'POST /v1/organizations/{organization}/databases/{database}/auth/rotate 200': "described without a body; Turso's own npm client reads JSON, so it is {}",
    'POST /v1/organizations/{organization}/groups/{group}/auth/rotate 200': "described without a body; Turso's own npm client reads JSON, so it is {}",
};

/** Statuses that the description leaves out. For all routes: what a token, a way of asking or the app's state leads to. */
const kStatusesOfAll = {
    401: 'no token, or one that does not count',
    403: 'scope, delete protection, or the app is read-only',
    404: 'organization, group, database or token that is not there',
};
const kStatuses = {
    'POST /v1/organizations/{organization}/databases 413': 'a body that is too large',
    'POST /v1/organizations/{organization}/databases 422': "Turso's command line: a name that is not available",
    'GET /v1/organizations/{organization}/databases 400': 'a limit that is no number',
    'PATCH /v1/organizations/{organization}/databases/{database}/configuration 400': 'a value that cannot be',
    'POST /v1/organizations/{organization}/groups 400': 'a location that is not here',
    'POST /v1/organizations/{organization}/groups 422': "Turso's command line: a name that is not available",
    'DELETE /v1/organizations/{organization}/groups/{group} 409': 'a group that still holds databases',
    'POST /v1/auth/api-tokens/{token} 400': 'scopes without a group, or what is no scope',
    'POST /v1/auth/api-tokens/{token} 409': 'a name that is taken',
};

/** Properties that the description names and that are not always there: route -> which, and why. */
const kScoped = { organization: 'scoped to none', group: 'not scoped to one', scopes: 'it has no group' };
const kUncounted = { rows_read: 'nobody counts', rows_written: 'nobody counts' };
const kMayLack = {
    'GET /v1/auth/api-tokens': kScoped,
    'GET /v1/organizations/{organization}/api-tokens': kScoped,
    'GET /v1/organizations/{organization}/usage': kUncounted,
    'GET /v1/organizations/{organization}/databases/{database}/usage': kUncounted,
    'GET /v1/organizations/{organization}/databases/{database}/stats': kUncounted,
};

/** Routes that never answer 200, and why. */
const kNever = {
    'GET /v1/organizations/{organization}/audit-logs': 'the workspace has none, and says so as the free plan does',
};

const nameless = path => path.replace(/\{[^}]*\}/g, '{}');
const s_described = new Map();
for (const [path, methods] of Object.entries(kDescription.paths)) {
    for (const [method, operation] of Object.entries(methods))
        s_described.set(`${method.toUpperCase()} ${nameless(path)}`, operation);
}

const resolved = schema => schema?.$ref
    ? resolved(schema.$ref.slice(2).split('/').reduce((at, key) => at[key], kDescription)) : schema;

/** OpenAPI 3.0 as JSON schema: references in place, null allowed by type, every named property required. */
function strict(schema, lacking) {
    const { description, example, deprecated, nullable, ...plain } = resolved(schema);
    if (plain.allOf)
        plain.allOf = plain.allOf.map(one => strict(one, lacking));
    if (plain.items)
        plain.items = strict(plain.items, lacking);
    if (plain.additionalProperties?.type)
        plain.additionalProperties = strict(plain.additionalProperties, lacking);
    if (plain.properties) {
        plain.properties = Object.fromEntries(Object.entries(plain.properties).map(([key, value]) => [key, strict(value, lacking)]));
        plain.required = Object.keys(plain.properties).filter(key => !(key in lacking));
    }
    if (nullable)
        plain.type = [plain.type, 'null'];
    return plain;
}

const s_ajv = new Ajv({ strict: false, allErrors: true });
addFormats(s_ajv);
const s_error = s_ajv.compile({
    type: 'object', required: ['error'], additionalProperties: false,
    properties: { error: { type: 'string', minLength: 1 }, code: { type: 'string' } },
});
const s_checks = new Map();

function checkOf(key, route, response) {
    if (!s_checks.has(key)) {
        const schema = resolved(response)?.content?.['application/json']?.schema;
        s_checks.set(key, schema ? s_ajv.compile(strict(schema, kMayLack[route] ?? {})) : body => body === '' || body === null);
    }
    return s_checks.get(key);
}

/** What is wrong with one answer, or nothing. `used` gathers the entries of the lists that were needed. */
function wrongWith({ route, status, body }, used) {
    const key = `${route} ${status}`;
    if (status !== 200 && !s_error(body))
        return `${key}: not the error body: ${JSON.stringify(body)}`;
    if (route in kBeyond) {
        used.add(route);
        return null;
    }
    const [method, path] = route.split(' ');
    const operation = s_described.get(`${method} ${nameless(path)}`);
    if (!operation)
        return `${route} is not in the description, and not listed as beyond it`;
    const response = operation.responses[status];
    if (!response) {
        used.add(key in kStatuses ? key : String(status));
        return key in kStatuses || status in kStatusesOfAll ? null : `${key}: a status that the description does not have`;
    }
    const check = checkOf(key, route, response);
    if (check(body))
        return null;
    if (key in kDeviations) {
        used.add(key);
        return null;
    }
    const why = (check.errors ?? [{ message: 'there is a body' }]).map(one => `${one.instancePath || '(the whole)'} ${one.message}`).join('; ');
    return `${key}: ${why}\n  ${JSON.stringify(body).slice(0, 400)}`;
}

/** Everything that is wrong with these routes and answers. */
export function problemsOf(routes, answers) {
    const used = new Set();
    const problems = new Set(answers.map(answer => wrongWith(answer, used)).filter(Boolean));
    const asked = new Set(answers.map(({ route }) => route));
    const worked = new Set(answers.filter(({ status }) => status === 200).map(({ route }) => route));
    for (const route of routes) {
        if (!asked.has(route))
            problems.add(`${route} is served and was not asked for`);
        else if (worked.has(route) === route in kNever)
            problems.add(`${route} ${route in kNever ? 'answers 200 now: take it off the list' : 'never answered 200'}`);
    }
    for (const [list, entries] of Object.entries({ kBeyond, kDeviations, kStatusesOfAll, kStatuses })) {
        for (const entry of Object.keys(entries).filter(one => !used.has(one)))
            problems.add(`${list} has "${entry}", which is so no more: take it off the list`);
    }
    return [...problems];
}

function main([folder, ...more]) {
    if (!folder || more.length > 0) {
        console.error('Usage: openapi.mjs FOLDER');
        return 2;
    }
    const linesOf = ending => readdirSync(folder).filter(name => name.endsWith(ending)).sort()
        .flatMap(name => readFileSync(join(folder, name), 'utf8').split('\n').filter(Boolean));
    const routes = new Set(linesOf('.routes'));
    const answers = linesOf('.jsonl').map(line => JSON.parse(line));
    const problems = problemsOf(routes, answers);
    console.log(`${answers.length} answers of ${routes.size} routes, ${problems.length} problems.`);
    for (const problem of problems)
        console.error(problem);
    return problems.length === 0 && answers.length > 0 && routes.size > 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
    process.exitCode = main(process.argv.slice(2));
