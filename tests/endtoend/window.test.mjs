// SPDX-License-Identifier: GPL-3.0-or-later
// The real approval window on a real display: what a click, a key, closing and a crash do to an open question.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Agent } from './agent.mjs';
import { Desk, pause, until } from './screen.mjs';

const kGuardMs = 600;
let desk;
let place;
let agent;
let spot; // of the Approve button
let tables = 0;

before(async () => {
    desk = await Desk.open({ approval_hold: '60s', approval_deadline: '120s' });
    place = desk.place;
    await desk.startApp();
    agent = new Agent(desk.app, (await place.mintToken('painter', 'full-access')).token);
    await agent.do('create_database', { name: 'studio' });
});
after(async () => {
    agent?.close();
    await desk?.close();
});

/** A delete that waits, always of the same shape, so that the window looks the same each time. */
async function openQuestion() {
    const table = `easel${String(++tables).padStart(3, '0')}`;
    await agent.do('evolve_schema', { database: 'studio', sql: `CREATE TABLE ${table}(id INTEGER PRIMARY KEY, colour TEXT)` });
    await agent.do('write_database', { database: 'studio', sql: `INSERT INTO ${table} VALUES (1, 'red'), (2, 'green'), (3, 'blue')` });
    const answer = agent.call('delete_from_database', { database: 'studio', sql: `DELETE FROM ${table} WHERE id < 3` });
    const question = await place.question(one => one.sql.includes(table));
    return {
        answer, question,
        state: async () => (await place.ask('approvals', 'show', question.id)).state,
        ids: async () => (await agent.rows('studio', `SELECT id FROM ${table}`)).flat(),
    };
}
async function stillOpen(one) {
    assert.equal(await one.state(), 'open');
    assert.deepEqual(await one.ids(), [1, 2, 3]);
}
async function approved(one) {
    const answer = await one.answer;
    assert.equal(answer.status, 'ok', JSON.stringify(answer));
    assert.deepEqual(await one.ids(), [3]);
}
async function denied(one) {
    assert.equal((await one.answer).code, 'denied');
    assert.deepEqual(await one.ids(), [1, 2, 3]);
}

test('a delete raises the window, and a click on Approve lets it through', async () => {
    const one = await openQuestion();
    const window = await desk.popup();
    spot = await until('Approve to be on', () => desk.approveButton(window));
    await desk.photograph(window, 'approval');
    const { height } = await desk.geometry(window);
    assert.ok(height > 350, `${height} high, it shows neither the SQL nor the rows that would go`);
    await stillOpen(one);
    await desk.click(window, spot);
    await approved(one);
    await desk.noPopup();
});

test('clicks that come before 600 ms do nothing; one after them lets it through', async () => {
    // The pointer rests where the button will be, as that of somebody who is busy clicking there.
    let clicked;
    let one;
    let window;
    for (let attempt = 0; attempt < 5; ++attempt) {
        one = await openQuestion();
        window = await desk.popup();
        const seen = performance.now();
        await desk.click(window, spot);
        await desk.click(window, spot);
        clicked = performance.now() - seen;
        if (clicked < kGuardMs - 200)
            break;
        // Too slow a machine for this: that was no early click. Once more.
        await place.deny(one.question.id).catch(() => { });
        await one.answer;
        await desk.noPopup();
        one = undefined;
    }
    assert.ok(one, `no click could be sent in time, the last took ${clicked} ms`);
    await pause(kGuardMs + 600);
    await stillOpen(one);
    assert.ok(await until('Approve to be on', () => desk.approveButton(window)));
    await desk.click(window, spot);
    await approved(one);
    await desk.noPopup();
});

test('a button held down since before the window came does not approve', async () => {
    const { x, y } = await (async () => {
        const first = await openQuestion();
        const window = await desk.popup();
        const frame = await desk.geometry(window);
        await place.deny(first.question.id);
        await first.answer;
        await desk.noPopup();
        return { x: frame.x + frame.width - spot.right, y: frame.y + frame.height - spot.bottom };
    })();
    await desk.x('mousemove', x, y, 'mousedown', 1);
    const one = await openQuestion();
    const window = await desk.popup();
    await until('Approve to be on', () => desk.approveButton(window));
    await desk.x('mouseup', 1);
    await pause(500);
    await stillOpen(one);
    await place.deny(one.question.id);
    await denied(one);
    await desk.noPopup();
});

test('the window does not take the keyboard from another one', async () => {
    const other = await desk.otherWindow();
    const one = await openQuestion();
    const window = await desk.popup();
    for (const key of ['Return', 'space', 'y', 'ctrl+shift+a', 'Return'])
        await desk.x('key', key);
    await until('Approve to be on', () => desk.approveButton(window));
    for (const key of ['Return', 'space', 'ctrl+shift+a'])
        await desk.x('key', key);
    await until('all keys to arrive elsewhere', () => other.keys() >= 8);
    assert.equal(await desk.active(), other.window);
    await stillOpen(one);
    await place.deny(one.question.id);
    await denied(one);
    await other.close();
    await desk.noPopup();
});

test('Enter and Space never approve, not even in the window', async () => {
    for (const key of ['Return', 'KP_Enter', 'space']) {
        const one = await openQuestion();
        const window = await desk.popup();
        await until('Approve to be on', () => desk.approveButton(window));
        await desk.focus(window);
        await desk.x('key', key);
        await denied(one); // Deny has the focus
        await desk.noPopup();
    }
});

test('Escape answers nothing', async () => {
    const one = await openQuestion();
    const window = await desk.popup();
    await until('Approve to be on', () => desk.approveButton(window));
    await desk.focus(window);
    await desk.x('key', 'Escape');
    await pause(500);
    await stillOpen(one);
    await place.deny(one.question.id);
    await denied(one);
    await desk.noPopup();
});

test('closing the window denies', async () => {
    const one = await openQuestion();
    const window = await desk.popup();
    await until('Approve to be on', () => desk.approveButton(window));
    await desk.focus(window);
    await desk.x('key', 'alt+F4'); // the window manager asks it to close
    await denied(one);
    await desk.noPopup();
});

test('the window process killed: the question stays, comes back, and can still be approved', async () => {
    const one = await openQuestion();
    const window = await desk.popup();
    await until('Approve to be on', () => desk.approveButton(window));
    const before = desk.windowProcess();
    process.kill(before, 'SIGKILL');
    await until('another window process', () => ![undefined, before].includes(desk.windowProcess()), 20_000);
    await stillOpen(one);
    const again = await desk.popup(20_000);
    const button = await until('Approve to be on again', () => desk.approveButton(again));
    await stillOpen(one);
    await desk.photograph(again, 'approval-after-crash');
    await desk.click(again, button);
    await approved(one);
});

test('two questions: the answer to one is not the answer to the other', async () => {
    const one = await openQuestion();
    const two = await openQuestion();
    const window = await desk.popup();
    const button = await until('Approve to be on', () => desk.approveButton(window));
    await desk.photograph(window, 'approval-two');
    await desk.click(window, button);
    // The next question stands in the place of the first: its 600 ms begin anew.
    await desk.click(window, button);
    await approved(one);
    await pause(kGuardMs + 300);
    await stillOpen(two);
    await until('Approve to be on', () => desk.approveButton(window));
    await desk.click(window, await desk.approveButton(window));
    await approved(two);
    await desk.noPopup();
});

test('a question that was answered elsewhere leaves the screen', async () => {
    const one = await openQuestion();
    await desk.popup();
    await place.approve(one.question.id);
    await approved(one);
    await desk.noPopup();
});

test('starting the app a second time shows its window; SIGTERM ends it and its windows', async () => {
    const second = await place.runApp(['--port', '0']);
    assert.equal(second.code, 0, second.stderr);
    const main = await until('the main window', () => desk.find('Turso Companion$'), 20_000);
    await pause(1500);
    await desk.photograph(main, 'main');
    const drawing = desk.windowProcess();
    agent.close();
    desk.app.child.kill('SIGTERM');
    const end = await desk.app.child.end(15_000);
    assert.equal(end.code, 0, end.stderr);
    await until('the windows to go', () => {
        try {
            process.kill(drawing, 0);
            return false;
        } catch {
            return true;
        }
    });
    desk.keep('stderr.txt', end.stderr);
    assert.doesNotMatch(end.stderr, /qml|TypeError|ReferenceError|binding loop|fatal/i);
});
