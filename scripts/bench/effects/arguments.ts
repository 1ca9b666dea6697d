import { parseArgs } from 'node:util';
import { BenchError } from '../packs/bench-error.ts';

/** What the effects bench was asked for. */
export interface EffectsArguments {
  readonly json: boolean;
  readonly write: boolean;
  readonly seed: number;
  /** Simulated systems of each kind. */
  readonly runs: number;
  /** Directory in the case format; only its PetShop cases are used. */
  readonly data: string | undefined;
}

/** One line on how to call the command. */
export const EFFECTS_USAGE = 'npm run bench:effects -- [--json] [--write] [--runs 600] [--seed 7] [--data DIR]';

/** @throws BenchError (usage) naming the argument */
export function parseEffectsArguments(args: readonly string[]): EffectsArguments {
  const values = parse(args);
  return {
    json: values.json ?? false,
    write: values.write ?? false,
    seed: whole('--seed', values.seed ?? '7', 1, 1e6),
    runs: whole('--runs', values.runs ?? '600', 1, 1e5),
    data: values.data,
  };
}

interface RawArguments {
  readonly data?: string;
  readonly runs?: string;
  readonly seed?: string;
  readonly json?: boolean;
  readonly write?: boolean;
}

function parse(args: readonly string[]): RawArguments {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({ args: [...args], options: { data: text, runs: text, seed: text, json: flag, write: flag } })
      .values;
  } catch (cause) {
    throw new BenchError(`${(cause as Error).message}\n${EFFECTS_USAGE}`, { usage: true, cause });
  }
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new BenchError(`${name} cannot be "${text}".\n${EFFECTS_USAGE}`, { usage: true });
  }
  return value;
}
