import { RANKERS, type FeatureMethod, type Ranker } from '#engine';
import { BenchError } from '../packs/bench-error.ts';
import { FLAG, readArguments, TEXT, wholeNumber } from '../read-arguments.ts';

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

const OPTIONS = {
  data: TEXT,
  weights: TEXT,
  golden: TEXT,
  ranker: TEXT,
  delay: TEXT,
  guard: TEXT,
  json: FLAG,
  write: FLAG,
  full: FLAG,
  unseen: FLAG,
  reference: FLAG,
  'no-graph': FLAG,
  'metrics-only': FLAG,
} as const;

/** @throws BenchError (usage) naming the argument */
export function parseRcaArguments(args: readonly string[]): RcaArguments {
  const values = readArguments(joinNegative(args), OPTIONS, RCA_USAGE);
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
    delay: wholeNumber('--delay', values.delay ?? '0', [-10, 10], RCA_USAGE),
    guard: wholeNumber('--guard', values.guard ?? '0', [0, 10], RCA_USAGE),
    unseen: values.unseen === true,
    full: values.full === true || values.write === true,
  };
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
