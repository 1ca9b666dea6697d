import { describe, expect, it } from 'vitest';
import type { SignalKind } from '#model';
import type { PackedSignal } from './packed-signal.ts';
import { toTimeline } from './timeline.ts';

const stepMs = 15_000;
const startMs = 1_700_000_010_000;
const length = 480;
const endMs = startMs + (length - 1) * stepMs;

/** A noisy level with a jump at the end; `missing` leaves points out. */
function signal(kind: SignalKind, missing: (i: number) => boolean = () => false): PackedSignal {
  const indices = Array.from({ length }, (_, i) => i).filter((i) => !missing(i));
  return {
    id: `a/${kind}`,
    service: 'a',
    kind,
    unit: 'seconds',
    harm: 'up',
    query: 'q',
    labels: {},
    timesMs: Float64Array.from(indices, (i) => startMs + i * stepMs),
    values: Float64Array.from(indices, (i) => (i >= length - 8 ? 5 : 0.1) * (1 + 0.05 * Math.sin(i * 2.3))),
  };
}

const base = { fromMs: endMs - 100 * stepMs, toMs: endMs, stepSeconds: 15, maxPoints: 1000 };

describe('a timeline', () => {
  it('covers the asked range and nothing of the warm-up', () => {
    const { scores, bands } = toTimeline({ ...base, signals: [signal('latency')] });
    expect(scores[0]?.timesMs).toHaveLength(101);
    expect([scores[0]?.timesMs[0], scores[0]?.timesMs.at(-1)]).toEqual([base.fromMs, base.toMs]);
    expect(scores[0]?.scores.every((score) => !Number.isNaN(score))).toBe(true);
    expect(scores[0]?.scores.at(-1)).toBeGreaterThan(0.9);
    expect(bands).toEqual([]);
  });

  it('is unknown where nothing was measured, not zero', () => {
    const gap = (i: number): boolean => i > length - 60 && i < length - 30;
    const { scores } = toTimeline({ ...base, signals: [signal('latency', gap)] });
    const inGap = scores[0]?.timesMs.findIndex((time) => time === endMs - 40 * stepMs) ?? 0;
    expect(scores[0]?.scores[inGap]).toBeNaN();
  });

  it.each([1, 7, 50])('keeps the peak in %d points', (maxPoints) => {
    const full = toTimeline({ ...base, signals: [signal('latency')] }).scores[0]?.scores ?? [];
    const short = toTimeline({ ...base, maxPoints, signals: [signal('latency')] }).scores[0]?.scores ?? [];
    expect(short.length).toBeLessThanOrEqual(maxPoints);
    expect(Math.max(...short)).toBe(Math.max(...full));
  });

  it('adds the band of a kind and scores by that kind alone', () => {
    const { scores, bands } = toTimeline({ ...base, kind: 'cpu', signals: [signal('latency'), signal('cpu')] });
    expect([scores.length, bands.length]).toEqual([1, 1]);
    expect(bands[0]).toMatchObject({ signalId: 'a/cpu', unit: 'seconds', query: 'q' });
    const middle = 10;
    expect(bands[0]?.lower[middle]).toBeLessThan(bands[0]?.values[middle] ?? 0);
    expect(bands[0]?.upper[middle]).toBeGreaterThan(bands[0]?.values[middle] ?? 0);
  });

  it('of nothing is empty', () => {
    expect(toTimeline({ ...base, signals: [] })).toEqual({ scores: [], bands: [] });
    expect(toTimeline({ ...base, toMs: base.fromMs - 1, signals: [signal('cpu')] }).scores[0]?.timesMs).toHaveLength(0);
  });
});
