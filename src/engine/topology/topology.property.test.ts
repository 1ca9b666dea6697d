import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ServiceEdge } from '#model';
import { toAdjacency } from './adjacency.ts';
import { hopDistances } from './reachability.ts';
import { buildServiceGraph } from './service-graph.ts';
import { strongComponents } from './strong-components.ts';

const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g');
const edges = fc.array(
  fc.record({
    caller: name,
    callee: name,
    kind: fc.constantFrom<ServiceEdge['kind']>('http', 'database', 'messaging'),
    requestsPerSecond: fc.integer({ min: 0, max: 9 }),
    lastSeenMs: fc.integer({ min: 0, max: 9 }),
  }),
  { maxLength: 25 }
);

it('the order of the edges does not matter', () => {
  fc.assert(
    fc.property(
      edges.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
      ([list, shuffled]) => {
        expect(buildServiceGraph(shuffled, [], 1)).toEqual(buildServiceGraph(list, [], 1));
      }
    )
  );
});

it('building a graph from its own edges changes nothing', () => {
  fc.assert(
    fc.property(edges, (list) => {
      const graph = buildServiceGraph(list, [], 1);
      expect(buildServiceGraph(graph.edges, graph.nodes, 1)).toEqual(graph);
    })
  );
});

it('two services share a component exactly when each reaches the other', () => {
  fc.assert(
    fc.property(edges, (list) => {
      const graph = buildServiceGraph(list, [], 1);
      const { callees, names } = toAdjacency(graph);
      const component = new Map(
        strongComponents(graph).flatMap((group, i) => group.map((member) => [member, i] as const))
      );
      const reaches = (from: string, to: string): boolean => hopDistances(from, callees).has(to);
      const wrong = names.flatMap((left) =>
        names.filter(
          (right) => (component.get(left) === component.get(right)) !== (reaches(left, right) && reaches(right, left))
        )
      );
      expect(wrong).toEqual([]);
    }),
    { numRuns: 50 }
  );
});
