import type { RankingServiceType } from '#engine';
import type { RandomDraws } from '../random-draws.ts';
import type { KnownTopology, ServiceNoise } from './known-topology.ts';

/** A call from one service to another. */
export interface SimulatedEdge {
  readonly caller: number;
  readonly callee: number;
  /** The caller waits for the answer. */
  readonly waits: boolean;
  /** Share of the callee's failures that the caller passes on. */
  readonly passesOn: number;
  /** Share of the caller's other calls that a failure here saves. */
  readonly aborts: number;
}

/** One way through the system: who is called how often, per request. */
export interface Journey {
  /** Requests per row. */
  readonly rate: number;
  /** Calls along each edge per visit of its caller, in the order of the edges. */
  readonly calls: Float64Array;
}

/** How a service works when nothing is wrong. */
export interface SimulatedService {
  readonly type: RankingServiceType;
  /** Time of its own per visit. */
  readonly selfMs: number;
  /** Time on the wire per call to it. */
  readonly wireMs: number;
  /** Share of visits that fail anyway. */
  readonly failures: number;
  /** Calls run side by side: share of their summed time that counts. */
  readonly parallel: number;
}

/** Which telemetry an installation has. */
export interface SimulatedSensors {
  readonly latency: boolean;
  readonly errors: 'none' | 'availability' | 'ratio';
  readonly resources: boolean;
  readonly traces: boolean;
  readonly logs: boolean;
}

/** An installation without a fault. Edges lead from lower to higher positions in `order`. */
export interface SimulatedSystem {
  readonly services: readonly SimulatedService[];
  readonly edges: readonly SimulatedEdge[];
  readonly entry: number;
  /** All services, callers before callees. */
  readonly order: readonly number[];
  readonly journeys: readonly Journey[];
  readonly sensors: SimulatedSensors;
  /** How much the telemetry of a real installation scatters, by service; undefined: that is drawn as well. */
  readonly noise: readonly ServiceNoise[] | undefined;
}

const MIN_SERVICES = 8;
const MAX_SERVICES = 49;

/**
 * Draws an installation: graph, workload and how each service works.
 *
 * @param random  source of draws
 * @param known  a real topology; undefined: a random one of 8 to 49 services
 * Cost O(N + E) x journeys. Ref: RCA specification 8, steps 1 and 2, with requests that flow in place of drawn influence.
 */
export function drawSystem(random: RandomDraws, known?: KnownTopology): SimulatedSystem {
  const topology = known ?? drawTopology(random);
  const order = callersFirst(topology);
  const position = new Map(order.map((service, at) => [service, at]));
  const forward = topology.edges.filter(
    ([caller, callee]) => (position.get(caller) ?? 0) < (position.get(callee) ?? 0)
  );
  const edges = forward.map(([caller, callee]) => drawEdge(random, caller, callee));
  const entry = order[0] ?? 0;
  return {
    services: topology.types.map((type) => drawService(random, type)),
    edges,
    entry,
    order,
    journeys: drawJourneys(random, topology.types.length, edges, order),
    sensors: topology.noise ? sensorsOf(topology.noise) : drawSensors(random),
    noise: topology.noise,
  };
}

/** Service v >= 1 is called by one to three earlier ones; 0 is the entry. */
function drawTopology(random: RandomDraws): KnownTopology {
  const count = MIN_SERVICES + random.below(MAX_SERVICES - MIN_SERVICES + 1);
  const edges: [number, number][] = [];
  for (let callee = 1; callee < count; callee += 1) {
    const callers = new Set<number>();
    const wanted = Math.min(callee, random.pick([1, 1, 2, 3]));
    while (callers.size < wanted) {
      callers.add(random.below(callee));
    }
    callers.forEach((caller) => edges.push([caller, callee]));
  }
  return { types: Array.from({ length: count }, () => 'service' as const), edges, entry: 0 };
}

/** Breadth first from the entry; what it does not reach comes behind. Calls that lead back are left out later. */
function callersFirst({ types, edges, entry }: KnownTopology): readonly number[] {
  const depth = new Int32Array(types.length).fill(-1);
  const callees = Array.from(types, (): number[] => []);
  edges.forEach(([caller, callee]) => callees[caller]?.push(callee));
  const visit = (start: number): void => {
    const open = [start];
    depth[start] = Math.max(depth[start] ?? 0, 0);
    for (let at = open.shift(); at !== undefined; at = open.shift()) {
      for (const next of callees[at] ?? []) {
        if (depth[next] === -1) {
          depth[next] = (depth[at] ?? 0) + 1;
          open.push(next);
        }
      }
    }
  };
  const called = new Set(edges.map(([, callee]) => callee));
  const starts = [...types.keys()].filter((service) => !called.has(service));
  for (const start of [entry ?? starts[0] ?? 0, ...starts, ...types.keys()]) {
    if (depth[start] === -1) {
      visit(start);
    }
  }
  const first = entry ?? starts[0] ?? 0;
  const rank = (service: number): number => (service === first ? -1 : (depth[service] ?? 0));
  return [...types.keys()].sort((left, right) => rank(left) - rank(right) || left - right);
}

function drawEdge(random: RandomDraws, caller: number, callee: number): SimulatedEdge {
  return {
    caller,
    callee,
    waits: !random.chance(0.07),
    passesOn: random.pick([0, 0.3, 0.7, 1, 1, 1]),
    aborts: random.uniform(0, 1),
  };
}

function drawService(random: RandomDraws, type: RankingServiceType): SimulatedService {
  return {
    type,
    selfMs: Math.exp(random.uniform(0, 5)),
    wireMs: Math.exp(random.uniform(-1.2, 1.6)),
    failures: random.chance(0.3) ? Math.exp(random.uniform(-8, -3.5)) : 0,
    parallel: random.pick([1, 1, 0.6, 0.4]),
  };
}

function drawJourneys(
  random: RandomDraws,
  services: number,
  edges: readonly SimulatedEdge[],
  order: readonly number[]
): readonly Journey[] {
  const count = 2 + random.below(5);
  const base = Math.exp(random.uniform(0, 6));
  const breadth = random.uniform(0.35, 0.9);
  const journeys = Array.from({ length: count }, () => ({
    rate: base * Math.exp(random.normal()),
    calls: Float64Array.from(edges, () => (random.chance(breadth) ? random.pick([1, 1, 1, 1, 2, 3]) : 0)),
  }));
  useEveryService(random, journeys, services, edges, order);
  return journeys;
}

/** Gives services that no journey would visit a call in one of the journeys of a caller. */
function useEveryService(
  random: RandomDraws,
  journeys: readonly Journey[],
  services: number,
  edges: readonly SimulatedEdge[],
  order: readonly number[]
): void {
  const into = Array.from({ length: services }, (): number[] => []);
  edges.forEach(({ callee }, i) => into[callee]?.push(i));
  const visitors = Array.from({ length: services }, (): readonly Journey[] => []);
  for (const service of order) {
    const calls = into[service] ?? [];
    const comes = (edge: number): readonly Journey[] => visitors[edges[edge]?.caller ?? 0] ?? [];
    let own: readonly Journey[] = calls.length === 0 ? journeys : [];
    if (calls.length > 0) {
      own = journeys.filter((journey) => calls.some((i) => (journey.calls[i] ?? 0) > 0 && comes(i).includes(journey)));
      if (own.length === 0) {
        const edge = random.pick(calls);
        const journey = random.pick(comes(edge));
        journey.calls[edge] = 1;
        own = [journey];
      }
    }
    visitors[service] = own;
  }
}

function drawSensors(random: RandomDraws): SimulatedSensors {
  return {
    latency: random.chance(0.9),
    errors: random.pick(['none', 'none', 'availability', 'ratio', 'ratio']),
    resources: random.chance(0.7),
    traces: random.chance(0.6),
    logs: random.chance(0.5),
  };
}

/** What a real installation records. */
function sensorsOf(noise: readonly ServiceNoise[]): SimulatedSensors {
  const has = (...kinds: readonly (keyof ServiceNoise)[]): boolean =>
    noise.some((own) => kinds.some((kind) => own[kind] !== undefined));
  return {
    latency: has('latency'),
    errors: has('avail') ? 'availability' : has('error') ? 'ratio' : 'none',
    resources: has('cpu', 'mem', 'disk', 'net'),
    traces: has('self', 'tnet', 'struct'),
    logs: has('loglines', 'logsev', 'logbad', 'lognovel'),
  };
}
