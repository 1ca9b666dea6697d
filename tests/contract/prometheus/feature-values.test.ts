import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Signal } from '#model';
import { createPrometheusClient, discoverFeatures, fetchFeatureSignals } from '#telemetry';
import { createStore } from '../../../src/demo/store/index.ts';
import { LENGTH_SECONDS, START_SECONDS, type FixtureSample, type FixtureSeries } from './fixture-series.ts';
import type { SeriesLabels } from './shop-series.ts';
import { loadSeries, serveStore, type StoreServer } from './store-server.ts';

const AT = (START_SECONDS + LENGTH_SECONDS) * 1000;

/** A series whose value is `at(seconds since the start)`. */
function series(name: string, labels: SeriesLabels, at: (seconds: number) => number): FixtureSeries {
  const samples: FixtureSample[] = [];
  for (let seconds = 0; seconds <= LENGTH_SECONDS; seconds += 15) {
    samples.push([seconds, at(seconds)]);
  }
  return { labels: { __name__: name, ...labels }, samples };
}

const rising = (name: string, labels: SeriesLabels, perSecond: number): FixtureSeries =>
  series(name, labels, (seconds) => seconds * perSecond);
const steady = (name: string, labels: SeriesLabels, value: number): FixtureSeries => series(name, labels, () => value);

function legacy(): FixtureSeries[] {
  const name = 'http_server_duration_milliseconds';
  return [
    ['200', 9],
    ['503', 1],
  ].flatMap(([status, perSecond]) => {
    const labels = { job: 'shop/legacy', http_status_code: String(status) };
    return [
      rising(`${name}_count`, labels, Number(perSecond)),
      ...['0', '100', '+Inf'].map((le) =>
        rising(`${name}_bucket`, { ...labels, le }, le === '0' ? 0 : Number(perSecond))
      ),
    ];
  });
}

const node = { instance: '10.0.0.1:9100' };
const pod = (name: string) => ({ namespace: 'shop', pod: `legacy-5d9f7c6b8-${name}`, container: 'app' });
const edge = (server: string, connection_type: string) => ({ client: 'legacy', server, connection_type });

const DATA: readonly FixtureSeries[] = [
  ...legacy(),
  rising('container_cpu_usage_seconds_total', pod('x2k4z'), 0.1),
  rising('container_cpu_usage_seconds_total', pod('bb7cd'), 0.3),
  steady('container_memory_working_set_bytes', pod('x2k4z'), 1000),
  steady('container_memory_working_set_bytes', pod('bb7cd'), 3000),
  rising('traces_service_graph_request_total', edge('orders', ''), 2),
  rising('traces_service_graph_request_total', edge('bank', 'virtual_node'), 2),
  rising('traces_service_graph_request_total', edge('idle', ''), 0),
  rising('traces_service_graph_request_failed_total', edge('bank', 'virtual_node'), 1),
  steady('node_uname_info', { ...node, nodename: 'alpha' }, 1),
  rising('node_cpu_seconds_total', { ...node, cpu: '0', mode: 'idle' }, 0.2),
  rising('node_cpu_seconds_total', { ...node, cpu: '1', mode: 'idle' }, 0.6),
  steady('node_memory_MemAvailable_bytes', node, 1e9),
  steady('node_memory_MemTotal_bytes', node, 4e9),
  rising('node_disk_read_bytes_total', { ...node, device: 'sda' }, 1000),
  rising('node_disk_written_bytes_total', { ...node, device: 'sda' }, 500),
  rising('node_network_receive_bytes_total', { ...node, device: 'eth0' }, 700),
  rising('node_network_receive_bytes_total', { ...node, device: 'lo' }, 9000),
  steady('kube_pod_info', { namespace: 'shop', pod: 'a', node: 'alpha' }, 1),
  steady('kube_pod_info', { namespace: 'shop', pod: 'done', node: 'alpha' }, 1),
  steady('kube_pod_container_status_ready', { namespace: 'shop', pod: 'a', container: 'a' }, 0),
  steady('kube_pod_container_status_ready', { namespace: 'shop', pod: 'done', container: 'job' }, 0),
  steady('kube_pod_status_phase', { namespace: 'shop', pod: 'done', phase: 'Succeeded' }, 1),
];

describe('values of features', () => {
  let server: StoreServer;
  let signals: ReadonlyMap<string, Signal>;

  beforeAll(async () => {
    const store = createStore();
    loadSeries(store, DATA);
    server = await serveStore(store);
    const client = createPrometheusClient({ url: `${server.url}/prometheus` });
    const plan = await discoverFeatures(client, { namespace: 'shop', atMs: AT });
    const window = { fromMs: AT - 60_000, toMs: AT + 1 };
    const answer = await fetchFeatureSignals(client, plan, { window, stepSeconds: 60 });
    signals = new Map(answer.signals.map((signal) => [signal.id, signal]));
  });

  afterAll(async () => {
    await server?.stop();
  });

  it.each<[string, number, string]>([
    ['legacy/feature/request_rate_1m', 10, 'per-second'],
    ['legacy/feature/request_rate_5m', 10, 'per-second'],
    ['legacy/feature/error_rate_1m', 0.1, 'ratio'],
    // All durations lie in the bucket up to 100 ms, so that quantile q is interpolated to q of 0.1 s.
    ['legacy/feature/latency_p50', 0.05, 'seconds'],
    ['legacy/feature/latency_p99', 0.099, 'seconds'],
    ['legacy/feature/cpu', 0.4, 'cores'],
    ['legacy/feature/memory', 3000, 'bytes'],
    ['legacy/feature/dependency_count', 2, 'count'],
    ['bank/feature/error_rate_5m', 0.5, 'ratio'],
    ['bank/feature/dependency_count', 0, 'count'],
    ['idle/feature/request_rate_1m', 0, 'per-second'],
    ['alpha/feature/cpu_percent', 0.6, 'ratio'],
    ['alpha/feature/memory_percent', 0.75, 'ratio'],
    ['alpha/feature/disk_io', 1500, 'per-second'],
    ['alpha/feature/network_rx', 700, 'per-second'],
    ['alpha/feature/container_count_unhealthy', 1, 'count'],
  ])('%s is %d %s', (id, value, unit) => {
    const signal = signals.get(id);
    expect(signal?.unit).toBe(unit);
    expect(signal?.series.values.at(-1)).toBeCloseTo(value, 9);
  });

  it.each(['idle/feature/error_rate_1m', 'idle/feature/latency_p99', 'bank/feature/cpu', 'alpha/feature/network_tx'])(
    '%s is not there, rather than 0',
    (id) => {
      expect(signals.has(id)).toBe(false);
    }
  );
});
