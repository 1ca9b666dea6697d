import { describe, expect, it } from 'vitest';
import type { Signal } from '#model';
import { noise } from '../testing/synthetic-signals.ts';
import { DRIFT_STEP_SECONDS, driftExclusions, measureDrift } from './measure-drift.ts';

const DAY = 86_400_000;
const atMs = 1_700_006_400_000;

function feature(id: string, value: (atMs: number) => number, days = 16): Signal {
  const stepMs = DRIFT_STEP_SECONDS * 1000;
  const timesMs = Array.from({ length: (days * DAY) / stepMs }, (_, i) => atMs - days * DAY + i * stepMs);
  const series = { labels: {}, timesMs, values: timesMs.map(value) };
  return { id, service: id.split('/')[0] ?? '', kind: 'cpu', unit: 'cores', harm: 'up', query: 'q', series };
}

describe('drift', () => {
  const calm = feature('a/feature/cpu', (time) => 1 + 0.1 * noise('a', time));
  const moved = feature('b/feature/cpu', (time) => (time < atMs - 8 * DAY ? 1 : 2) + 0.1 * noise('b', time));

  it('is accepted where the last week differs from the week before, and not by chance', () => {
    const { scores, services } = measureDrift([calm, moved], atMs);
    expect(services).toEqual(['b']);
    const score = (service: string) => scores.find((item) => item.service === service)?.score ?? Number.NaN;
    expect(score('a')).toBeLessThan(0.3);
    expect(score('b')).toBeGreaterThan(0.8);
    expect(scores.map((item) => item.feature)).toEqual(['feature/cpu', 'feature/cpu']);
  });

  it('makes what came before it no example of what is normal', () => {
    expect(driftExclusions(measureDrift([calm, moved], atMs), atMs)).toEqual([
      { service: 'b', fromMs: 0, toMs: atMs - 7 * DAY },
    ]);
  });

  it('is not known without two weeks, for other signals, and for values that are none', () => {
    const short = feature('c/feature/cpu', (time) => noise('c', time), 9);
    const broken = feature('d/feature/cpu', () => Number.NaN);
    const other = feature('e/cpu', (time) => (time < atMs - 7 * DAY ? 1 : 9));
    expect(measureDrift([short, broken, other], atMs)).toEqual({ scores: [], services: [] });
  });
});
