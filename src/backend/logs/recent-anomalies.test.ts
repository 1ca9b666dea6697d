import { describe, expect, it } from 'vitest';
import type { LogAnomaly } from '#model';
import { RecentAnomalies } from './recent-anomalies.ts';

const MINUTE = 60_000;
const at = (minute: number, surprisal: number, patternId = 'p'): LogAnomaly => ({
  service: 'a',
  kind: 'rate-change',
  atMs: minute * MINUTE,
  surprisal,
  score: surprisal / 12,
  patternId,
  reason: `at ${minute}`,
});

describe('RecentAnomalies', () => {
  it('makes one of an anomaly that lasts, with its begin and its largest score', () => {
    const recent = new RecentAnomalies();
    [at(5, 3), at(10, 6), at(15, 4), at(60, 3), at(61, 3, 'q')].forEach((item) => recent.add([item], item.atMs));
    expect(recent.list([]).map(({ atMs, surprisal, reason }) => [atMs / MINUTE, surprisal, reason])).toEqual([
      [5, 6, 'at 10'],
      [60, 3, 'at 60'],
      [61, 3, 'at 61'],
    ]);
  });

  it('shows what is going on without keeping it', () => {
    const recent = new RecentAnomalies();
    recent.add([at(5, 3)], 5 * MINUTE);
    expect(recent.list([at(7, 4), at(7, 4, 'q')])).toHaveLength(2);
    expect(recent.list([])).toHaveLength(1);
  });

  it('forgets after a day, and keeps at most 500', () => {
    const recent = new RecentAnomalies();
    recent.add([at(0, 3)], 0);
    recent.add([], 24 * 60 * MINUTE);
    expect(recent.list([])).toEqual([]);
    recent.add(
      Array.from({ length: 600 }, (_, i) => at(1500, 3, `p${i}`)),
      1500 * MINUTE
    );
    expect(recent.list([])).toHaveLength(500);
  });
});
