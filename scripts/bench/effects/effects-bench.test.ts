import { describe, expect, it } from 'vitest';
import { BenchError } from '../packs/bench-error.ts';
import type { PackCase } from '../rca/pack-case.ts';
import { parseEffectsArguments } from './arguments.ts';
import { checkFigures } from './checks.ts';
import { effectsPage } from './page.ts';
import { judgeRealPairs } from './real-pairs.ts';
import { simulateFamilies, simulatePower, simulateSystems } from './simulate.ts';

describe('arguments', () => {
  it('have defaults', () => {
    const expected = { json: false, write: false, seed: 7, runs: 600, data: undefined };
    expect(parseEffectsArguments([])).toEqual(expected);
    expect(parseEffectsArguments(['--json', '--runs', '5', '--data', 'd'])).toEqual({
      ...expected,
      json: true,
      runs: 5,
      data: 'd',
    });
  });

  it.each([['--runs', '0'], ['--runs', 'many'], ['--seed', '1.5'], ['--nothing']])('refuse %s %s', (...args) => {
    expect(() => parseEffectsArguments(args)).toThrow(BenchError);
  });
});

describe('simulation', () => {
  const systems = simulateSystems(12, 3, () => undefined);
  const families = simulateFamilies(6, 3);

  it('shows naive regression wrong and the product right', () => {
    const nothing = systems.find(({ system, truth }) => system === '240 rows' && truth === 0)!;
    expect(nothing.naive.rejects).toBeGreaterThan(0.9);
    expect(nothing.naive.covers).toBeLessThan(0.1);
    expect(Math.abs(nothing.product.meanSlope)).toBeLessThan(0.1);
    expect(nothing.product.covers).toBeGreaterThan(0.7);
    const real = systems.find(({ system, truth }) => system === '240 rows' && truth === 0.8)!;
    expect(real.product.rejects).toBe(1);
    expect(real.supported).toBe(1);
  });

  it('corrects over the family', () => {
    const rate = (name: string): number => families.find(({ method }) => method === name)!.falseDiscoveryRate;
    expect(rate('naive, p')).toBeCloseTo(0.75, 2);
    expect(rate('product, corrected')).toBeLessThanOrEqual(rate('product, p'));
    expect(rate('product, corrected')).toBeLessThan(0.3);
  });

  it('is the same for the same seed', () => {
    expect(simulateFamilies(2, 5)).toEqual(simulateFamilies(2, 5));
    expect(simulateFamilies(2, 5)).not.toEqual(simulateFamilies(2, 6));
  });

  it('checks the limits on the first system', () => {
    const checks = checkFigures(systems, families);
    expect(checks.map(({ kept }) => kept)).not.toContain(undefined);
    expect(checks.find(({ name }) => name === 'false rejections at 5 %')!.value).toBe(systems[0]!.product.rejects);
    expect(checkFigures([], []).every(({ kept }) => !kept)).toBe(true);
  });

  it('makes a page of everything', () => {
    const power = simulatePower(2, 3);
    const answer = { runs: 12, seed: 3, checks: [], systems, families, power, cost: [], real: null };
    const page = effectsPage(answer);
    systems.forEach(({ system }) => expect(page).toContain(system));
    expect(page).not.toContain('## Real incidents');
    expect(page).not.toContain('NaN');
  });
});

/** An incident of `db`: the target rises by half of what the cause does. */
function incident(id: string, scenario: string, rise: number): PackCase {
  const rows = 80;
  const wiggle = (row: number, speed: number): number => Math.sin(speed * row) + Math.sin(speed * row * row);
  const cause = Float64Array.from(
    { length: rows + 3 },
    (_, row) => 1 + 0.1 * wiggle(row, 1) + (row >= rows ? rise : 0)
  );
  const target = cause.map((value, row) => 2 + 0.5 * value + 0.02 * wiggle(row, 2.3));
  const columns = ['site|latency_Average', 'db|latency_Average', 'site|requests_Sum', 'db|requests_Sum'];
  const values = [
    target,
    cause,
    target.map((_, row) => 100 + wiggle(row, 3.1)),
    target.map((_, row) => 50 + wiggle(row, 0.7)),
  ];
  return {
    truth: { id, dataset: 'petshop', scenario, faultType: 'latency', service: 'db', kinds: ['latency'] },
    services: [
      { name: 'site', type: 'service' },
      { name: 'db', type: 'database' },
    ],
    edges: [['site', 'db']],
    entry: 'site',
    target: { service: 'site', metric: 'latency' },
    metrics: {
      columns: columns.map((name) => ({ service: name.split('|')[0]!, metric: name.split('|')[1]! })),
      baseline: values.map((column) => column.slice(0, rows)),
      incident: values.map((column) => column.slice(rows)),
      baselineRows: rows,
      incidentRows: 3,
      stepSeconds: 300,
    },
  };
}

describe('real pairs', () => {
  it('predict one incident from another', () => {
    const cases = [incident('a', 'low', 3), incident('b', 'low', 4), incident('c', 'high', 2)];
    const { cases: used, pairs, verdicts } = judgeRealPairs(cases, () => undefined)!;
    expect(used).toBe(3);
    expect(pairs.map(({ fault, traffic, pairs: count }) => [fault, traffic, count])).toEqual([
      ['latency', 'same', 2],
      ['latency', 'other', 4],
    ]);
    pairs.forEach(({ errorPooled, errorRequestRatio, coversAnotherIncident }) => {
      expect(errorPooled).toBeLessThan(0.05);
      expect(errorRequestRatio).toBeCloseTo(0, 1);
      expect(coversAnotherIncident).toBe(1);
    });
    expect(verdicts[0]).toMatchObject({ place: 'the cause', candidates: 3 });
  });

  it('are none in other packs', () => {
    const other = incident('a', 'low', 3);
    const cases = [{ ...other, truth: { ...other.truth, dataset: 'elsewhere' } }];
    expect(judgeRealPairs(cases, () => undefined)).toBeUndefined();
  });
});
