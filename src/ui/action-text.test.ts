import { describe, expect, it } from 'vitest';
import { describeAction, type DescribedAction } from './action-text.ts';

const deployment = { kind: 'deployment', name: 'payment' } as const;
const edge = { kind: 'edge', name: 'order', peer: 'payment' } as const;

describe('describeAction', () => {
  it.each<[DescribedAction, string]>([
    [{ action: 'scale', target: deployment, parameters: { replicas: 4 } }, 'Scale payment to 4 replicas'],
    [{ action: 'scale', target: deployment, parameters: {} }, 'Scale payment to ? replicas'],
    [{ action: 'restart', target: deployment, parameters: {} }, 'Restart payment'],
    [{ action: 'rollback', target: deployment, parameters: {} }, 'Roll back payment to its previous version'],
    [
      { action: 'rate-limit', target: edge, parameters: { requestsPerSecond: 50, durationSeconds: 600 } },
      'Limit order → payment to 50 requests per second for 10 min',
    ],
    [
      { action: 'circuit-break', target: edge, parameters: { durationSeconds: 60 } },
      'Open the circuit breaker order → payment for 60 s',
    ],
    [
      { action: 'set-memory-limit', target: { kind: 'cache', name: 'redis' }, parameters: { limitBytes: 536_870_912 } },
      'Set the memory limit of redis to 512 MiB',
    ],
    [
      {
        action: 'create-index',
        target: { kind: 'database', name: 'orders-db' },
        parameters: { table: 'orders', column: 'customer_id' },
      },
      'Create an index on orders(customer_id) in orders-db',
    ],
    [{ action: 'notify', target: deployment, parameters: { message: 'look' } }, 'Notify about payment: look'],
    [
      { action: 'manual', target: deployment, parameters: { description: 'call them' } },
      'By hand on payment: call them',
    ],
  ])('%j', (action, text) => expect(describeAction(action)).toBe(text));
});
