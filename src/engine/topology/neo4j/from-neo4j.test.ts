import { describe, expect, it } from 'vitest';
import { graphFromCsv } from './from-csv.ts';
import { graphFromJson } from './from-json.ts';

const NODES = [
  { id: 'x:0', labels: ['Service'], properties: { name: 'order', sla_target: 99.95, criticality: 'high' } },
  { id: 'x:1', labels: ['Database'], properties: { name: 'postgres', type: 'PostgreSQL', version: '14.5' } },
];
const CALL = {
  protocol: 'tcp',
  avg_latency: 10,
  p99_latency: 500,
  calls_per_minute: 600,
  error_rate: 0.01,
  last_seen: '2024-01-02T03:04:05Z',
};
const EXPECTED = {
  nodes: [
    { name: 'order', kind: 'service', slaTarget: 0.9995, criticality: 'high' },
    { name: 'postgres', kind: 'database', version: '14.5' },
  ],
  edges: [
    {
      caller: 'order',
      callee: 'postgres',
      kind: 'database',
      direction: 'access',
      protocol: 'tcp',
      requestsPerSecond: 10,
      errorRatio: 0.01,
      meanLatencySeconds: 0.01,
      p99LatencySeconds: 0.5,
      lastSeenMs: 1_704_164_645_000,
    },
  ],
};
const [order, postgres] = NODES;

// Shapes as documented: APOC "Export to JSON" (jsonFormat), Query API v2 "Typed JSON" off, HTTP API result format
// "graph", and what Neo4j Browser saves as JSON.
const relationship = { type: 'relationship', id: '7', label: 'ACCESSES', properties: CALL };
const FORMATS: readonly (readonly [string, string])[] = [
  [
    'apoc lines',
    [...NODES.map((node) => ({ type: 'node', ...node })), { ...relationship, start: { id: 'x:0' }, end: { id: 'x:1' } }]
      .map((line) => JSON.stringify(line))
      .join('\n'),
  ],
  [
    'apoc object',
    JSON.stringify({
      nodes: NODES.map((node) => ({ type: 'node', ...node })),
      rels: [{ ...relationship, start: { id: 'x:0', labels: ['Service'] }, end: { id: 'x:1', labels: ['Database'] } }],
    }),
  ],
  [
    'apoc ids as keys',
    JSON.stringify({
      nodes: { 0: { ...order, id: undefined }, 1: { ...postgres, id: undefined } },
      rels: { 7: { label: 'ACCESSES', type: 'relationship', properties: CALL, start: { id: '0' }, end: { id: '1' } } },
    }),
  ],
  [
    'query API',
    JSON.stringify({
      data: {
        fields: ['n', 'r', 'm'],
        values: [
          [
            { elementId: 'e0', labels: order?.labels, properties: order?.properties },
            { elementId: 'r0', startNodeElementId: 'e0', endNodeElementId: 'e1', type: 'ACCESSES', properties: CALL },
            { elementId: 'e1', labels: postgres?.labels, properties: postgres?.properties },
          ],
        ],
      },
    }),
  ],
  [
    'HTTP API, graph',
    JSON.stringify({
      results: [
        {
          data: [
            {
              graph: {
                nodes: NODES,
                relationships: [{ id: '7', type: 'ACCESSES', startNode: 'x:0', endNode: 'x:1', properties: CALL }],
              },
            },
          ],
        },
      ],
    }),
  ],
  [
    'Browser',
    JSON.stringify([
      {
        n: { identity: { low: 0, high: 0 }, labels: order?.labels, properties: order?.properties },
        r: { identity: 7, start: { low: 0, high: 0 }, end: 1, type: 'ACCESSES', properties: CALL },
        m: { identity: 1, labels: postgres?.labels, properties: postgres?.properties },
      },
    ]),
  ],
];

describe('a graph from Neo4j', () => {
  it.each(FORMATS)('is read from %s', (_, json) => {
    expect(graphFromJson(json)).toMatchObject({
      warnings: [],
      reading: { source: 'import', state: 'read', ...EXPECTED },
    });
  });

  it('is read from CSV of other makers', () => {
    const nodes =
      'id:ID(N),name,:LABEL,sla_target:float,criticality\r\n0,order,Service,99.95,high\r\n1,postgres,Database,,\r\n';
    const relationships = ':START_ID(N),:END_ID(N),:TYPE,error_rate:double\n0,1,ACCESSES,0.01\n';
    expect(graphFromCsv({ nodes, relationships }).reading).toMatchObject({
      nodes: EXPECTED.nodes.map(({ name, kind }) => ({ name, kind })),
      edges: [{ caller: 'order', callee: 'postgres', kind: 'database', errorRatio: 0.01 }],
    });
  });

  it.each([
    ['', '', /nodes: it is empty/],
    ['name\na\n', ':START_ID,:END_ID\n', /no column :ID/],
    ['name:ID\na\n', 'x,y\n', /START_ID/],
    ['name:ID,:LABEL\na\n', ':START_ID,:END_ID\n', /row 2 has 1 fields, the header 2/],
    ['name:ID\n"a\n', ':START_ID,:END_ID\n', /line 2: a quote/],
  ])('is refused from %j and %j', (nodes, relationships, problem) => {
    expect(graphFromCsv({ nodes, relationships }).problem).toMatch(problem);
  });

  it.each([
    ['x', /Line 1 is no JSON/],
    ['{}\n{', /Line 2 is no JSON/],
    ['[]', /no node/],
  ])('is refused from %j', (json, problem) => {
    expect(graphFromJson(json).problem).toMatch(problem);
  });

  it('says what it left out', () => {
    const json = JSON.stringify([
      { id: '0', labels: [], properties: { name: '' } },
      { id: '1', labels: [], properties: { name: 'a' } },
      { start: '1', end: '9', type: 'CALLS', properties: {} },
    ]);
    expect(graphFromJson(json)).toMatchObject({
      warnings: [
        'Node "0" has no property name; it was left out.',
        'A relationship "CALLS" begins or ends at no node that was read; it was left out.',
      ],
    });
  });
});
