import { BenchError } from '../packs/bench-error.ts';
import { FLAG, readArguments, TEXT, wholeNumber } from '../read-arguments.ts';

/** What the forecast bench was asked for. */
export interface ForecastArguments {
  readonly data: string;
  readonly json: boolean;
  readonly write: boolean;
  readonly seed: number;
  readonly workers: number | undefined;
}

/** One line on how to call the command. */
export const FORECAST_USAGE = 'npm run bench:forecast -- --data DIR [--json] [--write] [--seed 7] [--workers N]';

/** @throws BenchError (usage) naming the argument */
export function parseForecastArguments(args: readonly string[]): ForecastArguments {
  const options = { data: TEXT, seed: TEXT, workers: TEXT, json: FLAG, write: FLAG };
  const values = readArguments(args, options, FORECAST_USAGE);
  if (values.data === undefined) {
    throw new BenchError(`--data names no directory.\n${FORECAST_USAGE}`, { usage: true });
  }
  const { workers } = values;
  return {
    data: values.data,
    json: values.json ?? false,
    write: values.write ?? false,
    seed: wholeNumber('--seed', values.seed ?? '7', [0, 2 ** 32 - 1], FORECAST_USAGE),
    workers: workers === undefined ? undefined : wholeNumber('--workers', workers, [1, 64], FORECAST_USAGE),
  };
}
