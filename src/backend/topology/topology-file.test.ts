import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeTopology } from '#engine';
import { BackendError } from '../errors.ts';
import { readTopologyFile } from './topology-file.ts';
import { writeTopologyFile } from './write-topology-file.ts';

/** Requirements A4.1 and A4.2, word for word. */
const REQUIRED = `apiVersion: v1
kind: ConfigMap
metadata:
  name: service-topology
data:
  topology.yaml: |
    services:
      - name: frontend
        depends_on: [api-gateway]
        metrics:
          - http_requests_total
          - http_request_duration_seconds

      - name: api-gateway
        depends_on: [order-service, user-service]
        metrics:
          - gateway_requests_total
          - gateway_latency_seconds

      - name: order-service
        depends_on: [postgres, redis]
        metrics:
          - order_processing_total
          - order_latency_seconds

      - name: postgres
        type: database
        metrics:
          - pg_connections
          - pg_query_duration_seconds

    propagation_rules:
      - if: postgres.pg_connections > 90%
        then: order-service.latency_increase
        confidence: 0.85

      - if: order-service.error_rate > 5%
        then: api-gateway.error_rate_increase
        confidence: 0.90
`;
const INNER = REQUIRED.split('\n')
  .slice(6)
  .map((line) => line.slice(4))
  .join('\n');

describe('the file of the requirements', () => {
  it.each([
    ['in its ConfigMap', REQUIRED],
    ['alone', INNER],
  ])('is accepted %s', (_, text) => {
    const reading = readTopologyFile(text);
    expect(reading.edges.map(({ caller, callee, kind }) => [caller, callee, kind])).toEqual([
      ['frontend', 'api-gateway', 'http'],
      ['api-gateway', 'order-service', 'http'],
      ['api-gateway', 'user-service', 'http'],
      ['order-service', 'postgres', 'database'],
      ['order-service', 'redis', 'http'],
    ]);
    expect(reading.nodes).toContainEqual({
      name: 'postgres',
      kind: 'database',
      metrics: ['pg_connections', 'pg_query_duration_seconds'],
    });
    expect(reading.rules).toEqual([
      {
        cause: { service: 'postgres', metric: 'pg_connections', comparison: '>', threshold: 0.9, percent: true },
        effect: { service: 'order-service', symptom: 'latency', change: 'increase' },
        confidence: 0.85,
      },
      {
        cause: { service: 'order-service', metric: 'error_rate', comparison: '>', threshold: 0.05, percent: true },
        effect: { service: 'api-gateway', symptom: 'error_rate', change: 'increase' },
        confidence: 0.9,
      },
    ]);
  });

  it('makes a graph in which everything is declared and nothing measured', () => {
    const graph = mergeTopology([readTopologyFile(REQUIRED)], { atMs: 1, staleAfterSeconds: 1 });
    expect(graph.nodes.map(({ name, measured }) => [name, measured])).toEqual([
      ['api-gateway', false],
      ['frontend', false],
      ['order-service', false],
      ['postgres', false],
      ['redis', false],
      ['user-service', false],
    ]);
    expect(graph.rules).toHaveLength(2);
  });
});

describe('a topology file', () => {
  it('describes services further', () => {
    const text = `services:
  - {name: a, type: service, team: pay, criticality: high, sla_target: 99.95, language: go, depends_on: [q, c, bank, a, q]}
  - {name: q, type: message-queue, depends_on: [w]}
  - {name: c, type: cache, system: redis, host: redis.local, version: "7"}
  - {name: bank, type: external, vendor: Bank AG, sla_target: 0.9}
`;
    const { nodes, edges } = readTopologyFile(text);
    expect(nodes[0]).toEqual({
      name: 'a',
      kind: 'service',
      team: 'pay',
      criticality: 'high',
      slaTarget: 0.9995,
      language: 'go',
    });
    expect(nodes[3]).toMatchObject({ kind: 'external', vendor: 'Bank AG', slaTarget: 0.9 });
    expect(edges.map(({ caller, callee, kind, direction }) => [caller, callee, kind, direction])).toEqual([
      ['a', 'q', 'messaging', 'publish'],
      ['a', 'c', 'database', 'access'],
      ['a', 'bank', 'http', 'call'],
      ['q', 'w', 'messaging', 'consume'],
    ]);
  });

  it.each([
    ['', /it is empty|must be an object/],
    ['- a', /must be an object with the list services/],
    ['services: 3', /services is not usable/],
    [
      'services:\n  - name: a\n    depend_on: [b]',
      /services\[0\] \(a\) has the unknown field "depend_on"; did you mean depends_on\?/,
    ],
    [
      'services:\n  - name: a\n    depends_on: [b, 7]',
      /services\[0\]\.depends_on\[1\] \(a\) is not usable: expected string/,
    ],
    ['services:\n  - name: a\n    type: mainframe', /services\[0\]\.type \(a\)/],
    ['services:\n  - name: a\n  - name: a', /services\[1\]\.name: "a" is there twice/],
    ['services:\n  - name: "a\\nb"', /services\[0\]\.name .*one line/],
    ['services: []\nrules: []', /the file has the unknown field "rules"; known are services, propagation_rules/],
    [
      'services:\n  - name: a\npropagation_rules:\n  - {if: a.b = 1, then: a.latency_increase, confidence: 1}',
      /propagation_rules\[0\]\.if is no condition; write service\.metric/,
    ],
    [
      'services:\n  - name: a\npropagation_rules:\n  - {if: x.b > 1, then: a.latency_increase, confidence: 1}',
      /propagation_rules\[0\]\.if names "x", which no service of the file is/,
    ],
    [
      'services:\n  - name: a\npropagation_rules:\n  - {if: a.b > 1, then: a.latency_increase, confidence: 85}',
      /propagation_rules\[0\]\.confidence/,
    ],
    ['kind: ConfigMap\ndata: {other.txt: x}', /no key topology\.yaml/],
    ['kind: ConfigMap\ndata: {topology.yaml: "services: 3"}', /data\["topology\.yaml"\]: services is not usable/],
    ['services: [\n', /line \d+/],
    ['a: 1\n---\nb: 2', /several documents/],
  ])('%j is refused with the field and what to do', (text, message) => {
    const found = failure(text);
    expect(found).toMatchObject({ code: 'CAUSEWAY_TOPOLOGY_FILE_INVALID' });
    expect(found.message).toMatch(message);
    expect(found.remedy).toMatch(/docs\/topology\.md/);
  });

  it.each([
    ['a bomb of aliases', `a: &a [x,x]\nb: &b [*a,*a]\nservices: [*b,*b]`, /line 1: anchors and aliases/],
    ['a merge key', `base: &b {type: service}\nservices:\n  - {<<: *b, name: a}`, /anchors/],
    ['a tag', 'services: !!js/function "x"', /tag/],
    ['a repeated key', 'services: []\nservices: []', /"services" is there twice/],
    ['a deep nest', `services: ${'['.repeat(30)}${']'.repeat(30)}`, /nested too deeply/],
    ['a deeper nest', '['.repeat(100_000), /nested too deeply/],
    ['a compact nest', '- '.repeat(100_000), /nested too deeply/],
    ['a long text', `services: []\n#${'x'.repeat(300_000)}`, /characters/],
    ['an object with many keys', `{${Array.from({ length: 1500 }, (_, i) => `k${i}: 1`).join(', ')}}`, /1500 keys/],
  ])('of %s is refused', (_, text, message) => {
    expect(failure(text).message).toMatch(message);
  });

  it('never throws anything else', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.jsonValue().map((value) => JSON.stringify(value))
        ),
        (text) => {
          let outcome: unknown;
          try {
            outcome = readTopologyFile(text).state;
          } catch (error) {
            outcome = error instanceof BackendError ? error.code : error;
          }
          expect(['read', 'CAUSEWAY_TOPOLOGY_FILE_INVALID']).toContain(outcome);
        }
      )
    );
  });

  it('is the same after writing and reading', () => {
    const first = readTopologyFile(REQUIRED);
    const again = readTopologyFile(writeTopologyFile(first));
    const rule = { atMs: 1, staleAfterSeconds: 1 };
    expect(mergeTopology([again], rule)).toMatchObject({
      nodes: mergeTopology([first], rule).nodes,
      edges: mergeTopology([first], rule).edges,
    });
    expect(again.rules).toEqual(first.rules);
    const hostile = { name: 'a: b # c\u2028\'"', kind: 'service' as const, team: '*x', slaTarget: 0.9995 };
    expect(readTopologyFile(writeTopologyFile({ nodes: [hostile], edges: [] })).nodes).toEqual([hostile]);
  });
});

function failure(text: string): BackendError {
  try {
    readTopologyFile(text);
  } catch (error) {
    if (error instanceof BackendError) {
      return error;
    }
    throw error;
  }
  throw new Error('it was accepted');
}
