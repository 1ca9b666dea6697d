import { expect, it } from 'vitest';
import { documentedQuantile, trimOf } from './contamination.ts';

it.each([
  ['reviewed', undefined, 0],
  ['services', undefined, 0.005],
  ['host', undefined, 0.01],
  ['services', 0.01, 0.005],
  ['services', 0.05, 0.01],
  ['host', 0.01, 0.005],
  ['host', 0, 0],
  ['services', NaN, 0.005],
  ['services', -1, 0.005],
] as const)('drops for profile %s and documented contamination %s the top %d', (profile, documented, trim) => {
  expect(trimOf(profile, documented)).toBe(trim);
});

it.each([
  [0, 0.99],
  [0.005, 0.99],
  [0.01, 0.95],
])('raises the documented flag of trim %d above the %d quantile', (trim, quantile) => {
  expect(documentedQuantile(trim)).toBe(quantile);
});
