import { describe, expect, it } from 'vitest';
import type { Labels, SignalKind, TimeSeries } from '#model';
import { TelemetryError, type TelemetryFailure } from '../errors.ts';
import type { PrometheusClient } from '../prometheus/client.ts';
import { SIGNAL_CATALOGUE } from './catalogue.ts';
import { fetchSignals } from './fetch-signals.ts';
import { listQueries } from './list-queries.ts';
import { toHostName } from './owner.ts';

type Range = PrometheusClient['queryRange'];
const WINDOW = { fromMs: 1_000_000, toMs: 1_060_000 };
const REQUEST = { window: WINDOW, stepSeconds: 15, namespace: 'shop' };
const IDS = new Map(listQueries('shop').map(({ id, expr }) => [expr, id]));

function series(labels: Labels, value = 1): TimeSeries {
  return { labels, timesMs: [1_005_000], values: [value] };
}

/** A Prometheus that answers by the id of the query. */
function fake(answers: Record<string, readonly TimeSeries[] | TelemetryFailure>, warnings: readonly string[] = []) {
  const calls: Parameters<Range>[] = [];
  const queryRange: Range = (...call) => {
    calls.push(call);
    const found = answers[IDS.get(call[0]) ?? ''] ?? answers['*'] ?? [];
    return typeof found === 'string'
      ? Promise.reject(new TelemetryError('prometheus', found))
      : Promise.resolve({ series: found, warnings, infos: ['advice'] });
  };
  return { queryRange, calls };
}

describe('the catalogue', () => {
  it('has unique ids and covers every kind but log errors', () => {
    const ids = listQueries('shop').map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const kinds: readonly SignalKind[] = [
      'request-rate', 'error-ratio', 'latency', 'client-latency', 'self-time', 'cpu', 'cpu-throttling', 'memory',
      'memory-utilisation', 'restarts', 'pool-utilisation', 'pool-timeouts', 'sequential-scans', 'evictions',
      'rejected-requests', 'queue-lag', 'disk-utilisation', 'descriptor-utilisation',
    ]; // prettier-ignore
    expect([...new Set(SIGNAL_CATALOGUE.map(({ kind }) => kind))].sort()).toEqual([...kinds].sort());
  });

  it.each<[string, Labels, string | undefined, string | undefined]>([
    ['latency-p99', { service: 'order' }, 'order/latency/p99', undefined],
    ['client-latency', { client: 'a', server: 'b' }, 'a/client-latency/b', 'b'],
    ['pool-utilisation', { service_name: 'payment', pool_name: 'db' }, 'payment/pool-utilisation/db', undefined],
    ['database-connections', { server: 'orders-db' }, 'orders-db/pool-utilisation/connections', undefined],
    ['sequential-scans', { server: 'orders-db' }, 'orders-db/sequential-scans', undefined],
    [
      'sequential-scans-by-table',
      { server: 'orders-db', relname: 'orders' },
      'orders-db/sequential-scans/orders',
      undefined,
    ],
    ['evictions', { instance: 'redis://redis:6379' }, 'redis/evictions', undefined],
    ['redis-memory-utilisation', { instance: 'redis' }, 'redis/memory-utilisation/maxmemory', undefined],
    ['queue-lag', { topic: 'orders-queue', consumergroup: 'w' }, 'orders-queue/queue-lag/w', 'w'],
    ['rejected-calls', { server_address: 'payment-provider' }, 'payment-provider/rejected-requests', undefined],
    ['restarts-oom-killed', { container: 'inventory' }, 'inventory/restarts/oom-killed', undefined],
    ['cpu', { container: '' }, undefined, undefined],
    [
      'file-system-utilisation',
      { instance: '10.0.0.1:9100', nodename: 'alpha', mountpoint: '/data' },
      'alpha/disk-utilisation//data',
      undefined,
    ],
    ['file-system-utilisation', { instance: 'beta:9100' }, 'beta/disk-utilisation', undefined],
    [
      'volume-utilisation',
      { persistentvolumeclaim: 'data-0', causeway_workload: 'db' },
      'db/disk-utilisation/volume/data-0',
      undefined,
    ],
    ['volume-utilisation', { persistentvolumeclaim: 'data-0' }, 'data-0/disk-utilisation/volume/data-0', undefined],
    ['host-descriptor-utilisation', { instance: 'beta:9100' }, 'beta/descriptor-utilisation', undefined],
    ['process-descriptor-utilisation', { causeway_job: 'cart' }, 'cart/descriptor-utilisation/process', undefined],
    ['process-descriptor-utilisation', {}, undefined, undefined],
    ['pool-utilisation-stable', { service_name: 'cart' }, 'cart/pool-utilisation', undefined],
    ['redis-connections', { instance: 'redis' }, 'redis/pool-utilisation/connections', undefined],
  ])('gives a series of %s with %o the id %s', async (id, labels, signalId, peer) => {
    const { signals } = await fetchSignals(fake({ [id]: [series(labels)] }), REQUEST);
    expect(signals.map((signal) => [signal.id, signal.peer])).toEqual(signalId ? [[signalId, peer]] : []);
  });

  it.each([
    ['redis', 'redis'],
    ['redis:9121', 'redis'],
    ['redis://user:pw@redis.shop:6379/0', 'redis.shop'],
    ['', ''],
  ])('reads the host of %s as %s', (instance, host) => {
    expect(toHostName(instance)).toBe(host);
  });
});

describe('fetchSignals', () => {
  it('asks on a grid inside the half-open window, with the query as evidence', async () => {
    const prometheus = fake({ cpu: [series({ container: 'order' }, 0.5)] });
    const { signals } = await fetchSignals(prometheus, { ...REQUEST, kinds: ['cpu'] });
    expect(prometheus.calls.map(([, range]) => range)).toEqual([
      { startMs: 1_005_000, endMs: 1_050_000, stepSeconds: 15 },
    ]);
    expect(signals).toMatchObject([
      { service: 'order', kind: 'cpu', unit: 'cores', harm: 'up', query: expect.stringContaining('namespace="shop"') },
    ]);
  });

  it('leaves the namespace out when it is empty', async () => {
    const prometheus = fake({});
    await fetchSignals(prometheus, { ...REQUEST, namespace: '' });
    expect(prometheus.calls.filter(([expr]) => expr.includes('namespace='))).toEqual([]);
  });

  it('prefers what a service measured itself to what its callers saw', async () => {
    const prometheus = fake({
      'request-rate': [series({ service: 'gateway' }, 7)],
      'request-rate-peers': [series({ server: 'gateway' }, 9), series({ server: 'orders-db' }, 3)],
    });
    const { signals } = await fetchSignals(prometheus, { ...REQUEST, kinds: ['request-rate'] });
    expect(signals.map(({ id, series: { values } }) => [id, ...values])).toEqual([
      ['gateway/request-rate', 7],
      ['orders-db/request-rate', 3],
    ]);
  });

  it('turns a failing query into a gap that names code and query', async () => {
    const prometheus = fake({ '*': [series({ container: 'a' })], cpu: 'timeout' });
    const { signals, gaps } = await fetchSignals(prometheus, { ...REQUEST, kinds: ['cpu', 'memory'] });
    expect(signals.map(({ id }) => id)).toEqual(['a/memory']);
    expect(gaps).toEqual([
      { source: 'prometheus:cpu', reason: expect.stringMatching(/^CAUSEWAY_PROM_TIMEOUT: Prometheus/) },
    ]);
  });

  it('does not read the callers side of virtual calls when no one can tell who measures himself', async () => {
    const external = { 'latency-p99-external': [series({ server: 'gateway' }, 0)] };
    const request = { ...REQUEST, kinds: ['latency'] as const };
    const blind = await fetchSignals(fake({ ...external, 'latency-p99': 'timeout' }), request);
    expect(blind.signals).toEqual([]);
    expect(blind.gaps).toContainEqual({
      source: 'prometheus:latency-p99-external',
      reason: expect.stringContaining('Not used'),
    });
    const seeing = await fetchSignals(
      fake({ ...external, 'latency-p99': [series({ service: 'gateway' }, 3)] }),
      request
    );
    expect(seeing.signals.map(({ series: { values } }) => values)).toEqual([[3]]);
  });

  it('turns warnings into gaps, but not infos', async () => {
    const prometheus = fake({ cpu: [series({ container: 'a' })] }, ['partial answer']);
    const { gaps } = await fetchSignals(prometheus, { ...REQUEST, kinds: ['cpu'] });
    expect(gaps).toEqual([{ source: 'prometheus:cpu', reason: 'partial answer' }]);
  });

  it('says which kinds nobody measures', async () => {
    const { signals, gaps } = await fetchSignals(fake({}), { ...REQUEST, kinds: ['evictions'] });
    expect(signals).toEqual([]);
    expect(gaps).toEqual([{ source: 'prometheus:evictions', reason: expect.stringContaining('no series') }]);
  });

  it('reports series without a service and several series of one signal', async () => {
    const { signals, gaps } = await fetchSignals(
      fake({ evictions: [series({ instance: 'redis:1' }), series({ instance: 'redis:2' }), series({ other: 'x' })] }),
      { ...REQUEST, kinds: ['evictions'] }
    );
    expect(signals).toHaveLength(1);
    expect(gaps.map(({ reason }) => reason)).toEqual([
      expect.stringContaining('Several series belong to redis/evictions'),
      expect.stringContaining('does not name its service'),
    ]);
  });

  it('throws when everything fails, without asking everything', async () => {
    const prometheus = fake({ '*': 'unreachable' });
    await expect(fetchSignals(prometheus, REQUEST)).rejects.toMatchObject({ code: 'CAUSEWAY_PROM_UNREACHABLE' });
    expect(prometheus.calls.length).toBeLessThan(SIGNAL_CATALOGUE.length);
    await expect(fetchSignals(fake({ '*': 'timeout' }), { ...REQUEST, kinds: ['cpu'] })).rejects.toBeInstanceOf(
      TelemetryError
    );
  });

  it('throws when the caller cancels', async () => {
    const prometheus = fake({ '*': [series({ service: 'a' })], memory: 'cancelled' });
    await expect(fetchSignals(prometheus, REQUEST)).rejects.toMatchObject({ failure: 'cancelled' });
  });

  it.each([
    [{ fromMs: 10, toMs: 10 }, 15],
    [{ fromMs: 1, toMs: 2 }, 15],
    [WINDOW, 0],
    [WINDOW, 0.0001],
  ])('refuses the window %o with a step of %d s', async (window, stepSeconds) => {
    await expect(fetchSignals(fake({}), { window, stepSeconds })).rejects.toBeInstanceOf(RangeError);
  });
});
