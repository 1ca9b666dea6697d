import type { Scenario } from './synthetic-system.ts';

/** A scenario with its right answer. */
export interface NamedScenario extends Scenario {
  readonly name: string;
  readonly causes: readonly { readonly service: string; readonly cause: string }[];
}

/** The fault catalogue of the simulated shop, as steady states. */
export const FAULTS: readonly NamedScenario[] = [
  {
    name: 'missing index',
    disturbances: [{ service: 'orders-db', extraSelfSeconds: 1.5, levels: { 'sequential-scans': 60, cpu: 4 } }],
    causes: [{ service: 'orders-db', cause: 'slow-query' }],
    logs: [
      {
        service: 'orders-db',
        message: 'duration: 1500.000 ms  execute <unnamed>: SELECT id FROM orders WHERE customer_id = $1',
      },
    ],
  },
  {
    name: 'pool, cache memory and provider quota at once',
    disturbances: [
      {
        service: 'payment',
        extraSelfSeconds: 0.8,
        errorRatio: 0.1,
        levels: { 'pool-utilisation': 0.98, 'pool-timeouts': 2 },
      },
      {
        service: 'redis',
        extraSelfSeconds: 0.05,
        errorRatio: 0.08,
        levels: { 'memory-utilisation': 0.975, evictions: 40 },
      },
      { service: 'payment-provider', errorRatio: 0.45, levels: { 'rejected-requests': 0.45 } },
    ],
    causes: [
      { service: 'payment', cause: 'pool-exhaustion' },
      { service: 'redis', cause: 'memory-pressure' },
      { service: 'payment-provider', cause: 'external-rate-limit' },
    ],
    target: { service: 'gateway', symptom: 'errors' },
  },
  {
    name: 'out-of-memory crash loop',
    disturbances: [
      {
        service: 'inventory',
        extraSelfSeconds: 0.05,
        errorRatio: 0.4,
        levels: { restarts: 3, 'memory-utilisation': 0.97 },
      },
    ],
    causes: [{ service: 'inventory', cause: 'out-of-memory' }],
    target: { service: 'gateway', symptom: 'errors' },
  },
  {
    name: 'bad deploy',
    disturbances: [{ service: 'order', extraSelfSeconds: 0.25, errorRatio: 0.05 }],
    changes: [{ service: 'order', minutesBefore: 1 }],
    causes: [{ service: 'order', cause: 'bad-deploy' }],
    target: { service: 'checkout', symptom: 'errors' },
  },
  {
    name: 'CPU-hungry neighbour',
    disturbances: [{ service: 'catalog', extraSelfSeconds: 0.08, levels: { 'cpu-throttling': 0.6, cpu: 0.45 } }],
    causes: [{ service: 'catalog', cause: 'cpu-contention' }],
    target: { service: 'recommendation', symptom: 'latency' },
  },
  {
    name: 'slow network edge',
    disturbances: [{ service: 'shipping', extraCallSeconds: 0.3 }],
    causes: [{ service: 'shipping', cause: 'network-latency' }],
    target: { service: 'checkout', symptom: 'latency' },
  },
  {
    name: 'dead dependency',
    disturbances: [{ service: 'users-db', errorRatio: 1, silent: ['latency', 'cpu'] }],
    causes: [{ service: 'users-db', cause: 'unreachable' }],
    target: { service: 'gateway', symptom: 'errors' },
  },
];
