import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { QualityVerdict } from '#model';
import { syntheticSignals } from '../testing/synthetic-signals.ts';
import { DetectionRuntime } from './detection-runtime.ts';

const stepMs = 60_000;
const startMs = Math.floor(1_700_000_000_000 / 3_600_000) * 3_600_000;
const steps = 300;
const endMs = startMs + (steps - 1) * stepMs;
const config = { collectSeconds: 60, detectSeconds: 60, keepReadings: 400 };
const healthy = syntheticSignals({ services: ['a'], startMs, stepMs, steps });
const wanted = 'a/latency/p95';

interface Points {
  readonly timesMs: readonly number[];
  readonly values: readonly number[];
}

/** The runtime after a history in which one signal was changed. */
function run(change: (points: Points) => Points): DetectionRuntime {
  const runtime = new DetectionRuntime(config);
  const signals = healthy.map((signal) => (signal.id === wanted ? { ...signal, ...change(signal) } : signal));
  runtime.advance(signals, endMs);
  return runtime;
}

function newest(runtime: DetectionRuntime) {
  return runtime.judge(endMs)[0]?.signals.find(({ signalId }) => signalId === wanted);
}

/** The last point has another value. */
const last = (value: unknown) => (points: Points) => ({ ...points, values: points.values.with(-1, value as number) });

describe('a defect of a series', () => {
  it.each<[string, (points: Points) => Points, QualityVerdict]>([
    ['not a number', last(Number.NaN), 'invalid'],
    ['an infinity', last(Infinity), 'invalid'],
    ['a word', last('slow'), 'invalid'],
    ['nothing', last(null), 'invalid'],
    ['more than a minute of latency', last(61), 'out-of-range'],
    ['less than nothing', last(-1), 'out-of-range'],
    ['an absurd value', last(1e308), 'out-of-range'],
    [
      'the same time twice',
      ({ timesMs, values }) => ({ timesMs: timesMs.with(-1, (timesMs.at(-2) ?? 0) + 1), values }),
      'duplicate',
    ],
    [
      'a gap',
      (points) => ({ timesMs: points.timesMs.toSpliced(-9, 8), values: points.values.toSpliced(-9, 8) }),
      'gap',
    ],
  ])('has its name at the newest reading: %s', (_case, change, quality) => {
    const signal = newest(run(change));
    expect(signal?.quality).toBe(quality);
    expect(signal?.reading.kind).toBe('unknown');
  });

  it('has its name where a rate stands still', () => {
    const runtime = new DetectionRuntime(config);
    const rest = (value: number, i: number): number => (i < 200 ? value : 101.5);
    runtime.advance(
      healthy.map((signal) => ({
        ...signal,
        values: signal.kind === 'request-rate' ? signal.values.map(rest) : signal.values,
      })),
      endMs
    );
    const signal = runtime.judge(endMs)[0]?.signals.find(({ signalId }) => signalId === 'a/request-rate');
    expect(signal).toMatchObject({ quality: 'stale', reading: { kind: 'unknown', why: 'stale' } });
  });

  it('leaves the verdict on the service to its other series', () => {
    const [service] = run(last(Number.NaN)).judge(endMs);
    expect(service?.reading.kind).toBe('scored');
  });

  it('in a third of the features leaves the service unknown, also for those who ask later', () => {
    const toMs = startMs + 660 * stepMs;
    const brokenMs = startMs + 600 * stepMs;
    const long = syntheticSignals({ services: ['a'], startMs, stepMs, steps: 661 });
    const isBroken = (kind: string, atMs: number): boolean =>
      ['cpu', 'memory'].includes(kind) && atMs >= brokenMs && atMs < brokenMs + 10 * stepMs;
    const signals = long.map((signal) => ({
      ...signal,
      values: signal.values.map((value, i) => (isBroken(signal.kind, signal.timesMs[i] ?? 0) ? Infinity : value)),
    }));
    const runtime = new DetectionRuntime(config);
    runtime.advance(signals, brokenMs - stepMs);
    runtime.fit('test');
    expect(runtime.fits().get('a')?.outcome).toBe('fitted');
    const judge = (atMs: number) => runtime.judge(atMs)[0]?.reading.kind;
    runtime.advance(signals, brokenMs + 5 * stepMs);
    expect(judge(brokenMs + 5 * stepMs)).toBe('unknown');
    runtime.advance(signals, toMs);
    expect([brokenMs - stepMs, brokenMs, brokenMs + 5 * stepMs, toMs].map(judge)).toEqual([
      'scored',
      'unknown',
      'unknown',
      'scored',
    ]);
  });

  it('ignores times that go back before what was judged, and times that are none', () => {
    const strange = run(({ timesMs, values }) => ({
      timesMs: [...timesMs.slice(0, 290), startMs, Number.NaN, ...timesMs.slice(290)],
      values: [...values.slice(0, 290), 55, 55, ...values.slice(290)],
    }));
    expect(strange.judge(endMs)).toEqual(run((points) => points).judge(endMs));
  });

  it('never throws, and what is no number is never scored', () => {
    const value = fc.oneof(
      fc.double(),
      fc.constantFrom<unknown>(Number.NaN, Infinity, -Infinity, 1e308, -1e308, 5e-324, '', 'x', null, undefined, [], {})
    );
    const time = fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 0, max: 400_000 }).map((ms) => endMs - 400_000 + ms) },
      { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity, -Infinity, 0, -1, 1e308) }
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(time, value), { minLength: 1, maxLength: 12 }), (tail) => {
        const runtime = run(({ timesMs, values }) => ({
          timesMs: [...timesMs.slice(0, 293), ...tail.map(([atMs]) => atMs)],
          values: [...values.slice(0, 293), ...tail.map(([, entry]) => entry as number)],
        }));
        const again = new DetectionRuntime(config, structuredClone(runtime.save()));
        expect(again.judge(endMs)).toEqual(runtime.judge(endMs));
        const track = runtime.service('a')?.series.get(wanted);
        const readings = track?.toScored(endMs, 20);
        const strange = readings?.readings.filter(
          (reading, i) => reading.kind === 'scored' && !Number.isFinite(readings.values[i])
        );
        expect(strange).toEqual([]);
        const times = readings?.timesMs ?? [];
        expect(times).toEqual([...times].sort((left, right) => left - right));
        expect(runtime.judge(endMs)[0]?.reading).toSatisfy(
          (reading: { kind: string; score?: number }) =>
            reading.kind === 'unknown' || ((reading.score ?? -1) >= 0 && (reading.score ?? 2) <= 1)
        );
      }),
      { numRuns: 60 }
    );
  });
});
