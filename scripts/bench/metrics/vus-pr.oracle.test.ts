import { describe, expect, it } from 'vitest';
import { labelsFrom, mixedStream } from './testing.ts';
import { vusPr } from './vus-pr.ts';

// Expected values: TSB-AD 1.5 (PyPI), generate_curve(label, score, widest, 'opt', thresholds)[-1].
describe('VUS-PR', () => {
  it.each([
    [
      300,
      [
        [40, 60],
        [70, 72],
        [200, 260],
      ],
      1,
      12,
      100,
      0.527654311588159,
    ],
    [
      250,
      [
        [0, 4],
        [100, 100],
        [245, 249],
      ],
      2,
      20,
      60,
      0.26926497213639955,
    ],
    [
      120,
      [
        [10, 12],
        [14, 20],
        [23, 30],
      ],
      3,
      6,
      30,
      0.4048738017765955,
    ],
  ] as const)('of %i rows equals the public package', (rows, segments, variant, widest, thresholds, expected) => {
    const labels = labelsFrom(rows, segments);
    const scores = mixedStream(rows, variant).map((value, row) => value + 1.5 * (labels[row] ?? 0));
    expect(vusPr(labels, scores, { widest, thresholds })).toBeCloseTo(expected, 10);
  });
});
