// SPDX-License-Identifier: GPL-3.0-or-later
// Holds messages against the JSON schema of their MCP revision (tests/data/mcp-schema).
//
// As a program: wireschema.mjs FILE.jsonl|FOLDER ...   Each line is one message and what it answers:
//   {"revision":"2026-07-28","method":"tools/list","message":{...}}
// `method` is that of the request for a response, null for a notification and for an error that answers no request.
// For a batch (`message` is an array) it is an object of id -> method. Exit code 0: every message is right, and there
// was at least one; 1: not so, with a line for each that is wrong; 2: wrong usage.
import Ajv from 'ajv';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const kFolder = new URL('../data/mcp-schema/', import.meta.url);
const kModern = '2026-07-28';
const kVersionKey = 'io.modelcontextprotocol/protocolVersion';
/** Which schema goes for which revision: the oldest have no better one, and 2025-06-18 only added to them. */
const kSchemaOf = {
    '2024-11-05': '2025-06-18', '2025-03-26': '2025-06-18', '2025-06-18': '2025-06-18',
    '2025-11-25': '2025-11-25', [kModern]: kModern,
};
const kBatches = ['2024-11-05', '2025-03-26'];

export class WireError extends Error { }

const shortened = value => {
    const text = JSON.stringify(value) ?? String(value);
    return text.length > 400 ? `${text.slice(0, 400)}… (${text.length} characters)` : text;
};

/** One revision's definitions: which there are for a method or an error's code, and the check of one of them. */
class Schema {
    #ajv;
    #root;
    #methods = new Map();
    #errors = new Map(); // code -> [name, whether it describes the whole message]

    constructor(revision) {
        const schema = JSON.parse(readFileSync(new URL(`${revision}.json`, kFolder), 'utf8'));
        const key = schema.definitions ? 'definitions' : '$defs';
        if (revision === kModern) // its one extension that is spoken here
            Object.assign(schema.$defs, JSON.parse(readFileSync(new URL(`${revision}-tasks.json`, kFolder), 'utf8')).$defs);
        this.revision = revision;
        this.definitions = schema[key];
        this.#ajv = new (schema.definitions ? Ajv : Ajv2020)({ strict: false, allErrors: true });
        addFormats(this.#ajv);
        this.#ajv.addSchema(schema, revision);
        this.#root = `${revision}#/${key}/`;
        for (const [name, { properties = {} }] of Object.entries(this.definitions))
            this.#register(name, properties);
    }
    #register(name, { method, code, error }) {
        if (method?.const && name !== 'ClientNotification') // that one is a union of one
            this.#methods.set(method.const, name);
        const inner = error?.allOf?.map(part => part.properties?.code?.const).find(Number.isInteger);
        if (Number.isInteger(code?.const))
            this.#errors.set(code.const, [name, false]);
        else if (inner !== undefined)
            this.#errors.set(inner, [name, true]);
    }

    /** The first of these definitions that this revision has: they were renamed. */
    named(...names) { return names.find(name => name in this.definitions); }
    ofMethod(method) { return this.#methods.get(method); }
    ofError(code) { return this.#errors.get(code); }

    check(name, value) {
        const validate = this.#ajv.getSchema(this.#root + name);
        if (!validate(value)) {
            const why = validate.errors.map(one => `${one.instancePath || '(the whole)'} ${one.message}`).join('; ');
            throw new WireError(`not a ${name} of ${this.revision}: ${why}\n  ${shortened(value)}`);
        }
    }
}

const s_schemas = new Map();
function schemaOf(revision) {
    const name = kSchemaOf[revision];
    if (!name)
        throw new WireError(`"${revision}" is not a revision of MCP`);
    if (!s_schemas.has(name))
        s_schemas.set(name, new Schema(name));
    return s_schemas.get(name);
}

function checkCall(schema, message) {
    const isRequest = 'id' in message;
    const what = isRequest ? 'request' : 'notification';
    schema.check(isRequest ? 'JSONRPCRequest' : 'JSONRPCNotification', message);
    const name = schema.ofMethod(message.method);
    if (!name || name.endsWith('Notification') === isRequest)
        throw new WireError(`${schema.revision} has no ${what} "${message.method}"`);
    schema.check(name, message);
    return name;
}

function checkResult(schema, message, requestMethod) {
    const request = schema.ofMethod(requestMethod);
    if (!request || !request.endsWith('Request'))
        throw new WireError(`a result, but ${schema.revision} has no request "${requestMethod}"\n  ${shortened(message)}`);
    schema.check(schema.named('JSONRPCResultResponse', 'JSONRPCResponse'), message);
    const { result } = message;
    if (schema.revision === kModern) {
        if (result.resultType === 'input_required') {
            schema.check('InputRequiredResult', result);
            return 'InputRequiredResult';
        }
        if (result.resultType === 'task' && requestMethod === 'tools/call') {
            schema.check('CreateTaskResult', result);
            return 'CreateTaskResult';
        }
        if (result.resultType !== undefined && result.resultType !== 'complete') // others belong to extensions
            throw new WireError(`resultType "${result.resultType}" is not of ${schema.revision}`);
    }
    const name = schema.named(request.replace(/Request$/, 'Result'), 'EmptyResult');
    schema.check(name, result);
    return name;
}

function checkError(schema, message) {
    const envelope = schema.named('JSONRPCErrorResponse', 'JSONRPCError');
    // An error that answers no request has no id since 2025-11-25. Before, the schema knows of no such error at all.
    const isOld = envelope === 'JSONRPCError' && !('id' in message);
    schema.check(envelope, isOld ? { ...message, id: 0 } : message);
    const [name, isWhole] = schema.ofError(message.error.code) ?? [];
    if (name)
        schema.check(name, isWhole ? message : message.error);
    return name ?? envelope;
}

/**
 * Holds one message against its definition and returns that definition's name. For a response, `requestMethod` is what
 * was asked (for a batch, an object of id -> method); a result without it is an error, since nothing is known of it.
 * Throws a WireError that says what is wrong.
 */
export function checkMessage(revision, message, requestMethod = null) {
    const schema = schemaOf(revision);
    if (Array.isArray(message)) {
        if (!kBatches.includes(revision) || message.length === 0)
            throw new WireError(`not a batch that ${revision} has: ${shortened(message)}`);
        for (const item of message)
            checkMessage(revision, item, requestMethod?.[item?.id] ?? null);
        return 'batch';
    }
    if (message === null || typeof message !== 'object')
        throw new WireError(`not a message: ${shortened(message)}`);
    const kinds = ['method', 'result', 'error'].filter(key => key in message);
    if (kinds.length !== 1)
        throw new WireError(`a message has one of method, result and error, not ${kinds.length}: ${shortened(message)}`);
    if ('method' in message)
        return checkCall(schema, message);
    return 'result' in message ? checkResult(schema, message, requestMethod) : checkError(schema, message);
}

/**
 * One connection's messages, in both directions: tells by what was sent which definition goes for what comes, and that
 * each request has one answer. Every connection has one of these.
 */
export class WireTap {
    #asked = new Map(); // id -> {method, revision}
    #agreed = null;

    /** How many messages of each definition were right. */
    counts = {};
    /** What was wrong, for who cannot be thrown at. */
    problems = [];

    sent(message) {
        const revision = message.params?._meta?.[kVersionKey] ?? this.#agreed ?? '2025-11-25';
        if (message.params?._meta?.[kVersionKey])
            this.#agreed ??= revision;
        if (message.method && 'id' in message)
            this.#asked.set(JSON.stringify(message.id), { method: message.method, revision });
    }
    /** Throws a WireError. */
    received(message) {
        const isAnswer = message !== null && typeof message === 'object' && !('method' in message);
        const key = isAnswer && 'id' in message ? JSON.stringify(message.id) : null;
        const asked = this.#asked.get(key);
        if (key !== null && !asked)
            throw new WireError(`an answer to ${key}, which was not asked or has been answered: ${shortened(message)}`);
        this.#asked.delete(key);
        if (asked?.method === 'initialize' && message.result)
            this.#agreed = asked.revision = message.result.protocolVersion;
        const name = checkMessage(asked?.revision ?? this.#agreed ?? '2025-11-25', message, asked?.method);
        this.counts[name] = (this.counts[name] ?? 0) + 1;
    }
    /** Listens in on a transport of an official client, before the client gets it. What is wrong goes to `problems`. */
    watch(transport) {
        const send = transport.send.bind(transport);
        transport.send = (message, ...more) => {
            for (const one of [message].flat())
                this.sent(one);
            return send(message, ...more);
        };
        let listener;
        Object.defineProperty(transport, 'onmessage', {
            configurable: true,
            get: () => listener && ((message, ...more) => {
                try {
                    this.received(message);
                } catch (error) {
                    this.problems.push(error.message);
                }
                listener(message, ...more);
            }),
            set: next => { listener = next; },
        });
        return transport;
    }
}

/** All .jsonl files of these files and folders, checked: counts by "revision definition", and a line for each problem. */
function checkFiles(paths) {
    const counts = new Map();
    const problems = [];
    const files = paths.flatMap(path => statSync(path).isDirectory()
        ? readdirSync(path).filter(name => name.endsWith('.jsonl')).sort().map(name => join(path, name)) : [path]);
    for (const file of files) {
        readFileSync(file, 'utf8').split('\n').forEach((line, index) => {
            if (!line.trim())
                return;
            try {
                const { revision, method, message } = JSON.parse(line);
                const name = `${revision} ${checkMessage(revision, message, method)}`;
                counts.set(name, (counts.get(name) ?? 0) + 1);
            } catch (error) {
                problems.push(`${file}:${index + 1}: ${error.message}`);
            }
        });
    }
    return { files, counts, problems };
}

function main(paths) {
    if (paths.length === 0 || paths.some(path => path.startsWith('-'))) {
        console.error('Usage: wireschema.mjs FILE.jsonl|FOLDER ...');
        return 2;
    }
    let found;
    try {
        found = checkFiles(paths);
    } catch (error) {
        console.error(error.message);
        return 1;
    }
    const { files, counts, problems } = found;
    let total = 0;
    for (const name of [...counts.keys()].sort()) {
        console.log(`${String(counts.get(name)).padStart(7)}  ${name}`);
        total += counts.get(name);
    }
    console.log(`${total} messages of ${files.length} files are right, ${problems.length} are wrong.`);
    for (const problem of problems)
        console.error(problem);
    return problems.length === 0 && total > 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
    process.exitCode = main(process.argv.slice(2));
