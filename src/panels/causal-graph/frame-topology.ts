import type { ServiceAnomaly, ServiceGraph } from '#model';
import type { ForeignGraph } from '#ui';

/** A topology as the graph shows it. `foreign` is what a node graph of another source says; it has no anomaly states. */
export interface FrameTopology {
  readonly graph: ServiceGraph;
  readonly services: readonly ServiceAnomaly[];
  readonly foreign?: ForeignGraph;
}

/** Beyond this a browser is too slow to be of use. */
export const MAX_NODES = 4000;
export const MAX_EDGES = 16_000;
