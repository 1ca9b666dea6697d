import fc from 'fast-check';

const LABELS = ['service', 'code', 'room', 'floor', 'gap', 'kind'];
const MATCHERS = ['', '{room="hall"}', '{service!="cart"}', '{code=~"[24].*"}', '{room!~"h.*|c.*"}', '{floor="0"}'];
const METRICS = ['requests_total', 'temperature', 'constant', 'gappy_total', 'ended', 'build_info', 'nothing'];
const DURATIONS = ['15s', '1m', '90s', '5m', '11m'];

const labelList = fc.uniqueArray(fc.constantFrom(...LABELS), { maxLength: 3 }).map((labels) => labels.join(', '));
const duration = fc.constantFrom(...DURATIONS);
const offset = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  { weight: 1, arbitrary: fc.constantFrom(' offset 1m', ' offset 7m', ' offset -2m') }
);
const number = fc.constantFrom('0', '1', '2', '-3', '0.5', '-1 ^ 2', '1e2');
const selector = fc
  .tuple(fc.constantFrom(...METRICS), fc.constantFrom(...MATCHERS))
  .map(([metric, matcher]) => metric + matcher);
const modifier = fc.oneof(
  fc.constant(''),
  fc.tuple(fc.constantFrom('by', 'without'), labelList).map(([word, labels]) => ` ${word} (${labels}) `)
);
const matching = fc.oneof(
  fc.constant(''),
  fc
    .tuple(fc.constantFrom('on', 'ignoring'), labelList, fc.constantFrom('', '', ' group_left', ' group_right'))
    .map(([word, labels, group]) => ` ${word}(${labels})${group}`)
);
const setMatching = fc.oneof(
  fc.constant(''),
  fc.tuple(fc.constantFrom('on', 'ignoring'), labelList).map(([word, labels]) => ` ${word}(${labels})`)
);

/**
 * Expressions with results that floating point cannot blur: whole and dyadic numbers, no division. Comparisons and
 * rounding are only put on top of these, since a difference in the last bit would turn them over.
 */
const { exact } = fc.letrec<{ exact: string }>((tie) => ({
  exact: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.tuple(selector, offset).map(([text, shift]) => text + shift),
    fc
      .tuple(fc.constantFrom('last', 'min', 'max', 'count', 'sum', 'present'), selector, duration, offset)
      .map(([name, text, length, shift]) => `${name}_over_time(${text}[${length}]${shift})`),
    fc
      .tuple(fc.constantFrom('changes', 'resets', 'idelta'), selector, duration, offset)
      .map(([name, text, length, shift]) => `${name}(${text}[${length}]${shift})`),
    fc
      .tuple(fc.constantFrom('sum', 'min', 'max', 'count', 'group'), modifier, tie('exact'))
      .map(([name, by, inner]) => `${name}${by}(${inner})`),
    fc
      .tuple(tie('exact'), fc.constantFrom('+', '-', '*'), number)
      .map(([inner, operator, value]) => `(${inner} ${operator} ${value})`),
    fc
      .tuple(tie('exact'), fc.constantFrom('==', '!=', '>', '<', '>=', '<='), fc.constantFrom('', ' bool'), number)
      .map(([inner, operator, bool, value]) => `(${inner} ${operator}${bool} ${value})`),
    fc
      .tuple(tie('exact'), fc.constantFrom('+', '-', '==', '>', '<= bool'), matching, tie('exact'))
      .map(([left, operator, how, right]) => `(${left} ${operator}${how} ${right})`),
    fc
      .tuple(tie('exact'), fc.constantFrom('and', 'or', 'unless'), setMatching, tie('exact'))
      .map(([left, operator, how, right]) => `(${left} ${operator}${how} ${right})`),
    fc
      .tuple(fc.constantFrom('abs', 'ceil', 'floor', 'sgn', 'round', '-', 'absent', 'sort'), tie('exact'))
      .map(([name, inner]) => `${name}(${inner})`),
    fc
      .tuple(tie('exact'), fc.constantFrom(...LABELS), fc.constantFrom(...LABELS))
      .map(([inner, target, source]) => `label_replace(${inner}, "${target}", "$1", "${source}", "(.).*")`),
    fc
      .tuple(fc.constantFrom('last', 'max', 'count'), tie('exact'), fc.constantFrom('5m:1m', '3m:20s', '4m:'))
      .map(([name, inner, range]) => `${name}_over_time((${inner})[${range}])`)
  ),
}));

/**
 * Expressions with rounded results on top of exact ones. `exp` stays below 700: Go's assembly overflows a little before
 * the largest number is reached.
 */
const rounded = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('rate', 'increase', 'irate', 'delta', 'deriv', 'avg_over_time', 'stddev_over_time'),
      selector,
      duration,
      offset
    )
    .map(([name, text, length, shift]) => `${name}(${text}[${length}]${shift})`),
  fc
    .tuple(fc.constantFrom('avg', 'stddev', 'stdvar'), modifier, exact)
    .map(([name, by, inner]) => `${name}${by}(${inner})`),
  fc
    .tuple(fc.constantFrom('0.1', '0.5', '0.95'), modifier, exact)
    .map(([q, by, inner]) => `quantile${by}(${q}, ${inner})`),
  fc
    .tuple(exact, fc.constantFrom('/', '%', '^'), fc.constantFrom('3', '2'))
    .map(([inner, operator, value]) => `(${inner}) ${operator} ${value}`),
  fc
    .tuple(exact, fc.constantFrom('/', '%'), matching, exact)
    .map(([left, operator, how, right]) => `(${left}) ${operator}${how} (${right})`),
  fc.tuple(fc.constantFrom('sqrt', 'ln', 'log2', 'log10'), exact).map(([name, inner]) => `${name}(${inner})`),
  exact.map((inner) => `exp(clamp_max(${inner}, 700))`),
  fc
    .tuple(fc.constantFrom('sum', 'avg', 'max'), modifier, fc.constantFrom('rate', 'increase'), selector, duration)
    .map(([name, by, inner, text, length]) => `${name}${by}(${inner}(${text}[${length}]))`),
  fc
    .tuple(fc.constantFrom('0.5', '0.9', '0.99'), labelList)
    .map(
      ([q, labels]) =>
        `histogram_quantile(${q}, sum by (${['le', labels].filter(Boolean).join(', ')}) (rate(latency_bucket[2m])))`
    )
);

/** Random PromQL within the grammar that the store supports. */
export const arbitraryExpression: fc.Arbitrary<string> = fc.oneof(exact, rounded);
