import { describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { describeFeature } from './feature-text.ts';

const read = (file: string) => readFileSync(new URL(`../engine/${file}`, import.meta.url), 'utf8');
const listed = (file: string, list: string) =>
  new RegExp(`${list} = \\[([\\s\\S]*?)\\]`).exec(read(file))?.[1]?.match(/[a-z_]+/g) ?? [];
const names = [
  ...listed('rca/weights.ts', 'FEATURE_NAMES'),
  ...listed('ranking/feature-names.ts', 'SERIES_FEATURES'),
  ...listed('ranking/feature-names.ts', 'EVENT_FEATURES'),
];

describe('describeFeature', () => {
  it('has words for every term of the engine', () => {
    expect(names.length).toBeGreaterThan(80);
    expect(names.filter((name) => describeFeature(name) === name)).toEqual([]);
  });

  it('shows an unknown term as it is', () => {
    expect(describeFeature('new_term')).toBe('new_term');
  });
});
