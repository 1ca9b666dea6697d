import type { Labels } from '#model';

/** Label that carries the metric name. */
export const METRIC_NAME = '__name__';

/** One label. */
export type LabelPair = readonly [name: string, value: string];

/**
 * An immutable set of labels, sorted by name, without empty values.
 * Two sets are equal exactly when their `key` is equal.
 */
export interface LabelSet {
  readonly pairs: readonly LabelPair[];
  readonly key: string;
}

/** The set without labels. */
export const NO_LABELS: LabelSet = { pairs: [], key: '' };

/** Builds a set from pairs in any order; names must be unique, empty values are dropped. */
export function toLabelSet(pairs: Iterable<LabelPair>): LabelSet {
  const kept = [...pairs].filter(([, value]) => value !== '');
  kept.sort(([a], [b]) => compareText(a, b));
  return fromSorted(kept);
}

/** Builds a set from a record of labels. */
export function toLabelSetOf(labels: Labels): LabelSet {
  return toLabelSet(Object.entries(labels));
}

/** The value of a label, `''` when it is missing. */
export function labelValue(set: LabelSet, name: string): string {
  for (const [candidate, value] of set.pairs) {
    if (candidate === name) {
      return value;
    }
  }
  return '';
}

/** The set with only the given names. */
export function keepLabels(set: LabelSet, names: ReadonlySet<string>): LabelSet {
  return fromSorted(set.pairs.filter(([name]) => names.has(name)));
}

/** The set without the given names. */
export function dropLabels(set: LabelSet, names: ReadonlySet<string>): LabelSet {
  const kept = set.pairs.filter(([name]) => !names.has(name));
  return kept.length === set.pairs.length ? set : fromSorted(kept);
}

const ONLY_NAME: ReadonlySet<string> = new Set([METRIC_NAME]);

/** The set without the metric name. */
export function dropMetricName(set: LabelSet): LabelSet {
  return dropLabels(set, ONLY_NAME);
}

/** The set with one label set, or removed when `value` is empty. */
export function withLabel(set: LabelSet, name: string, value: string): LabelSet {
  return toLabelSet([...set.pairs.filter(([candidate]) => candidate !== name), [name, value]]);
}

/** Prometheus' order of label sets: by name, then by value, pair by pair. */
export function compareLabelSets(a: LabelSet, b: LabelSet): number {
  const shared = Math.min(a.pairs.length, b.pairs.length);
  for (let index = 0; index < shared; index++) {
    const [nameA, valueA] = a.pairs[index] as LabelPair;
    const [nameB, valueB] = b.pairs[index] as LabelPair;
    const order = compareText(nameA, nameB) || compareText(valueA, valueB);
    if (order !== 0) {
      return order;
    }
  }
  return a.pairs.length - b.pairs.length;
}

/** JSON object of the set; written by hand so that a label called `__proto__` survives. */
export function labelSetJson(set: LabelSet): string {
  return `{${set.pairs.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`;
}

/** The set as Prometheus prints it in error messages. */
export function formatLabelSet(set: LabelSet): string {
  const name = labelValue(set, METRIC_NAME);
  const rest = set.pairs.filter(([label]) => label !== METRIC_NAME);
  const body = rest.map(([label, value]) => `${label}=${JSON.stringify(value)}`).join(', ');
  return name !== '' && rest.length === 0 ? name : `${name}{${body}}`;
}

function fromSorted(pairs: readonly LabelPair[]): LabelSet {
  let key = '';
  for (const [name, value] of pairs) {
    key += `${name}=${value.length}:${value};`;
  }
  return { pairs, key };
}

function compareText(a: string, b: string): number {
  if (a === b) {
    return 0;
  }
  return a < b ? -1 : 1;
}
