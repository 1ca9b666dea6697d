import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ForecastJobs } from './forecast-jobs.ts';
import { createInProcessRunner, ForecastThread } from './forecast-runner.ts';

const WORKER = `
const { parentPort } = require('node:worker_threads');
parentPort.on('message', ({ id, input }) => {
  if (input === 'die') process.exit(1);
  if (input === 'missing') parentPort.postMessage({ missing: 'no such file' });
  if (input === 'throw') parentPort.postMessage({ id, error: 'secret detail' });
  else if (input === 'slow') setTimeout(() => parentPort.postMessage({ id, output: input }), 100);
  else parentPort.postMessage({ id, output: input });
});`;

let folder: string;
let logs: string[];
let thread: ForecastThread;

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'forecast-'));
  writeFileSync(path.join(folder, 'worker.cjs'), WORKER);
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  logs = [];
  thread = new ForecastThread({ file: path.join(folder, 'worker.cjs'), log: (_level, message) => logs.push(message) });
});
afterEach(() => thread.close());

const run = (input: string, options = {}): Promise<unknown> => thread.run('calibrate', input as never, options);

describe('the forecast thread', () => {
  it('lets nobody wait behind background work', async () => {
    const order: string[] = [];
    const note = async (input: string, background: boolean): Promise<void> => {
      await run(input, { background });
      order.push(input);
    };
    await Promise.all([note('slow', true), note('later', true), note('now', false)]);
    expect(order).toEqual(['slow', 'now', 'later']);
  });

  it('fails one job without its inner text and goes on', async () => {
    await expect(run('throw')).rejects.toMatchObject({
      code: 'CAUSEWAY_WORKER_FAILED',
      message: 'The calibrate job failed.',
    });
    expect(await run('next')).toBe('next');
  });

  it('is replaced when it dies, and the jobs behind are not lost', async () => {
    const [dead, next] = await Promise.allSettled([run('die'), run('next')]);
    expect(dead).toMatchObject({ status: 'rejected', reason: { code: 'CAUSEWAY_WORKER_FAILED' } });
    expect(next).toEqual({ status: 'fulfilled', value: 'next' });
    expect(logs).toContain('forecast thread replaced');
  });

  it('says when the seasonal model is missing, and goes on', async () => {
    expect(await run('missing')).toBe('missing');
    expect(logs).toEqual([expect.stringContaining('two of three models')]);
  });

  it('does not begin a job that was cancelled, and takes nothing after the end', async () => {
    const cancel = new AbortController();
    const first = run('slow');
    const second = run('die', { signal: cancel.signal });
    cancel.abort();
    await expect(second).rejects.toThrow(/abort/);
    expect(await first).toBe('slow');
    await thread.close();
    await expect(run('late')).rejects.toMatchObject({ code: 'CAUSEWAY_WORKER_FAILED' });
  });
});

describe('jobs without the seasonal model', () => {
  it('go on with two of three and ask for it once', async () => {
    const missing: unknown[] = [];
    const jobs = new ForecastJobs(
      (error) => missing.push(error),
      () => Promise.reject(new Error('not installed'))
    );
    const runner = createInProcessRunner(jobs);
    const values = Float64Array.from(
      { length: 2016 },
      (_, i) => 50 + Math.sin((2 * Math.PI * i) / 288) + Math.sin(i * 2.3) / 9
    );
    const points = { timesMs: Float64Array.from(values, (_, i) => i * 300_000), values };
    const input = { points, calibration: undefined, stepSeconds: 300, atMs: 2015 * 300_000 };
    const [one] = await Promise.all([runner.run('forecast', input), runner.run('forecast', input)]);
    expect(one).toMatchObject({ kind: 'forecast', models: ['seasonalAr', 'ridgeLags'], modelsWanted: 3 });
    expect(missing).toHaveLength(1);
  });
});
