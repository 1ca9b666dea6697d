import type { ChangeEvent, LogLine, ServiceEdge, ServiceKind, ServiceNode, Signal, SignalKind, Unit } from '#model';
import type { AnalysisInput } from '../analysis-input.ts';
import { buildServiceGraph } from '../topology/service-graph.ts';
import { gaussian, xorshift32, type Rng } from './xorshift.ts';

/** Distance of two points. */
export const STEP_MS = 15_000;
/** First point. */
export const START_MS = 1_700_000_000_000;

/** A node of the synthetic system. */
export interface NodeSpec {
  readonly name: string;
  readonly kind: ServiceKind;
  readonly selfSeconds: number;
  readonly requestsPerSecond: number;
  readonly calls: readonly string[];
}

const node = (
  name: string,
  kind: ServiceKind,
  selfSeconds: number,
  requestsPerSecond: number,
  calls: readonly string[] = []
): NodeSpec => ({ name, kind, selfSeconds, requestsPerSecond, calls });

/** A shop: gateway, eleven services, three databases, a cache, a queue, a provider. */
export const SHOP: readonly NodeSpec[] = [
  node('gateway', 'service', 0.004, 120, ['checkout', 'catalog', 'user', 'recommendation', 'cart']),
  node('checkout', 'service', 0.005, 12, ['order', 'cart', 'shipping']),
  node('order', 'service', 0.006, 12, ['payment', 'inventory', 'orders-db', 'orders-queue']),
  node('payment', 'service', 0.005, 12, ['payment-provider', 'redis', 'orders-db']),
  node('inventory', 'service', 0.004, 12, ['orders-db', 'redis']),
  node('user', 'service', 0.004, 20, ['users-db']),
  node('recommendation', 'service', 0.006, 20, ['catalog', 'redis']),
  node('cart', 'service', 0.003, 30, ['redis']),
  node('catalog', 'service', 0.005, 60, ['catalog-db', 'search']),
  node('search', 'service', 0.006, 30, ['catalog-db']),
  node('shipping', 'service', 0.003, 12),
  node('notification-worker', 'service', 0.004, 12, ['user', 'orders-db']),
  node('orders-db', 'database', 0.003, 60),
  node('catalog-db', 'database', 0.002, 90),
  node('users-db', 'database', 0.002, 30),
  node('redis', 'cache', 0.001, 120),
  node('orders-queue', 'queue', 0.001, 12, ['notification-worker']),
  node('payment-provider', 'external', 0.008, 12),
];

/** What a fault does to one service: extra self time, own error ratio, and levels of resources. */
export interface Disturbance {
  readonly service: string;
  readonly extraSelfSeconds?: number;
  readonly errorRatio?: number;
  readonly extraCallSeconds?: number;
  readonly trafficFactor?: number;
  /** Absolute levels of resource signals, by kind; created where the service has none. */
  readonly levels?: Partial<Record<SignalKind, number>>;
  /** Kinds whose series end at the onset. */
  readonly silent?: readonly SignalKind[];
}

/** An incident to simulate. */
export interface Scenario {
  readonly disturbances: readonly Disturbance[];
  /** Points before the onset; default 240. */
  readonly before?: number;
  /** Points after the onset; default 16. */
  readonly after?: number;
  readonly seed?: number;
  readonly changes?: readonly { readonly service: string; readonly minutesBefore: number }[];
  readonly logs?: readonly { readonly service: string; readonly message: string }[];
  readonly target?: { readonly service: string; readonly symptom: 'latency' | 'errors' };
  readonly shop?: readonly NodeSpec[];
  /** Sequential scans by table since the onset. */
  readonly tables?: readonly { readonly service: string; readonly table: string; readonly scansPerSecond: number }[];
}

const UNITS: Record<SignalKind, Unit> = {
  'request-rate': 'per-second',
  'error-ratio': 'ratio',
  latency: 'seconds',
  'client-latency': 'seconds',
  'self-time': 'seconds',
  cpu: 'cores',
  'cpu-throttling': 'ratio',
  memory: 'bytes',
  'memory-utilisation': 'ratio',
  restarts: 'count',
  'pool-utilisation': 'ratio',
  'pool-timeouts': 'per-second',
  'sequential-scans': 'per-second',
  evictions: 'per-second',
  'rejected-requests': 'ratio',
  'queue-lag': 'count',
  'log-errors': 'per-second',
  'client-error-ratio': 'ratio',
  'unique-clients': 'per-second',
  'response-size': 'bytes',
  'disk-io': 'per-second',
  'network-receive': 'per-second',
  'network-transmit': 'per-second',
  'unhealthy-containers': 'count',
  'dependency-count': 'count',
  'disk-utilisation': 'ratio',
  'descriptor-utilisation': 'ratio',
  'user-defined': 'dimensionless',
};

const NOISE: Partial<Record<SignalKind, number>> = {
  latency: 0.06,
  'self-time': 0.05,
  cpu: 0.06,
  'request-rate': 0.04,
};

/**
 * Simulates a system and hands over what `analyse` takes. Victims follow from the call graph, nothing else is scripted.
 */
export function simulate(scenario: Scenario): AnalysisInput & { readonly onsetMs: number } {
  const { before = 240, after = 16, shop = SHOP } = scenario;
  const random = xorshift32(scenario.seed ?? 1);
  const quiet = new World(shop, []);
  const broken = new World(shop, scenario.disturbances);
  const tables = (scenario.tables ?? []).map(({ service, table, scansPerSecond }): Signal => {
    const values = Array.from({ length: before + after }, (_, i) => (i < before ? 0.1 : scansPerSecond));
    const signal = toSignal(service, 'sequential-scans', values, table);
    return { ...signal, series: { ...signal.series, labels: { server: service, relname: table } } };
  });
  const signals = [...shop.flatMap((spec) => signalsOf(spec, quiet, broken, { before, after, random })), ...tables];
  const onsetMs = START_MS + before * STEP_MS;
  const toMs = onsetMs + after * STEP_MS;
  return {
    id: 'analysis-1',
    target: scenario.target ?? { service: 'gateway', symptom: 'latency' },
    signals,
    graph: buildServiceGraph(edgesOf(shop, toMs), nodesOf(shop), toMs),
    window: { fromMs: onsetMs - 10 * STEP_MS, toMs },
    baseline: { fromMs: START_MS, toMs: onsetMs },
    onsetMs,
    changes: (scenario.changes ?? []).map((change): ChangeEvent => ({
      atMs: onsetMs - change.minutesBefore * 60_000,
      kind: 'deploy',
      service: change.service,
      summary: `deploy ${change.service} 2.4.1`,
      version: '2.4.1',
      previousVersion: '2.4.0',
    })),
    errorLogs: (scenario.logs ?? []).map((log): LogLine => ({
      atMs: onsetMs + STEP_MS,
      labels: { service_name: log.service, level: 'error' },
      line: JSON.stringify({ level: 'error', msg: log.message }),
    })),
    gaps: [],
    replicas: Object.fromEntries(shop.filter((spec) => spec.kind === 'service').map((spec) => [spec.name, 3])),
  };
}

interface Span {
  readonly before: number;
  readonly after: number;
  readonly random: Rng;
}

/** Steady state of the system: latency adds up along calls, errors multiply. */
class World {
  private readonly specs: ReadonlyMap<string, NodeSpec>;
  private readonly faults: ReadonlyMap<string, Disturbance>;

  constructor(shop: readonly NodeSpec[], disturbances: readonly Disturbance[]) {
    this.specs = new Map(shop.map((spec) => [spec.name, spec]));
    this.faults = new Map(disturbances.map((item) => [item.service, item]));
  }

  fault(name: string): Disturbance | undefined {
    return this.faults.get(name);
  }

  latency(name: string): number {
    const spec = this.specs.get(name);
    if (!spec) {
      return 0;
    }
    const calls = spec.kind === 'queue' ? [] : spec.calls;
    return this.self(name) + calls.reduce((sum, callee) => sum + this.share(spec, callee) * this.call(callee), 0);
  }

  /** The gateway calls one of its callees per request; everything else calls all of its own. */
  share(spec: NodeSpec, callee: string): number {
    const rate = this.specs.get(callee)?.requestsPerSecond ?? 0;
    return Math.min(1, Math.max(0.25, rate / spec.requestsPerSecond));
  }

  self(name: string): number {
    return (this.specs.get(name)?.selfSeconds ?? 0) + (this.faults.get(name)?.extraSelfSeconds ?? 0);
  }

  errors(name: string): number {
    const spec = this.specs.get(name);
    const own = this.faults.get(name)?.errorRatio ?? 0.0005;
    const calls = spec && spec.kind !== 'queue' ? spec.calls : [];
    const ok = calls.reduce(
      (rest, callee) => rest * (1 - (spec ? this.share(spec, callee) : 1) * this.errors(callee)),
      1
    );
    return 1 - (1 - own) * ok;
  }

  traffic(name: string): number {
    return (this.specs.get(name)?.requestsPerSecond ?? 0) * (this.faults.get(name)?.trafficFactor ?? 1);
  }

  private call(callee: string): number {
    return this.latency(callee) + (this.faults.get(callee)?.extraCallSeconds ?? 0);
  }
}

function signalsOf(spec: NodeSpec, quiet: World, broken: World, span: Span): Signal[] {
  const { name, kind } = spec;
  const fault = broken.fault(name);
  const make = (signalKind: SignalKind, normal: number, now: number, suffix?: string, peer?: string): Signal[] => {
    const level = suffix === undefined ? (fault?.levels?.[signalKind] ?? now) : now;
    const length = fault?.silent?.includes(signalKind) ? span.before : span.before + span.after;
    const noise = NOISE[signalKind] ?? 0.02;
    const values = Array.from({ length }, (_, i) =>
      Math.max(0, (i < span.before ? normal : level) * (1 + noise * gaussian(span.random)))
    );
    return [toSignal(name, signalKind, values, suffix, peer)];
  };
  const load = broken.traffic(name) / Math.max(1e-9, quiet.traffic(name));
  const resources: [SignalKind, number][] =
    kind === 'service'
      ? [
          ['self-time', 0],
          ['cpu', 0.3],
          ['cpu-throttling', 0.01],
          ['memory', 3e8],
          ['memory-utilisation', 0.5],
          ['restarts', 0],
        ]
      : kind === 'database'
        ? [
            ['cpu', 0.5],
            ['sequential-scans', 0.5],
            ['memory-utilisation', 0.5],
            ['pool-utilisation', 0.3],
          ]
        : kind === 'cache'
          ? [
              ['cpu', 0.2],
              ['memory', 6e8],
              ['memory-utilisation', 0.6],
              ['evictions', 0],
            ]
          : [];
  const stores = spec.calls.filter((callee) => callee.endsWith('-db'));
  return [
    ...make('request-rate', quiet.traffic(name), broken.traffic(name)),
    ...make('latency', quiet.latency(name) * 2, broken.latency(name) * 2, undefined),
    ...make('error-ratio', quiet.errors(name), broken.errors(name)),
    ...(kind === 'external' ? make('rejected-requests', 0, fault?.levels?.['rejected-requests'] ?? 0) : []),
    ...resources.flatMap(([resource, level]) =>
      resource === 'self-time'
        ? make('self-time', quiet.self(name), broken.self(name))
        : make(resource, level, resource === 'cpu' ? level * load : level)
    ),
    ...(kind === 'service' ? stores : []).flatMap((store) =>
      make('pool-utilisation', 0.3, poolLevel(spec, store, quiet, broken), store)
    ),
    ...(kind === 'service' ? spec.calls : []).flatMap((callee) => {
      const extra = broken.fault(callee)?.extraCallSeconds ?? 0;
      return SHOP.find((other) => other.name === callee)?.kind === 'service'
        ? make('client-latency', 0.001, 0.001 + extra, callee, callee)
        : [];
    }),
  ];
}

/** A slow store keeps connections busy; a leak is a level of its own. */
function poolLevel(spec: NodeSpec, store: string, quiet: World, broken: World): number {
  const leak = broken.fault(spec.name)?.levels?.['pool-utilisation'];
  return leak ?? Math.min(1, (0.3 * broken.latency(store)) / quiet.latency(store));
}

/** A signal of the given values, one every 15 s. */
export function toSignal(
  service: string,
  kind: SignalKind,
  values: readonly number[],
  suffix?: string,
  peer?: string
): Signal {
  return {
    id: [service, kind, ...(suffix === undefined ? [] : [suffix])].join('/'),
    service,
    kind,
    unit: UNITS[kind],
    harm: kind === 'request-rate' ? 'both' : 'up',
    ...(peer === undefined ? {} : { peer }),
    query: `${kind}{service="${service}"}`,
    series: { labels: {}, timesMs: values.map((_, i) => START_MS + i * STEP_MS), values },
  };
}

function edgesOf(shop: readonly NodeSpec[], lastSeenMs: number): ServiceEdge[] {
  const kinds = new Map(shop.map((spec) => [spec.name, spec.kind]));
  return shop.flatMap((spec) =>
    spec.calls.map((callee): ServiceEdge => {
      const kind = kinds.get(callee);
      const isMessaging = kind === 'queue' || spec.kind === 'queue';
      return {
        caller: spec.name,
        callee,
        kind:
          kind === 'database' || kind === 'cache'
            ? 'database'
            : isMessaging
              ? 'messaging'
              : kind === 'external'
                ? 'virtual'
                : 'http',
        lastSeenMs,
      };
    })
  );
}

function nodesOf(shop: readonly NodeSpec[]): ServiceNode[] {
  return shop.map(({ name, kind }) => ({ name, kind }));
}
