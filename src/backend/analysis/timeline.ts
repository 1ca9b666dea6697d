import { scoreService, scoreSignal } from '#engine';
import type { ScoredSignal } from '#model';
import { type PackedSignal, unpackSignal } from './packed-signal.ts';
import type { BandTimeline, ScoreTimeline, TaskInputs, TaskOutputs } from './tasks.ts';

const MAX_AGE_MS = 90_000;

/**
 * Scores over time on the grid of the step, restricted to the asked range. Points before it only warm the detectors up.
 * Where there are more points than wanted, each bucket keeps its highest score, so that no peak is lost.
 */
export function toTimeline(input: TaskInputs['timeline']): TaskOutputs['timeline'] {
  const { kind } = input;
  const wanted = kind === undefined ? input.signals : input.signals.filter((signal) => signal.kind === kind);
  const scored = wanted.map((signal) => ({ signal, scored: scoreSignal(unpackSignal(signal)) }));
  const names = [...new Set(scored.map((item) => item.signal.service))].sort();
  const services = names.map((name) => [name, scored.filter((item) => item.signal.service === name)] as const);
  const grid = toGrid(input);
  return {
    scores: services.map(([service, items]) =>
      toScores(
        service,
        items.map((item) => item.scored),
        grid,
        input
      )
    ),
    bands: kind === undefined ? [] : services.flatMap(([, items]) => items.map((item) => toBand(item, grid))),
  };
}

interface Grid {
  readonly timesMs: readonly number[];
  /** Grid times of one output point. */
  readonly bucket: number;
}

function toGrid({ fromMs, toMs, stepSeconds, maxPoints }: TaskInputs['timeline']): Grid {
  const stepMs = stepSeconds * 1000;
  const startMs = Math.ceil(fromMs / stepMs) * stepMs;
  const length = Math.max(0, Math.floor((toMs - startMs) / stepMs) + 1);
  return {
    timesMs: Array.from({ length }, (_, i) => startMs + i * stepMs),
    bucket: Math.max(1, Math.ceil(length / Math.max(1, maxPoints))),
  };
}

function toScores(
  service: string,
  signals: readonly ScoredSignal[],
  grid: Grid,
  { stepSeconds }: TaskInputs['timeline']
): ScoreTimeline {
  const maxAgeMs = Math.max(MAX_AGE_MS, 3000 * stepSeconds);
  const scores = grid.timesMs.map((atMs) => {
    const { reading } = scoreService(service, signals, atMs, { maxAgeMs });
    return reading.kind === 'scored' ? reading.score : Number.NaN;
  });
  return { service, ...downsample(grid, scores, highest) };
}

function downsample(
  grid: Grid,
  values: readonly number[],
  choose: (bucket: readonly number[]) => number
): { readonly timesMs: Float64Array; readonly scores: Float64Array } {
  const starts = grid.timesMs.map((_, i) => i).filter((i) => i % grid.bucket === 0);
  return {
    timesMs: Float64Array.from(starts, (i) => grid.timesMs[i] ?? 0),
    scores: Float64Array.from(starts, (i) => choose(values.slice(i, i + grid.bucket))),
  };
}

/** NaN only when all are. */
function highest(values: readonly number[]): number {
  return values.reduce((best, value) => (best >= value || Number.isNaN(value) ? best : value), Number.NaN);
}

/** The newest known value. */
function newest(values: readonly number[]): number {
  return values.findLast((value) => !Number.isNaN(value)) ?? Number.NaN;
}

function toBand(
  { signal, scored }: { readonly signal: PackedSignal; readonly scored: ScoredSignal },
  grid: Grid
): BandTimeline {
  const index = new Map(scored.timesMs.map((time, i) => [time, i]));
  const pick = (value: (i: number) => number | undefined): Float64Array =>
    downsample(
      grid,
      grid.timesMs.map((time) => {
        const i = index.get(time);
        return (i === undefined ? undefined : value(i)) ?? Number.NaN;
      }),
      newest
    ).scores;
  const band = (i: number) => {
    const reading = scored.readings[i];
    return reading?.kind === 'scored' ? reading.expected : undefined;
  };
  return {
    service: signal.service,
    signalId: signal.id,
    unit: signal.unit,
    query: signal.query,
    timesMs: downsample(grid, grid.timesMs, newest).timesMs,
    values: pick((i) => scored.values[i]),
    lower: pick((i) => band(i)?.lower),
    upper: pick((i) => band(i)?.upper),
  };
}
