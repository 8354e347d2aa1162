// SPDX-License-Identifier: GPL-3.0-or-later
// The suite on the app itself, through a proxy that adds the token: product.mjs REVISION. What the app has no fixture
// for stands in expected-failures-REVISION.yml; everything else must pass. COMPANION_BIN names the programs' folder.
import { fileURLToPath } from 'node:url';

import { App } from '../peers/app.mjs';
import { browse } from '../peers/browser.mjs';
import { runAuthorization } from './authorization.mjs';
import { Proxy } from './proxy.mjs';
import { kRevisions, runSuite } from './suite.mjs';

const revision = process.argv[2];
if (!kRevisions.includes(revision))
    throw new Error(`product.mjs ${kRevisions.join(' | ')}`);

const app = await App.start();
const { token } = await app.place.mintToken('conformance', 'full-access');
const proxy = await Proxy.start(app.endpoint, token);
console.log(`The app: ${app.endpoint}, through ${proxy.endpoint}`);

const expectedFailures = fileURLToPath(new URL(`expected-failures-${revision}.yml`, import.meta.url));
const suite = await runSuite({ revision, url: proxy.endpoint, expectedFailures });
// The person and their browser.
const consent = async url => {
    const tab = browse(url);
    const question = await app.place.question(one => one.kind === 'consent');
    await app.place.approve(question.id, '--permissions', 'read-only');
    await fetch((await tab).location);
};
const authorization = await runAuthorization({ endpoint: app.endpoint, consent });

proxy.close();
await app.stop();
app.place.remove();
process.exit(suite && authorization ? 0 : 1);
