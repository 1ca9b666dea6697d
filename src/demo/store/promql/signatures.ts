/** Static types of PromQL expressions. */
export type ValueType = 'scalar' | 'vector' | 'matrix' | 'string';

/** Parameters and result of a function. `optional` counts trailing parameters; Infinity repeats the last one. */
export interface Signature {
  readonly params: readonly ValueType[];
  readonly optional: number;
  readonly returns: ValueType;
}

const of = (returns: ValueType, params: readonly ValueType[], optional = 0): Signature => ({
  params,
  optional,
  returns,
});
const each = (names: readonly string[], signature: Signature): [string, Signature][] =>
  names.map((name) => [name, signature]);

/** Every function that the store evaluates. */
export const FUNCTIONS: ReadonlyMap<string, Signature> = new Map<string, Signature>([
  ...each(
    ['abs', 'absent', 'ceil', 'exp', 'floor', 'ln', 'log2', 'log10', 'sgn', 'sort', 'sort_desc', 'sqrt', 'timestamp'],
    of('vector', ['vector'])
  ),
  ...each(
    [
      'absent_over_time',
      'avg_over_time',
      'changes',
      'count_over_time',
      'delta',
      'deriv',
      'idelta',
      'increase',
      'irate',
      'last_over_time',
      'max_over_time',
      'min_over_time',
      'present_over_time',
      'rate',
      'resets',
      'stddev_over_time',
      'stdvar_over_time',
      'sum_over_time',
    ],
    of('vector', ['matrix'])
  ),
  ...each(['clamp_min', 'clamp_max'], of('vector', ['vector', 'scalar'])),
  ['clamp', of('vector', ['vector', 'scalar', 'scalar'])],
  ['round', of('vector', ['vector', 'scalar'], 1)],
  ['histogram_quantile', of('vector', ['scalar', 'vector'])],
  ['quantile_over_time', of('vector', ['scalar', 'matrix'])],
  ['predict_linear', of('vector', ['matrix', 'scalar'])],
  ['label_replace', of('vector', ['vector', 'string', 'string', 'string', 'string'])],
  ['label_join', of('vector', ['vector', 'string', 'string', 'string'], Number.POSITIVE_INFINITY)],
  ['scalar', of('scalar', ['vector'])],
  ['vector', of('vector', ['scalar'])],
  ['time', of('scalar', [])],
]);
