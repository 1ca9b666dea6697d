import { describe, expect, it } from 'vitest';
import { boxMuller } from './service/testing/service-history.ts';
import { fitIsolationForest } from './isolation-forest.ts';

// Mean of -IsolationForest(n_estimators=100, max_samples=256, random_state=r).fit(F).score_samples(F), r = 0..4, of
// scikit-learn 1.2.1 at the rows k (rowCount / 40 - 1), k = 0..39, of the tables that are built below.
const WIDE = [
  0.5563, 0.3812, 0.3928, 0.3955, 0.3795, 0.3591, 0.4251, 0.3927, 0.388, 0.3863, 0.4101, 0.3839, 0.3748, 0.4015, 0.4463,
  0.381, 0.3876, 0.3795, 0.3658, 0.3753, 0.4416, 0.383, 0.4033, 0.3727, 0.371, 0.6862, 0.4082, 0.4224, 0.3765, 0.3777,
  0.4628, 0.4337, 0.3866, 0.3706, 0.3649, 0.3631, 0.3633, 0.3801, 0.4161, 0.3906,
];
const SKEWED = [
  0.3959, 0.3735, 0.5019, 0.3891, 0.3679, 0.3853, 0.4162, 0.3763, 0.4139, 0.3781, 0.38, 0.4272, 0.3875, 0.3993, 0.3789,
  0.4401, 0.4534, 0.4038, 0.3787, 0.3986, 0.4191, 0.3759, 0.376, 0.4533, 0.3784, 0.3733, 0.3726, 0.6485, 0.3737, 0.3642,
  0.3825, 0.4392, 0.3634, 0.4097, 0.6118, 0.4028, 0.3723, 0.3661, 0.5055, 0.4366,
];
const CLUSTERS = [
  0.5115, 0.4137, 0.6293, 0.4567, 0.415, 0.433, 0.4779, 0.4121, 0.4473, 0.4516, 0.4246, 0.4223, 0.5235, 0.464, 0.4576,
  0.5145, 0.5103, 0.4244, 0.452, 0.5292, 0.4154, 0.4763, 0.4539, 0.4241, 0.4871, 0.4423, 0.4221, 0.5624, 0.5979, 0.4247,
  0.4581, 0.4954, 0.4161, 0.5296, 0.4233, 0.5104, 0.4509, 0.4281, 0.4165, 0.4555,
];

function wide(): Float64Array {
  return boxMuller(4000, 21).map((value, i) => (Math.floor(i / 4) % 25 === 0 ? 4 * value : value));
}

function clusters(): Float64Array {
  const noise = boxMuller(2400, 23);
  const rows = Array.from({ length: 1200 }, (_, t) => [
    noise[2 * t]! + (t % 3 === 0 ? 4 : 0),
    3 * noise[2 * t + 1]!,
    7,
  ]);
  return Float64Array.from(rows.flat(), (value) => Math.round(100 * value) / 100);
}

function ranks(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return below + (equal - 1) / 2;
  });
}

function correlation(left: readonly number[], right: readonly number[]): number {
  const mean = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0) / list.length;
  const [a, b] = [mean(left), mean(right)];
  const product = (f: (i: number) => number): number => left.reduce((sum, _, i) => sum + f(i), 0);
  const covariance = product((i) => (left[i]! - a) * (right[i]! - b));
  return covariance / Math.sqrt(product((i) => (left[i]! - a) ** 2) * product((i) => (right[i]! - b) ** 2));
}

describe('isolation forest against scikit-learn', () => {
  it.each([
    ['normal rows, some of them wide', wide(), 4, WIDE],
    ['skewed rows', boxMuller(2400, 22).map(Math.exp), 3, SKEWED],
    ['two clusters with ties and a constant column', clusters(), 3, CLUSTERS],
  ])('ranks %s alike', (_, rows, featureCount, expected) => {
    const rowCount = rows.length / featureCount;
    const forest = fitIsolationForest(rows, rowCount, featureCount, { trees: 500 });
    const scores = expected.map((_value, k) => forest.score(rows, k * (Math.floor(rowCount / 40) - 1) * featureCount));
    expect(correlation(ranks(scores), ranks(expected))).toBeGreaterThan(0.95);
    scores.forEach((score, k) => expect(Math.abs(score - expected[k]!)).toBeLessThan(0.04));
  });
});
