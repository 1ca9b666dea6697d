import type { ServiceKind, ServiceName } from './service.ts';
import type { EpochMs, Ratio, Seconds } from './units.ts';

/**
 * Where a node or an edge was learned from. `service-graph` are the metrics that a metrics-generator makes of spans,
 * `jaeger-dependencies` the call counts that Jaeger keeps, `kubernetes` the objects of kube-state-metrics,
 * `topology-file` what people declared, `import` a graph that was imported from another system.
 */
export type TopologySource =
  'service-graph' | 'tempo-spans' | 'jaeger-spans' | 'jaeger-dependencies' | 'kubernetes' | 'topology-file' | 'import';

/** What one source says of a node or an edge. Without times it was declared and never seen. */
export interface SourceSighting {
  readonly source: TopologySource;
  /** Oldest sighting within the time that was looked back. */
  readonly firstSeenMs?: EpochMs;
  readonly lastSeenMs?: EpochMs;
}

/** How much an outage of a service matters to its owners. */
export type Criticality = 'high' | 'medium' | 'low';

/** One entry point of a service, as its spans show it. */
export interface ServiceOperation {
  readonly name: string;
  /** HTTP or RPC method; missing when there is none. */
  readonly method?: string;
  readonly meanLatencySeconds?: Seconds;
  readonly p99LatencySeconds?: Seconds;
  readonly errorRatio?: Ratio;
}

/** The Kubernetes object that runs a service. */
export interface Workload {
  /** `Deployment`, `StatefulSet`, `DaemonSet`, ... as Kubernetes spells it. */
  readonly kind: string;
  readonly name: string;
}

/** What is known of a service beyond its name; nothing of it is needed. Values are hostile input: show as text only. */
export interface ServiceTraits {
  readonly namespace?: string;
  readonly team?: string;
  readonly language?: string;
  readonly criticality?: Criticality;
  /** Share of requests that shall succeed, 0 to 1. */
  readonly slaTarget?: Ratio;
  /** Product behind a store, queue or external service, such as `postgresql`, `kafka`; OpenTelemetry's names. */
  readonly system?: string;
  readonly version?: string;
  /** Address of a store or external service, without port. */
  readonly host?: string;
  readonly vendor?: string;
  readonly workload?: Workload;
  /** Requests that it answers. */
  readonly requestsPerSecond?: number;
  /** Running pods, by Kubernetes. */
  readonly pods?: number;
  readonly operations?: readonly ServiceOperation[];
  /** Metrics that the topology file names for the service. */
  readonly metrics?: readonly string[];
}

/** A service, store, queue or external system. */
export interface ServiceNode extends ServiceTraits {
  readonly name: ServiceName;
  readonly kind: ServiceKind;
  /** Who knows it, by name of the source; missing in graphs that were not merged. */
  readonly sources?: readonly SourceSighting[];
  readonly firstSeenMs?: EpochMs;
  readonly lastSeenMs?: EpochMs;
  /** False when no telemetry has seen it: declared or imported only. Missing counts as true. */
  readonly measured?: boolean;
  /** Seen before, but not within the time after which things count as stale. */
  readonly stale?: boolean;
  readonly coverage?: ServiceCoverage;
}

/** How a caller reaches a callee. `virtual` means that only one side was seen. */
export type EdgeKind = 'http' | 'database' | 'messaging' | 'virtual';

/**
 * What goes along an edge. Edges always point from the one that depends to the one it depends on, but for queues: there
 * they follow the messages, from publisher to queue to consumer.
 */
export type EdgeDirection = 'call' | 'access' | 'publish' | 'consume';

/** A call relation, always caller to callee. A missing number was not measured; it is never zero by default. */
export interface ServiceEdge {
  readonly caller: ServiceName;
  readonly callee: ServiceName;
  readonly kind: EdgeKind;
  readonly requestsPerSecond?: number;
  readonly errorRatio?: Ratio;
  /** Latency seen by the caller, 95th percentile. */
  readonly clientLatencySeconds?: Seconds;
  /** Latency seen by the callee, 95th percentile. */
  readonly serverLatencySeconds?: Seconds;
  /** Newest sighting of any source; 0 when it was only declared. */
  readonly lastSeenMs: EpochMs;
  readonly firstSeenMs?: EpochMs;
  readonly direction?: EdgeDirection;
  /** `http`, `grpc`, or the product that is accessed, such as `postgresql`. */
  readonly protocol?: string;
  /** Mean latency, of the caller's side where both are known. */
  readonly meanLatencySeconds?: Seconds;
  /** Latency seen by the caller, 99th percentile. */
  readonly p99LatencySeconds?: Seconds;
  /** Who knows it, by name of the source; missing in graphs that were not merged. */
  readonly sources?: readonly SourceSighting[];
  /** False when no telemetry has seen it: declared or imported only. Missing counts as true. */
  readonly measured?: boolean;
  /** Seen before, but not within the time after which things count as stale. */
  readonly stale?: boolean;
}

/** What the telemetry of a service can show. `callers` and `callees` are its calls, seen from either side. */
export type CoverageItem =
  'requests' | 'errors' | 'latency' | 'cpu' | 'memory' | 'saturation' | 'logs' | 'traces' | 'callers' | 'callees';

/** How complete the picture of one service is; what is missing lowers the confidence of an analysis. */
export interface ServiceCoverage {
  /** Weighted share of what should exist and does, lowered by weak edges, 0 to 1. */
  readonly score: Ratio;
  readonly present: readonly CoverageItem[];
  readonly missing: readonly CoverageItem[];
  /** Names at the other end of edges that rest on one source. */
  readonly singleSourcePeers: readonly ServiceName[];
  /** Names at the other end of edges that were not seen of late, or never. */
  readonly unconfirmedPeers: readonly ServiceName[];
  /** One sentence for everything that lowers the score. */
  readonly reasons: readonly string[];
}

/** What became of one source of the graph. */
export interface TopologySourceState {
  readonly source: TopologySource;
  /** `empty` answered and knows nothing; `failed` could not be read: the graph may lack what it knows. */
  readonly state: 'read' | 'empty' | 'failed' | 'off';
  readonly nodes: number;
  readonly edges: number;
  /** Why it failed or is empty. */
  readonly reason?: string;
}

/** How a rule of the topology file compares. */
export type RuleComparison = '>' | '>=' | '<' | '<=';

/**
 * A declared belief: when a metric of one service passes a threshold, a symptom shows at another. A prior that data may
 * contradict.
 */
export interface PropagationRule {
  readonly cause: {
    readonly service: ServiceName;
    readonly metric: string;
    readonly comparison: RuleComparison;
    /** As written: `90 %` is 0.9 with `percent` true. */
    readonly threshold: number;
    readonly percent: boolean;
  };
  readonly effect: {
    readonly service: ServiceName;
    /** What changes, such as `latency` or `error_rate`. */
    readonly symptom: string;
    readonly change: 'increase' | 'decrease';
  };
  readonly confidence: Ratio;
}

/** The dependency graph over one window. Nodes and edges are sorted by name, so that equal graphs compare equal. */
export interface ServiceGraph {
  readonly nodes: readonly ServiceNode[];
  readonly edges: readonly ServiceEdge[];
  readonly generatedAtMs: EpochMs;
  /** Every source and what became of it; missing in graphs that were not merged. */
  readonly sources?: readonly TopologySourceState[];
  /** What the topology file declares. */
  readonly rules?: readonly PropagationRule[];
  /** After so long without a sighting an edge is stale. */
  readonly staleAfterSeconds?: Seconds;
}

/** A service that would feel a failure of another. */
export interface AffectedService {
  readonly service: ServiceName;
  /** Calls between it and the failing service, at least 1. */
  readonly hops: number;
  /** Estimated share of its requests that reach the failing service, 0 to 1; missing where rates are unknown. */
  readonly trafficShare?: Ratio;
}

/** A number of an edge or a node that differs between two graphs; a side is missing where it was not measured. */
export interface MeasureChange {
  readonly measure: 'requestsPerSecond' | 'errorRatio' | 'clientLatencySeconds' | 'serverLatencySeconds';
  readonly before?: number;
  readonly after?: number;
}

/** How an edge that is in both graphs differs. */
export interface EdgeChange {
  readonly caller: ServiceName;
  readonly callee: ServiceName;
  readonly measures: readonly MeasureChange[];
  readonly before: ServiceEdge;
  readonly after: ServiceEdge;
}

/** How a node that is in both graphs differs. */
export interface NodeChange {
  readonly name: ServiceName;
  /** Names of the properties that differ. */
  readonly properties: readonly string[];
  readonly before: ServiceNode;
  readonly after: ServiceNode;
}

/** What changed between two graphs. Stale edges count as gone, declared ones do not count as seen. */
export interface TopologyDiff {
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
  readonly addedNodes: readonly ServiceNode[];
  readonly removedNodes: readonly ServiceNode[];
  readonly changedNodes: readonly NodeChange[];
  readonly addedEdges: readonly ServiceEdge[];
  readonly removedEdges: readonly ServiceEdge[];
  readonly changedEdges: readonly EdgeChange[];
}

/** A service in an order of importance. */
export interface ImportantService {
  readonly service: ServiceName;
  /** PageRank along calls; all services together have 1. */
  readonly rank: number;
}
