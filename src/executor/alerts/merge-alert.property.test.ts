import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AlertState, mergeAlert } from './merge-alert.ts';

const state = fc
  .record({ resolved: fc.boolean(), endsAtMs: fc.option(fc.integer({ min: 1, max: 5 })), words: fc.nat(3) })
  .map(({ resolved, endsAtMs, words }): AlertState => ({
    status: resolved ? 'resolved' : 'firing',
    endsAtMs: resolved ? endsAtMs : null,
    summary: `summary ${words}`,
  }));
const deliveries = fc.array(state, { minLength: 1, maxLength: 12 });
const take = ([first, ...rest]: readonly AlertState[]): AlertState =>
  rest.reduce((known, next) => mergeAlert(known, next), first as AlertState);

describe('what is known of an alert', () => {
  it('ends in the same status and end in whatever order deliveries come, and however often', () => {
    const shuffled = deliveries.chain((all) =>
      fc.record({ all: fc.constant(all), other: fc.shuffledSubarray([...all, ...all], { minLength: 2 * all.length }) })
    );
    fc.assert(
      fc.property(shuffled, ({ all, other }) => {
        const { status, endsAtMs } = take(all);
        expect(take(other)).toMatchObject({ status, endsAtMs });
      })
    );
  });

  it('is the furthest of what was said: an end is never taken back, and the latest end counts', () => {
    fc.assert(
      fc.property(deliveries, (all) => {
        const ends = all.filter(({ status }) => status === 'resolved').map(({ endsAtMs }) => endsAtMs ?? 0);
        const known = take(all);
        expect(known.status).toBe(ends.length > 0 ? 'resolved' : 'firing');
        expect(known.endsAtMs ?? 0).toBe(Math.max(0, ...ends));
      })
    );
  });

  it('is worded by the last delivery of those that say the same', () => {
    const firing = { status: 'firing', endsAtMs: null } as const;
    expect(mergeAlert({ ...firing, summary: 'p95 2 s' }, { ...firing, summary: 'p95 3 s' }).summary).toBe('p95 3 s');
    const over = { status: 'resolved', endsAtMs: 9, summary: 'over' } as const;
    expect(mergeAlert(over, { ...firing, summary: 'late' })).toEqual(over);
  });
});
