import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deployment, Lab } from './testing/lab.ts';
import { RecordingSink } from './testing/recording-sink.ts';
import { Shop } from './shop.ts';
import { CLIENT, edgesOf, ENTRIES, OPERATIONS } from './topology.ts';

const SERVER = { span_kind: 'SPAN_KIND_SERVER' };

function messy(): Lab {
  const lab = new Lab(3)
    .minutes(2)
    .inject('oom-crash-loop')
    .inject('missing-index', 0.7)
    .inject('cpu-neighbour')
    .minutes(4);
  return lab.act('restart', deployment('payment')).act('scale', deployment('catalog'), { replicas: 5 }).minutes(3);
}

describe('topology', () => {
  it('has shares that add up to all requests, and calls at least five services deep', () => {
    expect(ENTRIES.reduce((sum, entry) => sum + entry.share, 0)).toBeCloseTo(1, 9);
    const edges = edgesOf(OPERATIONS).filter((edge) => edge.caller !== CLIENT || edge.callee !== 'gateway');
    const depth = (name: string): number =>
      1 + Math.max(0, ...edges.filter((edge) => edge.caller === name).map((edge) => depth(edge.callee)));
    expect(depth('gateway')).toBeGreaterThanOrEqual(5);
  });
});

describe('a healthy shop', () => {
  const lab = new Lab().minutes(8);

  it('serves about 120 requests per second with few errors', () => {
    expect(lab.sink.rate('traces_spanmetrics_calls_total', { service: 'gateway', ...SERVER }, 24)).toBeGreaterThan(95);
    expect(lab.sink.rate('traces_spanmetrics_calls_total', { service: 'gateway', ...SERVER }, 24)).toBeLessThan(145);
    const failed = lab.sink.sum('traces_spanmetrics_calls_total', {
      service: 'gateway',
      ...SERVER,
      status_code: 'STATUS_CODE_ERROR',
    });
    const ratio = failed / lab.sink.sum('traces_spanmetrics_calls_total', { service: 'gateway', ...SERVER });
    expect(ratio).toBeGreaterThan(0.0001);
    expect(ratio).toBeLessThan(0.003);
  });

  it.each(['gateway', 'checkout'])('has a 99th percentile of about 50 ms at %s', (service) => {
    const p99 = lab.sink.quantile(0.99, 'traces_spanmetrics_latency', { service, ...SERVER }, 24);
    expect(p99).toBeGreaterThan(0.032);
    expect(p99).toBeLessThan(0.066);
  });

  it('reports every signal that its nodes have', () => {
    const names = new Set(lab.sink.series.map((series) => series.name));
    for (const name of [
      'http_server_request_duration_seconds_bucket',
      'http_client_request_duration_seconds_count',
      'container_memory_working_set_bytes',
      'container_spec_memory_limit_bytes',
      'kube_deployment_spec_replicas',
      'kube_pod_container_status_restarts_total',
      'kube_pod_owner',
      'kube_replicaset_owner',
      'kube_pod_labels',
      'kube_pod_container_info',
      'kube_deployment_metadata_generation',
      'pg_stat_activity_count',
      'pg_settings_max_connections',
      'pg_stat_statements_seconds_total',
      'db_client_connections_usage',
      'db_client_connections_timeouts_total',
      'redis_memory_used_bytes',
      'redis_keyspace_hits_total',
      'kafka_consumergroup_lag',
      'kubelet_volume_stats_used_bytes',
      'kubelet_volume_stats_capacity_bytes',
      'up',
    ]) {
      expect(names).toContain(name);
    }
  });

  it('fills the volume of a database with the rows that are inserted', () => {
    const { capacityBytes, usedBytes } = lab.shop.components.databases.get('orders-db')!.volume;
    lab.minutes(1);
    const later = lab.shop.components.databases.get('orders-db')!.volume.usedBytes;
    expect(later).toBeGreaterThan(usedBytes);
    expect(later - usedBytes).toBeLessThan(0.001 * capacityBytes);
    expect(usedBytes / capacityBytes).toBeGreaterThan(0.2);
    expect(usedBytes / capacityBytes).toBeLessThan(0.5);
  });

  it('logs lines whose trace ids belong to spans it sent', () => {
    const traces = new Set(lab.sink.allSpans.map((span) => span.traceId));
    const lines = lab.sink.lines.filter(({ line }) => line.includes('"trace_id"'));
    expect(lines.length).toBeGreaterThan(50);
    for (const { line } of lines) {
      expect(traces).toContain((JSON.parse(line) as { trace_id: string }).trace_id);
    }
  });

  it('sends spans that lie within their parents, but for work that goes on after its caller gave up', () => {
    const spans = new Map(lab.sink.allSpans.map((span) => [span.spanId, span]));
    const children = lab.sink.allSpans.filter((span) => span.parentSpanId !== undefined && span.kind !== 'CONSUMER');
    expect(children.length).toBeGreaterThan(500);
    const orphans = children.filter((child) => !spans.has(child.parentSpanId ?? ''));
    expect(orphans).toEqual([]);
    const outside = children.filter((child) => {
      const parent = spans.get(child.parentSpanId ?? '') ?? child;
      const overrunMs = child.startMs - parent.startMs + 1000 * (child.durationSeconds - parent.durationSeconds);
      return child.startMs < parent.startMs - 0.002 || overrunMs > 0.01;
    });
    expect(outside).toEqual([]);
  });
});

describe('laws of the telemetry', () => {
  const lab = messy();
  const { sink } = lab;

  it('counts at every callee what its callers sent', () => {
    const callees = new Set(edgesOf(OPERATIONS).map((edge) => edge.callee));
    for (const callee of [...callees].filter(
      (name) => sink.handles('traces_spanmetrics_calls_total', { service: name, ...SERVER }).length > 0
    )) {
      const served = sink.sum('traces_spanmetrics_calls_total', { service: callee, ...SERVER });
      const counted = sink.sum('traces_service_graph_request_server_seconds_count', { server: callee });
      expect(served).toBe(counted);
      expect(sink.sum('traces_service_graph_request_total', { server: callee })).toBeGreaterThanOrEqual(served);
    }
  });

  it('counts the client spans of an edge as its requests', () => {
    for (const { caller, callee, kind } of edgesOf(OPERATIONS).filter((edge) => edge.kind === 'http')) {
      const attempts = lab.shop.components.edges.get(`${caller} ${callee}`)?.client.count;
      expect(kind).toBe('http');
      expect(sink.sum('traces_service_graph_request_total', { client: caller, server: callee })).toBe(attempts);
    }
  });

  it('has cumulative buckets that end at the count', () => {
    const last = sink.scrapes.at(-1)?.readings ?? [];
    const histograms = new Map<string, { le: number; value: number }[]>();
    sink.series.forEach((series, handle) => {
      const value = last[handle];
      if (series.name.endsWith('_bucket') && value !== undefined && !Number.isNaN(value)) {
        const { le = '', ...labels } = series.labels;
        const key = JSON.stringify([series.name, labels]);
        histograms.set(key, [...(histograms.get(key) ?? []), { le: le === '+Inf' ? Infinity : Number(le), value }]);
      }
    });
    expect(histograms.size).toBeGreaterThan(100);
    for (const buckets of histograms.values()) {
      const values = buckets.toSorted((a, b) => a.le - b.le).map((bucket) => bucket.value);
      expect(values).toEqual(values.toSorted((a, b) => a - b));
    }
  });

  it('lets counters fall only when their container restarted', () => {
    const falls = sink.series.flatMap((series, handle) => {
      const values = sink.scrapes
        .map((scrape) => scrape.readings[handle] ?? Number.NaN)
        .filter((value) => !Number.isNaN(value));
      const fell = values.some((value, i) => i > 0 && value < (values[i - 1] ?? 0));
      return series.type === 'counter' && fell ? [series] : [];
    });
    expect(falls.length).toBeGreaterThan(0);
    for (const series of falls) {
      expect(series.name).toMatch(/^container_/);
      expect(series.labels.container).toBe('inventory');
    }
  });

  it('reports nothing for pods that are gone', () => {
    const pods = new Set(lab.shop.components.deployments.get('payment')?.pods.map((pod) => pod.name));
    const last = sink.scrapes.at(-1)?.readings ?? [];
    for (const handle of sink.handles('container_memory_working_set_bytes', { container: 'payment' })) {
      expect(Number.isNaN(last[handle] ?? Number.NaN)).toBe(!pods.has(sink.series[handle]?.labels.pod ?? ''));
    }
  });
});

describe('determinism', () => {
  const fingerprint = (seed: number) => {
    const { sink } = new Lab(seed).minutes(1).inject('triple').minutes(1);
    return { readings: sink.scrapes.map((scrape) => [...scrape.readings]), lines: sink.lines, spans: sink.allSpans };
  };

  it('gives equal telemetry for equal seeds and other telemetry for others', () => {
    expect(fingerprint(5)).toEqual(fingerprint(5));
    expect(fingerprint(5)).not.toEqual(fingerprint(6));
  });
});

describe('load', () => {
  it('never makes the shop faster', () => {
    const meanSeconds = (factor: number, seed: number) => {
      const lab = new Lab(seed).inject('cpu-neighbour', 0.5);
      lab.shop.components.demand.factor = factor;
      lab.minutes(2);
      const labels = { service: 'catalog', ...SERVER };
      return (
        lab.sink.sum('traces_spanmetrics_latency_sum', labels) /
        lab.sink.sum('traces_spanmetrics_latency_count', labels)
      );
    };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.double({ min: 0.5, max: 1.2, noNaN: true }), (seed, factor) => {
        expect(meanSeconds(factor * 2, seed)).toBeGreaterThan(0.98 * meanSeconds(factor, seed));
      }),
      { numRuns: 6 }
    );
  });
});

describe('thinned history', () => {
  it('keeps rates and latency', () => {
    const sink = new RecordingSink();
    const shop = new Shop({ seed: 1, startMs: Date.UTC(2026, 10, 18, 12), sink });
    for (let i = 0; i < 40; i++) {
      shop.stepThinned(150);
    }
    expect(sink.scrapes.at(-1)?.atMs).toBe(Date.UTC(2026, 10, 18, 12) + 40 * 150_000);
    const rate = sink.rate('traces_spanmetrics_calls_total', { service: 'gateway', ...SERVER }, 20);
    expect(rate).toBeGreaterThan(95);
    expect(rate).toBeLessThan(145);
    expect(sink.quantile(0.99, 'traces_spanmetrics_latency', { service: 'checkout', ...SERVER }, 20)).toBeLessThan(
      0.066
    );
    const cpu = sink.rate('container_cpu_usage_seconds_total', { container: 'catalog' }, 20);
    expect(cpu).toBeGreaterThan(0.2);
    expect(cpu).toBeLessThan(0.6);
  });
});
