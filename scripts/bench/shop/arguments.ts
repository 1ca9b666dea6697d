import { FAULT_CATALOGUE } from '../../../src/demo/faults/index.ts';
import { BenchError } from '../packs/bench-error.ts';
import { FLAG, readArguments, TEXT, wholeNumber } from '../read-arguments.ts';

/** What the demo bench was asked for. */
export interface ShopArguments {
  readonly seeds: readonly number[];
  /** Quiet hours per seed; 0: none. */
  readonly hours: number;
  /** Ids of the catalogue. */
  readonly faults: readonly string[];
  readonly json: boolean;
  readonly write: boolean;
  readonly workers: number | undefined;
}

/** Breaks nothing: the quiet day shows the same, at length. */
const CONTROL = 'nothing';

/** One line on how to call the command. */
export const SHOP_USAGE =
  'npm run bench:demo -- [--seeds 1,2,3,4,5] [--hours 24] [--faults missing-index,...] [--json] [--write] [--workers N]';

/** @throws BenchError (usage) naming the argument */
export function parseShopArguments(args: readonly string[], usage = SHOP_USAGE): ShopArguments {
  const options = { seeds: TEXT, hours: TEXT, faults: TEXT, workers: TEXT, json: FLAG, write: FLAG };
  const values = readArguments(args, options, usage);
  const known = FAULT_CATALOGUE.map(({ id }) => id);
  const faults = values.faults?.split(',').filter(Boolean) ?? known.filter((fault) => fault !== CONTROL);
  const unknown = faults.find((fault) => !known.includes(fault));
  if (unknown !== undefined) {
    throw new BenchError(`--faults: there is no fault "${unknown}". Known: ${known.join(', ')}.`, { usage: true });
  }
  const { seeds = '1,2,3,4,5', workers } = values;
  return {
    seeds: seeds.split(',').map((seed) => wholeNumber('--seeds', seed, [0, 2 ** 31], usage)),
    hours: wholeNumber('--hours', values.hours ?? '24', [0, 168], usage),
    faults,
    json: values.json ?? false,
    write: values.write ?? false,
    workers: workers === undefined ? undefined : wholeNumber('--workers', workers, [1, 64], usage),
  };
}
