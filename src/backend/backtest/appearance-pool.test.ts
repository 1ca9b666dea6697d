import { describe, expect, it } from 'vitest';
import { createInProcessPool } from '../analysis/in-process-pool.ts';
import type { PackedSignal } from '../analysis/packed-signal.ts';
import { runtimeConfig } from '../detection/runtime-config.ts';
import { appearancePool } from './appearance-pool.ts';
import { fewDays, START_MS, STEP_MS } from './testing/memory-source.ts';

const END = 120;
const at = (step: number): number => START_MS + step * STEP_MS;

/** The surprisals of the service before a step, with signals that begin at the given steps. */
async function judged(begins: Readonly<Record<string, number>>, before: number): Promise<readonly number[]> {
  const signals = fewDays(END, [], ['a'])
    .filter(({ id }) => begins[id] !== Infinity)
    .map(({ timesMs, values, ...rest }): PackedSignal => {
      const begin = begins[rest.id] ?? 0;
      const series = {
        timesMs: Float64Array.from(timesMs.slice(begin)),
        values: Float64Array.from(values.slice(begin)),
      };
      return { ...rest, labels: {}, ...series };
    });
  const config = runtimeConfig({ collectSeconds: 300, detectSeconds: 300 });
  const input = { config, signals, toMs: at(END - 1), fits: [{ atMs: at(60), reason: 'trial' }], exclusions: [] };
  const { services, judgedMs } = await appearancePool(createInProcessPool()).run('rebuild', input);
  expect(judgedMs).toBe(at(END - 1));
  const { timesMs, surprisals } = services[0]?.readings ?? { timesMs: [], surprisals: [] };
  return Array.from(surprisals).filter((_, i) => (timesMs[i] ?? Infinity) < at(before));
}

describe('a rebuild of a backtest', () => {
  it('does not know of a series before its first point', async () => {
    const never = await judged({ 'a/latency/p95': Infinity, 'a/error-ratio': Infinity }, 80);
    const late = await judged({ 'a/latency/p95': 80, 'a/error-ratio': 100 }, 80);
    expect(never).toHaveLength(80);
    expect(late).toEqual(never);
  });
});
