import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BacktestAnswer } from '#contracts';
import { createInProcessPool } from '../analysis/in-process-pool.ts';
import { runtimeConfig } from '../detection/runtime-config.ts';
import { runBacktest } from './run-backtest.ts';
import { memorySource, START_MS, STEP_MS, fewDays } from './testing/memory-source.ts';

/** Models are fitted an hour before the range and, of the two replays, on the same points. */
const STEPS = 660;
const FIRST = 600;
const at = (step: number): number => START_MS + step * STEP_MS;

async function replay(signals: ReturnType<typeof fewDays>, detector: string): Promise<BacktestAnswer> {
  return runBacktest(
    { fromMs: at(FIRST), toMs: at(STEPS), detector, threshold: 0.7 },
    {
      read: memorySource(signals),
      settling: async () => [],
      pool: createInProcessPool(),
      config: runtimeConfig({ collectSeconds: 300, detectSeconds: 300 }),
      historyMs: FIRST * STEP_MS,
      fitHour: 1,
      nowMs: at(STEPS),
      incidents: [],
      labels: [],
      maxPoints: 1_000_000,
      signal: new AbortController().signal,
    }
  );
}

const DETECTORS = ['ensemble', 'verdict', 'ewma', 'isolationForest', 'day-three-sigma', 'weekly-band'];
/** Signals of the detectors that judge signals one by one. */
const PART: Readonly<Record<string, readonly [number, number]>> = {
  ewma: [0, 2],
  'day-three-sigma': [0, 2],
  'weekly-band': [0, 1],
};

describe('a backtest looks at nothing that comes later', () => {
  it.each(DETECTORS)('%s', async (detector) => {
    const hostile = fc.oneof(
      fc.constantFrom(0, -1, 1e308, Number.NaN, Number.POSITIVE_INFINITY),
      fc.double({ min: 0, max: 1e9, noNaN: true })
    );
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: FIRST, max: STEPS - 1 }),
        fc.array(fc.integer({ min: FIRST, max: STEPS }), { maxLength: 3 }),
        fc.array(hostile, { minLength: 1, maxLength: 20 }),
        fc.boolean(),
        async (cut, faults, values, isCutOff) => {
          const signals = fewDays(STEPS, faults, ['a']).slice(...(PART[detector] ?? [0]));
          const changed = signals.map((signal) => ({
            ...signal,
            timesMs: isCutOff ? signal.timesMs.slice(0, cut) : signal.timesMs,
            values: signal.values.map((value, i) => (i < cut ? value : (values[i % values.length] ?? value))),
          }));
          const opened = ({ alerts }: BacktestAnswer) =>
            alerts
              .filter(({ openedMs }) => openedMs < at(cut))
              .map(({ service, signalId, openedMs }) => [service, signalId, openedMs]);
          expect(opened(await replay(changed, detector))).toEqual(opened(await replay(signals, detector)));
        }
      ),
      { numRuns: 4 }
    );
  });

  it('not even at which series there will be', async () => {
    const signals = fewDays(STEPS, [620], ['a']).filter(({ id }) => id !== 'a/latency/p95');
    const later = fewDays(STEPS, [620], ['a']).map((signal) =>
      signal.id === 'a/latency/p95'
        ? { ...signal, timesMs: signal.timesMs.slice(640), values: signal.values.slice(640) }
        : signal
    );
    const before = ({ alerts }: BacktestAnswer) =>
      alerts.filter(({ openedMs }) => openedMs < at(640)).map(({ openedMs, peakScore }) => [openedMs, peakScore]);
    const plain = before(await replay(signals, 'ensemble'));
    expect(plain.length).toBeGreaterThan(0);
    expect(before(await replay(later, 'ensemble'))).toEqual(plain);
  });
});
