import { describe, expect, it } from 'vitest';
import type { BacktestAnswer } from '#contracts';
import { createInProcessPool } from '../analysis/in-process-pool.ts';
import { backtestDatasource, type BacktestSource } from '../backtest/backtest-datasource.ts';
import { incidentRecord, label } from '../backtest/testing/known.ts';
import { fewDays, memorySource, START_MS, STEP_MS } from '../backtest/testing/memory-source.ts';
import { runtimeConfig } from '../detection/runtime-config.ts';
import { BackendError } from '../errors.ts';
import { answerBacktest, type BacktestCall } from './backtests.ts';

const END = 300;
const at = (step: number): number => START_MS + step * STEP_MS;
const request = { fromMs: at(200), toMs: at(END), detector: 'robustZ', threshold: 0.55, service: 'a' };

type Executor = NonNullable<BacktestSource['upstreams']['executor']>;

/** A datasource in memory, with what a backtest reads of it. */
function source(change: { readonly uid?: string; readonly executor?: Partial<Executor> } = {}) {
  const read = memorySource(fewDays(END, [250], ['a']));
  return {
    uid: change.uid ?? 'uid',
    signals: { readStretch: read },
    rollouts: { during: async () => ({ windows: [], gaps: [] }) },
    pool: createInProcessPool(),
    detection: { config: runtimeConfig({ collectSeconds: 300, detectSeconds: 300 }) },
    settings: { watch: { historyMinutes: 1440, fitHour: 3 } },
    clock: { now: () => at(END) },
    upstreams: { executor: change.executor },
  } as unknown as BacktestCall['datasource'];
}

const executor: Partial<Executor> = {
  listOpenIncidents: async () => [],
  listResolvedIncidents: async () => [incidentRecord('a', at(250), at(260))],
  listLabels: async () => [label('a', 'incident', at(210), at(220))],
};

const call = (body: unknown, datasource = source(), signal = new AbortController().signal): BacktestCall => ({
  datasource,
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body), 'utf8'),
  signal,
});

describe('the backtests of a datasource', () => {
  it('hold alerts against the ledger and the labels', async () => {
    const answer: BacktestAnswer = await answerBacktest(call(request, source({ executor })));
    expect(answer.incidents.map(({ source: from, detectedMs }) => [from, detectedMs !== null])).toEqual([
      ['label', false],
      ['ledger', true],
    ]);
    expect(answer).toMatchObject({ request, stepSeconds: 300, hits: 1, misses: 1 });
  });

  it('know nothing without an executor', async () => {
    const answer = await answerBacktest(call(request));
    expect(answer.alerts.length).toBeGreaterThan(0);
    expect(new Set(answer.alerts.map(({ hit }) => hit))).toEqual(new Set([null]));
  });

  it('fail where the ledger cannot be read, instead of calling all alerts unknown', async () => {
    const unreachable = new BackendError('CAUSEWAY_EXECUTOR_UNREACHABLE', 'The executor cannot be reached.');
    const broken = { ...executor, listLabels: () => Promise.reject(unreachable) };
    await expect(answerBacktest(call(request, source({ executor: broken })))).rejects.toBe(unreachable);
  });

  it('run one at a time for each datasource', async () => {
    const first = answerBacktest(call(request));
    await expect(answerBacktest(call(request))).rejects.toMatchObject({
      code: 'CAUSEWAY_TOO_MANY_BACKTESTS',
      remedy: expect.stringMatching(/Wait/),
    });
    await expect(answerBacktest(call(request, source({ uid: 'other' })))).resolves.toBeDefined();
    await first;
    await expect(answerBacktest(call(request))).resolves.toBeDefined();
  });

  it('are free again after a failure', async () => {
    await expect(answerBacktest(call({ ...request, detector: 'none' }))).rejects.toThrow(/No detector/);
    await expect(answerBacktest(call(request))).resolves.toBeDefined();
  });

  it.each([
    ['no JSON', '{', /not JSON/],
    ['no range', { detector: 'ewma' }, /fromMs/],
    ['a threshold that is no score', { ...request, threshold: 2 }, /threshold/],
    ['a field too many', { ...request, range: 1 }, /not usable/],
  ])('refuse %s', async (_, body, message) => {
    await expect(answerBacktest(call(body))).rejects.toMatchObject({
      code: 'CAUSEWAY_REQUEST_INVALID',
      message: expect.stringMatching(message),
    });
  });

  it('stop when the caller goes away', async () => {
    const cancel = new AbortController();
    const waiting = answerBacktest(call(request, source(), cancel.signal));
    cancel.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('stop at their time limit and say what helps', async () => {
    const { signal } = new AbortController();
    const slow = source();
    const waiting: BacktestSource['signals']['readStretch'] = (_window, _stepSeconds, aborted) =>
      new Promise((_resolve, reject) => {
        aborted?.addEventListener('abort', () => reject(aborted.reason as Error), { once: true });
      });
    const datasource = { ...slow, signals: { readStretch: waiting } } as unknown as BacktestSource;
    await expect(backtestDatasource(datasource, request, { signal, limitMs: 20 })).rejects.toMatchObject({
      code: 'CAUSEWAY_DEADLINE',
      remedy: expect.stringMatching(/shorter range/),
    });
  });
});
