import { describe, expect, it } from 'vitest';
import { parseQueryTime } from './query-time.ts';

describe('the time range of a query', () => {
  it.each([
    [1_700_000_000_000, 1_700_000_000_000],
    ['1700000000000', 1_700_000_000_000],
    ['now', 10_000_000],
    ['now-5m', 9_700_000],
    ['now-1h', 6_400_000],
    [' now-30s ', 9_970_000],
  ])('%s', (value, expected) => {
    expect(parseQueryTime(value, 10_000_000)).toBe(expected);
  });

  it.each(['', 'yesterday', 'now+1h', 'now-1y', 'now-1h/h', '-5', '1e3'])('refuses %j', (value) => {
    expect(() => parseQueryTime(value, 0)).toThrow(/from, to/);
  });
});
