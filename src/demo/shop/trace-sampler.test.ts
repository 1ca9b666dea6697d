import { describe, expect, it } from 'vitest';
import { Random } from './random.ts';
import { TraceSampler } from './trace-sampler.ts';

const keptOf = (sampler: TraceSampler, count: number, seconds: number, failed: boolean) => {
  sampler.begin(1);
  return Array.from({ length: count }, (_, i) => (sampler.keep(seconds, failed) ? i : -1)).filter((i) => i >= 0);
};

describe('TraceSampler', () => {
  it.each([
    ['failed', 0.1, true, 12],
    ['slow', 2, false, 5],
    ['usual', 0.1, false, 5],
  ])('keeps at most its share of %s requests', (_name, seconds, failed, most) => {
    const sampler = new TraceSampler(new Random(1));
    for (let step = 0; step < 5; step++) {
      const kept = keptOf(sampler, 1000, seconds, failed).length;
      expect(kept).toBeGreaterThan(0);
      expect(kept).toBeLessThanOrEqual(most);
    }
  });

  it('keeps every failure while there are few', () => {
    const sampler = new TraceSampler(new Random(1));
    keptOf(sampler, 3, 0.1, true);
    expect(keptOf(sampler, 3, 0.1, true)).toEqual([0, 1, 2]);
  });

  it('spreads what it keeps over the step', () => {
    const sampler = new TraceSampler(new Random(1));
    keptOf(sampler, 1000, 0.1, true);
    expect(keptOf(sampler, 1000, 0.1, true).at(-1)).toBeGreaterThan(400);
  });
});
