import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AnnouncedChange, mergeChanges } from './merge-changes.ts';

const MINUTE = 60_000;
const change = (more: Partial<AnnouncedChange> = {}): AnnouncedChange => ({
  atMs: 0,
  kind: 'deploy',
  service: 'order',
  summary: 'order rolled out',
  source: 'loki',
  ...more,
});

describe('changes of several sources', () => {
  it('are one when they are of the same service and kind within two minutes', () => {
    const found = mergeChanges([
      change({
        atMs: 30_000,
        source: 'kubernetes',
        summary: 'generation 7',
        version: '2.4.1',
        previousVersion: '2.4.0',
      }),
      change({ atMs: 2 * MINUTE, source: 'grafana-annotation', summary: 'Deployed!', url: 'https://ci/7' }),
      change({ atMs: 1000, version: '2.4.1' }),
    ]);
    expect(found).toEqual([
      {
        atMs: 1000,
        kind: 'deploy',
        service: 'order',
        summary: 'order rolled out',
        version: '2.4.1',
        previousVersion: '2.4.0',
        url: 'https://ci/7',
        sources: ['grafana-annotation', 'kubernetes', 'loki'],
      },
    ]);
  });

  it.each([
    [60_000, 60_000],
    [-30_000, -30_000],
    [100_000, 0],
  ])(
    'have the announced time, here %d ms after what was observed, unless it was much later: %d',
    (announced, expected) => {
      const both = [change({ atMs: 0, source: 'kubernetes' }), change({ atMs: announced })];
      expect(mergeChanges(both)).toMatchObject([{ atMs: expected, sources: ['kubernetes', 'loki'] }]);
    }
  );

  it.each([
    ['another service', { service: 'cart' }],
    ['another kind', { kind: 'scale' as const }],
    ['another version', { version: '2' }],
    ['later', { atMs: 2 * MINUTE + 1 }],
    ['another announcement of the same source', { source: 'loki' as const, summary: 'rolled back' }],
  ])('are two when one is of %s', (_, more) => {
    const both = [change({ version: '1' }), change({ source: 'kubernetes', ...more })];
    expect(mergeChanges(both)).toHaveLength(2);
    expect(mergeChanges(both.toReversed())).toEqual(mergeChanges(both));
  });

  it('are one when a source repeats itself', () => {
    expect(mergeChanges([change(), change({ atMs: 5000 })])).toMatchObject([{ atMs: 0, sources: ['loki'] }]);
  });

  it('have an order of their own and lose no source', () => {
    const any = fc.record({
      atMs: fc.integer({ min: 0, max: 600_000 }),
      kind: fc.constantFrom('deploy' as const, 'config' as const),
      service: fc.constantFrom('a', 'b', '__proto__'),
      summary: fc.constantFrom('x', 'y'),
      source: fc.constantFrom('loki' as const, 'kubernetes' as const, 'webhook' as const),
    });
    fc.assert(
      fc.property(
        fc
          .array(any, { maxLength: 12 })
          .chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        ([list, shuffled]) => {
          const merged = mergeChanges(list);
          expect(mergeChanges(shuffled)).toEqual(merged);
          expect(merged.length).toBeLessThanOrEqual(list.length);
          const pairs = (items: readonly (readonly [string, string])[]) => new Set(items.map(String));
          expect(
            pairs(merged.flatMap(({ service, sources = [] }) => sources.map((s) => [service, s] as const)))
          ).toEqual(pairs(list.map(({ service, source }) => [service, source] as const)));
          const times = merged.map(({ atMs }) => atMs);
          expect(times).toEqual(times.toSorted((left, right) => left - right));
        }
      )
    );
  });
});
