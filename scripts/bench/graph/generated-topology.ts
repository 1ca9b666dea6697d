import type { TopologyAnswer } from '../../../src/contracts/index.ts';
import type { AnomalyReading, ServiceEdge, ServiceKind, ServiceNode } from '../../../src/model/index.ts';
import { RandomStream } from '../synthetic/random-stream.ts';

/** How big, and from which seed. */
export interface TopologyShape {
  readonly nodes: number;
  readonly edges: number;
  readonly seed: number;
}

const DEPTH = 8;
const STORES: readonly ServiceKind[] = ['database', 'cache', 'queue', 'external'];
const NODES_PER_NAMESPACE = 30;
const NAMESPACES_PER_TEAM = 3;

/**
 * A topology such as an estate of microservices has: a few entries, tiers of services in namespaces, stores at the end.
 * Most calls stay within a namespace or go to the next tier, a few hubs are called by many, one call in a hundred goes
 * back. A tenth of the services is anomalous, a tenth unknown; a few calls are stale or rest on one source.
 */
export function generateTopology({ nodes: count, edges: wanted, seed }: TopologyShape, atMs: number): TopologyAnswer {
  const random = new RandomStream(seed, 0);
  const nodes = Array.from({ length: count }, (_, index) => toNode(index, count, random));
  const tiers = nodes.map((_, index) => toTier(index, count, random));
  const edges = connect(tiers, wanted, random).map(([from, to]) =>
    toEdge(nodes[from]?.name ?? '', nodes[to] ?? { name: '', kind: 'service' }, atMs, random)
  );
  return {
    graph: {
      nodes: nodes.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
      edges: edges.toSorted((a, b) => (`${a.caller} ${a.callee}` < `${b.caller} ${b.callee}` ? -1 : 1)),
      generatedAtMs: atMs,
      sources: [
        { source: 'service-graph', state: 'read', nodes: count, edges: edges.length },
        { source: 'tempo-spans', state: 'read', nodes: count, edges: edges.length },
      ],
      staleAfterSeconds: 900,
    },
    services: nodes.map(({ name }) => ({ service: name, atMs, reading: toReading(random), signals: [] })),
    problems: [],
  };
}

function toNode(index: number, count: number, random: RandomStream): ServiceNode {
  const namespace = Math.floor(index / NODES_PER_NAMESPACE);
  const store = index > count * 0.03 && random.uniform() < 0.15;
  const kind = store ? (STORES[random.integer(0, STORES.length - 1)] ?? 'database') : 'service';
  return {
    name: `${kind === 'service' ? 'service' : kind}-${String(index).padStart(4, '0')}`,
    kind,
    namespace: `namespace-${String(namespace).padStart(2, '0')}`,
    team: `team-${String(Math.floor(namespace / NAMESPACES_PER_TEAM)).padStart(2, '0')}`,
  };
}

function toTier(index: number, count: number, random: RandomStream): number {
  return index < count * 0.01 ? 0 : random.integer(1, DEPTH - 1);
}

/** Pairs of caller and callee: every node is called once, then calls are drawn until there are enough. */
function connect(
  tiers: readonly number[],
  wanted: number,
  random: RandomStream
): ReadonlyArray<readonly [number, number]> {
  const count = tiers.length;
  const known = new Set<number>();
  const pairs: Array<readonly [number, number]> = [];
  const add = (from: number, to: number) => {
    if (from !== to && !known.has(from * count + to)) {
      known.add(from * count + to);
      pairs.push([from, to]);
    }
  };
  const near = (index: number): number => {
    const start = Math.floor(index / NODES_PER_NAMESPACE) * NODES_PER_NAMESPACE;
    return Math.min(count - 1, start + random.integer(0, NODES_PER_NAMESPACE - 1));
  };
  const hubs = Array.from({ length: Math.max(1, Math.round(count / 150)) }, () => random.integer(0, count - 1));
  const most = Math.min(wanted, (count * (count - 1)) / 4);
  for (let draw = 0; pairs.length < most; draw += 1) {
    const from = draw < count ? near(draw) : random.integer(0, count - 1);
    const kind = random.uniform();
    const to =
      draw < count
        ? draw
        : kind < 0.6
          ? near(from)
          : kind < 0.75
            ? (hubs[draw % hubs.length] ?? 0)
            : random.integer(0, count - 1);
    const forwards = (tiers[from] ?? 0) < (tiers[to] ?? 0);
    if (forwards || random.uniform() < 0.01) {
      add(from, to);
    } else {
      add(to, from);
    }
  }
  return pairs;
}

function toEdge(caller: string, callee: ServiceNode, atMs: number, random: RandomStream): ServiceEdge {
  const stale = random.uniform() < 0.02;
  const seen = { firstSeenMs: atMs - 86_400_000, lastSeenMs: stale ? atMs - 7_200_000 : atMs };
  const both = random.uniform() < 0.9;
  return {
    caller,
    callee: callee.name,
    kind:
      callee.kind === 'database' || callee.kind === 'cache'
        ? 'database'
        : callee.kind === 'queue'
          ? 'messaging'
          : 'http',
    requestsPerSecond: Math.round(10 ** (random.uniform() * 3)),
    errorRatio: random.uniform() < 0.05 ? random.uniform() * 0.2 : 0,
    clientLatencySeconds: 10 ** (-3 + random.uniform() * 3),
    sources: [{ source: 'service-graph', ...seen }, ...(both ? [{ source: 'tempo-spans', ...seen } as const] : [])],
    ...seen,
    stale,
  };
}

function toReading(random: RandomStream): AnomalyReading {
  const draw = random.uniform();
  if (draw < 0.1) {
    return { kind: 'unknown', why: 'no-data' };
  }
  const score = draw < 0.11 ? 0.95 : draw < 0.14 ? 0.85 : draw < 0.2 ? 0.75 : random.uniform() * 0.6;
  return { kind: 'scored', score, surprisal: 3, expected: { lower: 0, centre: 1, upper: 2 }, direction: 'above' };
}
