import { describe, expect, it } from 'vitest';
import type { InstantSample, Labels } from '#model';
import { TelemetryError } from '../errors.ts';
import type { PrometheusClient } from '../prometheus/client.ts';
import { type EventCountRequest, fetchCallCounts, fetchOperationCounts } from './fetch-event-counts.ts';

const MINUTE = 60_000;
const WINDOWS = [
  { fromMs: 0, toMs: 60 * MINUTE },
  { fromMs: 62 * MINUTE, toMs: 62 * MINUTE + 30_000 },
];
const SERVER = 'SPAN_KIND_SERVER';

type Rows = readonly (readonly [labels: Labels, value: number])[];
/** Answers of the two windows by a part of the query, the first that fits. */
type Answers = readonly (readonly [part: string, baseline: Rows, incident: Rows])[];

function fake(answers: Answers) {
  const asked: string[] = [];
  const query: PrometheusClient['query'] = async (expr, atMs) => {
    asked.push(expr);
    const found = answers.find(([part]) => expr.includes(part));
    const rows = (atMs === WINDOWS[0]?.toMs ? found?.[1] : found?.[2]) ?? [];
    return {
      samples: rows.map(([labels, value]): InstantSample => ({ labels, value, atMs: 0 })),
      warnings: [],
      infos: [],
    };
  };
  return { query, asked };
}

const span = (service: string, name: string, kind = SERVER): Labels => ({ service, span_name: name, span_kind: kind });

const fetchEventCounts = async (prometheus: Pick<PrometheusClient, 'query'>, request: EventCountRequest) => {
  const calls = await fetchCallCounts(prometheus, request);
  const leaves = request.services.filter((service) => !calls.some(({ caller }) => caller === service));
  return { calls, operations: await fetchOperationCounts(prometheus, request, leaves) };
};

describe('counts of events', () => {
  it('counts operations without ids, and gives durations where no callee takes part in them', async () => {
    const { query, asked } = fake([
      [
        'traces_spanmetrics_calls_total',
        [
          [span('shop', 'GET /orders/17'), 40],
          [span('shop', 'GET /orders/18'), 60],
          [span('store', 'read', 'SPAN_KIND_CONSUMER'), 100],
          [span('store', 'compact', 'SPAN_KIND_INTERNAL'), 5],
        ],
        [[span('shop', 'GET /orders/19'), 9]],
      ],
      [
        'traces_spanmetrics_latency_bucket',
        [
          [{ ...span('store', 'read'), le: '0.1' }, 70],
          [{ ...span('store', 'read'), le: '+Inf' }, 100],
          [{ ...span('store', 'read'), le: '0.2' }, 99.5],
        ],
        [],
      ],
      ['request_total', [[{ client: 'shop', server: 'store', connection_type: '' }, 100]], []],
    ]);
    const { operations } = await fetchEventCounts({ query }, { services: ['shop', 'store'], windows: WINDOWS });
    const durations = { bounds: [0.1, 0.2, Infinity], counts: [70, 29.5, 0.5] };
    expect(operations).toEqual([
      { service: 'shop', operation: 'GET /orders/*', kind: 'served', windows: [{ count: 100 }, { count: 9 }] },
      { service: 'store', operation: 'compact', kind: 'internal', windows: [{ count: 5 }, undefined] },
      { service: 'store', operation: 'read', kind: 'served', windows: [{ count: 100, durations }, undefined] },
    ]);
    expect(asked.filter((expr) => expr.includes('latency_bucket')).every((expr) => !expr.includes('shop'))).toBe(true);
    expect(asked.some((expr) => expr.includes('[3600s]'))).toBe(true);
    expect(asked.some((expr) => expr.includes('[30s]'))).toBe(false);
  });

  it('counts calls and their failures, and tells callees that send no spans', async () => {
    const edge = (server: string, type = ''): Labels => ({ client: 'shop', server, connection_type: type });
    const { query } = fake([
      ['request_failed_total', [], [[{ client: 'shop', server: 'db' }, 3]]],
      ['client_seconds_bucket', [[{ client: 'shop', server: 'db', le: '1' }, 10]], []],
      [
        'request_total',
        [
          [edge('db', 'database'), 10],
          [edge('store'), 20],
        ],
        [
          [edge('db', 'database'), 5],
          [edge('store'), NaN],
        ],
      ],
    ]);
    const { calls } = await fetchEventCounts({ query }, { services: ['shop'], windows: WINDOWS });
    expect(calls).toEqual([
      {
        caller: 'shop',
        callee: 'db',
        untraced: true,
        windows: [{ count: 10, durations: { bounds: [1], counts: [10] } }, { count: 5 }],
        failed: [0, 3],
      },
      { caller: 'shop', callee: 'store', untraced: false, windows: [{ count: 20 }, undefined], failed: [0, 0] },
    ]);
  });

  it('reads the span metrics of the OpenTelemetry collector where Tempo has none', async () => {
    const labels = { service_name: 'shop', span_name: 'GET /', span_kind: SERVER };
    const { query } = fake([
      ['traces_span_metrics_calls_total', [[labels, 7]], [[labels, 8]]],
      ['duration_milliseconds_bucket', [[{ ...labels, le: '250' }, 7]], []],
    ]);
    const { operations, calls } = await fetchEventCounts({ query }, { services: ['shop'], windows: WINDOWS });
    expect(calls).toEqual([]);
    expect(operations[0]?.windows).toEqual([{ count: 7, durations: { bounds: [0.25], counts: [7] } }, { count: 8 }]);
  });

  it('finds nothing without such metrics, and asks no more than it must', async () => {
    const { query, asked } = fake([]);
    const services = Array.from({ length: 90 }, (_, i) => `service-${i}`);
    expect(await fetchEventCounts({ query }, { services, windows: WINDOWS })).toEqual({ operations: [], calls: [] });
    expect(asked.length).toBeLessThanOrEqual(2 * 3 * 6);
  });

  it('does not use half an answer', async () => {
    const many: Rows = Array.from({ length: 50_001 }, (_, i) => [span('shop', `do ${'x'.repeat(i % 150)}`), 1]);
    const { query } = fake([['traces_spanmetrics_calls_total', many, [[span('shop', 'do'), 1]]]]);
    expect((await fetchEventCounts({ query }, { services: ['shop'], windows: WINDOWS })).operations).toEqual([]);
  });

  it('keeps the busiest operations of a service', async () => {
    const name = (i: number): string => `do ${'x'.repeat(i)}`;
    const rows: Rows = Array.from({ length: 100 }, (_, i) => [span('shop', name(i)), i + 1]);
    const { query } = fake([['traces_spanmetrics_calls_total', rows, []]]);
    const { operations } = await fetchEventCounts({ query }, { services: ['shop'], windows: WINDOWS });
    expect(operations).toHaveLength(60);
    expect(Math.min(...operations.map(({ windows }) => windows[0]?.count ?? 0))).toBe(41);
  });

  it('passes a failure on', async () => {
    const query = () => Promise.reject(new TelemetryError('prometheus', 'timeout'));
    const read = fetchEventCounts({ query }, { services: ['shop'], windows: WINDOWS });
    await expect(read).rejects.toMatchObject({ code: 'CAUSEWAY_PROM_TIMEOUT' });
  });
});
