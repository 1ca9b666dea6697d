import { describe, expect, it } from 'vitest';
import { BOUNDED_SHAPE, FittedTail } from './tail-fit.ts';
import { trainMembers, type TrainingPass } from './fit-service-model.ts';
import { MEMBER } from './member-streams.ts';
import { congruential, CONFIG, HISTORY_ROWS, serviceRows, tableOf, timeOf } from './testing/service-history.ts';

// Reference streams: the prototype of the service stack (numpy: full SVD of all training windows, 80 % of the variance,
// residuals of the last three steps, moments fit of the tail) on the same 872 rows, windows without padding, fitted on the
// first 672; values at the rows below.
const ROWS = [672, 673, 700, 760, 761, 765, 772, 803, 840, 871];
const RAW = {
  subPca6: [
    1.128446814, 1.078526891, 1.015882574, 2.593020419, 2.95505401, 3.03199975, 0.9080379681, 3.663502544, 4.545572232,
    0.8878562137,
  ],
  subPca24: [
    1.149080263, 1.182242733, 1.025762948, 2.458471218, 3.210620305, 3.48737552, 1.018986448, 1.954027767, 4.306258417,
    0.9318164398,
  ],
  ewmaMean: [
    1.326502428, 1.01831539, 1.358640961, 0.5709939197, 0.5262395058, 1.059789149, 1.127440038, 0.8580830087,
    1.93729793, 0.8311280555,
  ],
  seasonalMax: [
    1.286286084, 1.326183114, 1.877638586, 6.830397468, 6.908475497, 7.05356002, 1.516923371, 3.476790865, 10,
    1.144997497,
  ],
} as const;
const SURPRISAL = {
  subPca6: {
    0: [
      0.720322113, 0.5835765856, 0.40087996, 5.683359105, 6.372356459, 6.50428487, 0.1836443969, 7.445206042,
      8.465918241, 0.1511049268,
    ],
    0.005: [0.731608417, 0.591064607, 0.4048730211, 12, 12, 12, 0.1850256321, 12, 12, 0.1521966478],
  },
  subPca24: {
    0: [0.8931666044, 1.071882007, 0.4160453497, 12, 12, 12, 0.3922889483, 12, 12, 0.1828350977],
    0.005: [0.9119326233, 1.101989539, 0.4203936303, 12, 12, 12, 0.3962599506, 12, 12, 0.1842472637],
  },
} as const;

function memberStreams(): { training: TrainingPass; at: Map<number, Float64Array> } {
  const rows = serviceRows();
  const training = trainMembers(tableOf(rows.slice(0, HISTORY_ROWS)), CONFIG, {
    power: 2,
    adaptationDays: Infinity,
  });
  if ('kind' in training) {
    throw new Error(training.reason);
  }
  const at = new Map<number, Float64Array>();
  rows.slice(HISTORY_ROWS).forEach((row, i) => {
    training.streams.advance(timeOf(HISTORY_ROWS + i), row);
    at.set(HISTORY_ROWS + i, training.streams.raw.slice());
  });
  return { training, at };
}

describe('members against the prototype', () => {
  const { training, at } = memberStreams();

  it('keeps as many components', () => {
    expect(training.members.short.parts.count).toBe(4);
    expect(training.members.long.parts.count).toBe(8);
  });

  it.each(['subPca6', 'subPca24', 'ewmaMean', 'seasonalMax'] as const)('gives the same raw %s', (member) => {
    ROWS.forEach((row, i) => {
      const raw = at.get(row)?.[MEMBER[member]] ?? NaN;
      expect(Math.abs(raw / RAW[member][i]! - 1)).toBeLessThan(1e-6);
    });
  });

  it.each([
    ['subPca6', 0],
    ['subPca6', 0.005],
    ['subPca24', 0],
    ['subPca24', 0.005],
  ] as const)('calibrates %s with contamination %d alike', (member, contamination) => {
    const tail = FittedTail.fit(training.raw[MEMBER[member]]!, contamination, BOUNDED_SHAPE);
    ROWS.forEach((row, i) => {
      const surprisal = tail.surprisal(at.get(row)?.[MEMBER[member]] ?? NaN);
      expect(surprisal).toBeCloseTo(SURPRISAL[member][contamination][i]!, 5);
    });
  });
});

describe('fitted tail against the prototype', () => {
  const exponential = congruential(2000, 3).map((value) => -Math.log(1 - value));

  it.each([
    [
      0,
      [
        0, 0.2240256689, 0.4467239539, 0.9172146297, 1.30980392, 1.773043099, 1.881207975, 2.341326046, 2.807996376,
        3.629590553, 4.957186465, 9.830602475,
      ],
    ],
    [
      0.005,
      [
        0, 0.225501374, 0.4506639594, 0.9333650915, 1.354370404, 1.962354178, 2.143475153, 3.277874663, 7.730060502, 12,
        12, 12,
      ],
    ],
    [0.05, [0, 0.239736279, 0.4898784852, 1.126465257, 2.536907774, 12, 12, 12, 12, 12, 12, 12]],
  ])('agrees on an exponential sample with contamination %d', (contamination, expected) => {
    const tail = FittedTail.fit(exponential, contamination, BOUNDED_SHAPE);
    [0, 0.5, 1, 2, 3, 3.9, 4.1, 5, 6, 8, 12, 40].forEach((raw, i) => {
      expect(tail.surprisal(raw)).toBeCloseTo(expected[i]!, 7);
    });
  });

  it('agrees on a bounded sample', () => {
    const tail = FittedTail.fit(congruential(500, 5), 0, BOUNDED_SHAPE);
    const expected = [0, 0.1586405295, 1.017728767, 1.37675071, 1.828377209, 2.058353619, 2.669452318, 3.747780072, 12];
    [0, 0.3, 0.9, 0.97, 0.985, 0.99, 1, 1.01, 1.05].forEach((raw, i) => {
      expect(tail.surprisal(raw)).toBeCloseTo(expected[i]!, 7);
    });
  });
});
