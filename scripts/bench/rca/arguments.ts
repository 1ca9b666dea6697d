import { parseArgs } from 'node:util';
import { RANKERS, type FeatureMethod, type Ranker } from '#engine';
import { BenchError } from '../packs/bench-error.ts';

/** What the bench was asked for. */
export interface RcaArguments {
  readonly data: string;
  readonly json: boolean;
  readonly write: boolean;
  readonly weights: string | undefined;
  readonly golden: string | undefined;
  /** Undefined: that of the weights. */
  readonly ranker: Ranker | undefined;
  readonly method: FeatureMethod;
  readonly graph: boolean;
  readonly metricsOnly: boolean;
  readonly delay: number;
  readonly guard: number;
  /** Weights that are refitted without parts of the data and measured on those parts. */
  readonly unseen: boolean;
  /** Robustness, speed and several causes besides the accuracy. */
  readonly full: boolean;
}

/** One line on how to call the command. */
export const RCA_USAGE =
  'npm run bench:rca -- --data DIR [--json] [--write] [--full] [--weights FILE] [--golden DIR] ' +
  '[--reference] [--ranker prior|linear|gnn|blend|three-way] [--no-graph] [--metrics-only] [--delay UNITS] [--guard UNITS] [--unseen]';

/** @throws BenchError (usage) naming the argument */
export function parseRcaArguments(args: readonly string[]): RcaArguments {
  const values = parse(args);
  if (values.data === undefined) {
    throw new BenchError(`--data names no directory.\n${RCA_USAGE}`, { usage: true });
  }
  const ranker = RANKERS.find((name) => name === values.ranker);
  if (values.ranker !== undefined && ranker === undefined) {
    throw new BenchError(`--ranker cannot be "${values.ranker}".\n${RCA_USAGE}`, { usage: true });
  }
  return {
    data: values.data,
    json: values.json === true,
    write: values.write === true,
    weights: values.weights,
    golden: values.golden,
    ranker,
    method: values.reference === true ? 'reference' : 'current',
    graph: values['no-graph'] !== true,
    metricsOnly: values['metrics-only'] === true,
    delay: whole('--delay', values.delay ?? '0', -10, 10),
    guard: whole('--guard', values.guard ?? '0', 0, 10),
    unseen: values.unseen === true,
    full: values.full === true || values.write === true,
  };
}

interface RawArguments {
  readonly [name: string]: string | boolean | undefined;
  readonly data?: string;
  readonly weights?: string;
  readonly golden?: string;
  readonly ranker?: string;
  readonly delay?: string;
  readonly guard?: string;
}

function parse(args: readonly string[]): RawArguments {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = {
    data: text,
    weights: text,
    golden: text,
    ranker: text,
    delay: text,
    guard: text,
    json: flag,
    write: flag,
    full: flag,
    unseen: flag,
    reference: flag,
    'no-graph': flag,
    'metrics-only': flag,
  };
  try {
    return parseArgs({ args: joinNegative(args), options }).values;
  } catch (cause) {
    throw new BenchError(`${(cause as Error).message}\n${RCA_USAGE}`, { usage: true, cause });
  }
}

/** `--delay -1` is a negative number, not another option. */
function joinNegative(args: readonly string[]): string[] {
  return args.flatMap((arg, i) =>
    arg === '--delay' && /^-\d/.test(args[i + 1] ?? '')
      ? []
      : args[i - 1] === '--delay' && /^-\d/.test(arg)
        ? [`--delay=${arg}`]
        : [arg]
  );
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new BenchError(`${name} cannot be "${text}".\n${RCA_USAGE}`, { usage: true });
  }
  return value;
}
