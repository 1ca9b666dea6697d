import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Services of the fleet, and what each is judged by: ten features that discovery finds and one of the user. */
export const FLEET = { services: 200, features: 11 } as const;
/** The signal of the user. */
export const USER_QUERY = 'sum by (service) (fleet_requests_in_flight)';

const CALLS = 'traces_spanmetrics_calls_total';
const BUCKETS = 'sum by (service, le) (rate(traces_spanmetrics_latency_bucket[75s]))';
/** The eleven features as plain queries, without the care that the backend takes of owners and namespaces. */
export const FEATURE_QUERIES: readonly string[] = [
  ...['60s', '300s'].flatMap((range) => [
    `sum by (service) (rate(${CALLS}[${range}]))`,
    `sum by (service) (rate(${CALLS}{status_code="STATUS_CODE_ERROR"}[${range}])) / sum by (service) (rate(${CALLS}[${range}]))`,
  ]),
  ...[0.5, 0.95, 0.99].map((quantile) => `histogram_quantile(${quantile}, ${BUCKETS})`),
  'sum by (container) (rate(container_cpu_usage_seconds_total[75s]))',
  'max by (container) (container_memory_working_set_bytes)',
  'count by (client) (traces_service_graph_request_total)',
  USER_QUERY,
];

/** A Prometheus of a fleet whose time is told from outside. */
export interface FleetUpstream {
  readonly url: string;
  nowMs: number;
  close(): Promise<void>;
}

const MINUTE_SECONDS = 60;
const DAY_MINUTES = 1440;
const POOL_LENGTH = 7 * DAY_MINUTES + 13;

type Labels = Readonly<Record<string, string>>;

/** Values of one kind over a good week, as Prometheus writes them. Services begin at different minutes of it. */
function pool(centre: number, seed: number, step = 0): readonly string[] {
  let state = seed;
  let drift = 0;
  return Array.from({ length: POOL_LENGTH }, (_, minute) => {
    let sum = 0;
    for (let i = 0; i < 4; i += 1) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      sum += state / 2 ** 32 - 0.5;
    }
    drift = 0.8 * drift + 0.03 * sum;
    const value = centre * (1 + 0.2 * Math.sin((2 * Math.PI * minute) / DAY_MINUTES) + drift);
    return String(step > 0 ? Math.round(value / step) * step : value);
  });
}

/** What queries mean, first match wins: what the expression has in it, the labels of its series, and their values. */
const KINDS: readonly (readonly [pattern: RegExp, labels: readonly string[], values: readonly string[]])[] = [
  [/service_graph.*count by|^count by \(client\)/s, ['client'], pool(4, 1, 1)],
  [/STATUS_CODE_ERROR/, ['service'], pool(0.01, 2)],
  [/^histogram_quantile\(0\.5,.*spanmetrics/s, ['service'], pool(0.05, 3)],
  [/^histogram_quantile\(0\.95,.*spanmetrics/s, ['service'], pool(0.12, 4)],
  [/^histogram_quantile\(0\.99,.*spanmetrics/s, ['service'], pool(0.2, 5)],
  [/^sum by \(service\) \(rate\(traces_spanmetrics_calls_total/, ['service'], pool(100, 6)],
  [/^sum by \(container.*container_cpu_usage_seconds_total/s, ['container', 'causeway_workload'], pool(0.4, 7)],
  [/^max by \(container[^/]*$/s, ['container', 'causeway_workload'], pool(4e8, 8)],
  [/fleet_requests_in_flight/, ['service'], pool(30, 9)],
];
/** Metrics that exist, with the labels that name their services. */
const METRICS: readonly (readonly [name: string, labels: readonly string[]])[] = [
  ['traces_spanmetrics_calls_total', ['service']],
  ['traces_spanmetrics_latency_bucket', ['service']],
  ['container_cpu_usage_seconds_total', ['container', 'causeway_workload']],
  ['container_memory_working_set_bytes', ['container', 'causeway_workload']],
  ['traces_service_graph_request_total', ['client', 'server']],
  ['fleet_requests_in_flight', ['service']],
];

/** A Prometheus that holds the metrics of a fleet for all time, and answers from memory after the first time. */
export async function startFleetUpstream(nowMs: number): Promise<FleetUpstream> {
  const cache = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    void readParameters(request).then(({ pathname, parameters }) => {
      const key = `${pathname}?${parameters}`;
      const body = pathname === '/clock' ? undefined : (cache.get(key) ?? Buffer.from(answer(pathname, parameters)));
      if (body) {
        cache.set(key, body);
      }
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(body ?? JSON.stringify({ nowMs: upstream.nowMs, speed: 0 }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const upstream: FleetUpstream = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    nowMs,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return upstream;
}

async function readParameters(request: IncomingMessage) {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) {
    parts.push(part);
  }
  const url = new URL(request.url ?? '/', 'http://localhost');
  return { pathname: url.pathname, parameters: new URLSearchParams(Buffer.concat(parts).toString() || url.search) };
}

function answer(pathname: string, parameters: URLSearchParams): string {
  const expr = parameters.get('query') ?? '';
  if (pathname.endsWith('/values')) {
    return success(JSON.stringify(METRICS.map(([name]) => name)));
  }
  if (pathname.endsWith('/query_range')) {
    return success(`{"resultType":"matrix","result":[${matrix(expr, parameters).join(',')}]}`);
  }
  if (pathname.endsWith('/query')) {
    const labels = METRICS.find(([name]) => expr.includes(name))?.[1] ?? [];
    const isKnown = /^group by|fleet_requests_in_flight|^sum by \(client, server\)/.test(expr);
    const result = isKnown && labels.length > 0 ? fleet(labels) : [];
    const samples = result.map((metric) => ({ metric, value: [Number(parameters.get('time')), '1'] }));
    return success(JSON.stringify({ resultType: 'vector', result: samples }));
  }
  return success(JSON.stringify({ version: '3.5.0' }));
}

function success(data: string): string {
  return `{"status":"success","data":${data}}`;
}

function fleet(labels: readonly string[]): readonly Labels[] {
  const name = (i: number): string => `service-${String(i % FLEET.services).padStart(3, '0')}`;
  return Array.from({ length: FLEET.services }, (_, i) =>
    Object.fromEntries(labels.map((label) => [label, name(label === 'server' ? i + 1 : i)]))
  );
}

function matrix(expr: string, parameters: URLSearchParams): readonly string[] {
  const kind = KINDS.find(([pattern]) => pattern.test(expr));
  if (!kind) {
    return [];
  }
  const [, labels, values] = kind;
  const [start = 0, end = 0, step = 60] = ['start', 'end', 'step'].map((name) => Number(parameters.get(name)));
  const points = Math.floor((end - start) / step) + 1;
  return fleet(labels).map((metric, series) => {
    const written = Array.from({ length: points }, (_, point) => {
      const seconds = start + point * step;
      const minute = Math.floor(seconds / MINUTE_SECONDS) + series * 797;
      return `[${seconds},"${values[minute % POOL_LENGTH]}"]`;
    });
    return `{"metric":${JSON.stringify(metric)},"values":[${written.join(',')}]}`;
  });
}
