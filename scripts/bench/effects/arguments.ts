import { FLAG, readArguments, TEXT, wholeNumber } from '../read-arguments.ts';

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
  const options = { data: TEXT, runs: TEXT, seed: TEXT, json: FLAG, write: FLAG };
  const values = readArguments(args, options, EFFECTS_USAGE);
  return {
    json: values.json ?? false,
    write: values.write ?? false,
    seed: wholeNumber('--seed', values.seed ?? '7', [1, 1e6], EFFECTS_USAGE),
    runs: wholeNumber('--runs', values.runs ?? '600', [1, 1e5], EFFECTS_USAGE),
    data: values.data,
  };
}
