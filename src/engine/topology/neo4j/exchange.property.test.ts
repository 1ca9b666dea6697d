import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ServiceEdge, ServiceGraph, ServiceNode } from '#model';
import { graphFromCsv } from './from-csv.ts';
import { graphFromJson } from './from-json.ts';
import { csvField, readCsv } from './csv-text.ts';
import { NODE_LABEL, LABEL_BY_KIND, NODE_PROPERTIES, RELATIONSHIP_PROPERTIES, relationshipType } from './schema.ts';
import { graphToCsv } from './to-csv.ts';

const text = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom('"', 'a,b', 'x\r\ny', '__proto__', '=1+1', '\ufeff', "'")
  )
  .filter((value) => value.trim() !== '');
const listItem = text.filter((value) => !value.includes(';'));
const positive = fc.double({ min: 0, max: 1e12, noNaN: true }).map((value) => value + 0);
const time = fc.integer({ min: 0, max: 2e12 });
const ratio = fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0);

const traits = fc.record(
  {
    namespace: text,
    team: text,
    language: text,
    criticality: fc.constantFrom('high' as const, 'medium' as const, 'low' as const),
    slaTarget: ratio,
    system: text,
    version: text,
    host: text,
    vendor: text,
    workload: fc.record({ kind: text, name: text }),
    requestsPerSecond: positive,
    pods: fc.integer({ min: 0, max: 1000 }),
    operations: fc.array(fc.record({ name: text, errorRatio: ratio }), { minLength: 1, maxLength: 3 }),
    metrics: fc.array(listItem, { minLength: 1, maxLength: 3 }),
    firstSeenMs: time,
    lastSeenMs: time,
  },
  { requiredKeys: [] }
);
const kind = fc.constantFrom<ServiceNode['kind']>('service', 'database', 'cache', 'queue', 'external', 'client');
const graphs: fc.Arbitrary<ServiceGraph> = fc
  .uniqueArray(fc.tuple(text, kind, traits), { selector: ([name]) => name, minLength: 2, maxLength: 6 })
  .chain((found) => {
    const nodes: ServiceNode[] = found.map(([name, nodeKind, more]) => ({ name, kind: nodeKind, ...more }));
    const end = fc.constantFrom(...nodes.map(({ name }) => name));
    const edge = fc.record(
      {
        caller: end,
        callee: end,
        kind: fc.constantFrom<ServiceEdge['kind']>('http', 'database', 'messaging', 'virtual'),
        direction: fc.constantFrom<NonNullable<ServiceEdge['direction']>>('call', 'access', 'publish', 'consume'),
        protocol: text,
        requestsPerSecond: positive,
        errorRatio: ratio,
        clientLatencySeconds: positive,
        serverLatencySeconds: positive,
        meanLatencySeconds: positive,
        p99LatencySeconds: positive,
        firstSeenMs: time,
        lastSeenMs: time,
      },
      { requiredKeys: ['caller', 'callee', 'kind', 'direction', 'lastSeenMs'] }
    );
    return fc
      .uniqueArray(edge, { selector: ({ caller, callee }) => JSON.stringify([caller, callee]), maxLength: 6 })
      .map((edges): ServiceGraph => ({
        nodes,
        edges: edges.filter(({ caller, callee }) => caller !== callee),
        generatedAtMs: 1,
      }));
  });

/** The graph as `apoc.export.json.all` writes it. */
function toApocLines({ nodes, edges }: ServiceGraph): string {
  const ids = new Map(nodes.map(({ name }, index) => [name, String(index)]));
  const properties = <Item>(item: Item, list: readonly { name: string; read: (item: Item) => unknown }[]) =>
    Object.fromEntries(list.flatMap(({ name, read }) => (read(item) === undefined ? [] : [[name, read(item)]])));
  return [
    ...nodes.map((node) => ({
      type: 'node',
      id: ids.get(node.name),
      labels: [NODE_LABEL, LABEL_BY_KIND[node.kind]],
      properties: properties(node, NODE_PROPERTIES),
    })),
    ...edges.map((edge, index) => ({
      id: String(index),
      type: 'relationship',
      label: relationshipType(edge),
      properties: properties(edge, RELATIONSHIP_PROPERTIES),
      start: { id: ids.get(edge.caller), labels: [NODE_LABEL] },
      end: { id: ids.get(edge.callee), labels: [NODE_LABEL] },
    })),
  ]
    .map((line) => JSON.stringify(line))
    .join('\n');
}

describe('a graph that is exported', () => {
  it('is the same after CSV', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const { reading, warnings } = must(graphFromCsv(graphToCsv(graph)));
        expect(warnings).toEqual([]);
        expect(reading.nodes).toEqual(graph.nodes);
        expect(reading.edges).toEqual(graph.edges);
      })
    );
  });

  it('is the same after the JSON of APOC', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const { reading, warnings } = must(graphFromJson(toApocLines(graph)));
        expect(warnings).toEqual([]);
        expect(reading.nodes).toEqual(graph.nodes);
        expect(reading.edges).toEqual(graph.edges);
      })
    );
  });
});

describe('hostile files', () => {
  it('are read or refused, never thrown at', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (nodes, relationships) => {
        expect(graphFromCsv({ nodes, relationships })).toBeDefined();
        expect(
          graphFromCsv({ nodes: `name:ID,:LABEL\n${nodes}`, relationships: `:START_ID,:END_ID,:TYPE\n${nodes}` })
        ).toBeDefined();
        expect(graphFromJson(nodes)).toBeDefined();
      })
    );
    const shape = fc.record({
      id: fc.jsonValue(),
      labels: fc.jsonValue(),
      properties: fc.jsonValue(),
      start: fc.jsonValue(),
    });
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.jsonValue(), shape)), (value) => {
        expect(graphFromJson(JSON.stringify(value))).toBeDefined();
      })
    );
    expect(graphFromJson('['.repeat(200_000)).problem).toMatch(/no JSON/);
  });

  it('of CSV are split where they were joined', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.string(), { minLength: 2, maxLength: 4 })),
        fc.constantFrom('\n', '\r\n'),
        (rows, end) => {
          const joined = rows.map((row) => row.map(csvField).join(',')).join(end);
          expect(readCsv(joined, 100).rows ?? []).toEqual(rows);
        }
      )
    );
  });
});

function must(result: ReturnType<typeof graphFromCsv>) {
  if (result.problem !== undefined) {
    throw new Error(result.problem);
  }
  return result;
}
