import { describe, expect, it } from 'vitest';
import { syntheticSignals } from '../testing/synthetic-signals.ts';
import { DetectionRuntime } from './detection-runtime.ts';
import { toTimeline } from './timeline.ts';

const stepMs = 15_000;
const startMs = 1_700_000_010_000;
const length = 720;
const endMs = startMs + (length - 1) * stepMs;
const base = { fromMs: endMs - 100 * stepMs, toMs: endMs, stepSeconds: 15, maxPoints: 1000 };

/** A noisy level with a jump at the end; `missing` leaves points out. */
function services(missing: (i: number) => boolean = () => false) {
  const options = { services: ['a'], startMs, stepMs, steps: length, faultMs: endMs - 8 * stepMs, faulty: 'a' };
  const signals = syntheticSignals(options).map((signal) => ({
    ...signal,
    timesMs: signal.timesMs.filter((_, i) => !missing(i)),
    values: signal.values.filter((_, i) => !missing(i)),
  }));
  const runtime = new DetectionRuntime({ collectSeconds: 15, detectSeconds: 15, keepReadings: 300 });
  runtime.advance(signals, endMs);
  return runtime.services;
}

describe('a timeline', () => {
  const whole = services();

  it('covers the asked range and nothing of the warm-up', () => {
    const { scores, bands } = toTimeline(whole, base);
    expect(scores[0]?.timesMs).toHaveLength(101);
    expect([scores[0]?.timesMs[0], scores[0]?.timesMs.at(-1)]).toEqual([base.fromMs, base.toMs]);
    expect(scores[0]?.scores.every((score) => !Number.isNaN(score))).toBe(true);
    expect(scores[0]?.scores.at(-1)).toBeGreaterThan(0.9);
    expect(bands).toEqual([]);
  });

  it('is unknown where nothing was measured, not zero', () => {
    const { scores } = toTimeline(
      services((i) => i > length - 60 && i < length - 30),
      base
    );
    const inGap = scores[0]?.timesMs.findIndex((time) => time === endMs - 35 * stepMs) ?? 0;
    expect(scores[0]?.scores[inGap]).toBeNaN();
  });

  it.each([1, 7, 50])('keeps the peak in %d points', (maxPoints) => {
    const full = toTimeline(whole, base).scores[0]?.scores ?? [];
    const short = toTimeline(whole, { ...base, maxPoints }).scores[0]?.scores ?? [];
    expect(short.length).toBeLessThanOrEqual(maxPoints);
    expect(Math.max(...short)).toBe(Math.max(...full));
  });

  it('adds the band of a kind and scores by that kind alone', () => {
    const { scores, bands } = toTimeline(whole, { ...base, kind: 'cpu' });
    expect([scores.length, bands.length]).toEqual([1, 1]);
    expect(bands[0]).toMatchObject({ signalId: 'a/feature/cpu', unit: 'cores', query: 'q' });
    const middle = 10;
    expect(bands[0]?.lower[middle]).toBeLessThan(bands[0]?.values[middle] ?? 0);
    expect(bands[0]?.upper[middle]).toBeGreaterThan(bands[0]?.values[middle] ?? 0);
  });

  it('of nothing is empty', () => {
    expect(toTimeline([], base)).toEqual({ scores: [], bands: [] });
    expect(toTimeline(whole, { ...base, service: 'b' })).toEqual({ scores: [], bands: [] });
    expect(toTimeline(whole, { ...base, toMs: base.fromMs - 1 }).scores[0]?.timesMs).toHaveLength(0);
  });
});
