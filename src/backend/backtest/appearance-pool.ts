import type { AnalysisPool, TaskInputs, TaskName, TaskOutputs } from '../analysis/tasks.ts';
import type { SavedRuntime } from '../detection/detection-runtime.ts';

/**
 * A pool whose rebuilds learn of a series when its first point comes: a runtime that is handed a stretch at once knows
 * from the start of it which series there will be, and a series of the catalogue silences a feature of the same kind.
 */
export function appearancePool(pool: AnalysisPool): AnalysisPool {
  return {
    run: <Name extends TaskName>(name: Name, input: TaskInputs[Name], signal?: AbortSignal) =>
      name === 'rebuild'
        ? (rebuildStepwise(pool, input as TaskInputs['rebuild'], signal) as Promise<TaskOutputs[Name]>)
        : pool.run(name, input, signal),
    close: () => pool.close(),
  };
}

async function rebuildStepwise(
  pool: AnalysisPool,
  { saved, ...input }: TaskInputs['rebuild'],
  signal: AbortSignal | undefined
): Promise<SavedRuntime> {
  const stepMs = input.config.collectSeconds * 1000;
  const known = new Set(saved?.services.flatMap(({ series }) => series.map(({ identity }) => identity.id)) ?? []);
  const beginMs = ({ id, timesMs }: (typeof input.signals)[number]): number =>
    known.has(id) ? -Infinity : Math.ceil((timesMs[0] ?? Infinity) / stepMs) * stepMs;
  const begins = input.signals.map(beginMs);
  const stops = [...new Set(begins)].filter((atMs) => atMs > -Infinity && atMs <= input.toMs).sort((a, b) => a - b);
  let state = saved;
  let doneMs = -Infinity;
  for (const stopMs of [...stops, input.toMs + 1]) {
    const toMs = stopMs - 1;
    state = await pool.run(
      'rebuild',
      {
        ...input,
        ...(state ? { saved: state } : {}),
        signals: input.signals.filter((_, i) => (begins[i] ?? Infinity) <= toMs),
        toMs,
        fits: input.fits.filter(({ atMs }) => atMs > doneMs && atMs <= toMs),
      },
      signal
    );
    doneMs = toMs;
  }
  return state ?? { config: input.config, judgedMs: undefined, fullSeries: 0, services: [] };
}
