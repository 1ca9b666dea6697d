import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { HOSTILE_EXPRESSIONS } from '../testing/hostile-expressions.ts';
import type { CelContext } from './cel-expression.ts';
import { CelThread } from './cel-runner.ts';

const file = path.join(import.meta.dirname, 'cel-thread.ts');
const context: CelContext = { kind: 'alert', labels: { severity: 'critical' }, values: { restarts: 6 } };

let runner: CelThread | undefined;
let folder: string | undefined;
afterEach(async () => {
  await runner?.close();
  if (folder) {
    rmSync(folder, { recursive: true });
    folder = undefined;
  }
});

/** A thread that behaves as told, for what a sound one never does. */
function threadOf(body: string): string {
  folder = mkdtempSync(path.join(tmpdir(), 'causeway-cel-'));
  const script = path.join(folder, 'thread.cjs');
  writeFileSync(script, `const { parentPort } = require('node:worker_threads');\n${body}`);
  return script;
}
const START = 'parentPort.postMessage({ ready: true });';

describe('the thread for expressions', () => {
  it('checks and computes in any order, many at once', async () => {
    runner = new CelThread({ file });
    const answers = await Promise.all([
      runner.check('alert.values.restarts > 5.0', { kind: 'alert' }),
      runner.check('alert.nope', { kind: 'alert' }),
      ...Array.from({ length: 20 }, (_, index) =>
        runner!.evaluate(`alert.values.restarts > ${index}.0`, { kind: 'alert' }, context)
      ),
    ]);
    expect(answers[0]).toEqual({ ok: true });
    expect(answers[1]).toMatchObject({ ok: false });
    expect(answers.slice(2).map((answer) => 'value' in answer && answer.value)).toEqual(
      Array.from({ length: 20 }, (_, index) => index < 6)
    );
  });

  it('answers every hostile expression within a second, and works on afterwards', async () => {
    runner = new CelThread({ file });
    await runner.check('true', { kind: 'alert' });
    const slow: string[] = [];
    for (const [intent, expression] of HOSTILE_EXPRESSIONS) {
      const before = performance.now();
      await runner.evaluate(expression, { kind: 'alert' }, context);
      slow.push(...(performance.now() - before < 1000 ? [] : [intent]));
    }
    expect(slow).toEqual([]);
    expect(await runner.evaluate('true', { kind: 'alert' }, context)).toEqual({ kind: 'value', value: true });
  });

  it('gives up on an expression that does not end, ends its thread, and goes on with the next', async () => {
    runner = new CelThread({
      deadlineMs: 50,
      file: threadOf(
        `${START} parentPort.on('message', ({ id, expression }) => { if (expression === 'hang') for (;;); parentPort.postMessage({ id, outcome: { kind: 'value', value: true } }); });`
      ),
    });
    const [hung, next] = await Promise.all([
      runner.evaluate('hang', { kind: 'alert' }, context),
      runner.evaluate('fine', { kind: 'alert' }, context),
    ]);
    expect(hung).toEqual({ kind: 'timeout', reason: 'it takes more than 50 ms' });
    expect(next).toEqual({ kind: 'value', value: true });
  });

  it('does not hold it against an expression that the machine is busy', async () => {
    runner = new CelThread({
      deadlineMs: 200,
      file: threadOf(
        `${START} const pause = new Int32Array(new SharedArrayBuffer(4)); parentPort.on('message', ({ id }) => { Atomics.wait(pause, 0, 0, 700); parentPort.postMessage({ id, outcome: { kind: 'value', value: true } }); });`
      ),
    });
    expect(await runner.evaluate('late', { kind: 'alert' }, context)).toEqual({ kind: 'value', value: true });
  });

  it('gives up on an expression that never answers', async () => {
    runner = new CelThread({
      deadlineMs: 60_000,
      patienceMs: 4000,
      file: threadOf(`${START} parentPort.on('message', () => undefined);`),
    });
    expect(await runner.evaluate('silent', { kind: 'alert' }, context)).toEqual({
      kind: 'timeout',
      reason: 'it has no answer after 4000 ms',
    });
  });

  it('says so when its thread cannot start', async () => {
    runner = new CelThread({ file: threadOf('throw new Error("broken")') });
    expect(await runner.check('true', { kind: 'alert' })).toMatchObject({ ok: false });
  });

  it('says so when its thread never begins', async () => {
    runner = new CelThread({ patienceMs: 100, file: threadOf('setInterval(() => {}, 1000)') });
    expect(await runner.check('true', { kind: 'alert' })).toEqual({
      ok: false,
      reason: 'the thread for expressions does not start',
    });
  });

  it('takes nothing more once closed, and leaves nobody waiting', async () => {
    runner = new CelThread({ file: threadOf(START) });
    const waiting = runner.check('true', { kind: 'alert' });
    await runner.close();
    expect(await waiting).toEqual({ ok: false, reason: 'the executor stops' });
    expect(await runner.evaluate('true', { kind: 'alert' }, context)).toMatchObject({ kind: 'timeout' });
  });
});
