import { describe, expect, it } from 'vitest';
import { syntheticSignals } from '../testing/synthetic-signals.ts';
import type { DetectionEngine } from './detection-engine.ts';
import { DetectionRuntime } from './detection-runtime.ts';
import { createDetectionEngine } from './product-engine.ts';
import type { RuntimeConfig } from './runtime-config.ts';

const stepMs = 60_000;
const startMs = Math.floor(1_700_000_000_000 / 3_600_000) * 3_600_000;
const steps = 700;
const endMs = startMs + (steps - 1) * stepMs;
const config = { collectSeconds: 60, detectSeconds: 60, keepReadings: 100 };
const signals = syntheticSignals({ services: ['a', 'b'], startMs, stepMs, steps });

/** The engine of the product, of which some parts throw. */
function broken(parts: (engine: DetectionEngine) => Partial<DetectionEngine>) {
  return (all: RuntimeConfig): DetectionEngine => {
    const engine = createDetectionEngine(all);
    return { ...engine, ...parts(engine) };
  };
}

function fail(): never {
  throw new RangeError('broken');
}

function run(engine: (all: RuntimeConfig) => DetectionEngine): DetectionRuntime {
  const runtime = new DetectionRuntime(config, undefined, engine);
  runtime.advance(signals, startMs + 650 * stepMs);
  runtime.fit('schedule');
  runtime.advance(signals, endMs);
  return runtime;
}

const whole = run(createDetectionEngine).judge(endMs);

describe('a failure inside the engine', () => {
  it('leaves one series unknown, and all others as they are', () => {
    const engine = broken(({ createSeries }) => ({
      createSeries: (traits) => {
        const judge = createSeries(traits);
        const step: typeof judge.step = (atMs, value) =>
          traits.unit === 'bytes' && atMs > startMs + 600 * stepMs ? fail() : judge.step(atMs, value);
        return traits.unit === 'bytes'
          ? { step, expected: () => undefined, explain: () => undefined, save: () => judge.save() }
          : judge;
      },
    }));
    const runtime = run(engine);
    for (const again of [runtime, new DetectionRuntime(config, structuredClone(runtime.save()))]) {
      const [a] = again.judge(endMs);
      const memory = a?.signals.find(({ signalId }) => signalId === 'a/feature/memory');
      expect(memory?.reading).toEqual({ kind: 'unknown', why: 'fit-failed' });
      const others = (signal: { readonly signalId: string }) => signal.signalId !== 'a/feature/memory';
      expect(a?.signals.filter(others)).toEqual(whole[0]?.signals.filter(others));
      expect(a?.reading.kind).toBe('scored');
    }
  });

  it.each([
    ['a fit', () => ({ fitService: fail })],
    [
      'a model',
      ({ fitService }: DetectionEngine): Partial<DetectionEngine> => ({
        fitService: (table) => {
          const fit = fitService(table);
          const { info, features } = fit.kind === 'fitted' ? fit.model : fail();
          return { kind: 'fitted', model: { info, features, step: fail, save: () => Uint8Array.of(1) } };
        },
      }),
    ],
  ])('leaves the series to stand for a service: %s', (_case, parts) => {
    const runtime = run(broken(parts));
    const [a, b] = new DetectionRuntime(
      config,
      runtime.save(),
      broken(() => ({ loadService: fail }))
    ).judge(endMs);
    expect([a?.reading.kind, b?.reading.kind]).toEqual(['scored', 'scored']);
    expect(runtime.service('a')?.model).toBeUndefined();
    expect(a?.signals).toEqual(whole[0]?.signals);
  });

  it('is not hidden: the fit says why there is no model', () => {
    const fit = run(broken(() => ({ fitService: fail })))
      .fits()
      .get('a');
    expect(fit).toMatchObject({ outcome: 'fit-failed', problem: 'broken' });
  });

  it('in a state that cannot be read leaves its series unknown', () => {
    const saved = run(createDetectionEngine).save();
    const damaged = {
      ...saved,
      services: saved.services.map((service) => ({
        ...service,
        series: service.series.map((series, i) => (i === 0 ? { ...series, judge: Uint8Array.of(9, 9, 9) } : series)),
      })),
    };
    const runtime = new DetectionRuntime(config, damaged);
    runtime.advance(syntheticSignals({ services: ['a', 'b'], startMs, stepMs, steps: steps + 1 }), endMs + stepMs);
    const readings = runtime.judge(endMs + stepMs)[0]?.signals.map(({ reading }) => reading);
    expect(readings?.filter(({ kind }) => kind === 'unknown')).toEqual([{ kind: 'unknown', why: 'fit-failed' }]);
  });
});
