import type { ServiceKind, ServiceName } from './service.ts';
import type { PropagationRule, ServiceEdge, ServiceTraits, TopologySource } from './topology.ts';
import type { EpochMs } from './units.ts';

/** A node as one source names and describes it. */
export interface NodeReading extends ServiceTraits {
  readonly name: ServiceName;
  /** Missing where the source cannot tell. */
  readonly kind?: ServiceKind;
  /**
   * Names that the same thing may have in other sources, most likely first. A node with aliases takes the name of another
   * source's node where one fits; a node without them keeps its own.
   */
  readonly aliases?: readonly string[];
  readonly firstSeenMs?: EpochMs;
  readonly lastSeenMs?: EpochMs;
}

/** An edge as one source saw it; its ends are names of the same reading. Without times it was declared. */
export interface EdgeReading extends Omit<ServiceEdge, 'lastSeenMs' | 'sources' | 'measured' | 'stale'> {
  readonly lastSeenMs?: EpochMs;
}

/** All that one source says, before sources are merged. */
export interface TopologyReading {
  readonly source: TopologySource;
  readonly state: 'read' | 'failed' | 'off';
  readonly nodes: readonly NodeReading[];
  readonly edges: readonly EdgeReading[];
  readonly rules?: readonly PropagationRule[];
  /** Why it failed, or what is incomplete. */
  readonly reason?: string;
}
