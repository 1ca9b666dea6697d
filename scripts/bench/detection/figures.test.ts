import { describe, expect, it } from 'vitest';
import { synthesisGates } from './gates.ts';
import { atLevels } from './levels.ts';
import { nabFigures } from './nab-figures.ts';
import { poolFigures } from './pool-figures.ts';
import { roundAll } from './round.ts';
import { fillUnknown, streamFigures } from './stream-figures.ts';

const LABELS = Uint8Array.from({ length: 1000 }, (_, row) => (row >= 300 && row < 320 ? 1 : 0));
const stream = (value: (row: number) => number): Float64Array =>
  Float64Array.from({ length: 1000 }, (_, row) => value(row));

describe('figures of a data set', () => {
  it('count an event at every level it reaches, and not above', () => {
    const surprisal = stream((row) => (LABELS[row] === 1 ? 4.5 : 0));
    const figures = streamFigures(LABELS, { surprisal, ranking: surprisal });
    const pooled = poolFigures([figures], { '0': [figures, figures] });
    expect(pooled).toMatchObject({ eventF1: 1, eventPrecision: 1, eventRecall: 1, aucPr: 1 });
    expect(pooled.events['0.80'].recall).toBe(1);
    expect(pooled.events['0.90'].recall).toBe(0);
    expect(pooled.eventsHoldOff['0.70']).toEqual({ precision: 1, recall: 1, f1: 1 });
    expect(pooled.byContamination['0']?.['0.80'].f1).toBe(1);
  });

  it('take an unknown for 0, and for the least of the ranking', () => {
    const known = fillUnknown(Float64Array.of(Number.NaN, 2), Float64Array.of(Number.NaN, -3));
    expect([...known.surprisal]).toEqual([0, 2]);
    expect([...known.ranking]).toEqual([-3, -3]);
    expect([...fillUnknown(Float64Array.of(Number.NaN), Float64Array.of(Number.NaN)).ranking]).toEqual([0]);
  });

  it('hold an alarm off that is not the largest of six hours', () => {
    const surprisal = stream((row) => (row === 280 ? 6 : LABELS[row] === 1 ? 4 : 0));
    const figures = streamFigures(LABELS, { surprisal, ranking: surprisal });
    expect(poolFigures([figures], {}).events['0.70'].recall).toBe(1);
    expect(poolFigures([figures], {}).eventsHoldOff['0.70'].recall).toBe(0);
  });
});

describe('figures of NAB files', () => {
  it('are those of the stream after hold-off, and 0 for silence', () => {
    const windows = [[300, 319]] as const;
    expect(nabFigures([{ windows, stream: stream((row) => (row >= 300 ? 3.5 : 0)) }])).toMatchObject({
      standard: expect.closeTo(100, 9),
      bestThresholdU: 3.5,
    });
    expect(nabFigures([{ windows, stream: stream(() => 0) }])).toMatchObject({ standard: 0, standardBest: 0 });
  });
});

describe('gates', () => {
  const events = (f1: number) => ({ events: atLevels(() => ({ precision: f1, recall: f1, f1 })) });

  it('are judged where the figures exist', () => {
    const five = { ensemble: events(0.94), detectors: { subPca6: events(0.9), isolationForest: events(0.8) } };
    expect(synthesisGates({ sigma5: five }).map(({ pass }) => pass)).toEqual([true, false, true, true]);
    expect(synthesisGates({ sigma5: five, sigma8: five }).map(({ pass }) => pass)).toEqual([
      true,
      false,
      false,
      true,
      true,
    ]);
    expect(synthesisGates({})).toEqual([]);
  });
});

describe('roundAll', () => {
  it('keeps four decimals and turns what is no number into null', () => {
    expect(roundAll({ a: [1 / 3, Number.NaN], b: { c: Number.POSITIVE_INFINITY }, d: 'x', e: true, f: null })).toEqual({
      a: [0.3333, null],
      b: { c: null },
      d: 'x',
      e: true,
      f: null,
    });
  });
});
