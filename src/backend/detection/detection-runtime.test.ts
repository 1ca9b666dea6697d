import { describe, expect, it } from 'vitest';
import { DetectionRuntime } from './detection-runtime.ts';
import { syntheticSignals } from '../testing/synthetic-signals.ts';

const stepMs = 15_000;
const startMs = Math.floor(1_700_000_000_000 / 3_600_000) * 3_600_000;
const config = { collectSeconds: 15, detectSeconds: 15, keepReadings: 200 };

describe('a detection runtime', () => {
  const steps = 900;
  const faultMs = startMs + 860 * stepMs;
  const signals = syntheticSignals({ services: ['a', 'b'], startMs, stepMs, steps, faultMs, faulty: 'a' });
  const endMs = startMs + (steps - 1) * stepMs;
  const fitMs = startMs + 700 * stepMs;

  const whole = (): DetectionRuntime => {
    const runtime = new DetectionRuntime(config);
    runtime.advance(signals, fitMs);
    runtime.fit('schedule');
    runtime.advance(signals, endMs);
    return runtime;
  };

  it('says the same point by point, with a save between any two, as all at once', () => {
    let runtime = new DetectionRuntime(config);
    for (let atMs = startMs; atMs <= endMs; atMs += 149 * stepMs) {
      const toMs = Math.min(atMs, endMs);
      if (runtime.judgedMs !== undefined && runtime.judgedMs < fitMs && toMs >= fitMs) {
        runtime.advance(signals, fitMs);
        runtime.fit('schedule');
      }
      runtime.advance(signals, toMs);
      runtime = new DetectionRuntime(config, structuredClone(runtime.save()));
    }
    runtime.advance(signals, endMs);
    expect(runtime.judge(endMs)).toEqual(whole().judge(endMs));
    expect(runtime.scored(endMs)).toEqual(whole().scored(endMs));
  });

  it('says the same with a service that was rebuilt elsewhere, and judges what came since', () => {
    const rebuilt = new DetectionRuntime(config);
    rebuilt.advance(signals, fitMs);
    rebuilt.fit('schedule');
    rebuilt.advance(signals, endMs - 9 * stepMs);
    const running = new DetectionRuntime(config);
    running.advance([...signals, ...syntheticSignals({ services: ['gone'], startMs, stepMs, steps: 9 })], endMs);
    const { services } = structuredClone(rebuilt.save());
    for (const saved of services) {
      running.adopt(saved, signals);
      expect(running.service(saved.service)?.judgedMs).toBe(endMs);
    }
    running.retain(['a', 'b']);
    expect(running.judge(endMs)).toEqual(whole().judge(endMs));
  });

  it('sees the fault and leaves the other service alone', () => {
    const runtime = whole();
    const [a, b] = runtime.judge(endMs, true);
    expect(a?.reading).toMatchObject({ kind: 'scored' });
    expect(a?.reading.kind === 'scored' && a.reading.score).toBeGreaterThan(0.9);
    expect(b?.reading.kind === 'scored' && b.reading.score).toBeLessThan(0.7);
    expect(a?.detection).toMatchObject({ tier: 'model' });
    expect(runtime.fits().get('a')).toMatchObject({ outcome: 'fitted', reason: 'schedule' });
  });

  it('does not warn while a rollout may disturb the service, and says which', () => {
    const rollout = { atMs: faultMs, kind: 'deploy' as const, service: 'b', summary: 'b 1.2 rolled out' };
    const window = { service: 'a', fromMs: faultMs, toMs: faultMs + 20 * stepMs, rollout };
    const runtime = new DetectionRuntime(config);
    runtime.advance(signals, endMs, [], [window, { ...window, service: 'b' }]);
    const scores = Array.from({ length: 30 }, (_, step) => {
      const [a] = runtime.judge(faultMs + step * stepMs);
      return { score: a?.reading.kind === 'scored' ? a.reading.score : undefined, settling: a?.settling?.summary };
    });
    expect(scores.slice(5, 20).every(({ score = 1 }) => score > 0.65 && score < 0.7)).toBe(true);
    expect(scores.slice(0, 20).every(({ settling }) => settling === rollout.summary)).toBe(true);
    expect(scores.slice(20).every(({ score = 0, settling }) => score > 0.9 && settling === undefined)).toBe(true);
  });

  it('judges excluded times without learning from them', () => {
    const exclusions = [{ fromMs: faultMs, toMs: endMs + 1 }];
    const learned = new DetectionRuntime(config);
    learned.advance(signals, endMs, exclusions);
    const ignorant = new DetectionRuntime(config);
    ignorant.advance(
      signals.map((signal) => ({
        ...signal,
        timesMs: signal.timesMs.slice(0, 860),
        values: signal.values.slice(0, 860),
      })),
      endMs
    );
    const [excluded] = learned.judge(endMs);
    expect(excluded?.reading.kind === 'scored' && excluded.reading.score).toBeGreaterThan(0.9);
    const state = (runtime: DetectionRuntime) =>
      runtime.save().services.map(({ series }) => series.map(({ judge }) => judge));
    expect(state(learned)).toEqual(state(ignorant));
  });
});
