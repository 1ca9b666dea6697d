import { runCommand, say } from '../command.ts';
import { roundAll } from '../detection/round.ts';
import { BenchError } from '../packs/bench-error.ts';
import { runTasks } from '../parallel/task-pool.ts';
import { parseForecastArguments } from './arguments.ts';
import { HORIZON, type OriginResult } from './evaluate-series.ts';
import { findSeries, STEP_SECONDS } from './find-series.ts';
import { forecastPage } from './page.ts';
import type { Difficulty, WindowKind } from './saturation-windows.ts';
import { summariseModels, summariseWindows } from './summary.ts';
import type { ForecastTask, WindowOutcome } from './tasks.ts';

const WORKER = new URL('worker.ts', import.meta.url);
const PAGE = 'docs/benchmarks/forecast.md';
const WINDOWS_PER_TASK = 20;
/** Windows of each set: 30 % of the ramps of the hard set stop before the limit. */
const SETS: readonly (readonly [Difficulty, WindowKind, number])[] = [
  ['easy', 'ramp', 200],
  ['easy', 'flat', 200],
  ['hard', 'ramp', 280],
  ['hard', 'stopping', 120],
  ['hard', 'flat', 400],
];

runCommand(async (argv) => {
  const args = parseForecastArguments(argv);
  const series = findSeries(args.data, (name, reason) => say(`SKIPPED: ${name}: ${reason}.`));
  if (series.length === 0) {
    throw new BenchError(`${args.data}: holds no series that can be forecast.`);
  }
  const run = async <Result>(name: string, tasks: readonly ForecastTask[]): Promise<readonly Result[]> => {
    const results = await runTasks<ForecastTask, readonly Result[]>(WORKER, tasks, {
      ...(args.workers === undefined ? {} : { workers: args.workers }),
      onDone: (done, total) => (done % 5 === 0 || done === total ? say(`${name}: ${done} of ${total}`) : undefined),
    });
    return results.flat();
  };
  const origins = await run<OriginResult>(
    'forecasts',
    series.map((item) => ({ kind: 'series', series: item }))
  );
  const windows = await run<WindowOutcome>('saturation', saturationTasks(args.seed));
  const answer = {
    schema: 'causeway.bench-forecast/1',
    series: series.length,
    origins: origins.filter(({ model }) => model === 'median').length,
    stepSeconds: STEP_SECONDS,
    horizonSteps: HORIZON,
    models: summariseModels(origins),
    saturation: { easy: summariseWindows(windows, 'easy'), hard: summariseWindows(windows, 'hard') },
  };
  return { answer: roundAll(answer) as object, json: args.json, write: args.write, page: PAGE, toPage: forecastPage };
});

function saturationTasks(seed: number): readonly ForecastTask[] {
  return SETS.flatMap(([difficulty, window, count]) =>
    Array.from({ length: count / WINDOWS_PER_TASK }, (_, i): ForecastTask => {
      const from = i * WINDOWS_PER_TASK;
      return { kind: 'saturation', seed, difficulty, window, from, to: from + WINDOWS_PER_TASK };
    })
  );
}
