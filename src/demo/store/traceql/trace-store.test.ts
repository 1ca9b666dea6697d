import type { Span } from '#model';
import { describe, expect, it } from 'vitest';
import { parseTraceql } from './parse.ts';
import { searchTraces } from './search.ts';
import { TraceStore } from './trace-store.ts';

const START = 1_700_000_000_000;

function span(traceId: string, spanId: string, change: Partial<Span> = {}): Span {
  return {
    traceId,
    spanId,
    service: 'order',
    name: 'op',
    kind: 'SERVER',
    startMs: START,
    durationSeconds: 1,
    failed: false,
    attributes: {},
    ...change,
  };
}

function search(store: TraceStore, query: string, maxTraces = 10): string[] {
  const limits = { fromMs: START - 1, toMs: START + 10_000, maxTraces, maxSpansPerTrace: 3 };
  return searchTraces(store, parseTraceql(query), limits).map((trace) => (trace as { traceID: string }).traceID);
}

describe('TraceStore', () => {
  it('joins spans that come in several calls and finds them by any spelling of the id', () => {
    const store = new TraceStore();
    store.push([span('00ab', '01')]);
    store.push([span('AB', '02', { parentSpanId: '01', startMs: START + 500, durationSeconds: 2 })]);
    const trace = store.get('ab');
    expect(trace?.spans).toHaveLength(2);
    expect(trace?.durationSeconds).toBe(2.5);
    expect(trace?.root?.spanId).toBe('01');
  });

  it('lets the oldest trace go', () => {
    const store = new TraceStore(2);
    store.push([span('a', '1'), span('b', '2'), span('c', '3')]);
    expect(store.get('a')).toBeUndefined();
    expect([...store.newestFirst()].map(({ spans }) => spans[0]?.spanId)).toEqual(['3', '2']);
  });

  it.each([
    ['{ duration = 1s }', ['a', 'b']],
    ['{ span.n = 2 }', ['b']],
    ['{ span.n > 1.5 }', []],
    ['{ span.flag = true || status = error }', ['b', 'a']],
    ['{ .service.name = "order" && span.n != 2 }', ['a']],
    ['{ span.__proto__ = "x" }', []],
    ['{ resource.k8s.deployment.name = "order" }', ['b']],
    ['{ .k8s.deployment.name = "order" }', ['b']],
    ['{ span.k8s.deployment.name = "order" }', []],
  ])('searches %s', (query, expected) => {
    const store = new TraceStore();
    store.push([
      span('a', '1', { failed: true, attributes: { n: 1 } }),
      span('b', '2', { attributes: { n: 2, flag: true }, resource: { 'k8s.deployment.name': 'order' } }),
    ]);
    expect(search(store, query).sort()).toEqual([...expected].sort());
  });

  it('shows the newest traces first, up to the limit', () => {
    const store = new TraceStore();
    store.push([span('a', '1'), span('b', '2'), span('c', '3')]);
    expect(search(store, '{}', 2)).toEqual(['c', 'b']);
  });
});
