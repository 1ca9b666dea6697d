import type {
  EdgeKind,
  NodeReading,
  ServiceEdge,
  ServiceKind,
  ServiceName,
  ServiceNode,
  ServiceTraits,
  SourceSighting,
  TopologySource,
} from '#model';
import { type AgeRule, isStale, toSightings } from './merge-edge.ts';
import { byDescription, byNumbers, isMeasuring } from './source-order.ts';

/** What one source says of a node. */
export interface NodeClaim {
  readonly source: TopologySource;
  readonly node: NodeReading;
}

const TRAITS = [
  'namespace',
  'team',
  'language',
  'criticality',
  'slaTarget',
  'system',
  'version',
  'host',
  'vendor',
  'workload',
  'metrics',
] as const satisfies readonly (keyof ServiceTraits)[];

/** Traits that change all the time: an import of them is old. */
const MEASURED_TRAITS = ['requestsPerSecond', 'pods', 'operations'] as const satisfies readonly (keyof ServiceTraits)[];

/** Kind of a callee that nobody describes, by how it is reached. */
const KIND_BY_EDGE: Record<EdgeKind, ServiceKind> = {
  http: 'service',
  database: 'database',
  messaging: 'queue',
  virtual: 'external',
};

/**
 * Makes one node of what all sources say of it and of its edges.
 *
 * Stores and queues that any source recognises are believed, a cache before a database; then services; a virtual kind
 * only where nobody knows better. Every trait comes from the source that describes best.
 *
 * @param name  its name in the merged graph
 * @param claims  what sources say; none for nodes that only edges mention
 * @param edges  merged edges that begin or end here
 * @param rule  the present, and when a node is stale
 * @returns the node with its sources and its age
 * Cost O(claims log claims + edges).
 */
export function mergeNode(
  name: ServiceName,
  claims: readonly NodeClaim[],
  edges: readonly ServiceEdge[],
  rule: AgeRule
): ServiceNode {
  const seen = [...claims.map(({ source, node }) => ({ source, ...timesOf(node) })), ...edges.flatMap(sightingsOf)];
  const sources = toSightings(seen, rule.atMs);
  const measuring = sources.filter(({ source }) => isMeasuring(source));
  const lastSeenMs = Math.max(0, ...measuring.flatMap(({ lastSeenMs: at }) => at ?? []));
  const firstSeenMs = Math.min(...measuring.flatMap(({ firstSeenMs: at }) => at ?? []));
  const measured = measuring.length > 0;
  return {
    name,
    kind: statedKind(claims) ?? impliedKind(name, edges),
    ...traitsOf(claims),
    ...(Number.isFinite(firstSeenMs) ? { firstSeenMs, lastSeenMs } : {}),
    sources,
    measured,
    ...(isStale(lastSeenMs, measured, rule) ? { stale: true } : {}),
  };
}

function sightingsOf({ sources = [] }: ServiceEdge): readonly SourceSighting[] {
  return sources;
}

function timesOf({ firstSeenMs, lastSeenMs }: NodeReading): Pick<SourceSighting, 'firstSeenMs' | 'lastSeenMs'> {
  return {
    ...(firstSeenMs === undefined ? {} : { firstSeenMs }),
    ...(lastSeenMs === undefined ? {} : { lastSeenMs }),
  };
}

function statedKind(claims: readonly NodeClaim[]): ServiceKind | undefined {
  const kinds = byNumbers(claims).flatMap(({ node }) => node.kind ?? []);
  const store = kinds.find((kind) => kind === 'database' || kind === 'queue');
  return (
    kinds.find((kind) => kind === 'cache') ??
    store ??
    kinds.find((kind) => kind === 'service') ??
    kinds.find((kind) => kind === 'external') ??
    kinds[0]
  );
}

function impliedKind(name: ServiceName, edges: readonly ServiceEdge[]): ServiceKind {
  const reached = edges.find(({ callee }) => callee === name);
  const calls = edges.filter(({ caller }) => caller === name);
  if (reached === undefined) {
    return calls.length > 0 && calls.every(({ kind, measured }) => kind === 'virtual' && measured !== false)
      ? 'client'
      : 'service';
  }
  const isDeclared = reached.measured === false && reached.kind === 'virtual';
  return (calls.length > 0 && reached.kind !== 'messaging') || isDeclared ? 'service' : KIND_BY_EDGE[reached.kind];
}

function traitsOf(claims: readonly NodeClaim[]): ServiceTraits {
  const described = byDescription(claims);
  const measured = byNumbers(claims.filter(({ source }) => isMeasuring(source)));
  const found = [
    ...TRAITS.map((trait) => [trait, firstOf(described, trait)] as const),
    ...MEASURED_TRAITS.map((trait) => [trait, firstOf(measured, trait)] as const),
  ];
  return Object.fromEntries(found.filter(([, value]) => value !== undefined)) as ServiceTraits;
}

function firstOf(claims: readonly NodeClaim[], trait: keyof ServiceTraits): unknown {
  return claims.map(({ node }) => node[trait]).find((value) => value !== undefined);
}
