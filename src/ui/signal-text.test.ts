import { describe, expect, it } from 'vitest';
import { describeSignal } from './signal-text.ts';
import { NO_DATA, scored } from './testing/records.ts';

describe('describeSignal', () => {
  it.each([
    [
      { signalId: 'payment/latency/p99', kind: 'latency', reading: scored(0.99), value: 3.3 },
      'Latency p99 3.3 s, expected 40 ms to 60 ms: Critical 0.99',
    ],
    [{ signalId: 'payment/latency/p99', kind: 'latency', reading: NO_DATA }, 'Latency p99: Unknown: no data'],
    [{ signalId: 'payment/latency', kind: 'latency', reading: scored(0.1) }, 'Latency: Normal 0.10'],
    [
      { signalId: 'redis/rejected-requests/rate', kind: 'rejected-requests', reading: scored(0.8), value: 2 },
      'Rejected requests rate: Alert 0.80',
    ],
  ] as const)('%j', (signal, text) => expect(describeSignal(signal)).toBe(text));
});
