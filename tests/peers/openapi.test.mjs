// SPDX-License-Identifier: GPL-3.0-or-later
// The check of the Platform API's answers, itself checked: what is wrong must be found.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemsOf } from './openapi.mjs';

const kDatabases = 'GET /v1/organizations/{organization}/databases';
const kGroup = 'GET /v1/organizations/{organization}/groups/{group}';
const kRight = { name: 'default', uuid: 'u', version: 'v', locations: ['local'], primary: 'local', delete_protection: false };

/** Without what the lists hold that a few answers cannot use. */
const found = (...answers) => problemsOf(new Set(answers.map(({ route }) => route)), answers)
    .filter(problem => !/^k[A-Z]\w+ has "/.test(problem));

test('what is right passes', () => {
    assert.deepEqual(found({ route: kGroup, status: 200, body: { group: kRight } }), []);
});

test('what is wrong is found', () => {
    const wrong = [
        [kGroup, 200, { group: { ...kRight, delete_protection: 'no' } }],
        [kGroup, 200, { group: { ...kRight, uuid: undefined } }],
        [kGroup, 200, {}],
        [kGroup, 200, []],
        [kGroup, 404, { message: 'group not found' }],
        [kGroup, 404, { error: '' }],
        [kGroup, 418, { error: 'x' }],
        [kDatabases, 200, { databases: [{ name: 'shop' }] }],
        ['GET /v1/organizations/{organization}/other', 200, {}],
    ];
    for (const [route, status, body] of wrong) {
        const plain = JSON.parse(JSON.stringify(body));
        assert.ok(found({ route, status, body: plain }).some(problem => problem.includes(route)), JSON.stringify([route, status, body]));
    }
});

test('what is served has to be asked for, and what is listed has to be so', () => {
    assert.ok(problemsOf(new Set([kGroup]), []).includes(`${kGroup} is served and was not asked for`));
    assert.ok(problemsOf(new Set([kGroup]), [{ route: kGroup, status: 404, body: { error: 'group not found' } }])
        .includes(`${kGroup} never answered 200`));
    assert.ok(problemsOf(new Set(), []).some(problem => problem.startsWith('kDeviations has ')));
});
