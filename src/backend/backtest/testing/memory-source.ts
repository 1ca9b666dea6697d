import type { Signal, TimeWindow } from '#model';
import type { SignalRead } from '../../signals/read-signals.ts';
import { syntheticSignals, type SyntheticSignal } from '../../testing/synthetic-signals.ts';

/** Signals in memory that are read as those of a Prometheus: on a grid of the step, half open. */
export function memorySource(signals: readonly SyntheticSignal[]) {
  return async ({ fromMs, toMs }: TimeWindow, stepSeconds: number, signal?: AbortSignal): Promise<SignalRead> => {
    signal?.throwIfAborted();
    const read = signals.map(({ timesMs, values, ...rest }): Signal => {
      const kept = timesMs
        .map((_, i) => i)
        .filter((i) => (timesMs[i] ?? 0) >= fromMs && (timesMs[i] ?? 0) < toMs)
        .filter((i) => (timesMs[i] ?? 0) % (stepSeconds * 1000) === 0);
      const series = {
        labels: {},
        timesMs: kept.map((i) => timesMs[i] ?? 0),
        values: kept.map((i) => values[i] ?? Number.NaN),
      };
      return { ...rest, series };
    });
    return { signals: read.filter(({ series }) => series.timesMs.length > 0), gaps: [], complete: true };
  };
}

export const STEP_MS = 300_000;
export const START_MS = Math.floor(1_700_000_000_000 / 86_400_000) * 86_400_000;

/** Services at five minutes; `a` is slow and fails from the given steps on, for ten steps each. */
export function fewDays(
  steps: number,
  faultSteps: readonly number[] = [],
  services: readonly string[] = ['a', 'b']
): readonly SyntheticSignal[] {
  const options = { services, startMs: START_MS, stepMs: STEP_MS, steps };
  const quiet = syntheticSignals(options);
  const loud = syntheticSignals({ ...options, faultMs: START_MS, faulty: 'a' });
  const isFault = (i: number): boolean => faultSteps.some((start) => i >= start && i < start + 10);
  return quiet.map((signal, s) => ({
    ...signal,
    values: signal.values.map((value, i) => (isFault(i) ? (loud[s]?.values[i] ?? value) : value)),
  }));
}
