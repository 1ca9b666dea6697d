import { parseArgs } from 'node:util';
import { BenchError } from '../packs/bench-error.ts';

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
  const values = parse(args);
  if (values.data === undefined) {
    throw new BenchError(`--data names no directory.\n${FORECAST_USAGE}`, { usage: true });
  }
  return {
    data: values.data,
    json: values.json ?? false,
    write: values.write ?? false,
    seed: whole('--seed', values.seed ?? '7', 0, 2 ** 32 - 1),
    workers: values.workers === undefined ? undefined : whole('--workers', values.workers, 1, 64),
  };
}

interface RawArguments {
  readonly data?: string;
  readonly seed?: string;
  readonly workers?: string;
  readonly json?: boolean;
  readonly write?: boolean;
}

function parse(args: readonly string[]): RawArguments {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({ args: [...args], options: { data: text, seed: text, workers: text, json: flag, write: flag } })
      .values;
  } catch (cause) {
    throw new BenchError(`${(cause as Error).message}\n${FORECAST_USAGE}`, { usage: true, cause });
  }
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new BenchError(`${name} cannot be "${text}".\n${FORECAST_USAGE}`, { usage: true });
  }
  return value;
}
