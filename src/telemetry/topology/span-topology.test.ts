import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Span, SpanKind } from '#model';
import { peerOf } from './peer.ts';
import { toSpanTopology } from './span-topology.ts';

const span = (
  id: string,
  service: string,
  kind: SpanKind,
  attributes: Span['attributes'] = {},
  more: Partial<Span> = {}
): Span => ({
  traceId: 't',
  spanId: id.slice(0, 1),
  ...(id.length > 1 ? { parentSpanId: id.slice(1) } : {}),
  service,
  name: 'op',
  kind,
  startMs: 1000,
  durationSeconds: 0.1,
  failed: false,
  attributes,
  ...more,
});
const client = (attributes: Span['attributes'], resource?: Span['resource']): Span =>
  span('a', 'order', 'CLIENT', attributes, resource ? { resource } : {});

describe('the peer of a span', () => {
  it.each<[string, Span['attributes'], object | undefined]>([
    [
      'a database by its address',
      { 'db.system.name': 'postgresql', 'server.address': 'orders-db', 'db.namespace': 'orders' },
      {
        name: 'orders-db',
        aliases: ['orders', 'postgresql'],
        kind: 'database',
        edge: 'database',
        system: 'postgresql',
      },
    ],
    [
      'a database by the old names',
      { 'db.system': 'mysql', 'net.peer.name': 'db.shop.svc.cluster.local', 'db.name': 'shop' },
      { name: 'db', aliases: ['db.shop.svc.cluster.local', 'shop', 'mysql'], host: 'db.shop.svc.cluster.local' },
    ],
    [
      'a database by its name before its IP address',
      { 'db.system': 'postgresql', 'net.peer.ip': '10.0.0.7', 'db.name': 'orders' },
      { name: 'orders', aliases: ['10.0.0.7', 'postgresql'] },
    ],
    ['a database by its product alone', { 'db.system': 'sqlite', 'server.address': 'localhost' }, { name: 'sqlite' }],
    ['a cache', { 'db.system': 'redis', 'peer.service': 'session-cache' }, { name: 'session-cache', kind: 'cache' }],
    [
      'a queue by its destination',
      { 'messaging.system': 'kafka', 'messaging.destination.name': 'orders', 'server.address': 'kafka:9092' },
      { name: 'orders', aliases: ['kafka'], kind: 'queue', edge: 'messaging', direction: 'publish' },
    ],
    [
      'a queue whose destination passes away by its product',
      {
        'messaging.system': 'rabbitmq',
        'messaging.destination.name': 'amq.gen-x1',
        'messaging.destination.temporary': true,
      },
      { name: 'rabbitmq' },
    ],
    [
      'a service by name',
      { 'peer.service': 'bank', 'http.method': 'POST' },
      { name: 'bank', kind: 'external', protocol: 'http' },
    ],
    [
      'a service by URL',
      { 'http.url': 'https://user:secret@API.stripe.com:443/v1/charges?key=1' },
      { name: 'api.stripe.com', host: 'api.stripe.com', aliases: [] },
    ],
    [
      'a service over gRPC',
      { 'rpc.system': 'grpc', 'server.address': 'cart.shop.svc:8080' },
      { name: 'cart', protocol: 'grpc' },
    ],
    ['nobody by the address of the machine itself', { 'server.address': '127.0.0.1', 'http.method': 'GET' }, undefined],
    ['nobody without attributes', { 'http.method': 'GET' }, undefined],
    ['nobody by what is no text', { 'peer.service': 7, 'server.address': ' \n ' }, undefined],
  ])('is %s', (_, attributes, expected) => {
    const peer = peerOf(client(attributes));
    expect(expected ? peer : [peer]).toMatchObject(expected ?? [undefined]);
  });

  it('is looked for in the own namespace', () => {
    const attributes = { 'server.address': 'cart.shop' };
    expect(peerOf(client(attributes))?.name).toBe('cart.shop');
    expect(peerOf(client(attributes, { 'k8s.namespace.name': 'shop' }))).toMatchObject({
      name: 'cart',
      aliases: ['cart.shop'],
    });
  });

  it('never holds a secret of a URL or a line break, whatever the attributes', () => {
    const names = ['peer.service', 'server.address', 'http.url', 'db.system', 'db.name', 'messaging.system'];
    const attributes = fc.dictionary(
      fc.constantFrom(...names),
      fc.oneof(fc.string({ unit: 'binary' }), fc.integer(), fc.boolean())
    );
    fc.assert(
      fc.property(attributes, (found) => {
        const peer = peerOf(client(found));
        for (const name of [peer?.name ?? 'x', ...(peer?.aliases ?? [])]) {
          expect(name).toMatch(/^[^\n\r\0]{1,200}$/);
        }
      })
    );
    expect(peerOf(client({ 'http.url': 'http://u:p@h/?q=s' }))).toMatchObject({ name: 'h', host: 'h' });
  });
});

describe('the graph of traces', () => {
  const edges = (spans: readonly Span[]) =>
    toSpanTopology([spans]).edges.map(({ caller, callee, kind, direction }) => [caller, callee, kind, direction]);

  it('has calls between services by parent and child, once', () => {
    const spans = [
      span('a', 'web', 'CLIENT', { 'server.address': 'order', 'http.method': 'GET' }),
      span('ba', 'order', 'SERVER'),
      span('cb', 'order', 'INTERNAL'),
      span('dc', 'order', 'CLIENT', { 'db.system': 'postgresql', 'server.address': 'orders-db' }),
    ];
    expect(edges(spans)).toEqual([
      ['web', 'order', 'http', 'call'],
      ['order', 'orders-db', 'database', 'access'],
    ]);
  });

  it('leads messages through their queue where it has a name', () => {
    const named = { 'messaging.system': 'kafka', 'messaging.destination.name': 'orders' };
    const through = [
      ['order', 'orders', 'messaging', 'publish'],
      ['orders', 'worker', 'messaging', 'consume'],
    ];
    expect(edges([span('a', 'order', 'PRODUCER', named), span('ba', 'worker', 'CONSUMER', named)])).toEqual(through);
    expect(edges([span('a', 'order', 'PRODUCER', named), span('ba', 'worker', 'CONSUMER')])).toEqual(through);
    expect(edges([span('a', 'order', 'PRODUCER'), span('ba', 'worker', 'CONSUMER')])).toEqual([
      ['order', 'worker', 'messaging', 'publish'],
    ]);
  });

  it('has peers without spans as nodes with aliases, and services with what is known of them', () => {
    const resource = {
      'k8s.namespace.name': 'shop',
      'k8s.deployment.name': 'order-v2',
      'telemetry.sdk.language': 'go',
      'service.version': '2.4.0',
    };
    const { nodes } = toSpanTopology([
      [span('a', 'order', 'CLIENT', { 'db.system': 'redis', 'server.address': 'cache.shop.svc' }, { resource })],
    ]);
    expect(nodes).toEqual([
      {
        name: 'order',
        kind: 'service',
        namespace: 'shop',
        workload: { kind: 'Deployment', name: 'order-v2' },
        language: 'go',
        version: '2.4.0',
        firstSeenMs: 1000,
        lastSeenMs: 1000,
      },
      {
        name: 'cache',
        kind: 'cache',
        aliases: ['cache.shop.svc', 'redis'],
        system: 'redis',
        host: 'cache.shop.svc',
        firstSeenMs: 1000,
        lastSeenMs: 1000,
      },
    ]);
  });

  it('tells shares and latencies from enough calls only, and never a rate', () => {
    const call = (index: number): readonly Span[] => [
      span(
        'a',
        'web',
        'CLIENT',
        { 'peer.service': 'bank' },
        {
          startMs: index,
          durationSeconds: index / 100,
          failed: index % 10 === 0,
        }
      ),
    ];
    const calls = (count: number) => toSpanTopology(Array.from({ length: count }, (_, index) => call(index))).edges[0];
    expect(calls(19)).toEqual({
      caller: 'web',
      callee: 'bank',
      kind: 'virtual',
      direction: 'call',
      firstSeenMs: 0,
      lastSeenMs: 18,
    });
    expect(calls(20)).toMatchObject({ errorRatio: 0.1, meanLatencySeconds: expect.closeTo(0.095, 9) });
    expect(calls(20)).not.toHaveProperty('clientLatencySeconds');
    expect(calls(100)).toMatchObject({ clientLatencySeconds: 0.94 });
  });

  it('survives circles, orphans and twins', () => {
    const any = fc.record({
      id: fc.constantFrom('a', 'b', 'c', 'ab', 'ba', 'aa', 'cz'),
      service: fc.constantFrom('x', 'y'),
      kind: fc.constantFrom<SpanKind>('CLIENT', 'SERVER', 'PRODUCER', 'CONSUMER', 'INTERNAL'),
      attributes: fc.constantFrom<Span['attributes']>({}, { 'peer.service': 'x' }, { 'messaging.system': 'kafka' }),
    });
    fc.assert(
      fc.property(fc.array(any), (list) => {
        const { nodes, edges: found } = toSpanTopology([list.map((s) => span(s.id, s.service, s.kind, s.attributes))]);
        const names = new Set(nodes.map(({ name }) => name));
        expect(found.filter(({ caller, callee }) => !names.has(caller) || !names.has(callee))).toEqual([]);
      })
    );
  });
});
