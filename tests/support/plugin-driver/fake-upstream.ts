import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How the fake Prometheus behaves. */
export type UpstreamMode = 'ok' | 'error' | 'hang' | 'html' | 'empty' | 'no-latency' | 'no-graph';

/** A tiny Prometheus and Loki over HTTP: four services in a row, with an optional slow database. */
export interface FakeUpstream {
  readonly url: string;
  mode: UpstreamMode;
  /** Answer of `/clock`: a simulated clock that stands. */
  nowMs: number;
  /** From here on the database answers slowly; never when undefined. */
  faultFromMs: number | undefined;
  /** Requests seen, by path. */
  readonly requests: string[];
  /** Requests that the client gave up before they were answered. */
  aborted: number;
  close(): Promise<void>;
}

const SERVICES = ['checkout', 'gateway', 'payment'] as const;
const DATABASE = 'orders-db';
const EDGES = [
  ['user', 'gateway', 'virtual_node'],
  ['gateway', 'checkout', ''],
  ['checkout', 'payment', ''],
  ['payment', DATABASE, 'database'],
] as const;

/** Starts the fake on a free port of the loopback interface. */
export async function startFakeUpstream(port = 0): Promise<FakeUpstream> {
  const open = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    open.add(response);
    response.once('close', () => {
      open.delete(response);
      fake.aborted += response.writableEnded ? 0 : 1;
    });
    void readBody(request).then((body) => answer(fake, request, body, response));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const fake: FakeUpstream = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mode: 'ok',
    nowMs: Date.now(),
    faultFromMs: undefined,
    requests: [],
    aborted: 0,
    close: () =>
      new Promise((resolve) => {
        open.forEach((response) => response.destroy());
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return fake;
}

function answer(fake: FakeUpstream, request: IncomingMessage, body: string, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const parameters = new URLSearchParams(body || url.search);
  if (url.pathname === '/clock') {
    send(response, 200, { nowMs: fake.nowMs, speed: 0 });
    return;
  }
  fake.requests.push(url.pathname);
  const expr = parameters.get('query') ?? '';
  if (misbehaves(fake.mode, url.pathname, expr, response)) {
    return;
  }
  const data = toData(fake, url.pathname, expr, parameters);
  send(response, 200, { status: 'success', data });
}

/** Answers as the mode wants it, or not at all; false when the mode leaves this request alone. */
function misbehaves(mode: UpstreamMode, pathname: string, expr: string, response: ServerResponse): boolean {
  const unavailable = { status: 'error', errorType: 'unavailable', error: 'the storage is down' };
  if (mode === 'html') {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>Log in</body></html>');
  } else if (mode === 'error' || (mode === 'no-graph' && pathname.endsWith('/query'))) {
    send(response, 503, unavailable);
  } else if (mode === 'no-latency' && expr.includes('latency')) {
    send(response, 422, { status: 'error', errorType: 'execution', error: 'query timed out' });
  } else {
    return mode === 'hang';
  }
  return true;
}

function toData(fake: FakeUpstream, pathname: string, expr: string, parameters: URLSearchParams): object {
  if (pathname.startsWith('/loki/')) {
    return { resultType: expr.includes('count_over_time') ? 'matrix' : 'streams', result: [] };
  }
  if (pathname.endsWith('/buildinfo')) {
    return { version: '3.5.0' };
  }
  if (pathname.endsWith('/query_range')) {
    return { resultType: 'matrix', result: toMatrix(fake, expr, parameters) };
  }
  return { resultType: 'vector', result: toVector(fake, expr, Number(parameters.get('time')) * 1000) };
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request) {
    text += String(part);
  }
  return text;
}

type Value = (name: string, atMs: number, slow: boolean) => number;

/** Values of each kind of query by the metric in it; a query that is not listed has no series. */
const RANGE_ANSWERS: readonly (readonly [RegExp, string, readonly string[], Value])[] = [
  [
    /^\(sum by \(service\) .*STATUS_CODE_ERROR/,
    'service',
    SERVICES,
    (name, atMs) => 0.002 + 0.0005 * noise(name, atMs),
  ],
  [
    /^sum by \(service\) \(rate\(traces_spanmetrics_calls_total/,
    'service',
    SERVICES,
    (name, atMs) => 100 + 5 * noise(name, atMs),
  ],
  [
    /^histogram_quantile\(0.95, sum by \(service, le\)/,
    'service',
    SERVICES,
    (name, atMs, slow) => (slow ? 2.5 : 0.05) * (1 + 0.05 * noise(name, atMs)),
  ],
  [
    /^histogram_quantile\(0.95, sum by \(server, le\).*_server_seconds_bucket\{connection_type=~"database"/,
    'server',
    [DATABASE],
    (name, atMs, slow) => (slow ? 2.4 : 0.005) * (1 + 0.05 * noise(name, atMs)),
  ],
  [
    /^sum by \(server, relname\) \(rate\(pg_stat_user_tables_seq_scan/,
    'server',
    [DATABASE],
    (name, atMs, slow) => (slow ? 90 : 0.5) * (1 + 0.1 * noise(name, atMs)),
  ],
  [
    /^sum by \(container\) \(rate\(container_cpu_usage/,
    'container',
    [...SERVICES, DATABASE],
    (name, atMs, slow) => (slow && name === DATABASE ? 3.8 : 0.4) * (1 + 0.05 * noise(`cpu${name}`, atMs)),
  ],
];

function toMatrix(fake: FakeUpstream, expr: string, parameters: URLSearchParams): readonly object[] {
  const found = fake.mode === 'empty' ? undefined : RANGE_ANSWERS.find(([pattern]) => pattern.test(expr));
  if (!found) {
    return [];
  }
  const [, label, names, value] = found;
  const [start, end, step] = ['start', 'end', 'step'].map((name) => Number(parameters.get(name)));
  const times = Array.from({ length: Math.floor((end! - start!) / step!) + 1 }, (_, i) => start! + i * step!);
  return names.map((name) => ({
    metric: { [label]: name, ...(expr.includes('relname') ? { relname: 'orders' } : {}) },
    values: times.map((time) => [time, String(value(name, time * 1000, isSlow(fake, time * 1000)))]),
  }));
}

function toVector(fake: FakeUpstream, expr: string, atMs: number): readonly object[] {
  const sample = (metric: object, value: number): object => ({ metric, value: [atMs / 1000, String(value)] });
  if (fake.mode === 'empty') {
    return [];
  }
  if (expr.startsWith('vector(1)')) {
    return [sample({}, 1)];
  }
  if (/^sum by \(client, server(, connection_type)?\) \(rate\(traces_service_graph_request_total/.test(expr)) {
    const typed = expr.includes('connection_type');
    return EDGES.map(([client, server, type]) =>
      sample({ client, server, ...(typed ? { connection_type: type } : {}) }, 100)
    );
  }
  if (/^histogram_quantile\(0.95, sum by \(client, server, le\)/.test(expr)) {
    return EDGES.map(([client, server]) => sample({ client, server }, isSlow(fake, atMs) ? 2.4 : 0.05));
  }
  if (expr.startsWith('sum by (service) (rate(traces_spanmetrics_calls_total')) {
    return SERVICES.map((service) => sample({ service }, 100));
  }
  if (/pg_settings_max_connections/.test(expr)) {
    return [sample({ server: DATABASE }, 100)];
  }
  if (/kube_deployment_spec_replicas/.test(expr)) {
    return SERVICES.map((deployment) => sample({ deployment }, 2));
  }
  return [];
}

function isSlow({ faultFromMs }: FakeUpstream, atMs: number): boolean {
  return faultFromMs !== undefined && atMs >= faultFromMs;
}

/** About normal with deviation 1, the same for the same name and time. */
function noise(name: string, atMs: number): number {
  let hash = Math.trunc(atMs / 1000) >>> 0;
  for (const letter of name) {
    hash = Math.imul(hash ^ letter.charCodeAt(0), 2_654_435_761) >>> 0;
  }
  let sum = 0;
  for (let i = 0; i < 4; i += 1) {
    hash = (Math.imul(hash ^ (hash >>> 15), 2_246_822_519) + 12_345) >>> 0;
    sum += hash / 2 ** 32 - 0.5;
  }
  return sum * 1.7;
}
