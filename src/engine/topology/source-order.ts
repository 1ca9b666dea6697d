import type { TopologySource } from '#model';

/** Sources whose sightings are telemetry; the others hold what people say or said. */
const MEASURING: ReadonlySet<TopologySource> = new Set([
  'service-graph',
  'tempo-spans',
  'jaeger-spans',
  'jaeger-dependencies',
  'kubernetes',
]);

/** Whose numbers count first: metrics count every request, spans and Jaeger's counts are samples. */
const BY_NUMBERS: readonly TopologySource[] = [
  'service-graph',
  'jaeger-dependencies',
  'tempo-spans',
  'jaeger-spans',
  'kubernetes',
  'topology-file',
  'import',
];

/** Whose description counts first: what people wrote down on purpose, then what runs, then what telemetry says of itself. */
const BY_DESCRIPTION: readonly TopologySource[] = [
  'topology-file',
  'kubernetes',
  'tempo-spans',
  'jaeger-spans',
  'service-graph',
  'jaeger-dependencies',
  'import',
];

/**
 * Whether a source measures, so that its sightings have an age.
 *
 * @param source  any source
 * @returns false for declared and imported graphs
 * Cost O(1).
 */
export function isMeasuring(source: TopologySource): boolean {
  return MEASURING.has(source);
}

/**
 * Sorts what sources say by whose numbers are better.
 *
 * @param items  one or more per source
 * @returns a new list, best first; stable inside a source
 * Cost O(n log n).
 */
export function byNumbers<T extends { readonly source: TopologySource }>(items: readonly T[]): T[] {
  return items.toSorted((left, right) => BY_NUMBERS.indexOf(left.source) - BY_NUMBERS.indexOf(right.source));
}

/**
 * Sorts what sources say by whose description is better.
 *
 * @param items  one or more per source
 * @returns a new list, best first; stable inside a source
 * Cost O(n log n).
 */
export function byDescription<T extends { readonly source: TopologySource }>(items: readonly T[]): T[] {
  return items.toSorted((left, right) => BY_DESCRIPTION.indexOf(left.source) - BY_DESCRIPTION.indexOf(right.source));
}
