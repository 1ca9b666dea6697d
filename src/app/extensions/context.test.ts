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
    [
      'wrong types',
      { targets: [null, 5, { expr: 7 }], data: { series: [{ fields: null }, null] }, attributes: 'x' },
      undefined,
    ],
  ])('reads %s', (_name, context, target) => expect(toRcaTarget(context)).toEqual(target));
});
