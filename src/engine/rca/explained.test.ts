import { describe, expect, it } from 'vitest';
import { simulate, type Disturbance } from '../testing/synthetic-system.ts';
import { explainedByCallees, explainPool, latencyShare, selfTimeExplained, shareOf } from './explained.ts';
import { buildCase, ofKinds } from './rca-case.ts';

const caseOf = (...disturbances: readonly Disturbance[]) => {
  const input = simulate({ disturbances });
  return buildCase(input, input.onsetMs);
};
const slowDatabase: Disturbance = { service: 'orders-db', extraSelfSeconds: 1, levels: { 'sequential-scans': 40 } };

describe('a slow database', () => {
  const rca = caseOf(slowDatabase);

  it.each(['payment', 'inventory', 'order', 'checkout', 'gateway'])('explains the latency of %s', (service) => {
    expect(explainedByCallees(rca, service).latency).toBeGreaterThan(0.9);
  });

  it('has no excuse itself', () => {
    expect(explainedByCallees(rca, 'orders-db').latency).toBe(0);
  });

  it('explains the full pools of its callers', () => {
    const pool = ofKinds(rca.evidence('payment'), ['pool-utilisation'])[0];
    expect(pool && explainPool(rca, pool)).toMatchObject({ by: 'orders-db', share: 1 });
    expect(selfTimeExplained(rca, 'payment')).toBe(1);
  });
});

describe('a pool that leaks in front of a healthy database', () => {
  const rca = caseOf({ service: 'payment', extraSelfSeconds: 1, levels: { 'pool-utilisation': 0.98 } });

  it('is not explained', () => {
    const pool = ofKinds(rca.evidence('payment'), ['pool-utilisation'])[0];
    expect((pool && explainPool(rca, pool).share) ?? 1).toBeLessThan(0.3);
  });

  it('leaves the latency of payment to payment, and that of order to payment', () => {
    expect(explainedByCallees(rca, 'payment').latency).toBeLessThan(0.1);
    expect(latencyShare(rca, 'order', 'payment')).toBeGreaterThan(0.9);
    expect(latencyShare(rca, 'order', 'inventory')).toBe(0);
  });
});

it('a slow network edge explains its caller though the callee is fast', () => {
  const rca = caseOf({ service: 'shipping', extraCallSeconds: 0.4 });
  expect(rca.slowdown('shipping')).toBe(0);
  expect(latencyShare(rca, 'checkout', 'shipping')).toBeGreaterThan(0.4);
});

it('a store that is slow for one caller only does not explain another', () => {
  const input = simulate({ disturbances: [slowDatabase] });
  const edges = input.graph.edges.map((edge) =>
    edge.callee === 'orders-db' ? { ...edge, clientLatencySeconds: edge.caller === 'payment' ? 2 : 0.004 } : edge
  );
  const rca = buildCase({ ...input, graph: { ...input.graph, edges } }, input.onsetMs);
  expect(latencyShare(rca, 'payment', 'orders-db')).toBeGreaterThan(0.9);
  expect(latencyShare(rca, 'order', 'orders-db')).toBeLessThan(0.1);
});

it.each([
  [0, 10, 0],
  [10, 0, 0],
  [10, 10, 1],
  [1000, 10, 1],
])('shareOf(%d, %d) is %d', (explaining, explained, share) => {
  expect(shareOf(explaining, explained)).toBe(share);
});
