import { describe, expect, it } from 'vitest';
import { classifyCause } from '../cause/classify.ts';
import { simulate, type Scenario } from '../testing/synthetic-system.ts';
import { mechanismsOf, ramp } from './mechanisms.ts';
import { buildCase } from './rca-case.ts';

const causeOf = (service: string, scenario: Scenario): string | undefined => {
  const input = simulate(scenario);
  return classifyCause(mechanismsOf(buildCase(input, input.onsetMs), service))?.cause;
};
const one = (disturbance: Scenario['disturbances'][number], rest: Partial<Scenario> = {}): Scenario => ({
  disturbances: [disturbance],
  ...rest,
});

describe('the cause of', () => {
  it.each<[string, string, Scenario, string | undefined]>([
    [
      'scans and latency',
      'orders-db',
      one({ service: 'orders-db', extraSelfSeconds: 1, levels: { 'sequential-scans': 40 } }),
      'slow-query',
    ],
    [
      'latency of a database without scans',
      'users-db',
      one({ service: 'users-db', extraSelfSeconds: 1 }),
      'slow-query',
    ],
    [
      'self time after a deployment',
      'order',
      one({ service: 'order', extraSelfSeconds: 0.3 }, { changes: [{ service: 'order', minutesBefore: 1 }] }),
      'bad-deploy',
    ],
    ['the same self time without one', 'order', one({ service: 'order', extraSelfSeconds: 0.3 }), undefined],
    [
      'the same long after one',
      'order',
      one({ service: 'order', extraSelfSeconds: 0.3 }, { changes: [{ service: 'order', minutesBefore: 50 }] }),
      undefined,
    ],
    [
      'a deployment of a healthy service',
      'cart',
      one({ service: 'order', extraSelfSeconds: 0.3 }, { changes: [{ service: 'cart', minutesBefore: 1 }] }),
      undefined,
    ],
    [
      'a deployment of a victim',
      'checkout',
      one({ service: 'orders-db', extraSelfSeconds: 1 }, { changes: [{ service: 'checkout', minutesBefore: 1 }] }),
      undefined,
    ],
    [
      'restarts with full memory',
      'inventory',
      one({ service: 'inventory', errorRatio: 0.3, levels: { restarts: 3, 'memory-utilisation': 0.97 } }),
      'out-of-memory',
    ],
    [
      'a full cache',
      'redis',
      one({ service: 'redis', extraSelfSeconds: 0.02, levels: { 'memory-utilisation': 0.98, evictions: 50 } }),
      'memory-pressure',
    ],
    [
      'memory that grew but is far from its limit',
      'redis',
      one({ service: 'redis', levels: { 'memory-utilisation': 0.7 } }),
      undefined,
    ],
    [
      'a full pool',
      'payment',
      one({ service: 'payment', extraSelfSeconds: 0.5, levels: { 'pool-utilisation': 0.99 } }),
      'pool-exhaustion',
    ],
    [
      'a pool that is busier but has room',
      'payment',
      one({ service: 'payment', levels: { 'pool-utilisation': 0.5 } }),
      undefined,
    ],
    [
      'refused calls',
      'payment-provider',
      one({ service: 'payment-provider', errorRatio: 0.5, levels: { 'rejected-requests': 0.5 } }),
      'external-rate-limit',
    ],
    [
      'throttling',
      'catalog',
      one({ service: 'catalog', extraSelfSeconds: 0.1, levels: { 'cpu-throttling': 0.6 } }),
      'cpu-contention',
    ],
    ['CPU that follows traffic', 'catalog', one({ service: 'catalog', trafficFactor: 2 }), undefined],
    ['a slow edge', 'shipping', one({ service: 'shipping', extraCallSeconds: 0.4 }), 'network-latency'],
    ['all calls failing', 'users-db', one({ service: 'users-db', errorRatio: 1 }), 'unreachable'],
    [
      'traffic that is too much',
      'search',
      one({ service: 'search', trafficFactor: 5, extraSelfSeconds: 0.2 }),
      'overload',
    ],
  ])('%s', (_, service, scenario, cause) => {
    expect(causeOf(service, scenario)).toBe(cause);
  });
});

describe('what others explain', () => {
  it('is taken off: full pools behind a slow database', () => {
    const input = simulate(one({ service: 'orders-db', extraSelfSeconds: 1, levels: { 'sequential-scans': 40 } }));
    const pool = mechanismsOf(buildCase(input, input.onsetMs), 'payment').find(
      (item) => item.cause === 'pool-exhaustion'
    );
    expect(pool).toMatchObject({ explained: 1, strength: 0, explainedBy: 'orders-db' });
  });

  it('is taken off: callers of an unreachable store', () => {
    expect(causeOf('user', one({ service: 'users-db', errorRatio: 1 }))).toBeUndefined();
  });
});

it('an edge without a series of its own shows that a store is unreachable', () => {
  const input = simulate(one({ service: 'users-db', errorRatio: 1, silent: ['cpu', 'memory-utilisation'] }));
  const signals = input.signals.filter(
    (signal) => signal.service !== 'users-db' || ['cpu', 'memory-utilisation'].includes(signal.kind)
  );
  const idle = {
    ...input.signals[0],
    id: 'users-db/memory',
    service: 'users-db',
    kind: 'memory',
  } as (typeof signals)[number];
  const edges = input.graph.edges.map((edge) => (edge.callee === 'users-db' ? { ...edge, errorRatio: 1 } : edge));
  const rca = buildCase({ ...input, signals: [...signals, idle], graph: { ...input.graph, edges } }, input.onsetMs);
  expect(classifyCause(mechanismsOf(rca, 'users-db'))?.cause).toBe('unreachable');
  expect(rca.silent('users-db')).toEqual(['users-db/cpu', 'users-db/memory-utilisation']);
});

it.each([
  [0.5, 0.6, 0.9, 0],
  [0.75, 0.6, 0.9, 0.5],
  [2, 0.6, 0.9, 1],
])('ramp(%d, %d, %d) is %d', (value, from, to, expected) => {
  expect(ramp(value, from, to)).toBeCloseTo(expected, 12);
});
