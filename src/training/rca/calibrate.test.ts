import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logSoftmax } from '#engine';
import { calibrateAcross, fitTemperature, fitThreshold } from './calibrate.ts';
import type { EvaluatedItem } from './evaluate.ts';
import { RandomDraws } from './random-draws.ts';

/** Incidents of five services whose cause is drawn as the scores say, then written down `factor` times too sure. */
function drawn(count: number, factor: number): EvaluatedItem[] {
  const random = new RandomDraws(3);
  return Array.from({ length: count }, () => {
    const honest = logSoftmax(Float64Array.from({ length: 5 }, () => 1.5 * random.normal()));
    let left = random.uniform(0, 1);
    const truth = honest.findIndex((score) => (left -= Math.exp(score)) <= 0);
    const scores = logSoftmax(honest.map((score) => factor * score));
    return {
      system: 'a',
      fault: 'cpu',
      rank: 1,
      confidence: 1,
      scores,
      truth: Math.max(0, truth),
      topLinear: 6,
      quietTops: [],
    };
  });
}

describe('fitTemperature', () => {
  it('makes no answer surer than its scores', () => {
    expect(fitTemperature(drawn(3000, 0.6))).toBe(1);
  });

  it.each([1, 1.6, 2.5])('finds out that scores are %s times too sure', (factor) => {
    expect(fitTemperature(drawn(3000, factor))).toBeCloseTo(factor, 0);
    expect(Math.abs(Math.log(fitTemperature(drawn(3000, factor)) / factor))).toBeLessThan(0.12);
  });

  it('changes nothing where there are few incidents', () => {
    expect(fitTemperature(drawn(19, 3))).toBe(1);
  });
});

describe('calibrateAcross', () => {
  it('takes the temperature of each system from the others', () => {
    const honest = drawn(400, 1).map((item) => ({ ...item, system: 'honest' }));
    const boastful = drawn(400, 3).map((item) => ({ ...item, system: 'boastful' }));
    const items = calibrateAcross([...honest, ...boastful]);
    expect(items).toHaveLength(800);
    const sure = (system: string): number =>
      items.filter((item) => item.system === system).reduce((sum, { confidence }) => sum + confidence / 400, 0);
    expect(sure('honest')).toBeLessThan(0.5); // cooled by what fits the boastful ones
    expect(sure('boastful')).toBeGreaterThan(0.8); // left as sure as the honest ones may be
    for (const { scores } of items) {
      expect(scores.reduce((sum, score) => sum + Math.exp(score), 0)).toBeCloseTo(1, 9);
    }
  });

  it('fits no temperature to systems that are for testing only', () => {
    const honest = drawn(400, 1).map((item) => ({ ...item, system: 'honest' }));
    const boastful = drawn(400, 3).map((item) => ({ ...item, system: 'boastful' }));
    const items = calibrateAcross([...honest, ...boastful], ['boastful']);
    const own = items.filter(({ system }) => system === 'honest');
    expect(own.map(({ scores }) => scores)).toEqual(honest.map(({ scores }) => logSoftmax(scores)));
  });

  it('changes nothing of a single system', () => {
    const items = drawn(50, 3);
    expect(calibrateAcross(items).map(({ scores }) => scores)).toEqual(items.map(({ scores }) => logSoftmax(scores)));
  });
});

describe('fitThreshold', () => {
  const ascending = Array.from({ length: 101 }, (_, i) => i / 10);

  it('silences nine of ten quiet windows where incidents are far above', () => {
    const incidents = ascending.map((value) => 20 + value);
    expect(fitThreshold(incidents, ascending)).toBeCloseTo(9, 9);
  });

  it('lets 19 of 20 incidents through where they are not', () => {
    expect(fitThreshold(ascending, ascending)).toBeCloseTo(0.5, 9);
  });

  it('keeps the default where there is too little to go by', () => {
    expect(fitThreshold(ascending, ascending.slice(0, 19))).toBe(5.2);
    expect(fitThreshold([], ascending)).toBe(5.2);
  });

  it('does not depend on the order', () => {
    const scores = fc.array(fc.double({ min: -5, max: 20, noNaN: true }), { minLength: 20, maxLength: 60 });
    fc.assert(
      fc.property(scores, scores, (incidents, quiet) => {
        expect(fitThreshold(incidents.toReversed(), quiet.toReversed())).toBe(fitThreshold(incidents, quiet));
      })
    );
  });
});
