import type { EffectInput, EffectKind, EffectService } from './effect-input.ts';

const CONCEPTS = [
  'latency',
  'error',
  'traffic',
  'cpu',
  'mem',
  'disk',
  'connections',
  'cache_hit',
  'queue_lag',
  'tnet',
  'self',
  'client_latency',
] as const;
type Concept = (typeof CONCEPTS)[number];

/** Where the driven metric is: in the same service, in its callers or in its callees. */
type Side = 'inside' | 'callers' | 'callees';

const DRIVES: readonly (readonly [from: Concept, side: Side, to: readonly Concept[]])[] = [
  ['traffic', 'inside', ['cpu', 'mem', 'disk', 'connections', 'queue_lag', 'self', 'latency']],
  ['cpu', 'inside', ['cache_hit', 'queue_lag', 'self', 'latency', 'error']],
  ['mem', 'inside', ['self', 'latency', 'error']],
  ['disk', 'inside', ['self', 'latency', 'error']],
  ['connections', 'inside', ['latency', 'error']],
  ['cache_hit', 'inside', ['latency', 'error']],
  ['queue_lag', 'inside', ['latency', 'error']],
  ['self', 'inside', ['latency']],
  ['client_latency', 'inside', ['latency']],
  ['latency', 'callers', ['latency', 'client_latency', 'error']],
  ['error', 'callers', ['error']],
  ['tnet', 'callers', ['latency', 'client_latency']],
  ['cache_hit', 'callers', ['latency']],
  ['queue_lag', 'callers', ['latency']],
  ['traffic', 'callees', ['traffic']],
];
/** Every service has these, measured or not; of the others only what is measured is known to exist. */
const UNIVERSAL: readonly Concept[] = ['latency', 'error', 'traffic'];
const OPPOSITE: Readonly<Record<Side, Side>> = { inside: 'inside', callers: 'callees', callees: 'callers' };

/** Steps from each concept along the arrows, and against them. */
const FORWARDS = stepsOf(DRIVES.flatMap(([from, side, to]) => to.map((next) => [from, side, next] as const)));
const BACKWARDS = stepsOf(
  DRIVES.flatMap(([from, side, to]) => to.map((next) => [next, OPPOSITE[side], from] as const))
);

/** A metric of a service in the causal graph; latency, errors and traffic also where they are not measured. */
export type MetricNode = number;

/** Which metric drives which, made from who calls whom. */
export interface MetricGraph {
  /** Undefined for columns that do not exist and for kinds without a place in the graph. */
  readonly nodeOf: (column: number) => MetricNode | undefined;
  /** Columns that measure a node, in the order of the input. */
  readonly columnsOf: (node: MetricNode) => readonly number[];
  readonly causesOf: (node: MetricNode) => readonly MetricNode[];
  readonly effectsOf: (node: MetricNode) => readonly MetricNode[];
  /** Undefined for unknown services. */
  readonly trafficOf: (service: EffectService) => MetricNode | undefined;
  /** Traffic of the same service as a node. */
  readonly trafficBeside: (node: MetricNode) => MetricNode;
  /** Both nodes are the same metric of two services, or the same node. */
  readonly alike: (left: MetricNode, right: MetricNode) => boolean;
}

/**
 * The causal graph of metrics: latency and errors travel from callee to caller, traffic from caller to callee, resources
 * act inside a service, time on the network and hit rates on the caller.
 *
 * @param input  columns and calls; nothing else is read
 * @returns look-ups; silent services take part with latency, errors and traffic that nothing measures
 * Cost O(columns + calls). Ref: RCA specification 10.1, of which A4.7 is an instance. Beyond it: load drives disk,
 * connections and queue lag too (they would else be compared without holding the load fixed); cpu drives hit rate and
 * lag as in A4.7; own time and waiting time are parts of latency.
 */
export function toMetricGraph({ columns, calls }: Pick<EffectInput, 'columns' | 'calls'>): MetricGraph {
  const services = new Map<EffectService, number>();
  const indexOf = (service: EffectService): number => {
    const known = services.get(service) ?? services.size;
    services.set(service, known);
    return known;
  };
  const nodes = columns.map(({ service, kind }) => {
    const concept = conceptOf(kind);
    return concept < 0 ? undefined : indexOf(service) * CONCEPTS.length + concept;
  });
  const measured = new Map<MetricNode, number[]>();
  nodes.forEach((node, column) => {
    if (node !== undefined) {
      measured.set(node, [...(measured.get(node) ?? []), column]);
    }
  });
  const sides = { callers: new Map<number, Set<number>>(), callees: new Map<number, Set<number>>() };
  for (const [caller, callee] of calls) {
    link(sides.callees, indexOf(caller), indexOf(callee));
    link(sides.callers, indexOf(callee), indexOf(caller));
  }
  const neighbours = (node: MetricNode, steps: Steps): MetricNode[] => {
    const service = Math.floor(node / CONCEPTS.length);
    return (steps[node % CONCEPTS.length] ?? []).flatMap(([side, concept]) => {
      const there = side === 'inside' ? [service] : [...(sides[side].get(service) ?? [])];
      const nodesThere = there.map((index) => index * CONCEPTS.length + concept);
      return isUniversal(concept) ? nodesThere : nodesThere.filter((at) => measured.has(at));
    });
  };
  const traffic = conceptOf('traffic');
  return {
    nodeOf: (column) => nodes[column],
    columnsOf: (node) => measured.get(node) ?? [],
    effectsOf: (node) => neighbours(node, FORWARDS),
    causesOf: (node) => neighbours(node, BACKWARDS),
    trafficOf: (service) => {
      const index = services.get(service);
      return index === undefined ? undefined : index * CONCEPTS.length + traffic;
    },
    trafficBeside: (node) => node - (node % CONCEPTS.length) + traffic,
    alike: (left, right) => left % CONCEPTS.length === right % CONCEPTS.length,
  };
}

/**
 * Everything that can be reached from a node, the node included. Cycles are safe.
 *
 * @param start  where to begin
 * @param next  steps from a node: `effectsOf` for descendants, `causesOf` for ancestors
 * @param blocked  a node that is not passed through, though it may be reached
 * @returns nodes in order of discovery
 * Cost O(nodes + arrows).
 */
export function reachableNodes(
  start: MetricNode,
  next: (node: MetricNode) => readonly MetricNode[],
  blocked?: MetricNode
): ReadonlySet<MetricNode> {
  const reached = new Set([start]);
  for (const node of reached) {
    if (node !== blocked) {
      next(node).forEach((neighbour) => reached.add(neighbour));
    }
  }
  return reached;
}

type Steps = readonly (readonly (readonly [side: Side, concept: number])[])[];

function stepsOf(arrows: readonly (readonly [Concept, Side, Concept])[]): Steps {
  return CONCEPTS.map((concept) =>
    arrows.filter(([from]) => from === concept).map(([, side, to]) => [side, conceptOf(to)] as const)
  );
}

/** Availability is an error ratio turned round: one thing in the graph. */
function conceptOf(kind: EffectKind): number {
  return CONCEPTS.findIndex((concept) => concept === (kind === 'avail' ? 'error' : kind));
}

function isUniversal(concept: number): boolean {
  const name = CONCEPTS[concept];
  return name !== undefined && UNIVERSAL.includes(name);
}

function link(map: Map<number, Set<number>>, from: number, to: number): void {
  if (from !== to) {
    map.set(from, (map.get(from) ?? new Set()).add(to));
  }
}
