import type { ImportantService, ServiceGraph, ServiceName } from '#model';
import { toAdjacency } from './adjacency.ts';
import { type Gateway, gateways } from './dominators.ts';
import { pageRank } from './page-rank.ts';
import { strongComponents } from './strong-components.ts';

/** What stands out in the shape of a graph. */
export interface GraphShape {
  /** By PageRank; at most ten. */
  readonly important: readonly ImportantService[];
  /** Services that call each other in a circle. */
  readonly cycles: ReadonlyArray<readonly ServiceName[]>;
  /** Single points of failure with what is behind them; at most ten. */
  readonly gateways: readonly Gateway[];
}

const SHOWN = 10;

/**
 * The services that matter by their place in the graph: those that most calls lead to, circles, and those that others
 * cannot be reached without.
 *
 * @param graph  dependency graph
 * @returns lists by importance; clients are left out
 * Cost as `pageRank`, `strongComponents` and `gateways` together.
 */
export function graphShape(graph: ServiceGraph): GraphShape {
  const { kind } = toAdjacency(graph);
  return {
    important: pageRank(graph).slice(0, SHOWN),
    cycles: strongComponents(graph).filter(({ length }) => length > 1),
    gateways: gateways(graph)
      .filter(({ service }) => kind(service) !== 'client')
      .slice(0, SHOWN),
  };
}
