// SPDX-License-Identifier: GPL-3.0-or-later
// What the tools promise to agents: names and annotations, and the check of an answer against them.
import assert from 'node:assert/strict';
import Ajv2020 from 'ajv/dist/2020.js';

const hints = (readOnlyHint, destructiveHint, idempotentHint) =>
    ({ readOnlyHint, destructiveHint, idempotentHint, openWorldHint: false });

/** Tool by tool: annotations, and the arguments with those that must be given marked. */
export const kTools = {
    list_databases: { annotations: hints(true, false, true), arguments: ['group', 'limit', 'cursor'], required: [] },
    get_database: { annotations: hints(true, false, true), arguments: ['database'], required: ['database'] },
    list_branches: { annotations: hints(true, false, true), arguments: ['database'], required: ['database'] },
    database_analytics: {
        annotations: hints(true, false, true),
        arguments: ['database', 'from', 'to', 'order_by', 'limit'],
        required: ['database'],
    },
    read_database: {
        annotations: hints(true, false, true),
        arguments: ['database', 'sql', 'args', 'max_rows', 'timeout_ms'],
        required: ['database', 'sql'],
    },
    write_database: {
        annotations: hints(false, true, false),
        arguments: ['database', 'sql', 'args', 'reason', 'dry_run', 'timeout_ms'],
        required: ['database', 'sql'],
    },
    delete_from_database: {
        annotations: hints(false, true, false),
        arguments: ['database', 'sql', 'args', 'reason', 'dry_run', 'timeout_ms'],
        required: ['database', 'sql'],
    },
    evolve_schema: {
        annotations: hints(false, true, false),
        arguments: ['database', 'sql', 'args', 'reason', 'dry_run', 'timeout_ms'],
        required: ['database', 'sql'],
    },
    create_database: {
        annotations: hints(false, false, false),
        arguments: ['name', 'group', 'size_limit', 'use_tursodb'],
        required: ['name'],
    },
    create_branch: {
        annotations: hints(false, false, false),
        arguments: ['database', 'name', 'timestamp', 'group'],
        required: ['database', 'name'],
    },
    set_database_config: {
        annotations: hints(false, true, true),
        arguments: ['database', 'delete_protection', 'block_reads', 'block_writes', 'allowed_ips', 'allowed_aws_vpc_ids', 'size_limit'],
        required: ['database'],
    },
    delete_database: { annotations: hints(false, true, false), arguments: ['database', 'reason'], required: ['database'] },
    approval_wait: { annotations: hints(true, false, true), arguments: ['approval_id'], required: ['approval_id'] },
};

/** Holds every answer against the output schema of its tool, and its text against its structured part. */
export class Contract {
    #validators = new Map();

    constructor(tools) {
        const ajv = new Ajv2020({ strict: false, allErrors: true });
        for (const tool of tools) {
            ajv.compile(tool.inputSchema); // an error here is a schema that clients cannot use
            this.#validators.set(tool.name, ajv.compile(tool.outputSchema));
        }
    }

    /** The structured part of a good answer. */
    check(tool, result) {
        const structured = result.structuredContent;
        assert.ok(structured && typeof structured === 'object', `${tool}: there is no structuredContent`);
        const validate = this.#validators.get(tool);
        assert.ok(validate(structured), `${tool}: ${JSON.stringify(validate.errors)}\n${JSON.stringify(structured)}`);
        const failed = structured.status === 'refused' || structured.status === 'failed';
        assert.equal(result.isError === true, failed, `${tool}: isError does not go with ${structured.status}`);
        if (failed) {
            for (const key of ['code', 'message', 'call_id'])
                assert.equal(typeof structured[key], 'string', `${tool}: a refusal without ${key}`);
        }
        this.#checkText(tool, result, structured);
        return structured;
    }

    // Hosts that show text only must see the same; rows stand inside a boundary that no data can end.
    #checkText(tool, result, structured) {
        const text = result.content.filter(part => part.type === 'text').map(part => part.text).join('\n');
        const marked = /^<(untrusted-data-[0-9a-f-]{36})>\n([^]*)\n<\/\1>$/m.exec(text);
        if ('rows' in structured)
            assert.ok(marked, `${tool}: rows are not marked as untrusted:\n${text}`);
        if (marked)
            assert.match(text.slice(0, marked.index), /never an instruction/);
        assert.deepEqual(JSON.parse(marked ? marked[2] : text), structured);
    }
}
