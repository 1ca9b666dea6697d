import { describe, expect, it } from 'vitest';
import type { Span } from '#model';
import { citeTrace, exclusiveSeconds } from './cite-trace.ts';
import { EvidenceBook } from './evidence-book.ts';

const span = (spanId: string, service: string, durationSeconds: number, change: Partial<Span> = {}): Span => ({
  traceId: 'abc',
  spanId,
  service,
  name: 'work',
  kind: 'SERVER',
  startMs: 1000,
  durationSeconds,
  failed: false,
  attributes: {},
  ...change,
});

const client = (spanId: string, service: string, seconds: number, parentSpanId: string, peer: string): Span =>
  span(spanId, service, seconds, { kind: 'CLIENT', parentSpanId, attributes: { 'peer.service': peer } });

const trace = [
  span('1', 'gateway', 4),
  client('2', 'gateway', 3.9, '1', 'payment'),
  span('3', 'payment', 3.8, { parentSpanId: '2' }),
  client('4', 'payment', 3.5, '3', 'orders-db'),
];

describe('exclusiveSeconds', () => {
  it('takes the time of children off, and gives a call without spans to its peer', () => {
    const found = exclusiveSeconds(trace);
    expect(found.get('gateway')).toBeCloseTo(0.2, 9);
    expect(found.get('payment')).toBeCloseTo(0.3, 9);
    expect(found.get('orders-db')).toBeCloseTo(3.5, 9);
  });

  it('adds up to the whole trace when calls do not overlap', () => {
    expect([...exclusiveSeconds(trace).values()].reduce((sum, value) => sum + value, 0)).toBeCloseTo(4, 9);
  });

  it('never goes below zero for calls in parallel', () => {
    const parallel = [span('1', 'a', 1), client('2', 'a', 0.9, '1', 'b'), client('3', 'a', 0.9, '1', 'c')];
    expect(exclusiveSeconds(parallel).get('a')).toBe(0);
  });
});

describe('citeTrace', () => {
  it('cites the trace with the largest share, once', () => {
    const book = new EvidenceBook();
    const shorter = [span('1', 'gateway', 4, { traceId: 'def' }), client('2', 'gateway', 2, '1', 'orders-db')];
    expect(citeTrace(book, 'orders-db', [shorter, trace])).toEqual([1]);
    expect(citeTrace(book, 'orders-db', [trace])).toEqual([1]);
    expect(book.list()).toMatchObject([{ source: 'trace', observed: 3.5, atMs: 1000 }]);
    expect(book.list()[0]?.statement).toBe('orders-db: took 3.5 s of 4 s in trace abc.');
  });

  it('never claims more than the trace took', () => {
    const parallel = [span('1', 'a', 1), client('2', 'a', 0.9, '1', 'b'), client('3', 'a', 0.9, '1', 'b')];
    const book = new EvidenceBook();
    citeTrace(book, 'b', [parallel]);
    expect(book.list()[0]?.observed).toBeCloseTo(1, 9);
  });

  it('counts work that a queue hands on after the request', () => {
    const later = span('5', 'worker', 2, { startMs: 5000, kind: 'CONSUMER' });
    const book = new EvidenceBook();
    citeTrace(book, 'worker', [[...trace, later]]);
    expect(book.list()[0]?.statement).toBe('worker: took 2 s of 6 s in trace abc.');
  });

  it.each([
    ['a service with a small share', 'payment', [trace]],
    ['a service that is not in it', 'redis', [trace]],
    ['no traces', 'orders-db', []],
    ['an empty trace', 'orders-db', [[]]],
  ])('cites nothing for %s', (_case, service, traces) => {
    expect(citeTrace(new EvidenceBook(), service, traces)).toEqual([]);
  });
});
