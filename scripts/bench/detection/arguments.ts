import { parseArgs } from 'node:util';
import { BenchError } from '../packs/bench-error.ts';

/** Key of the generated services beside the data sets. */
export const SYNTHETIC = 'synthetic';

/** What the detection bench was asked for. */
export interface DetectionArguments {
  /** Absent: only the synthetic services can run. */
  readonly data: string | undefined;
  readonly json: boolean;
  readonly write: boolean;
  /** Keys of data sets and `synthetic`; undefined: all. */
  readonly only: readonly string[] | undefined;
  readonly sigma: readonly number[];
  readonly services: number;
  readonly seed: number;
  readonly contamination: number;
  readonly workers: number | undefined;
}

/** One line on how to call the command. */
export const DETECTION_USAGE =
  'npm run bench:detection -- --data DIR [--json] [--write] [--only nab,asd,smd,synthetic] [--sigma 3,5,8] [--services 24] [--seed 42] [--contamination 0.005] [--workers N]';

/** @throws BenchError (usage) naming the argument */
export function parseDetectionArguments(args: readonly string[]): DetectionArguments {
  const values = parse(args);
  const only = values.only?.split(',').filter(Boolean);
  if (values.data === undefined && !(only?.length === 1 && only[0] === SYNTHETIC)) {
    throw new BenchError(`--data names no directory.\n${DETECTION_USAGE}`, { usage: true });
  }
  return {
    data: values.data,
    json: values.json ?? false,
    write: values.write ?? false,
    only,
    sigma: (values.sigma ?? '3,5,8').split(',').map((text) => number('--sigma', text, { above: 0, most: 100 })),
    services: number('--services', values.services ?? '24', { above: 0, most: 1000, whole: true }),
    seed: number('--seed', values.seed ?? '42', { above: -1, most: 2 ** 32 - 1, whole: true }),
    contamination: number('--contamination', values.contamination ?? '0.005', { above: -1e-12, most: 0.2 }),
    workers:
      values.workers === undefined
        ? undefined
        : number('--workers', values.workers, { above: 0, most: 64, whole: true }),
  };
}

function parse(
  args: readonly string[]
): Readonly<Partial<Record<string, string>>> & { json?: boolean; write?: boolean } {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = {
    data: text,
    only: text,
    sigma: text,
    services: text,
    seed: text,
    contamination: text,
    workers: text,
  };
  try {
    return parseArgs({ args: [...args], options: { ...options, json: flag, write: flag } }).values as never;
  } catch (cause) {
    throw new BenchError(`${(cause as Error).message}\n${DETECTION_USAGE}`, { usage: true, cause });
  }
}

function number(
  name: string,
  text: string,
  { above, most, whole = false }: { readonly above: number; readonly most: number; readonly whole?: boolean }
): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(value > above && value <= most) || (whole && !Number.isInteger(value))) {
    throw new BenchError(`${name} cannot be "${text}".\n${DETECTION_USAGE}`, { usage: true });
  }
  return value;
}
