import { describe, expect, it } from 'vitest';
import type { DetectorsAnswer } from '#contracts';
import { describeThreshold, formatSignalValue } from './threshold-text.ts';

type JudgedSignal = DetectorsAnswer['signals'][number];

function signal(change: Partial<JudgedSignal> = {}): JudgedSignal {
  return {
    signalId: 'payment/latency/p99',
    kind: 'latency',
    unit: 'seconds',
    tier: 'full',
    detectors: [],
    threshold: { above: 0.0238, below: null },
    highest: 'critical',
    historySeconds: 3600,
    ...change,
  };
}

describe('a value of a signal', () => {
  it.each([
    [0.0238, 'seconds', 'latency', '23.8 ms'],
    [0, 'seconds', 'latency', '0 s'],
    [0.0155, 'ratio', 'error-ratio', '1.55 %'],
    [3.4, 'per-second', 'request-rate', '3.40 req/s'],
    [1_234_567, 'per-second', 'network-receive', '1.18 MiB/s'],
    [0.155, 'per-second', 'pool-timeouts', '0.155 /s'],
    [560_000_000, 'bytes', 'memory', '534 MiB'],
    [0.113, 'cores', 'cpu', '0.113 cores'],
    [12_345, 'count', 'queue-lag', '12.3 K'],
    [1.45, 'dimensionless', 'user-defined', '1.45'],
  ] as const)('%s %s of kind %s is %s', (value, unit, kind, text) => {
    expect(formatSignalValue(value, { kind, unit })).toBe(text);
  });
});

describe('a threshold', () => {
  it.each<readonly [string, Partial<JudgedSignal>, string, string | undefined]>([
    ['one side', {}, 'above 23.8 ms', undefined],
    ['both sides', { threshold: { above: 0.5, below: 0.1 } }, 'above 500 ms or below 100 ms', undefined],
    ['a side that cannot be reached', { threshold: { above: 0.5, below: 0 } }, 'above 500 ms', undefined],
    ['nothing yet', { threshold: null }, 'no threshold yet', 'still learning what is usual'],
    [
      'more than all',
      { kind: 'memory-utilisation', unit: 'ratio', threshold: { above: 1.2, below: null } },
      'never alone',
      'all values that it can have were usual',
    ],
    [
      'load',
      { kind: 'request-rate', unit: 'per-second', threshold: { above: 35.8, below: 13.1 }, highest: 'normal' },
      'never alone',
      'describes load; usual: from 13.1 req/s to 35.8 req/s',
    ],
    [
      'load that may warn',
      { kind: 'cpu', unit: 'cores', threshold: { above: 0.113, below: null }, highest: 'warning' },
      'above 0.113 cores',
      'a warning at most, since it describes load',
    ],
  ])('of %s is said', (_, change, text, note) => {
    expect(describeThreshold(signal(change))).toEqual(note === undefined ? { text } : { text, note });
  });
});
