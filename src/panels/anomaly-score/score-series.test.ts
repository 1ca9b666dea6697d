import { describe, expect, it } from 'vitest';
import { toAnomalousStretches, toNewestScore, toScoreSeries, toUnknownStretches } from './score-series.ts';

const TIMES = [0, 10, 20, 30, 40];
const field = (name: string, values: readonly unknown[], labels?: Record<string, string>, type = 'number') =>
  ({ name, type, values, config: {}, labels }) as never;

function frame(scores: readonly (number | null)[], extra: readonly never[] = []) {
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
      { service: 'payment', timesMs: TIMES, scores: [0, 0.1, 0.2, null, null], notices: [] },
    ]);
  });

  it('reads value and expected band where the query names a signal', () => {
    const labels = { service: 'payment' };
    const extra = [
      field('value', [1, 2, 3, 4, 5], labels),
      field('lower', TIMES, labels),
      field('upper', TIMES, labels),
    ];
    expect(toScoreSeries([frame([0, 0, 0, 0, 0], extra)])[0]?.signal).toMatchObject({
      values: [1, 2, 3, 4, 5],
      lower: TIMES,
    });
  });
});

describe('stretches', () => {
  const of = (scores: readonly (number | null)[]) => ({ service: 'a', timesMs: TIMES, scores, notices: [] });

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

  it('without a verdict are stretches of their own', () => {
    expect(toUnknownStretches(of([0.1, null, null, 0.1, null]))).toEqual([
      { fromMs: 10, toMs: 30 },
      { fromMs: 40, toMs: 40 },
    ]);
    expect([toNewestScore(of([0.1, 0.1, 0.1, 0.1, null])), toNewestScore(of([]))]).toEqual([null, null]);
  });
});
