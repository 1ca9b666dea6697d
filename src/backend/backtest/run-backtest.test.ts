import { describe, expect, it } from 'vitest';
import type { BacktestRequest } from '#contracts';
import { createInProcessPool } from '../analysis/in-process-pool.ts';
import { runtimeConfig } from '../detection/runtime-config.ts';
import { type BacktestDependencies, runBacktest } from './run-backtest.ts';
import { incidentRecord, label } from './testing/known.ts';
import { memorySource, START_MS, STEP_MS, fewDays } from './testing/memory-source.ts';

const at = (step: number): number => START_MS + step * STEP_MS;
/** Two days and two hours of history, with a fit of the models an hour before the range. */
const FIRST = 600;
const FAULT = 640;
const END = 680;
const FIT_HOUR = 1;
const HISTORY_MS = FIRST * STEP_MS;
const range = { fromMs: at(FIRST), toMs: at(END) };
const ensemble: BacktestRequest = { ...range, detector: 'ensemble', threshold: 0.95 };

function dependencies(change: Partial<BacktestDependencies> = {}): BacktestDependencies {
  return {
    read: memorySource(fewDays(END, [FAULT])),
    settling: async () => [],
    pool: createInProcessPool(),
    config: runtimeConfig({ collectSeconds: 300, detectSeconds: 300 }),
    historyMs: HISTORY_MS,
    fitHour: FIT_HOUR,
    nowMs: at(END),
    incidents: [incidentRecord('a', at(FAULT), at(FAULT + 10))],
    labels: [],
    maxPoints: 1_000_000,
    signal: new AbortController().signal,
    ...change,
  };
}

describe('a backtest', () => {
  it('finds the incident of a range and nothing else', async () => {
    const answer = await runBacktest(ensemble, dependencies());
    expect(answer).toMatchObject({
      request: ensemble,
      stepSeconds: 300,
      hits: 1,
      misses: 0,
      falseAlarms: 0,
      unknownShare: 0,
    });
    expect(Math.abs(answer.warmUpMs - HISTORY_MS)).toBeLessThan(600_000);
    expect(answer.alerts.map(({ service, signalId, hit }) => [service, signalId, hit])).toEqual([['a', '', true]]);
    expect(answer.alerts[0]?.openedMs).toBeLessThanOrEqual(at(FAULT + 3));
    expect(answer.incidents[0]?.detectedMs).toBe(answer.alerts[0]?.openedMs);
    expect(answer.alertsPerServiceDay).toBeCloseTo(288 / 80 / 2, 6);
  });

  it.each([
    ['verdict', 'service'],
    ['ewma', 'signals'],
    ['ewmaShort', 'signals'],
    ['seasonal', 'signals'],
    ['robustZ', 'signals'],
    ['range', 'signals'],
    ['discord', 'signals'],
    ['slowRange', 'signals'],
    ['roughness', 'signals'],
    ['subPca6', 'service'],
    ['subPca24', 'service'],
    ['isolationForest', 'service'],
    ['ewmaMean', 'service'],
    ['day-three-sigma', 'signals'],
    ['weekly-band', 'signals'],
  ])('sees a loud fault with %s, which judges the %s', async (detector, level) => {
    const read = memorySource(fewDays(END, [FAULT], ['a']));
    const { alerts, hits, unknownShare } = await runBacktest({ ...ensemble, detector }, dependencies({ read }));
    expect([hits, unknownShare]).toEqual([1, 0]);
    expect(new Set(alerts.map(({ signalId }) => (signalId === '' ? 'service' : 'signals')))).toEqual(new Set([level]));
  });

  it.each(['lstm', 'windowForest', 'seasonalMax'])(
    'cannot judge with %s, which was not learned yet',
    async (detector) => {
      const read = memorySource(fewDays(END, [FAULT], ['a']));
      const answer = await runBacktest({ ...ensemble, detector }, dependencies({ read }));
      expect(answer).toMatchObject({ alerts: [], unknownShare: 1 });
    }
  );

  it('knows nothing of what was right where there is neither ledger nor label', async () => {
    const answer = await runBacktest(ensemble, dependencies({ incidents: [] }));
    expect(answer.alerts.map(({ hit }) => hit)).toEqual([null]);
    expect(answer).toMatchObject({ hits: 0, misses: 0, falseAlarms: 0 });
  });

  it('counts alerts in a time that was labelled as none', async () => {
    const labels = [label('a', 'expected', at(FAULT - 5), at(FAULT + 20))];
    expect(await runBacktest(ensemble, dependencies({ labels }))).toMatchObject({ hits: 0, misses: 0, falseAlarms: 1 });
  });

  it.each([
    ['no series at all', []],
    ['values that are no numbers', fewDays(END).map((signal) => ({ ...signal, values: signal.values.map(() => NaN) }))],
    ['points that end before it', fewDays(500)],
  ])('of a range of the unknown has no alerts and says so: %s', async (_, signals) => {
    const answer = await runBacktest(ensemble, dependencies({ read: memorySource(signals) }));
    expect(answer).toMatchObject({ alerts: [], unknownShare: 1, alertsPerServiceDay: 0, misses: 1 });
  });

  it('takes an empty service as all', async () => {
    const answers = [
      { ...ensemble, detector: 'robustZ', service: '' },
      { ...ensemble, detector: 'robustZ' },
    ].map(async (request) => (await runBacktest(request, dependencies())).alerts);
    const [empty, missing] = await Promise.all(answers);
    expect(empty).toEqual(missing);
    expect(empty?.length).toBeGreaterThan(0);
  });

  it('judges at a coarser step where there would be too many points', async () => {
    const { stepSeconds } = await runBacktest(ensemble, dependencies({ maxPoints: 4000 }));
    expect(stepSeconds).toBe(900);
  });

  it('does not learn from incidents that were over before the range', async () => {
    const read = memorySource(fewDays(END, [500, FAULT]));
    const known = [incidentRecord('a', at(500), at(510)), incidentRecord('a', at(FAULT), at(FAULT + 10))];
    const answer = await runBacktest(ensemble, dependencies({ read, incidents: known }));
    expect(answer).toMatchObject({ hits: 1, misses: 0, falseAlarms: 0 });
    expect(answer.incidents).toHaveLength(1);
  });
});

describe('a backtest is refused', () => {
  it.each([
    ['an empty range', { toMs: range.fromMs }, 'CAUSEWAY_RANGE_INVALID'],
    ['a range of the future', { fromMs: at(END + 10), toMs: at(END + 100) }, 'CAUSEWAY_RANGE_INVALID'],
    ['more than 30 days', { fromMs: at(0) - 30 * 86_400_000 }, 'CAUSEWAY_RANGE_INVALID'],
    ['fewer than ten steps', { fromMs: at(END - 5) }, 'CAUSEWAY_RANGE_INVALID'],
    ['an unknown detector', { detector: 'prophet' }, 'CAUSEWAY_REQUEST_INVALID'],
  ])('for %s', async (_, change, code) => {
    const failure = runBacktest({ ...ensemble, ...change }, dependencies());
    await expect(failure).rejects.toMatchObject({ code, remedy: expect.stringMatching(/\w/) });
  });

  it('when it is cancelled, and reads no more', async () => {
    const cancel = new AbortController();
    let reads = 0;
    const source = memorySource(fewDays(END));
    const read: BacktestDependencies['read'] = async (window, stepSeconds, signal) => {
      reads += 1;
      if (reads === 2) {
        cancel.abort();
      }
      return source(window, stepSeconds, signal);
    };
    await expect(runBacktest(ensemble, dependencies({ read, signal: cancel.signal }))).rejects.toThrow(/aborted/);
    expect(reads).toBe(2);
  });
});
