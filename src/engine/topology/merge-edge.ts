import type {
  EdgeDirection,
  EdgeKind,
  EdgeReading,
  EpochMs,
  ServiceEdge,
  SourceSighting,
  TopologySource,
} from '#model';
import { compareText } from './edge-order.ts';
import { byDescription, byNumbers, isMeasuring } from './source-order.ts';

/** What one source says of an edge. */
export interface EdgeClaim {
  readonly source: TopologySource;
  readonly edge: EdgeReading;
}

/** When things count as seen, and as stale. */
export interface AgeRule {
  readonly atMs: EpochMs;
  readonly staleAfterSeconds: number;
}

/** Numbers of an edge; those of the best source that has one are taken. */
const MEASURES = [
  'requestsPerSecond',
  'errorRatio',
  'clientLatencySeconds',
  'serverLatencySeconds',
  'meanLatencySeconds',
  'p99LatencySeconds',
] as const;

/** How telling a kind is: a store or queue says most, a call of which one side was seen least. */
const TELLING: readonly EdgeKind[] = ['virtual', 'http', 'messaging', 'database'];

/**
 * Makes one edge of what all sources say of it.
 *
 * Several claims of one source are parts: rates add up, ratios and latencies take the worst. Between sources each number
 * comes from the source that measures it best. Numbers of declared and imported edges are old and left out.
 *
 * @param ends  names of both ends in the merged graph, and whether the caller is a queue
 * @param claims  at least one
 * @param rule  the present, and when an edge is stale
 * @returns the edge with its sources and its age; `lastSeenMs` is 0 when nobody saw it
 * Cost O(claims log claims).
 */
export function mergeEdge(
  { fromQueue = false, ...ends }: { readonly caller: string; readonly callee: string; readonly fromQueue?: boolean },
  claims: readonly EdgeClaim[],
  rule: AgeRule
): ServiceEdge {
  const measured = claims.filter(({ source }) => isMeasuring(source));
  const sightings = toSightings(
    claims.map(({ source, edge }) => ({ source, ...edge })),
    rule.atMs
  );
  const seen = sightings.filter(({ source }) => isMeasuring(source));
  const lastSeenMs = Math.max(0, ...seen.flatMap(({ lastSeenMs: at }) => at ?? []));
  const firstSeenMs = Math.min(...seen.flatMap(({ firstSeenMs: at }) => at ?? []));
  const kind = kindOf(measured.length > 0 ? measured : claims);
  const direction = firstOf(claims, 'direction') ?? directionOf(kind, fromQueue);
  const protocol = firstOf(claims, 'protocol');
  return {
    ...ends,
    kind,
    direction,
    ...(protocol === undefined ? {} : { protocol }),
    ...numbersOf(measured),
    ...(Number.isFinite(firstSeenMs) ? { firstSeenMs } : {}),
    lastSeenMs,
    sources: sightings,
    measured: measured.length > 0,
    ...(isStale(lastSeenMs, measured.length > 0, rule) ? { stale: true } : {}),
  };
}

/**
 * Whether something that was seen is stale.
 *
 * @param lastSeenMs  its newest sighting
 * @param measured  false for what was only declared, which has no age
 * @param rule  the present, and after how long things are stale
 * @returns true when the sighting is older than the rule allows
 * Cost O(1).
 */
export function isStale(lastSeenMs: EpochMs, measured: boolean, rule: AgeRule): boolean {
  return measured && rule.atMs - lastSeenMs > rule.staleAfterSeconds * 1000;
}

/**
 * One sighting per source, by name of the source.
 *
 * @param claims  sources with the times they know, in any order
 * @param atMs  the present; later times are clocks that run ahead
 * @returns first and last sighting of each source
 * Cost O(n log n).
 */
export function toSightings(
  claims: ReadonlyArray<{
    readonly source: TopologySource;
    readonly firstSeenMs?: EpochMs;
    readonly lastSeenMs?: EpochMs;
  }>,
  atMs: EpochMs
): SourceSighting[] {
  const found = new Map<TopologySource, { first: number; last: number }>();
  for (const { source, firstSeenMs, lastSeenMs } of claims) {
    const times = [firstSeenMs, lastSeenMs]
      .filter((time) => time !== undefined && Number.isFinite(time))
      .map((time) => Math.min(time ?? 0, atMs));
    const known = found.get(source) ?? { first: Infinity, last: -Infinity };
    found.set(source, { first: Math.min(known.first, ...times), last: Math.max(known.last, ...times) });
  }
  return [...found]
    .map(([source, { first, last }]) => ({
      source,
      ...(Number.isFinite(first) ? { firstSeenMs: first, lastSeenMs: last } : {}),
    }))
    .sort((left, right) => compareText(left.source, right.source));
}

function kindOf(claims: readonly EdgeClaim[]): EdgeKind {
  const kinds = claims.map(({ edge }) => edge.kind);
  return kinds.reduce((best, kind) => (TELLING.indexOf(kind) > TELLING.indexOf(best) ? kind : best), 'virtual');
}

function directionOf(kind: EdgeKind, fromQueue: boolean): EdgeDirection {
  if (kind === 'messaging') {
    return fromQueue ? 'consume' : 'publish';
  }
  return kind === 'database' ? 'access' : 'call';
}

function firstOf<Key extends 'direction' | 'protocol'>(
  claims: readonly EdgeClaim[],
  key: Key
): EdgeReading[Key] | undefined {
  const values = byDescription(claims).map(({ edge }) => edge[key]);
  return values.find((value) => value !== undefined);
}

function numbersOf(claims: readonly EdgeClaim[]): Partial<Record<(typeof MEASURES)[number], number>> {
  const ranked = byNumbers(claims);
  const numbers: Partial<Record<(typeof MEASURES)[number], number>> = {};
  for (const name of MEASURES) {
    const best = ranked.find(({ edge }) => isNumber(edge[name]))?.source;
    const parts = ranked.flatMap(({ source, edge }) => (source === best && isNumber(edge[name]) ? [edge[name]] : []));
    if (parts.length > 0) {
      const total = name === 'requestsPerSecond' ? parts.reduce((sum, part) => sum + part, 0) : Math.max(...parts);
      numbers[name] = name === 'errorRatio' ? Math.min(1, total) : total;
    }
  }
  return numbers;
}

function isNumber(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value) && value >= 0;
}
