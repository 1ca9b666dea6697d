import type { EpochMs, Ratio, Seconds } from './units.ts';
import type { ServiceKind, ServiceName } from './service.ts';

/** A service, store, queue or external system. */
export interface ServiceNode {
  readonly name: ServiceName;
  readonly kind: ServiceKind;
}

/** How a caller reaches a callee. `virtual` means that only one side was seen. */
export type EdgeKind = 'http' | 'database' | 'messaging' | 'virtual';

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
  readonly lastSeenMs: EpochMs;
}

/** The dependency graph over one window. Nodes and edges are sorted by name, so that equal graphs compare equal. */
export interface ServiceGraph {
  readonly nodes: readonly ServiceNode[];
  readonly edges: readonly ServiceEdge[];
  readonly generatedAtMs: EpochMs;
}
