import type { MatchOperator } from '../matcher.ts';
import { toMatcher } from '../matcher.ts';
import { parseString } from '../promql/literals.ts';
import type { Tree } from '../syntax-tree.ts';
import { childNamed } from '../syntax-tree.ts';
import { unsupported } from './errors.ts';
import type { LineEntry } from './extract.ts';
import { ERROR_LABEL, setError } from './extract.ts';

/** A stage of a pipeline: changes the entry, tells whether it stays. */
export type Stage = (entry: LineEntry) => boolean;

type Comparison = (left: number, right: number) => boolean;

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  '=': (left, right) => left === right,
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
};
const DURATION_SECONDS: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
};

/** Builds a label filter: matchers, numbers and durations, joined by `and`, `or` and commas. */
export function toLabelFilter(tree: Tree): Stage {
  const operands = tree.children.filter((child) => child.name === 'LabelFilter');
  const [first, second] = operands;
  if (first !== undefined && second !== undefined) {
    const [left, right] = [toLabelFilter(first), toLabelFilter(second)];
    return childNamed(tree, 'Or') === undefined
      ? (entry) => left(entry) && right(entry)
      : (entry) => left(entry) || right(entry);
  }
  if (first !== undefined) {
    return toLabelFilter(first);
  }
  const [only] = tree.children;
  switch (only?.name) {
    case 'Matcher':
      return toTextFilter(only);
    case 'NumberFilter':
      return toNumberFilter(only, parseNumber);
    case 'UnitFilter':
      return toUnitFilter(only);
    default:
      throw unsupported(tree.text);
  }
}

/** Label, operator and value of a matcher node. */
export function readMatcher(tree: Tree): ReturnType<typeof toMatcher> {
  const [label, operator, value] = tree.children;
  if (label === undefined || operator === undefined || value?.name !== 'String') {
    throw unsupported(tree.text);
  }
  return toMatcher(label.text, operator.text as MatchOperator, parseString(value.text));
}

/** Parses a Go duration such as `1m30s` or `1.5s` to seconds; undefined when it is none. */
export function parseGoDuration(text: string): number | undefined {
  if (!/^-?(\d+(\.\d*)?(ns|us|µs|ms|s|m|h))+$/.test(text)) {
    return undefined;
  }
  let seconds = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d*)?)(ns|us|µs|ms|s|m|h)/g)) {
    seconds += Number(amount) * (DURATION_SECONDS[unit ?? ''] ?? 0);
  }
  return text.startsWith('-') ? -seconds : seconds;
}

function toTextFilter(tree: Tree): Stage {
  const matcher = readMatcher(tree);
  return ({ labels }) => matcher.matches(labels.get(matcher.label) ?? '');
}

function toUnitFilter(tree: Tree): Stage {
  const [only] = tree.children;
  if (only?.name !== 'DurationFilter') {
    throw unsupported(tree.text);
  }
  return toNumberFilter(only, parseGoDuration);
}

function parseNumber(text: string): number | undefined {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

function toNumberFilter(tree: Tree, parse: (text: string) => number | undefined): Stage {
  const [label, operator, value] = tree.children;
  const compare = COMPARISONS[operator?.text ?? ''];
  const wanted = parse(value?.text ?? '');
  if (label === undefined || compare === undefined || wanted === undefined) {
    throw unsupported(tree.text);
  }
  return (entry) => {
    const text = entry.labels.get(label.text);
    if (text === undefined) {
      return false;
    }
    const number = entry.labels.has(ERROR_LABEL) ? undefined : parse(text);
    if (number === undefined) {
      setError(entry, 'LabelFilterErr', `cannot read ${JSON.stringify(text)}`);
      return true;
    }
    return compare(number, wanted);
  };
}
