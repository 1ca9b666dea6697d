import { describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { describeFeature } from './feature-text.ts';

const weights = readFileSync(new URL('../engine/rca/weights.ts', import.meta.url), 'utf8');
const names = /FEATURE_NAMES = \[([\s\S]*?)\]/.exec(weights)?.[1]?.match(/[a-z_]+/g) ?? [];

describe('describeFeature', () => {
  it('has words for every term of the engine', () => {
    expect(names.length).toBeGreaterThan(30);
    expect(names.filter((name) => describeFeature(name) === name)).toEqual([]);
  });

  it('shows an unknown term as it is', () => {
    expect(describeFeature('new_term')).toBe('new_term');
  });
});
