import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toRcaTarget } from './context.ts';

describe('toRcaTarget', () => {
  it.each<[string, unknown, unknown]>([
    ['nothing', undefined, undefined],
    ['text', 'checkout', undefined],
    ['an empty context', {}, undefined],
    ['a panel without a service', { targets: [{ expr: 'up' }], timeRange: { from: 'now-1h', to: 'now' } }, undefined],
    [
      'a panel of one service',
      {
        data: { series: [{ fields: [{}, { labels: { service_name: 'payment' } }] }] },
        timeRange: { from: 'now-6h', to: 'now' },
      },
      { service: 'payment', from: 'now-6h', to: 'now' },
    ],
    [
      'a panel of two services',
      { data: { series: [{ fields: [{ labels: { service: 'a' } }, { labels: { service: 'b' } }] }] } },
      undefined,
    ],
    ['a PromQL matcher', { targets: [{ expr: 'rate(x{le="1",service_name="order"}[5m])' }] }, { service: 'order' }],
    ['a TraceQL matcher', { targets: [{ query: '{resource.service.name="order"}' }] }, { service: 'order' }],
    ['a negated matcher', { targets: [{ expr: 'x{service_name!="order"}' }] }, undefined],
    ['a regular expression', { targets: [{ expr: 'x{service_name=~"order|cart"}' }] }, undefined],
    ['a dashboard variable', { targets: [{ expr: 'x{service_name="$service"}' }] }, undefined],
    ['a Causeway query', { targets: [{ service: 'cart' }] }, { service: 'cart' }],
    [
      'resource attributes',
      { attributes: { 'service.name': ['search'] }, timeRange: { from: 1000, to: 2000 } },
      { service: 'search', from: '1000', to: '2000' },
    ],
    [
      'an alert instance of 13.0',
      { rule: { labels: { service: 'rule' } }, instance: { labels: { service: 'user' } } },
      { service: 'user' },
    ],
    ['an alert rule', { labels: { service_name: 'gateway' }, timeRange: null }, { service: 'gateway' }],
    [
      'a moment-like range',
      { labels: { service: 'a' }, timeRange: { raw: { from: { valueOf: () => 5 }, to: 'now' } } },
      { service: 'a', from: '5', to: 'now' },
    ],
    ['a query of two services', { targets: [{ expr: 'x{service="a"} / y{service="b"}' }] }, undefined],
    ['two queries of two services', { targets: [{ expr: 'x{service="a"}' }, { service: 'b' }] }, undefined],
    [
      'a hidden query beside it',
      { targets: [{ expr: 'x{service="a"}' }, { service: 'b', hide: true }] },
      { service: 'a' },
    ],
    [
      'series of two services, whatever the query says',
      {
        targets: [{ expr: 'x{service="a"}' }],
        data: { series: [{ fields: [{ labels: { service: 'a' } }, { labels: { service: 'b' } }] }] },
      },
      undefined,
    ],
    [
      'a repeated panel',
      { targets: [{ expr: 'x{service="${service:regex}"}' }], scopedVars: { service: { value: 'cart' } } },
      { service: 'cart' },
    ],
    [
      'a repeated panel of a Causeway query',
      { targets: [{ service: '$service' }], scopedVars: { service: { value: 'cart' } } },
      { service: 'cart' },
    ],
    [
      'a variable of many values',
      { targets: [{ service: '$s' }], scopedVars: { s: { value: ['a', 'b'] } } },
      undefined,
    ],
    ['half a variable', { targets: [{ expr: 'x{service="a-$s"}' }], scopedVars: { s: { value: 'b' } } }, undefined],
    [
      'datasources of queries',
      {
        targets: [
          { expr: 'x{service="a"}', datasource: { type: 'prometheus', uid: 'prom' } },
          { expr: 'y{service="a"}', datasource: { type: 'prometheus', uid: 'other' } },
          { expr: '{service="a"}', datasource: { type: 'loki', uid: 'logs' } },
          { query: '{service="a"}', datasource: { type: 'tempo', uid: '${tempo}' } },
        ],
      },
      { service: 'a', metricsDs: 'prom', logsDs: 'logs' },
    ],
    [
      'namespace, environment and datasource of a trace',
      {
        attributes: {
          'service.name': ['search'],
          'k8s.namespace.name': ['shop'],
          'deployment.environment.name': ['prod'],
        },
        datasource: { type: 'tempo', uid: 'tempo' },
      },
      { service: 'search', namespace: 'shop', env: 'prod', tracesDs: 'tempo' },
    ],
    [
      'a span outside of the range beside it',
      {
        attributes: { 'service.name': ['search'] },
        spanStartTime: 1_763_632_800_000_000,
        timeRange: { from: 1_763_700_000_000, to: 1_763_703_600_000 },
      },
      { service: 'search', from: '1763631000000', to: '1763634600000' },
    ],
    [
      'a span inside of it',
      {
        attributes: { 'service.name': ['search'] },
        spanStartTime: 1_763_701_000_000_000_000,
        timeRange: { from: 1_763_700_000_000, to: 1_763_703_600_000 },
      },
      { service: 'search', from: '1763700000000', to: '1763703600000' },
    ],
    [
      'a span without a sensible time',
      { attributes: { 'service.name': ['search'] }, spanStartTime: 5, timeRange: { from: 1000, to: 2000 } },
      { service: 'search', from: '1000', to: '2000' },
    ],
    [
      'an alert instance with its time and rule',
      {
        rule: { uid: 'r1', name: 'x' },
        instance: { labels: { service: 'user', namespace: 'shop' }, activeAt: '2025-11-20T10:00:00Z' },
      },
      { service: 'user', namespace: 'shop', from: '1763629200000', to: 'now', alertRule: 'r1' },
    ],
    [
      'an alert instance that was never active',
      { instance: { labels: { service: 'user' }, activeAt: '0001-01-01T00:00:00Z' } },
      { service: 'user' },
    ],
    [
      'a range of nothing that is known',
      { labels: { service: 'a' }, timeRange: { from: Object.create(null) as unknown, to: { valueOf: 5 } } },
      { service: 'a' },
    ],
    [
      'wrong types',
      { targets: [null, 5, { expr: 7 }], data: { series: [{ fields: null }, null] }, attributes: 'x' },
      undefined,
    ],
  ])('reads %s', (_name, context, target) => expect(toRcaTarget(context)).toEqual(target));

  it('survives whatever a version of Grafana hands over', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.anything(), (targets, data, rest) => {
        const target = toRcaTarget({
          targets,
          data,
          attributes: rest,
          instance: rest,
          timeRange: rest,
          scopedVars: data,
        });
        expect(target === undefined || target.service !== '').toBe(true);
      })
    );
  });
});
