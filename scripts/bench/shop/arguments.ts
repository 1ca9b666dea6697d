import { parseArgs } from 'node:util';
import { FAULT_CATALOGUE } from '../../../src/demo/faults/index.ts';
import { BenchError } from '../packs/bench-error.ts';

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
export function parseShopArguments(args: readonly string[]): ShopArguments {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = { seeds: text, hours: text, faults: text, workers: text, json: flag, write: flag };
  let values: { seeds?: string; hours?: string; faults?: string; workers?: string; json?: boolean; write?: boolean };
  try {
    values = parseArgs({ args: [...args], options }).values;
  } catch (cause) {
    throw new BenchError(`${(cause as Error).message}\n${SHOP_USAGE}`, { usage: true, cause });
  }
  const known = FAULT_CATALOGUE.map(({ id }) => id);
  const faults = values.faults?.split(',').filter(Boolean) ?? known.filter((fault) => fault !== CONTROL);
  const unknown = faults.find((fault) => !known.includes(fault));
  if (unknown !== undefined) {
    throw new BenchError(`--faults: there is no fault "${unknown}". Known: ${known.join(', ')}.`, { usage: true });
  }
  return {
    seeds: (values.seeds ?? '1,2,3,4,5').split(',').map((seed) => whole('--seeds', seed, 0, 2 ** 31)),
    hours: whole('--hours', values.hours ?? '24', 0, 168),
    faults,
    json: values.json ?? false,
    write: values.write ?? false,
    workers: values.workers === undefined ? undefined : whole('--workers', values.workers, 1, 64),
  };
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new BenchError(`${name} cannot be "${text}".\n${SHOP_USAGE}`, { usage: true });
  }
  return value;
}
