import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Labels, TimeSeries } from '#model';
import { combineSeries } from './combine-series.ts';
import { podOwners } from './container-sources.ts';
import { ownerKey } from './feature-plan.ts';
import { identify, storeName, WORKLOAD, JOB_NAME, withWorkload } from './identity.ts';
import { toHostNames } from './host-sources.ts';
import { accessLogFormat } from './nginx-source.ts';

const SCOPE = { namespace: 'shop', minuteSeconds: 60, fiveMinutesSeconds: 300, rateSeconds: 75 };

/** The pattern inside the query, as JavaScript reads it; it uses nothing in which the two dialects differ. */
const POD_NAME = new RegExp(`^(?:${/"pod", "(.*)"\)$/.exec(withWorkload('x'))?.[1] ?? ''})$`);

describe('workload of a pod', () => {
  it.each([
    ['payment-5d9f7c6b8-x2k4z', 'payment'],
    ['notification-worker-6c9d8f7b5d-9tq2p', 'notification-worker'],
    ['orders-db-0', 'orders-db'],
    ['kafka-1-12', 'kafka-1'],
    ['node-exporter-bx7v2', 'node-exporter'],
    ['cart-a3f9c01-1', 'cart'],
    ['nginx', 'nginx'],
    ['my-cart', 'my-cart'],
  ])('of %s is %s', (pod, workload) => {
    expect(POD_NAME.exec(pod)?.[1]).toBe(workload);
  });

  it('is never empty for a pod with a name', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,60}[a-z0-9])?$/), (pod) => {
        expect(POD_NAME.exec(pod)?.[1]).toBeTruthy();
      })
    );
  });
});

describe('identity of a service', () => {
  it.each<[Labels, string | undefined, string | undefined]>([
    [{ service_name: 'cart', service: 'collector', [JOB_NAME]: 'otel' }, 'service_name', 'cart'],
    [{ service_name: 'cart', namespace: 'observability' }, 'service_name', 'cart'],
    [{ service_name: 'cart', k8s_namespace_name: 'other' }, undefined, undefined],
    [{ service: 'order', [WORKLOAD]: 'order', namespace: 'shop' }, 'service', 'order'],
    [{ service: 'order', namespace: 'other' }, undefined, undefined],
    [{ [WORKLOAD]: 'payment', [JOB_NAME]: 'pods' }, 'pod', 'payment'],
    [{ [JOB_NAME]: 'user' }, 'job', 'user'],
    [{ namespace: 'shop' }, undefined, undefined],
    [{}, undefined, undefined],
    [{ service_name: '__proto__' }, 'service_name', '__proto__'],
  ])('of %o is named by %s: %s', (row, mode, name) => {
    const found = identify(row, SCOPE, true);
    expect([found?.mode.id, found?.name]).toEqual([mode, name]);
  });

  it('is not filtered by namespace where metrics are made from traces', () => {
    expect(identify({ service: 'cart', namespace: 'tempo' }, SCOPE, false)?.name).toBe('cart');
  });

  it.each([
    ['redis://redis:6379', 'redis'],
    ['orders-db.shop.svc.cluster.local:5432', 'orders-db'],
    ['users-db.shop.svc:5432', 'users-db'],
    ['orders-db-exporter:9187', 'orders-db'],
    ['cache.example.org:6379', 'cache.example.org'],
    ['10.0.0.7:5432', '10.0.0.7'],
    ['', ''],
  ])('of a store at %s is %s', (address, name) => {
    expect(storeName(address, new Set(['orders-db', 'redis']))).toBe(name);
  });

  it('of a host is its node name, by the address without port', () => {
    const names = toHostNames([{ instance: '10.0.0.1:9100', nodename: 'alpha' }, { instance: 'x' }, {}]);
    expect([...names]).toEqual([['10.0.0.1', 'alpha']]);
  });

  it('has a key that no other list of values shares', () => {
    const values = fc.array(fc.string(), { minLength: 2, maxLength: 2 });
    fc.assert(
      fc.property(values, values, (a, b) => {
        const key = ([x = '', y = '']: readonly string[]): string => ownerKey({ x, y }, ['x', 'y']);
        expect(key(a) === key(b)).toBe(a[0] === b[0] && a[1] === b[1]);
      })
    );
  });
});

describe('owners of containers', () => {
  const row = (container: string, workload: string): Labels => ({ container, [WORKLOAD]: workload });

  it.each<[string, readonly Labels[], readonly string[], readonly string[]]>([
    ['a container called like a service', [row('cart', 'cart-v2')], ['cart'], ['cart']],
    ['the workload where the container has any name', [row('main', 'cart')], ['cart'], ['cart']],
    ['the container of its own name, not its sidecar', [row('cart', 'cart'), row('proxy', 'cart')], ['cart'], ['cart']],
    ['nobody for sidecars of unknown workloads', [row('proxy', 'a'), row('proxy', 'b')], [], []],
    ['the container itself where nothing else is known', [row('batch', 'nightly')], [], ['batch']],
    [
      'all containers of a known workload without its own',
      [row('web', 'cart'), row('php', 'cart')],
      ['cart'],
      ['cart', 'cart'],
    ],
    ['nobody without a container', [row('', 'cart'), {}], ['cart'], []],
  ])('are %s', (_title, rows, known, owners) => {
    expect([...podOwners(rows, new Set(known)).values()]).toEqual(owners);
  });
});

describe('several series of one owner', () => {
  const series = (values: Readonly<Record<number, number>>): TimeSeries => ({
    labels: {},
    timesMs: Object.keys(values).map(Number),
    values: Object.values(values),
  });

  it('add up where both are there, and stand alone where one is', () => {
    const sum = combineSeries([series({ 1: 1, 2: 2 }), series({ 2: 5, 3: 7 })], 'sum');
    expect([sum.timesMs, sum.values]).toEqual([
      [1, 2, 3],
      [1, 7, 7],
    ]);
    expect(combineSeries([series({ 1: 1, 2: 2 }), series({ 2: 5 })], 'max').values).toEqual([1, 5]);
  });

  it('keep ascending times and show a NaN', () => {
    const points = fc.dictionary(fc.nat(50).map(String), fc.double());
    fc.assert(
      fc.property(points, points, (a, b) => {
        const { timesMs, values } = combineSeries([series(a), series(b)], 'sum');
        expect(timesMs).toEqual([...new Set([...Object.keys(a), ...Object.keys(b)].map(Number))].sort((x, y) => x - y));
        timesMs.forEach((time, index) => {
          const parts = [a[time], b[time]].filter((value) => value !== undefined);
          expect(values[index]).toBe(parts.length === 2 ? (parts[0] ?? 0) + (parts[1] ?? 0) : parts[0]);
        });
      })
    );
  });
});

describe('format of access logs', () => {
  it.each<[string, string | undefined]>([
    ['10.0.0.1 - - [18/Nov/2026:12:00:00 +0000] "GET / HTTP/1.1" 200 612 "-" "curl/8"', 'combined'],
    ['::1 - bob [18/Nov/2026:12:00:00 +0000] "POST /x HTTP/2.0" 502 - "-" "-"', 'combined'],
    ['{"remote_addr":"10.0.0.1","status":200,"body_bytes_sent":12}', 'json'],
    ['{"remote_addr":"10.0.0.1"}', undefined],
    ['2026/11/18 12:00:00 [error] 7#7: *1 connect() failed', undefined],
    ['null', undefined],
    ['', undefined],
  ])('of %s is %s', (line, format) => {
    expect(accessLogFormat(['noise', line])).toBe(format);
  });
});
