import { describe, expect, it } from 'vitest';
import { nextTick } from './watch.ts';

describe('the rhythm of the watch', () => {
  it.each([
    ['after a quick tick', 0, 2, { dueMs: 30, skipped: 0 }],
    ['after a tick as long as the interval', 0, 30, { dueMs: 30, skipped: 0 }],
    ['after a long tick, at once', 0, 45, { dueMs: 30, skipped: 0 }],
    ['after a very long tick, without catching up', 0, 100, { dueMs: 90, skipped: 2 }],
    ['after the clock went back', 1000, 10, { dueMs: 40, skipped: 0 }],
  ])('%s', (_case, dueMs, nowMs, expected) => {
    expect(nextTick(dueMs, nowMs, 30)).toEqual(expected);
  });
});
