import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { syntheticSignals } from '../testing/synthetic-signals.ts';
import { DetectionRuntime } from './detection-runtime.ts';

const stepMs = 60_000;
const startMs = Math.floor(1_700_000_000_000 / 3_600_000) * 3_600_000;
const steps = 240;
const endMs = startMs + (steps - 1) * stepMs;
const config = { collectSeconds: 60, detectSeconds: 120, keepReadings: 300, fullTierSeries: 5 };
const all = syntheticSignals({
  services: ['a', 'b'],
  startMs,
  stepMs,
  steps,
  faultMs: endMs - 9 * stepMs,
  faulty: 'a',
});

/** Signals of which each begins and ends somewhere, off the grid by a little. */
function cut(spans: readonly (readonly [number, number])[], lateMs: number) {
  return all.map((signal, i) => {
    const [from = 0, length = steps] = spans[i % spans.length] ?? [];
    return {
      ...signal,
      timesMs: signal.timesMs.slice(from, from + length).map((atMs) => atMs - lateMs),
      values: signal.values.slice(from, from + length),
    };
  });
}

describe('a runtime that is advanced in calls', () => {
  it('says the same, however the points are split and whenever a series begins', () => {
    const spans = fc.array(fc.tuple(fc.nat(steps), fc.integer({ min: 1, max: steps })), {
      minLength: 16,
      maxLength: 16,
    });
    const stops = fc.uniqueArray(fc.nat(steps), { maxLength: 6 });
    fc.assert(
      fc.property(spans, stops, fc.constantFrom(0, 20_000), fc.boolean(), (begins, ends, lateMs, isWhole) => {
        const signals = cut(begins, lateMs);
        const whole = new DetectionRuntime(config);
        whole.advance(signals, endMs);
        let split = new DetectionRuntime(config);
        for (const end of [...ends.toSorted((a, b) => a - b), steps]) {
          const toMs = Math.min(endMs, startMs + end * stepMs);
          const known = signals.map((signal) => {
            const { length } = signal.timesMs.filter((atMs) => atMs <= toMs);
            return { ...signal, timesMs: signal.timesMs.slice(0, length), values: signal.values.slice(0, length) };
          });
          split.advance(isWhole ? signals : known, toMs);
          split = new DetectionRuntime(config, structuredClone(split.save()));
        }
        expect(split.save()).toEqual(whole.save());
        expect(split.judge(endMs)).toEqual(whole.judge(endMs));
      }),
      { numRuns: 25 }
    );
  });

  it('does not know of a series before its first point', () => {
    const late = cut(
      all.map((_, i) => (i % 8 < 2 ? [180, steps] : [0, steps])),
      0
    );
    const never = late.filter((_, i) => i % 8 >= 2);
    const readings = (signals: typeof late): readonly number[] => {
      const runtime = new DetectionRuntime({ ...config, fullTierSeries: 500 });
      runtime.advance(signals, endMs);
      const { timesMs, surprisals } = runtime.save().services[0]?.readings ?? { timesMs: [], surprisals: [] };
      return Array.from(surprisals).filter((_, i) => (timesMs[i] ?? Infinity) < startMs + 180 * stepMs);
    };
    expect(readings(late).some((surprisal) => !Number.isNaN(surprisal))).toBe(true);
    expect(readings(late)).toEqual(readings(never));
  });
});
