import { describe, expect, it } from 'vitest';
import { syntheticSignals } from '../testing/synthetic-signals.ts';
import { DetectionRuntime } from './detection-runtime.ts';
import { qualityChecks } from './quality-checks.ts';

const stepMs = 60_000;
const startMs = Math.floor(1_700_000_000_000 / 3_600_000) * 3_600_000;
const steps = 80;
const at = (step: number): number => startMs + step * stepMs;
const healthy = syntheticSignals({ services: ['a'], startMs, stepMs, steps });

/** The checks of a service one of whose signals was changed, that failed, by name. */
function failed(id: string, change: (step: number, value: number) => number | undefined, toMs = at(steps - 1)) {
  const runtime = new DetectionRuntime({ collectSeconds: 60, detectSeconds: 60, keepReadings: 100 });
  const signals = healthy.map((signal) => {
    const points = signal.values.flatMap((value, i) => {
      const changed = signal.id === id ? change(i, value) : value;
      return changed === undefined ? [] : [{ atMs: at(i), value: changed }];
    });
    return { ...signal, timesMs: points.map(({ atMs }) => atMs), values: points.map(({ value }) => value) };
  });
  runtime.advance(signals, at(steps - 1));
  const track = runtime.service('a');
  const checks = track ? qualityChecks(track, toMs) : [];
  return {
    checked: new Map(checks.map(({ name, checked }) => [name, checked])),
    failures: checks.flatMap((check) => (check.failures > 0 ? [{ ...check, checked: 0 }] : [])),
  };
}

const failure = (name: string, failures: number, step: number) => ({
  name,
  service: 'a',
  checked: 0,
  failures,
  lastFailureMs: at(step),
});

describe('the expectations on a service', () => {
  it('are checked on every reading of the series that they are about', () => {
    const { checked, failures } = failed('none', (_, value) => value);
    expect(failures).toEqual([]);
    expect(checked.get('values are numbers and not null')).toBe(8 * steps);
    expect(checked.get('latency is between 0 and 60 s')).toBe(2 * steps);
    expect(checked.get('ratios are between 0 and 1')).toBe(2 * steps);
  });

  it('fail as often as a value is none or lies outside', () => {
    const isBad = (step: number): boolean => step === 40 || step === 50;
    expect(failed('a/latency/p95', (step, value) => (isBad(step) ? Number.NaN : value)).failures).toEqual([
      failure('values are numbers and not null', 2, 50),
    ]);
    expect(failed('a/latency/p95', (step, value) => (isBad(step) ? 60 : value)).failures).toEqual([
      failure('latency is between 0 and 60 s', 2, 50),
    ]);
    expect(failed('a/error-ratio', (step, value) => (isBad(step) ? 2 : value), at(45)).failures).toEqual([
      failure('ratios are between 0 and 1', 1, 40),
    ]);
  });

  it('fail after a gap, and once while a series is silent', () => {
    const gap = failed('a/latency/p95', (step, value) => (step >= 30 && step < 40 ? undefined : value));
    expect(gap.failures).toEqual([failure('no step is missing', 10, 49)]);
    const silent = failed('a/latency/p95', (step, value) => (step >= 70 ? undefined : value));
    expect(silent.failures).toEqual([failure('no step is missing', 1, steps - 1)]);
  });
});
