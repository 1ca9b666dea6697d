import { describe, expect, it } from 'vitest';
import { describeSettling } from './settling-text.ts';

describe('describeSettling', () => {
  const settling = { atMs: 1000, kind: 'deploy' as const, service: 'cart', summary: 'cart 1.4 rolled out' };

  it.each([
    [46_000, 'Settling after a rollout 45 s before: cart 1.4 rolled out'],
    [1000, 'Settling after a rollout 0 s before: cart 1.4 rolled out'],
  ])('at %i ms', (atMs, text) => {
    expect(describeSettling({ atMs, settling })).toBe(text);
  });

  it('is empty without a rollout', () => {
    expect(describeSettling({ atMs: 1 })).toBe('');
  });
});
