// SPDX-License-Identifier: GPL-3.0-or-later
// The suite on the server that has all its fixtures: both revisions, one process. COMPANION_BIN names its folder.
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { Child, program } from '../peers/app.mjs';
import { kRevisions, runSuite } from './suite.mjs';

const server = new Child(program('mcp-conformance-server'), ['--port', '0']);
const [url] = await Promise.race([
    once(createInterface({ input: server.process.stdout }), 'line'),
    server.ended.then(end => { throw new Error(`The server ended with ${end.code}: ${end.stderr}`); }),
]);
console.log(`The server with all fixtures: ${url}`);

let good = true;
for (const revision of kRevisions)
    good = await runSuite({ revision, url }) && good;
if (server.hasEnded || server.stderr) {
    console.log(`The server ${server.hasEnded ? 'has ended' : 'complains'}: ${server.stderr}`);
    good = false;
}
server.kill();
process.exit(good ? 0 : 1);
