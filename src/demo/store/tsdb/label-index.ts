import type { Matcher } from '../matcher.ts';
import type { LabelSet } from './labels.ts';
import { labelValue } from './labels.ts';

/** Inverted index from label values to the series that carry them. */
export interface LabelIndex {
  /** Adds a series; `id` must rise. */
  add(id: number, labels: LabelSet): void;
  /** Ids of the series that satisfy every matcher, ascending. Cost: the shortest posting list times the matchers. */
  find(matchers: readonly Matcher[]): readonly number[];
}

type Postings = ReadonlyMap<string, readonly number[]>;

/** An empty index; `labelsOf` gives the labels of an added series. */
export function createLabelIndex(labelsOf: (id: number) => LabelSet): LabelIndex {
  const names = new Map<string, Map<string, number[]>>();
  const all: number[] = [];
  return {
    add(id, labels) {
      all.push(id);
      for (const [name, value] of labels.pairs) {
        const values = names.get(name) ?? new Map<string, number[]>();
        names.set(name, values);
        const list = values.get(value);
        if (list === undefined) {
          values.set(value, [id]);
        } else {
          list.push(id);
        }
      }
    },
    find(matchers) {
      const start = narrowest(names, matchers) ?? all;
      return start.filter((id) =>
        matchers.every((matcher) => matcher.matches(labelValue(labelsOf(id), matcher.label)))
      );
    },
  };
}

function narrowest(names: ReadonlyMap<string, Postings>, matchers: readonly Matcher[]): readonly number[] | undefined {
  let best: readonly number[] | undefined;
  for (const matcher of matchers) {
    if (matcher.matches('')) {
      continue;
    }
    const candidates = postingsOf(names.get(matcher.label), matcher);
    if (best === undefined || candidates.length < best.length) {
      best = candidates;
    }
  }
  return best;
}

function postingsOf(values: Postings | undefined, matcher: Matcher): readonly number[] {
  if (values === undefined) {
    return [];
  }
  if (matcher.operator === '=') {
    return values.get(matcher.value) ?? [];
  }
  const found: number[] = [];
  for (const [value, ids] of values) {
    if (matcher.matches(value)) {
      for (const id of ids) {
        found.push(id);
      }
    }
  }
  return found.sort((a, b) => a - b);
}
