import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { EdgeReading, NodeReading, TopologyReading, TopologySource } from '#model';
import { mergeTopology } from './merge-topology.ts';
import { diffTopology } from './diff-topology.ts';

const RULE = { atMs: 1000, staleAfterSeconds: 0.5 };
const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', '__proto__', 'constructor');
const time = fc.integer({ min: 0, max: 1200 });
const anyNumber = fc.oneof(fc.double(), fc.integer({ min: 0, max: 9 }));
const SOURCES: readonly TopologySource[] = [
  'service-graph',
  'tempo-spans',
  'jaeger-spans',
  'jaeger-dependencies',
  'kubernetes',
  'topology-file',
  'import',
];

const edge: fc.Arbitrary<EdgeReading> = fc.record(
  {
    caller: name,
    callee: name,
    kind: fc.constantFrom('http', 'database', 'messaging', 'virtual'),
    requestsPerSecond: anyNumber,
    errorRatio: anyNumber,
    clientLatencySeconds: anyNumber,
    firstSeenMs: time,
    lastSeenMs: time,
  },
  { requiredKeys: ['caller', 'callee', 'kind'] }
);
const node: fc.Arbitrary<NodeReading> = fc.record(
  {
    name,
    kind: fc.constantFrom('service', 'database', 'cache', 'queue', 'external', 'client'),
    aliases: fc.array(name, { maxLength: 2 }),
    namespace: fc.constantFrom('x', 'y'),
    lastSeenMs: time,
  },
  { requiredKeys: ['name'] }
);
const readings: fc.Arbitrary<TopologyReading[]> = fc.subarray([...SOURCES]).chain((sources) =>
  fc.tuple(
    ...sources.map((source) =>
      fc.record({
        source: fc.constant(source),
        state: fc.constant('read' as const),
        edges: fc.array(edge, { maxLength: 8 }),
        nodes: fc.array(node, { maxLength: 5 }),
      })
    )
  )
);

it('does not depend on the order of anything', () => {
  const shuffled = readings.chain((list) =>
    fc.tuple(
      fc.constant(list),
      fc.shuffledSubarray(
        list.map((item) => ({ ...item, edges: item.edges.toReversed() })),
        { minLength: list.length }
      )
    )
  );
  fc.assert(
    fc.property(shuffled, ([list, other]) => {
      expect(mergeTopology(other, RULE)).toEqual(mergeTopology(list, RULE));
    })
  );
});

it('gives numbers that are numbers, ratios that are ratios, times that are past, and ends that exist', () => {
  fc.assert(
    fc.property(readings, (list) => {
      const graph = mergeTopology(list, RULE);
      const names = new Set(graph.nodes.map((item) => item.name));
      const foreign = graph.nodes.filter(({ sources }) => sources?.every(({ source }) => source === 'kubernetes'));
      const kubernetesOnly = new Set(foreign.map((item) => item.name));
      for (const found of graph.edges) {
        expect(found.caller).not.toBe(found.callee);
        expect(found.lastSeenMs).toBeLessThanOrEqual(RULE.atMs);
        expect(found.errorRatio ?? 0).toBeLessThanOrEqual(1);
        for (const value of [found.requestsPerSecond, found.errorRatio, found.clientLatencySeconds]) {
          expect(value === undefined || (Number.isFinite(value) && value >= 0)).toBe(true);
        }
        expect(found.measured === false).toBe(found.sources?.every(({ source }) => /file|import/.test(source)));
        const touchesKubernetesOnly = found.sources?.every(({ source }) => source === 'kubernetes');
        expect(touchesKubernetesOnly || (names.has(found.caller) && names.has(found.callee))).toBe(true);
      }
      expect(kubernetesOnly.size).toBeLessThanOrEqual(names.size);
    })
  );
});

it('never loses an edge or a source by adding another source', () => {
  fc.assert(
    fc.property(readings, edge, (list, extra) => {
      const others = list.filter(({ source }) => source !== 'topology-file' && source !== 'kubernetes');
      const plain = others.map((item) => ({ ...item, nodes: [] }));
      const before = mergeTopology(plain, RULE);
      const after = mergeTopology(
        [...plain, { source: 'topology-file', state: 'read', nodes: [], edges: [extra] }],
        RULE
      );
      for (const known of before.edges) {
        const same = after.edges.find(({ caller, callee }) => caller === known.caller && callee === known.callee);
        expect(same?.sources).toEqual(expect.arrayContaining([...(known.sources ?? [])]));
        expect(same?.lastSeenMs).toBe(known.lastSeenMs);
        expect(same?.requestsPerSecond).toBe(known.requestsPerSecond);
      }
    })
  );
});

it('differs from itself in nothing, and from another the other way round', () => {
  fc.assert(
    fc.property(readings, readings, (left, right) => {
      const [before, after] = [mergeTopology(left, RULE), mergeTopology(right, RULE)];
      expect(diffTopology(before, before)).toMatchObject({
        addedNodes: [],
        removedNodes: [],
        changedNodes: [],
        addedEdges: [],
        removedEdges: [],
        changedEdges: [],
      });
      const [there, back] = [diffTopology(before, after), diffTopology(after, before)];
      expect(back.addedEdges).toEqual(there.removedEdges);
      expect(back.removedNodes).toEqual(there.addedNodes);
      expect(back.changedEdges.map(({ caller, callee }) => [caller, callee])).toEqual(
        there.changedEdges.map(({ caller, callee }) => [caller, callee])
      );
      const names = (side: typeof before): string[] =>
        side.nodes.filter(({ stale }) => !stale).map((item) => item.name);
      const gone = new Set(there.removedNodes.map((item) => item.name));
      expect(
        [...names(before).filter((item) => !gone.has(item)), ...there.addedNodes.map((item) => item.name)].sort()
      ).toEqual(names(after).sort());
    })
  );
});
