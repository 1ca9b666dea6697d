import { describe, expect, it } from 'vitest';
import type { InstantSample, Labels } from '#model';
import { TelemetryError } from '../errors.ts';
import { discoverFeatures, NAME_SELECTOR } from './discover-features.ts';
import type { UserSignalDefinition } from './feature-plan.ts';
import { fetchFeatureSignals } from './fetch-feature-signals.ts';

const AT = 1_700_000_000_000;
const NONE = { warnings: [], infos: [] };

interface Fake {
  /** Rows by a text that the probe contains; the first that fits answers. */
  readonly rows: readonly (readonly [string, readonly Labels[]])[];
  readonly names: readonly string[];
  readonly failing?: RegExp;
}

/** A Prometheus that has these metric names and answers probes with these rows. */
function fake({ rows, names, failing }: Fake) {
  const asked: string[] = [];
  const check = (expr: string): void => {
    asked.push(expr);
    if (failing?.test(expr)) {
      throw new TelemetryError('prometheus', 'bad-query', { detail: 'no.' });
    }
  };
  return {
    asked,
    query: async (expr: string) => {
      check(expr);
      const labels = rows.find(([text]) => expr.includes(text))?.[1] ?? [];
      return { samples: labels.map((one): InstantSample => ({ labels: one, atMs: AT, value: 1 })), ...NONE };
    },
    labelValues: async (_label: string, selector: string) => {
      check(selector);
      return { values: names, ...NONE };
    },
    queryRange: async (expr: string) => {
      check(expr);
      const labels = rows.find(([text]) => expr.includes(text))?.[1] ?? [];
      return { series: labels.map((one) => ({ labels: one, timesMs: [AT], values: [1] })), ...NONE };
    },
  };
}

const SPANS = ['traces_spanmetrics_calls_total', 'traces_spanmetrics_latency_bucket'];
const OLD_HTTP = ['http_server_duration_milliseconds_count', 'http_server_duration_milliseconds_bucket'];

async function sourcesOf(service: string, client: ReturnType<typeof fake>): Promise<Record<string, string>> {
  const { coverage } = await discoverFeatures(client, { atMs: AT });
  const mine = coverage.filter((entry) => entry.service === service);
  return Object.fromEntries(mine.map(({ feature, found, source }) => [feature, found ? source : 'missing']));
}

describe('choice of sources', () => {
  it('takes the best source of each service apart', async () => {
    const client = fake({
      names: [...SPANS, ...OLD_HTTP],
      rows: [
        ['traces_spanmetrics', [{ service: 'cart' }]],
        ['http_server_duration_milliseconds', [{ service_name: 'cart' }, { causeway_job: 'legacy' }]],
      ],
    });
    expect(await sourcesOf('cart', client)).toMatchObject({
      request_rate_1m: 'otel-span-metrics',
      latency_p99: 'otel-span-metrics',
    });
    expect(await sourcesOf('legacy', client)).toMatchObject({
      request_rate_1m: 'otel-http-server',
      error_rate_5m: 'otel-http-server',
      latency_p99: 'otel-http-server',
      cpu: 'missing',
      dependency_count: 'missing',
    });
  });

  it('takes single features from a second source where the first lacks them', async () => {
    const client = fake({
      names: ['http_requests_total', ...OLD_HTTP],
      rows: [
        ['http_requests_total{status!=""}', []],
        ['http_requests_total', [{ service: 'cart' }]],
        ['http_server_duration_milliseconds_bucket', [{ service: 'cart' }]],
      ],
    });
    expect(await sourcesOf('cart', client)).toMatchObject({
      request_rate_1m: 'http-server',
      error_rate_1m: 'missing',
      latency_p50: 'otel-http-server',
    });
  });

  it('never reads an error ratio from requests without a status', async () => {
    const client = fake({
      names: ['http_requests_total'],
      rows: [
        ['http_requests_total{status!=""}', []],
        ['http_requests_total', [{ service: 'cart' }]],
      ],
    });
    const { coverage, queries } = await discoverFeatures(client, { atMs: AT });
    expect(queries.map(({ feature }) => feature)).toEqual(['request_rate_1m', 'request_rate_5m']);
    expect(coverage.find(({ feature }) => feature === 'error_rate_1m')).toMatchObject({
      found: false,
      source: '',
      query: '',
      cost: 'Without an error ratio, failing requests cannot be seen.',
    });
  });

  it('reads milliseconds as seconds', async () => {
    const client = fake({ names: OLD_HTTP, rows: [['http_server_duration', [{ service_name: 'cart' }]]] });
    const { queries } = await discoverFeatures(client, { atMs: AT });
    const p99 = queries.find(({ feature }) => feature === 'latency_p99');
    expect([p99?.unit, p99?.expr.endsWith('/ 1000 >= 0')]).toEqual(['seconds', true]);
  });

  it('does not take the process metrics of an exporter for those of its store', async () => {
    const client = fake({
      names: ['redis_commands_processed_total', 'process_cpu_seconds_total', ...SPANS],
      rows: [
        ['redis_commands', [{ instance: 'redis:9121' }]],
        ['process_cpu', [{ causeway_job: 'redis' }, { causeway_job: 'cart' }, { causeway_job: 'prometheus' }]],
        ['traces_spanmetrics', [{ service: 'cart' }]],
      ],
    });
    const { coverage } = await discoverFeatures(client, { atMs: AT });
    const cpu = coverage.filter(({ feature, found }) => feature === 'cpu' && found).map(({ service }) => service);
    expect(cpu).toEqual(['cart']);
  });

  it('says which memory has no limit, and what that costs', async () => {
    const client = fake({
      names: ['container_memory_working_set_bytes', 'container_spec_memory_limit_bytes'],
      rows: [
        ['container_spec_memory_limit_bytes', [{ container: 'cart', causeway_workload: 'cart' }]],
        [
          'container_memory_working_set_bytes',
          ['cart', 'order'].map((name) => ({ container: name, causeway_workload: name })),
        ],
      ],
    });
    const { coverage } = await discoverFeatures(client, { atMs: AT });
    const memory = coverage.filter(({ feature }) => feature === 'memory');
    expect(memory.map(({ service, found, cost }) => [service, found, cost])).toEqual([
      ['cart', true, ''],
      ['order', true, 'Without a memory limit, saturation of memory cannot be forecast.'],
    ]);
  });

  it('lengthens rates where scrapes are rare', async () => {
    const client = fake({ names: SPANS, rows: [['traces_spanmetrics', [{ service: 'cart' }]]] });
    const { queries } = await discoverFeatures(client, { atMs: AT, scrapeSeconds: 60 });
    const expr = (feature: string): string => queries.find((query) => query.feature === feature)?.expr ?? '';
    expect(expr('request_rate_1m')).toContain('[240s]');
    expect(expr('request_rate_5m')).toContain('[300s]');
  });

  it('measures the scrape interval, and says when it cannot', async () => {
    const rows = [['traces_spanmetrics', [{ service: 'cart' }]]] as const;
    const client = fake({ names: ['up', ...SPANS], rows });
    const timed = (scrapes: number) => ({
      ...client,
      query: async (expr: string) =>
        expr.includes('count_over_time(up[')
          ? { samples: [{ labels: {}, atMs: AT, value: scrapes }], ...NONE }
          : client.query(expr),
    });
    const windows = async (scrapes: number): Promise<string | undefined> =>
      /\[\d+s\]/.exec((await discoverFeatures(timed(scrapes), { atMs: AT })).queries[0]?.expr ?? '')?.[0];
    expect([await windows(40), await windows(10), await windows(0), await windows(Number.NaN)]).toEqual([
      '[60s]',
      '[240s]',
      '[60s]',
      '[60s]',
    ]);
    const failing = await discoverFeatures(fake({ names: ['up', ...SPANS], rows, failing: /up\[/ }), { atMs: AT });
    expect([failing.queries.length, failing.gaps.map(({ source }) => source)]).toEqual([
      7,
      ['prometheus:feature-scrape'],
    ]);
  });

  it('judges a host by the node exporter and its access log', async () => {
    const client = fake({
      names: ['node_uname_info', 'node_cpu_seconds_total', 'http_requests_total'],
      rows: [
        ['node_uname_info', [{ instance: '10.0.0.1:9100', nodename: 'alpha' }]],
        ['node_cpu_seconds_total', [{ instance: '10.0.0.1:9100' }]],
        ['group by (instance) (http_requests_total', [{ instance: '10.0.0.1:8000' }, { instance: '10.0.0.9:8000' }]],
      ],
    });
    const line = '10.0.0.7 - - [18/Nov/2026:12:00:00 +0000] "GET / HTTP/1.1" 200 612 "-" "curl/8"';
    const loki = {
      queryRange: async (query: string) => ({
        series: query.includes('job=~') ? [{ labels: { job: 'nginx' }, timesMs: [AT], values: [1] }] : [],
        warnings: [],
      }),
      queryLines: async () => [{ atMs: AT, labels: {}, line }],
    };
    const { coverage, queries, gaps } = await discoverFeatures(client, { atMs: AT, loki });
    const host = coverage.filter(({ profile }) => profile === 'host');
    expect(gaps).toEqual([]);
    expect(new Set(host.map(({ service }) => service))).toEqual(new Set(['alpha']));
    expect(host.filter(({ found }) => found).map(({ feature, source }) => `${feature} ${source}`)).toEqual([
      'request_rate nginx-access-logs',
      'error_rate_4xx nginx-access-logs',
      'error_rate_5xx nginx-access-logs',
      'unique_ips_per_min nginx-access-logs',
      'avg_response_size nginx-access-logs',
      'cpu_percent node-exporter',
    ]);
    expect(queries.filter(({ from }) => from === 'loki')).toHaveLength(5);
  });
});

describe('what cannot be read', () => {
  it('is nothing at all in an empty Prometheus', async () => {
    const client = fake({ names: [], rows: [] });
    expect(await discoverFeatures(client, { atMs: AT })).toEqual({ coverage: [], queries: [], gaps: [] });
    expect(client.asked).toEqual([NAME_SELECTOR]);
    const window = { fromMs: AT - 60_000, toMs: AT };
    expect(await fetchFeatureSignals(client, { queries: [] }, { window, stepSeconds: 60 })).toEqual({
      signals: [],
      gaps: [],
    });
  });

  it('ignores names that were not asked for, as servers without match[] send them', async () => {
    const client = fake({ names: ['something_else', ...SPANS], rows: [['traces_span', [{ service: 'cart' }]]] });
    expect((await discoverFeatures(client, { atMs: AT })).queries).toHaveLength(7);
  });

  it('is a gap where one probe fails, and an error where the names cannot be read', async () => {
    const rows = [['traces_spanmetrics', [{ service: 'cart' }]]] as const;
    const client = fake({ names: SPANS, rows, failing: /latency_bucket\{/ });
    const { gaps, queries } = await discoverFeatures(client, { atMs: AT });
    expect(queries.map(({ feature }) => feature)).not.toContain('latency_p50');
    expect(gaps.map(({ source }) => source)).toEqual(['prometheus:feature-traces_spanmetrics_latency/latency']);
    await expect(discoverFeatures(fake({ names: SPANS, rows, failing: /__name__/ }), { atMs: AT })).rejects.toThrow(
      TelemetryError
    );
  });

  it('is a gap where discovery takes too long', async () => {
    const client = fake({ names: SPANS, rows: [['traces_spanmetrics', [{ service: 'cart' }]]] });
    const slow = {
      ...client,
      query: async (expr: string, _atMs: number, options?: { readonly signal?: AbortSignal | undefined }) => {
        if (expr.includes('latency')) {
          await new Promise((resolve) => options?.signal?.addEventListener('abort', resolve));
          throw new TelemetryError('prometheus', 'cancelled');
        }
        return client.query(expr);
      },
    };
    const { gaps } = await discoverFeatures(slow, { atMs: AT, deadlineSeconds: 0.05 });
    expect(gaps.map(({ reason }) => reason)).toContain('Not looked for: discovery took too long.');
  });

  it('leaves out names that are too long and keeps hostile ones as they are', async () => {
    const hostile = ['__proto__', 'constructor', '"}) or vector(1) #', '\n', 'a/b', '<script>', '😀'];
    const rows = [...hostile, 'x'.repeat(254), ''].map((service) => ({ service }));
    const client = fake({ names: SPANS, rows: [['traces_spanmetrics', rows]] });
    const plan = await discoverFeatures(client, { atMs: AT });
    expect(new Set(plan.coverage.map(({ service }) => service))).toEqual(new Set(hostile));
    expect(plan.gaps.map(({ reason }) => reason)).toContain('Names of more than 253 characters are left out.');
    expect(plan.queries.map(({ expr }) => expr).join('')).not.toContain('vector(1)');
    const window = { fromMs: AT - 60_000, toMs: AT + 1 };
    const { signals } = await fetchFeatureSignals(client, plan, { window, stepSeconds: 60 });
    expect(signals.filter(({ kind }) => kind === 'request-rate')).toHaveLength(2 * hostile.length);
  });

  it('needs no more calls for 2,000 services than for two, and reads long histories in stretches', async () => {
    const rows = (count: number) => Array.from({ length: count }, (_, at) => ({ service: `s${at}` }));
    const [two, many] = [2, 2000].map((count) => fake({ names: SPANS, rows: [['traces_spanmetrics', rows(count)]] }));
    const [small, plan] = await Promise.all([two!, many!].map((client) => discoverFeatures(client, { atMs: AT })));
    expect(many!.asked).toEqual(two!.asked);
    expect(plan!.queries.map(({ expr }) => expr)).toEqual(small!.queries.map(({ expr }) => expr));
    expect(plan!.coverage).toHaveLength(20_000);
    many!.asked.length = 0;
    const tick = { window: { fromMs: AT - 60_000, toMs: AT + 1 }, stepSeconds: 60 };
    const { signals } = await fetchFeatureSignals(many!, plan!, tick);
    expect([many!.asked.length, signals.length]).toEqual([plan!.queries.length, 14_000]);
    const points: number[] = [];
    const reader = {
      queryRange: async (_expr: string, range: { startMs: number; endMs: number }) => {
        points.push((range.endMs - range.startMs) / 300_000 + 1);
        return { series: [], ...NONE };
      },
    };
    const week = { window: { fromMs: AT - 7 * 86_400_000, toMs: AT }, stepSeconds: 300 };
    await fetchFeatureSignals(reader, { queries: plan!.queries.slice(0, 1) }, week);
    expect(Math.max(...points) * 2000).toBeLessThanOrEqual(100_000);
    expect(points.reduce((sum, count) => sum + count)).toBe(2016);
  });
});

describe('own signals', () => {
  const define = (patch: Partial<UserSignalDefinition>): UserSignalDefinition => ({
    name: 'orders',
    query: 'sum by (shop) (orders_total)',
    serviceLabel: 'shop',
    unit: 'count',
    harm: 'down',
    ...patch,
  });
  const client = fake({
    names: [],
    rows: [
      ['orders_total', [{ shop: 'cart' }, {}]],
      ['unlabelled', [{ a: 'b' }]],
    ],
    failing: /broken/,
  });
  const window = { fromMs: AT - 60_000, toMs: AT + 1 };

  it('are read as they are, with unit, harm and limit', async () => {
    const plan = await discoverFeatures(client, { atMs: AT, userSignals: [define({ limit: 7 })] });
    expect(plan.queries[0]).toMatchObject({ expr: 'sum by (shop) (orders_total)', limit: 7 });
    expect(plan.coverage).toMatchObject([{ service: 'cart', feature: 'user:orders', found: true, cost: '' }]);
    const { signals, gaps } = await fetchFeatureSignals(client, plan, { window, stepSeconds: 60 });
    expect(signals).toMatchObject([
      { id: 'cart/user/orders', service: 'cart', kind: 'user-defined', unit: 'count', harm: 'down', counter: true },
    ]);
    expect(gaps).toEqual([{ source: 'prometheus:user/orders', reason: 'A series does not name its service.' }]);
  });

  it.each<[string, Partial<UserSignalDefinition>, RegExp]>([
    ['fail', { query: 'broken(' }, /CAUSEWAY_PROM_BAD_QUERY/],
    ['name no service', { query: 'unlabelled' }, /No series has the label shop/],
    ['have no series', { query: 'nothing' }, /no series now/],
    ['have a bad name', { name: 'Orders/..' }, /lower-case/],
    ['have a bad label', { serviceLabel: 'a-b' }, /no label name/],
    ['are empty', { query: ' ' }, /1 to 2000/],
    ['are too long', { query: 'x'.repeat(2001) }, /1 to 2000/],
    ['have a limit of 0', { limit: 0 }, /above 0/],
    ['have a limit that is no number', { limit: Number.NaN }, /above 0/],
  ])('are a named gap where they %s', async (_title, patch, reason) => {
    const { coverage, gaps } = await discoverFeatures(client, { atMs: AT, userSignals: [define(patch)] });
    expect(gaps[0]?.source).toBe(`prometheus:user/${patch.name ?? 'orders'}`);
    expect(gaps[0]?.reason).toMatch(reason);
    expect(coverage).toMatchObject([{ found: false }]);
  });

  it('are read once each name, and fifty at most', async () => {
    const twice = await discoverFeatures(client, { atMs: AT, userSignals: [define({}), define({})] });
    expect([twice.queries.length, twice.gaps.at(-1)?.reason]).toEqual([
      1,
      'Another signal has this name; only the first is read.',
    ]);
    const many = Array.from({ length: 51 }, (_, at) => define({ name: `s${at}` }));
    const plan = await discoverFeatures(client, { atMs: AT, userSignals: many });
    expect([plan.queries.length, plan.gaps.at(-1)?.reason]).toEqual([50, 'Only the first 50 own signals are read.']);
  });
});

describe('reading a plan', () => {
  const window = { fromMs: AT - 60_000, toMs: AT + 1 };

  it('gives up when everything fails, and records what fails alone', async () => {
    const rows = [['traces_spanmetrics', [{ service: 'cart' }]]] as const;
    const plan = await discoverFeatures(fake({ names: SPANS, rows }), { atMs: AT });
    const request = { window, stepSeconds: 60 };
    await expect(fetchFeatureSignals(fake({ names: [], rows, failing: /./ }), plan, request)).rejects.toThrow(
      TelemetryError
    );
    const partly = await fetchFeatureSignals(fake({ names: [], rows, failing: /quantile\(0.5/ }), plan, request);
    expect(partly.signals).toHaveLength(6);
    expect(partly.gaps.map(({ source }) => source)).toEqual([
      'prometheus:feature/service/latency_p50/traces_spanmetrics_latency/latency/service',
    ]);
  });

  it('has no series of services that discovery did not see', async () => {
    const plan = await discoverFeatures(fake({ names: SPANS, rows: [['traces_spanmetrics', [{ service: 'cart' }]]] }), {
      atMs: AT,
    });
    const later = fake({ names: [], rows: [['traces_spanmetrics', [{ service: 'cart' }, { service: 'new' }]]] });
    const { signals } = await fetchFeatureSignals(later, plan, { window, stepSeconds: 60 });
    expect(new Set(signals.map(({ service }) => service))).toEqual(new Set(['cart']));
  });

  it('survives being posted to a worker', async () => {
    const client = fake({ names: SPANS, rows: [['traces_spanmetrics', [{ service: 'cart' }]]] });
    const plan = structuredClone(await discoverFeatures(client, { atMs: AT }));
    const { signals } = await fetchFeatureSignals(client, plan, { window, stepSeconds: 60 });
    expect(signals.map(({ id }) => id)).toContain('cart/feature/latency_p99');
  });
});
