import { describe, expect, it } from 'vitest';
import type { AnomalyReading, ScoredSignal, ServiceDetection, SignalKind } from '#model';
import { judgeService } from './judge-service.ts';
import type { ServiceStep } from './service-model-types.ts';

const scored = (surprisal: number, centre: number): AnomalyReading => ({
  kind: 'scored',
  score: 0,
  surprisal,
  expected: { lower: 0, centre, upper: 2 },
  direction: 'below',
});
const signal = (kind: SignalKind, reading: AnomalyReading): ScoredSignal => ({
  signalId: `a/${kind}`,
  service: 'a',
  kind,
  timesMs: [1000],
  values: [1],
  readings: [reading],
});
const SIGNALS = [
  signal('latency', scored(1, 5)),
  signal('request-rate', scored(2, 7)),
  signal('cpu', { kind: 'unknown', why: 'gap' }),
];
const DETECTION: ServiceDetection = {
  tier: 'model',
  verdict: 'WARNING',
  note: 'two features jumped',
  flagged: ['a/latency'],
  failedShare: 0,
  members: [],
  features: [
    { signalId: 'a/cpu', share: 0.5 },
    { signalId: 'a/latency', share: 0.3 },
    { signalId: 'a/request-rate', share: 0.2 },
  ],
  shortHistory: false,
};
const step = (change: Partial<ServiceStep>): ServiceStep => ({
  surprisal: 6,
  ranking: 6,
  documentedFlag: false,
  harmful: ['a/latency'],
  members: [],
  detection: DETECTION,
  ...change,
});

describe('judgeService', () => {
  it('takes the surprisal of the model and the band of the feature that stands out', () => {
    const state = judgeService('a', step({}), SIGNALS, 1000);
    expect(state.reading).toMatchObject({ kind: 'scored', surprisal: 6, direction: 'below', expected: { centre: 5 } });
    expect(state.detection).toBe(DETECTION);
    expect(state.signals).toHaveLength(3);
  });

  it.each([
    ['nothing moves in its harmful direction', []],
    ['only the request rate does', ['a/request-rate']],
  ])('stays below the warning level when %s', (_, harmful) => {
    expect(judgeService('a', step({ harmful }), SIGNALS, 1000).reading).toMatchObject({ surprisal: 2.9 });
  });

  it('is unknown when too much of the data failed', () => {
    const failed = step({ surprisal: NaN, why: 'no-data', detection: { ...DETECTION, failedShare: 0.5 } });
    expect(judgeService('a', failed, SIGNALS, 1000).reading).toEqual({ kind: 'unknown', why: 'no-data' });
  });

  it('lets the series speak while the model warms up', () => {
    const warming = step({ surprisal: NaN, why: 'warming-up' });
    expect(judgeService('a', warming, SIGNALS, 1000).reading).toMatchObject({
      kind: 'scored',
      expected: { centre: 7 },
    });
  });

  it('is unknown without any reading, never normal', () => {
    expect(judgeService('a', step({}), [], 1000).reading).toMatchObject({ kind: 'unknown' });
  });
});
