import { describe, expect, it } from 'vitest';
import { describeDetector, describeExplanation, describeShares } from './detection-text.ts';
import { nameSignal } from './signal-text.ts';
import { nameFeature } from './vector-feature-text.ts';

describe('names', () => {
  it.each([
    [nameSignal, 'payment/latency/p99', 'Latency p99'],
    [nameSignal, 'payment/user-defined/queue_depth', 'Own signal queue_depth'],
    [nameSignal, 'payment/feature/latency_p99', 'Latency p99'],
    [nameSignal, 'payment/feature/user:queue', 'Own: queue'],
    [nameSignal, 'no signal', 'no signal'],
    [nameSignal, 'a/constructor', 'a/constructor'],
    [nameFeature, 'user:queue', 'Own: queue'],
    [nameFeature, 'latency_p99', 'Latency p99'],
    [nameFeature, 'toString', 'toString'],
    [describeDetector, 'range', 'Outside of everything seen'],
    [describeDetector, 'valueOf', 'valueOf'],
  ])('%o of %s', (name, id, text) => expect(name(id)).toBe(text));
});

describe('shares', () => {
  it('are named from the largest, without the crumbs', () => {
    const shares = [0.04, 0.2, 0.5, 0.16, 0.1].map((share, index) => ({ name: 'abcde'.charAt(index), share }));
    expect(describeShares(shares)).toBe('c 50 %, b 20 %, d 16 %');
    expect(describeShares([])).toBe('');
  });

  it('stand behind the sentence, with a note on short history', () => {
    const explanation = {
      sentence: 'Above everything seen.',
      members: [{ detector: 'range' as const, raw: 2, surprisal: 5, share: 1 }],
      confidence: 0.1,
      shortHistory: true,
    };
    expect(describeExplanation(explanation)).toBe(
      'Above everything seen. (Outside of everything seen 100 %) Little history stands behind it.'
    );
  });
});
