import { describe, expect, it } from 'vitest';
import type { InstantSample, Labels, LogLine, ServiceGraph, TimeSeries } from '#model';
import { type LokiClient, type PrometheusClient, TelemetryError } from '#telemetry';
import { mineEvents } from '../analysis/mine-events.ts';
import { parseSettings } from '../settings/parse-settings.ts';
import { collectEvents } from './collect-events.ts';

const MINUTE = 60_000;
const WINDOWS = {
  baseline: { fromMs: 0, toMs: 60 * MINUTE },
  incident: { fromMs: 62 * MINUTE, toMs: 72 * MINUTE },
};
const GRAPH = { nodes: [], edges: [{ caller: 'shop', callee: 'db' }], generatedAtMs: 0 } as unknown as ServiceGraph;
const settings = parseSettings(JSON.stringify({ prometheus: { url: 'http://p' } }));
const never = new AbortController().signal;

const SPANS = { service: 'shop', span_name: 'GET /', span_kind: 'SPAN_KIND_SERVER' };
const SAMPLES: Samples = {
  traces_spanmetrics_calls_total: [[SPANS, 600]],
  traces_service_graph_request_total: [
    [{ client: 'shop', server: 'db', connection_type: 'database' }, 500],
    [{ client: 'db', server: 'shop', connection_type: 'virtual_node' }, 600],
  ],
};

type Samples = Readonly<Record<string, readonly (readonly [Labels, number])[]>>;

const prometheusWith = (answers: Samples): PrometheusClient =>
  ({
    query: async (expr: string) => {
      const [, found = []] = Object.entries(answers).find(([name]) => expr.includes(`(${name}{`)) ?? [];
      const samples = found.map(([labels, value]): InstantSample => ({ labels, value, atMs: 0 }));
      return { samples, warnings: [], infos: [] };
    },
  }) as unknown as PrometheusClient;
const prometheus = prometheusWith(SAMPLES);
/** The users, whom the graph calls by the name of a service, the shop, and a store that it calls. */
const withoutSpanMetrics = prometheusWith({
  traces_service_graph_request_total: [
    [{ client: 'store', server: 'shop', connection_type: 'virtual_node' }, 90],
    [{ client: 'shop', server: 'store', connection_type: '' }, 80],
  ],
});

/** A Loki with so many lines of each service in each window; some of what is counted cannot be read. */
function lokiWith(counts: Readonly<Record<string, readonly [before: number, after: number]>>, unread = 0) {
  const at = (windowToMs: number): 0 | 1 => (windowToMs <= WINDOWS.baseline.toMs ? 0 : 1);
  return {
    queryRange: async (_query: string, { endMs, startMs }: { startMs: number; endMs: number }) => {
      const series = Object.entries(counts).map(([service_name, own]): TimeSeries => {
        return { labels: { service_name }, timesMs: [startMs], values: [own[at(endMs)]] };
      });
      return { series: series.filter(({ values }) => (values[0] ?? 0) > 0), warnings: [] };
    },
    queryLines: async (query: string, { window, limit }: { window: { fromMs: number; toMs: number }; limit: number }) =>
      Object.entries(counts).flatMap(([service_name, own]) => {
        const index = at(window.toMs);
        const count = query.includes(service_name) ? Math.max(0, Math.min(limit, (own[index] ?? 0) - unread)) : 0;
        return Array.from({ length: count }, (_, i): LogLine => {
          return { atMs: window.fromMs + i, labels: { service_name }, line: `line ${i}` };
        });
      }),
  } as unknown as LokiClient;
}

const collect = (upstreams: { prometheus?: PrometheusClient; loki?: LokiClient | undefined }, signal = never) =>
  collectEvents(
    { settings, upstreams: { prometheus, loki: undefined, ...upstreams } as never },
    { service: 'shop', graph: GRAPH, windows: WINDOWS, signal }
  );

describe('collectEvents', () => {
  it('counts requests, calls and log templates of the target and what it calls', async () => {
    const { events, gaps } = await collect({ loki: lokiWith({ shop: [300, 70], db: [0, 4] }) });
    expect(gaps).toEqual([]);
    const [shop, db, ...rest] = mineEvents(events);
    expect(rest).toEqual([]);
    expect(shop).toMatchObject({ service: 'shop', requests: [600, 600], calls: [{ callee: 'db', failed: [0, 0] }] });
    expect(Object.fromEntries(shop!.logTemplates)).toEqual({ 'line <NUM>': [300, 70] });
    expect(db).toMatchObject({ service: 'db', requests: [500, 500], serverOperations: [], calls: [] });
    expect([...db!.logTemplates.values()]).toEqual([[0, 4]]);
    expect('logShares' in shop!).toBe(false);
  });

  it('does not take a call of the users for a call of a service of that name', async () => {
    const { events } = await collect({});
    expect(events.services.find(({ service }) => service === 'db')?.calls).toEqual([]);
  });

  it('takes the calls to a service for its requests where span metrics are missing', async () => {
    const { events, gaps } = await collect({ prometheus: withoutSpanMetrics });
    expect(gaps).toEqual([]);
    expect(events.services).toMatchObject([
      { service: 'store', requests: [80, 80] },
      { service: 'shop', calls: [{ callee: 'store', failed: [0, 0] }] },
    ]);
    expect(events.services.some((own) => own.service === 'shop' && 'requests' in own)).toBe(false);
  });

  it('says which share of a large log it read, and leaves out what it could not read', async () => {
    const { events } = await collect({ loki: lokiWith({ shop: [60_000, 300] }) });
    const [lines] = events.lines;
    expect(lines?.shares[0]).toBeCloseTo(12_000 / 60_000, 3);
    expect(lines?.shares[1]).toBe(1);
    expect(lines?.baseline.length).toBe(12_000);
    const empty = await collect({ loki: lokiWith({ shop: [30_000, 10_000] }, 30_000) });
    expect(empty.events.lines).toEqual([]);
  });

  it('names a source that fails as a gap and goes on with the others', async () => {
    const broken = { query: () => Promise.reject(new TelemetryError('prometheus', 'server-error')) } as never;
    const { events, gaps } = await collect({ prometheus: broken, loki: lokiWith({ shop: [9, 9] }) });
    expect(gaps).toMatchObject([
      { source: 'prometheus:calls', reason: expect.stringContaining('CAUSEWAY_PROM_SERVER') as string },
      { source: 'prometheus:operations' },
    ]);
    expect([events.services, events.lines.length]).toEqual([[], 1]);
    expect(mineEvents(events)).toEqual([]);
  });

  it('ends with the caller', async () => {
    const stop = new AbortController();
    const query = (_: string, __: number, { signal }: { signal: AbortSignal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new TelemetryError('prometheus', 'cancelled')));
      });
    const read = collect({ prometheus: { query } as never }, stop.signal);
    stop.abort(new Error('enough'));
    await expect(read).rejects.toThrow('enough');
  });
});
