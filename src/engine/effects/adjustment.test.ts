import { describe, expect, it } from 'vitest';
import { gaussian, xorshift32 } from '../testing/xorshift.ts';
import { chooseAdjustment, type Adjustment } from './adjustment.ts';
import type { BackdoorSet } from './backdoor-set.ts';
import type { EffectColumn, EffectKind, EffectWindow } from './effect-input.ts';
import { earlierIncidents, usableRows } from './usable-rows.ts';

const WINDOW: EffectWindow = { baselineFrom: 0, baselineTo: 80, incidentFrom: 84, incidentTo: 90 };
const ROWS = 90;
const column = (valueAt: (row: number) => number, kind: EffectKind = 'latency'): EffectColumn => ({
  service: 's',
  metric: 'm',
  kind,
  unit: 'seconds',
  values: Float64Array.from({ length: ROWS }, (_, row) => valueAt(row)),
});
/** Different numbers for different seeds, without a pattern between them. */
const noise = (seed: number, row: number): number => 3 * gaussian(xorshift32(seed * 7919 + row));
const CAUSE = column((row) => noise(1, row));
const TARGET = column((row) => noise(2, row) + (row >= 84 ? 30 : 0));

function choose(covariates: readonly EffectColumn[], set: Partial<BackdoorSet> = {}): Adjustment {
  const parents = covariates.map((_, i) => i + 2);
  const full: BackdoorSet = { traffic: undefined, parents, load: undefined, ...set };
  return chooseAdjustment([CAUSE, TARGET, ...covariates], [0, 1], full, WINDOW);
}

describe('usableRows', () => {
  it('takes the last sixty quiet rows before the guard and the whole incident', () => {
    const { baseline, incident } = usableRows([CAUSE, TARGET], WINDOW);
    expect([baseline[0], baseline.at(-1), baseline.length]).toEqual([20, 79, 60]);
    expect(incident).toEqual([84, 85, 86, 87, 88, 89]);
  });

  it('takes complete rows only', () => {
    const gappy = column((row) => (row % 3 === 0 ? Number.NaN : 1));
    const { baseline, incident } = usableRows([CAUSE, gappy], WINDOW);
    expect([...baseline, ...incident].filter((row) => row % 3 === 0)).toEqual([]);
    expect(baseline).toHaveLength(53);
  });

  it('thins a long incident evenly', () => {
    const long = { ...CAUSE, values: new Float64Array(3000).fill(1) };
    const { incident } = usableRows([long], { ...WINDOW, incidentTo: 3000 });
    expect(incident).toHaveLength(486);
    expect(new Set(incident.slice(1).map((row, i) => row - incident[i]!))).toEqual(new Set([6]));
  });

  it.each<[string, Partial<EffectWindow>]>([
    ['reversed', { baselineFrom: 80, baselineTo: 0, incidentFrom: 90, incidentTo: 84 }],
    ['negative', { baselineFrom: -9, baselineTo: -2, incidentFrom: -5, incidentTo: -1 }],
    ['not numbers', { baselineFrom: NaN, baselineTo: NaN, incidentFrom: NaN, incidentTo: NaN }],
    ['beyond the grid', { baselineFrom: 1e300, baselineTo: Infinity, incidentFrom: Infinity, incidentTo: Infinity }],
  ])('finds nothing in windows that are %s', (_, window) => {
    expect(usableRows([CAUSE], { ...WINDOW, ...window })).toEqual({ baseline: [], incident: [] });
  });

  it('never takes a row into both windows', () => {
    const { baseline, incident } = usableRows([CAUSE], { ...WINDOW, baselineTo: 90 });
    expect(baseline.filter((row) => incident.includes(row))).toEqual([]);
  });

  it('answers nothing for no columns', () => {
    expect(usableRows([], WINDOW)).toEqual({ baseline: [], incident: [] });
  });
});

describe('earlierIncidents', () => {
  const spiked = (rows: readonly number[], height: number): EffectColumn =>
    column((row) => noise(2, row) + (row >= 84 ? 30 : 0) + (rows.includes(row) ? height : 0));

  it('finds rows that were worse than this incident', () => {
    expect([...earlierIncidents(spiked([10, 44], 100), WINDOW)]).toEqual([10, 44]);
    expect([...earlierIncidents(spiked([10, 44], -100), WINDOW)]).toEqual([10, 44]);
  });

  it('leaves smaller excursions and frequent ones in', () => {
    expect(earlierIncidents(spiked([10, 44], 25), WINDOW).size).toBe(0);
    const often = Array.from({ length: 9 }, (_, i) => 5 * i);
    expect(earlierIncidents(spiked(often, 100), WINDOW).size).toBe(0);
  });

  it('leaves usual rows in where the incident is none', () => {
    expect(
      earlierIncidents(
        column((row) => noise(2, row)),
        WINDOW
      ).size
    ).toBe(0);
  });
});

describe('chooseAdjustment', () => {
  it('holds what is given fixed, in order: traffic, parents, load', () => {
    const columns = [3, 4, 5].map((seed) => column((row) => noise(seed, row)));
    const { adjustedFor, notAdjustedFor } = choose(columns, { traffic: 4, parents: [2], load: 3 });
    expect(adjustedFor).toEqual([4, 2, 3]);
    expect(notAdjustedFor).toEqual([]);
  });

  it('passes over constants and what the others explain, from the last', () => {
    const first = column((row) => noise(3, row));
    const copy = column((row) => 5 - 2 * noise(3, row) + 0.01 * noise(4, row));
    const { adjustedFor, notAdjustedFor } = choose([first, column(() => 7), copy]);
    expect(adjustedFor).toEqual([2]);
    expect(notAdjustedFor).toEqual([
      { column: 3, reason: 'constant' },
      { column: 4, reason: 'collinear' },
    ]);
  });

  it('keeps six: traffic, load, and the parents closest to the cause', () => {
    const parents = [5, 3, 0, 4, 0, 2, 0].map((share, i) =>
      column((row) => share * noise(1, row) + 2 * noise(10 + i, row))
    );
    const extra = [column((row) => noise(30, row)), column((row) => noise(31, row))];
    const set = { traffic: 9, parents: [2, 3, 4, 5, 6, 7, 8], load: 10 };
    const { adjustedFor, notAdjustedFor } = choose([...parents, ...extra], set);
    expect(adjustedFor).toEqual([9, 2, 3, 5, 7, 10]);
    expect(notAdjustedFor.map(({ reason }) => reason)).toEqual(['over-limit', 'over-limit', 'over-limit']);
  });

  it('drops a column with values in less than half of the rows', () => {
    const sparse = column((row) => (row % 5 < 2 ? noise(3, row) : Number.NaN));
    const { adjustedFor, notAdjustedFor, rows } = choose([sparse]);
    expect(adjustedFor).toEqual([]);
    expect(notAdjustedFor).toEqual([{ column: 2, reason: 'too-many-gaps' }]);
    expect(rows.baseline).toHaveLength(60);
  });

  it('drops the column with the most gaps first when they leave no incident', () => {
    const without = (missing: (row: number) => boolean, seed: number): EffectColumn =>
      column((row) => (missing(row) ? Number.NaN : noise(seed, row)));
    const early = without((row) => row >= 84 && row < 87, 3);
    const late = without((row) => row >= 87 || row < 20, 4);
    const { adjustedFor, notAdjustedFor, rows } = choose([early, late]);
    expect(adjustedFor).toEqual([2]);
    expect(notAdjustedFor).toEqual([{ column: 3, reason: 'too-many-gaps' }]);
    expect(rows.incident).toEqual([87, 88, 89]);
  });
});
