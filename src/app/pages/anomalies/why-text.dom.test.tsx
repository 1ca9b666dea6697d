import { describe, expect, it } from 'vitest';
import type { AnomalyReading, ServiceAnomaly } from '#model';
import { anomaliesAnswer } from '../../../ui/testing/anomalies.ts';
import { NOW_MS } from '../../../ui/testing/records.ts';
import { describeJudges, describeWhy, sortForCall } from './why-text.ts';

const reading = (score: number, upper = 0.05): AnomalyReading => ({
  kind: 'scored',
  score,
  surprisal: 1,
  expected: { lower: 0.04, centre: 0.045, upper },
  direction: 'above',
});

const payment = anomaliesAnswer().services.find(({ service }) => service === 'payment')!;

function latency(score: number, change: Partial<ServiceAnomaly['signals'][number]> = {}) {
  return { ...payment.signals[0]!, signalId: 'payment/latency/p95', reading: reading(score), value: 1.36, ...change };
}

const why = (change: Partial<ServiceAnomaly>) => describeWhy({ ...payment, reading: reading(0.97), ...change });

describe('why a service is anomalous', () => {
  it('is the value of its strangest signal beside the expected one', () => {
    expect(why({ signals: [latency(0.99)] })).toBe('Latency p95: 1.36 s, expected 40 ms to 50 ms.');
  });

  it('counts the other strange signals', () => {
    const others = ['a', 'b', 'c'].map((name) =>
      latency(name === 'c' ? 0.2 : 0.8, { signalId: `payment/latency/${name}` })
    );
    expect(why({ signals: [latency(0.99), ...others] })).toMatch(/ 2 more signals are strange\.$/);
    expect(why({ signals: [latency(0.99), others[0]!] })).toMatch(/ 1 more signal is strange\.$/);
  });

  it('is the sentence where the value itself is an expected one', () => {
    expect(why({ signals: [latency(0.99, { reading: reading(0.99, 2) })] })).toBe(
      'Latency p95: value 3.3 is above everything seen in 14 days.'
    );
  });

  it('says so where nothing more is known of a strange signal', () => {
    const { explanation: _, value: __, ...bare } = latency(0.99);
    expect(why({ signals: [bare] })).toBe('Latency p95 is strange.');
  });

  it('is what the model says where no signal is strange alone', () => {
    expect(why({ signals: [latency(0.3)] })).toBe('No signal alone, but together: Latency p99 70 %, CPU 30 %.');
  });

  it('is the note of a verdict that differs from a normal score, and nothing where all is well', () => {
    const detection = { ...payment.detection!, note: 'one feature jumped' };
    expect(why({ reading: reading(0.1), detection: { ...detection, verdict: 'LOG_ONLY' } })).toBe('one feature jumped');
    expect(why({ reading: reading(0.1), detection: { ...detection, verdict: 'OK' } })).toBe('');
  });

  it('is the rollout that a service settles after', () => {
    const settling = {
      atMs: NOW_MS - 45_000,
      kind: 'deploy' as const,
      service: 'payment',
      summary: 'payment 1.4 rolled out',
    };
    expect(why({ settling })).toContain('payment 1.4 rolled out');
  });
});

describe('the rest of the words', () => {
  it('name the detectors below a sentence, and a short history', () => {
    const [share] = payment.signals[0]!.explanation!.members;
    const explanation = { sentence: '', members: [share!], confidence: 0.1, shortHistory: true };
    expect(describeJudges(explanation)).toBe(
      'Found by: Outside of everything seen 100 %. Little history stands behind it.'
    );
    expect(describeJudges({ ...explanation, members: [], shortHistory: false })).toBe('');
  });

  it('put normal services whose model objects before the other normal ones', () => {
    const of = (service: string, score: number, verdict: 'OK' | 'WARNING' | 'LOG_ONLY'): ServiceAnomaly => ({
      ...payment,
      service,
      reading: reading(score),
      detection: { ...payment.detection!, verdict },
    });
    const services = [
      of('a', 0.3, 'OK'),
      of('b', 0.1, 'LOG_ONLY'),
      of('c', 0, 'WARNING'),
      of('d', 0.9, 'OK'),
      { ...of('e', 0, 'OK'), reading: { kind: 'unknown', why: 'gap' } as const },
    ];
    expect(sortForCall(services).map(({ service }) => service)).toEqual(['d', 'e', 'c', 'b', 'a']);
  });
});
