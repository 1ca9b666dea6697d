import { describe, expect, it } from 'vitest';
import {
  mergeStretches,
  toAnomalousStretches,
  toNewestScore,
  toScoreSeries,
  toUnknownStretches,
} from './score-series.ts';

const TIMES = [0, 10, 20, 30, 40];
const field = (name: string, values: readonly unknown[], labels?: Record<string, string>, type = 'number') =>
  ({ name, type, values, config: {}, labels }) as never;

function frame(scores: ReadonlyArray<number | null>, extra: readonly never[] = []) {
  return {
    name: 'payment',
    length: 5,
    fields: [field('time', TIMES, undefined, 'time'), field('anomaly_score', scores, { service: 'payment' }), ...extra],
  } as never;
}

describe('toScoreSeries', () => {
  it('reads one series per service and leaves other frames out', () => {
    const other = { length: 1, fields: [field('service', ['a'], undefined, 'string')] } as never;
    expect(toScoreSeries([frame([0, 0.1, 0.2, null, Number.NaN]), other])).toEqual([
      { service: 'payment', rcaService: 'payment', timesMs: TIMES, scores: [0, 0.1, 0.2, null, null], notices: [] },
    ]);
  });

  it('leaves features out that show a signal once more, and keeps them where they are alone', () => {
    const value = (signal: string) =>
      ({
        length: 5,
        fields: [
          field('time', TIMES, undefined, 'time'),
          field('value', [1, 2, 3, 4, 5], { service: 'payment', signal }),
        ],
      }) as never;
    const names = (...signals: string[]) =>
      toScoreSeries([frame([0, 0, 0, 0, 0]), ...signals.map(value)]).map(({ signalName }) => signalName);
    expect(names('payment/feature/latency_p99', 'payment/latency/p99')).toEqual(['Latency p99']);
    expect(names('payment/feature/latency_p50')).toEqual(['Latency p50']);
  });

  it('joins value and expected band, which come in frames of their own, to the score', () => {
    const labels = { service: 'payment', signal: 'payment/latency/p99' };
    const single = (name: string, times: readonly number[], values: readonly unknown[]) =>
      ({
        length: times.length,
        fields: [field('time', times, undefined, 'time'), field(name, values, labels)],
      }) as never;
    const frames = [
      frame([0, 0, 0.9, 0, 0]),
      single('value', [20, 30], [3, 4]),
      single('lower', [20, 30], [1, 1]),
      single('upper', [30], [2]),
    ];
    expect(toScoreSeries(frames)).toEqual([
      {
        service: 'payment: Latency p99',
        signalName: 'Latency p99',
        rcaService: 'payment',
        timesMs: [20, 30],
        scores: [0.9, 0],
        signal: { unit: undefined, values: [3, 4], lower: [1, 1], upper: [null, 2] },
        notices: [],
      },
    ]);
  });
});

describe('reasons', () => {
  const reasonsWith = (surprisal: number) => {
    const text = (name: string, values: readonly unknown[]) => field(name, values, undefined, 'string');
    const table = {
      length: 3,
      fields: [
        text('service', ['payment', 'payment', 'cart']),
        text('kind', ['detector', 'feature', 'detector']),
        text('name', ['isolationForest', 'payment/latency/p99', 'range']),
        field('share', [1, 0.8, 1]),
        field('surprisal', [surprisal, null, 1]),
        text('reason', ['The forest is critical.', '', '']),
      ],
    } as never;
    const [series] = toScoreSeries([frame([0, 0, 0, 0.8, 0.9]), table]);
    return [...(series?.reasons ?? [])];
  };

  it('of the newest point come from the contributions beside the scores', () => {
    expect(reasonsWith(5)).toEqual([
      [4, 'The forest is critical. Signals: Latency p99 80 %. Detectors: Isolation forest 100 %.'],
    ]);
  });

  it('are not those of a model that finds nothing strange', () => {
    expect(reasonsWith(1.2)).toEqual([]);
  });
});

describe('stretches', () => {
  const of = (scores: ReadonlyArray<number | null>) => ({ service: 'a', timesMs: TIMES, scores, notices: [] });

  it.each([
    [[0.1, 0.9, 0.95, 0.1, 0.1], [{ fromMs: 10, toMs: 30 }]],
    [
      [0.9, 0.1, 0.1, 0.1, 0.9],
      [
        { fromMs: 0, toMs: 10 },
        { fromMs: 40, toMs: 40 },
      ],
    ],
    [
      [0.9, null, 0.9, 0.1, 0.1],
      [
        { fromMs: 0, toMs: 10 },
        { fromMs: 20, toMs: 30 },
      ],
    ],
    [[0.1, 0.1, 0.1, 0.1, 0.1], []],
    [[null, null, null, null, null], []],
  ])('of %j from 0.8 are %j', (scores, stretches) => expect(toAnomalousStretches(of(scores), 0.8)).toEqual(stretches));

  it('of several series are merged', () => {
    const stretch = (fromMs: number, toMs: number) => ({ fromMs, toMs });
    expect(mergeStretches([stretch(5, 9), stretch(0, 3), stretch(2, 5), stretch(20, 30)])).toEqual([
      stretch(0, 9),
      stretch(20, 30),
    ]);
  });

  it('without a verdict are stretches of their own', () => {
    expect(toUnknownStretches(of([0.1, null, null, 0.1, null]))).toEqual([
      { fromMs: 10, toMs: 30 },
      { fromMs: 40, toMs: 40 },
    ]);
    expect([toNewestScore(of([0.1, 0.1, 0.1, 0.1, null])), toNewestScore(of([]))]).toEqual([null, null]);
  });
});
