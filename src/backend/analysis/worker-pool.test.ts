import { getEventListeners } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AnalysisPool } from './tasks.ts';
import { createWorkerPool } from './worker-pool.ts';

const WORKER = `
process.on('disconnect', () => process.exit(0));
process.on('message', ({ id, input }) => {
  if (input === 'die') process.exit(1);
  if (input === 'who') process.send({ id, ok: true, output: process.pid });
  else if (input === 'throw') process.send({ id, ok: false, error: 'Error: secret detail' });
  else if (input === 'slow') setTimeout(() => process.send({ id, ok: true, output: input }), 200);
  else process.send({ id, ok: true, output: input });
});`;

let folder: string;
let file: string;
let pool: AnalysisPool;
let logs: string[];

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'pool-'));
  file = path.join(folder, 'worker.cjs');
  writeFileSync(file, WORKER);
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  logs = [];
  pool = createWorkerPool({ file, size: 1, log: (_level, message) => logs.push(message) });
});
afterEach(() => pool.close());

const run = (input: string, signal?: AbortSignal): Promise<unknown> => pool.run('replay', input as never, signal);

describe('the analysis processes', () => {
  it('answer every task, in order', async () => {
    expect(await Promise.all(['a', 'b', 'c'].map((input) => run(input)))).toEqual(['a', 'b', 'c']);
  });

  it('fail one task without its inner text and go on', async () => {
    await expect(run('throw')).rejects.toMatchObject({
      code: 'CAUSEWAY_WORKER_FAILED',
      message: 'The replay task failed.',
    });
    expect(await run('next')).toBe('next');
  });

  it('are replaced when they die, and the tasks behind are not lost', async () => {
    const [dead, next] = await Promise.allSettled([run('die'), run('next')]);
    expect(dead).toMatchObject({ status: 'rejected', reason: { code: 'CAUSEWAY_WORKER_FAILED' } });
    expect(next).toEqual({ status: 'fulfilled', value: 'next' });
    expect(logs).toContain('analysis process replaced');
  });

  it('do not begin a task that was cancelled in the queue', async () => {
    const cancel = new AbortController();
    const first = run('slow');
    const second = run('die', cancel.signal);
    cancel.abort();
    await expect(second).rejects.toThrow(/aborted/);
    expect(await first).toBe('slow');
    expect(await run('still alive')).toBe('still alive');
  });

  it('give up waiting for a running task that is cancelled', async () => {
    const cancel = new AbortController();
    const running = run('slow', cancel.signal);
    cancel.abort();
    await expect(running).rejects.toThrow(/aborted/);
    expect(await run('next')).toBe('next');
  });

  it('end when they have no work, and start again', async () => {
    const brief = createWorkerPool({ file, size: 1, idleMs: 1, log: (_level, message) => logs.push(message) });
    const who = (): Promise<unknown> => brief.run('judge' as never, 'who' as never);
    const first = await who();
    await expect.poll(who, { interval: 50, timeout: 20_000 }).not.toBe(first);
    expect(logs).toEqual([]);
    await brief.close();
  });

  it('give typed arrays and unknown values back as they are', async () => {
    const points = { timesMs: Float64Array.of(1, 2), values: Float64Array.of(Number.NaN, -0), none: undefined };
    expect(await pool.run('rebuild', points as never)).toEqual(points);
  });

  it('leave nothing behind at a signal that outlives its tasks', async () => {
    const { signal } = new AbortController();
    await run('a', signal);
    await expect(run('throw', signal)).rejects.toThrow(/task failed/);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('take nothing after the end', async () => {
    const waiting = Promise.allSettled([run('slow'), run('queued')]);
    await pool.close();
    expect((await waiting).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(run('late')).rejects.toMatchObject({ code: 'CAUSEWAY_WORKER_FAILED' });
  });
});
