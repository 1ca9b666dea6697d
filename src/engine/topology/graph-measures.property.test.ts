import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ServiceEdge, ServiceGraph } from '#model';
import { toAdjacency } from './adjacency.ts';
import { blastRadius, dependenciesOf } from './blast-radius.ts';
import { entryServices, immediateDominators } from './dominators.ts';
import { pageRank } from './page-rank.ts';
import { buildServiceGraph } from './service-graph.ts';

const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g');
const graphs = fc
  .array(
    fc.record({
      caller: name,
      callee: name,
      kind: fc.constant<ServiceEdge['kind']>('http'),
      requestsPerSecond: fc.integer({ min: 0, max: 9 }),
      lastSeenMs: fc.constant(1),
    }),
    { maxLength: 20 }
  )
  .map((edges) => buildServiceGraph(edges, [], 1));

function reachable(graph: ServiceGraph, without: string): ReadonlySet<string> {
  const { callees } = toAdjacency(graph);
  const seen = new Set(entryServices(graph).filter((entry) => entry !== without));
  for (const service of seen) {
    for (const callee of callees(service)) {
      if (callee !== without) {
        seen.add(callee);
      }
    }
  }
  return seen;
}

it('one service dominates another exactly when the other is cut off without it', () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const dominators = immediateDominators(graph);
      expect([...dominators.keys()].sort()).toEqual(graph.nodes.map((node) => node.name));
      for (const service of dominators.keys()) {
        const left = reachable(graph, service);
        for (const other of dominators.keys()) {
          let above = dominators.get(other);
          while (above !== undefined && above !== service) {
            above = dominators.get(above);
          }
          expect(other === service || (above === service) === !left.has(other)).toBe(true);
        }
      }
    }),
    { numRuns: 60 }
  );
});

it('ranks solve the equations of PageRank', () => {
  fc.assert(
    fc.property(
      graphs.filter(({ nodes }) => nodes.length > 0),
      (graph) => {
        const found = new Map(pageRank(graph).map(({ service, rank }) => [service, rank]));
        const { names, callees, callers } = toAdjacency(graph);
        const rankOf = (service: string): number => found.get(service) ?? 0;
        const stranded = names
          .filter((service) => callees(service).length === 0)
          .reduce((sum, s) => sum + rankOf(s), 0);
        expect(names.reduce((sum, service) => sum + rankOf(service), 0)).toBeCloseTo(1, 9);
        for (const service of names) {
          const received = callers(service).reduce((sum, caller) => sum + rankOf(caller) / callees(caller).length, 0);
          expect(rankOf(service)).toBeCloseTo((0.15 + 0.85 * stranded) / names.length + 0.85 * received, 9);
        }
      }
    )
  );
});

it('shares of traffic are shares, and both directions name the same pairs', () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      for (const { name: service } of graph.nodes) {
        for (const { service: other, hops, trafficShare = 0 } of blastRadius(graph, service)) {
          expect(trafficShare).toBeGreaterThanOrEqual(0);
          expect(trafficShare).toBeLessThanOrEqual(1);
          expect(dependenciesOf(graph, other)).toContainEqual(expect.objectContaining({ service, hops }));
        }
      }
    })
  );
});
