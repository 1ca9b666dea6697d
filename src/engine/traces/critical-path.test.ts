import { describe, expect, it } from 'vitest';
import type { Span } from '#model';
import { comparedOf, span } from './testing/spans.ts';
import { criticalPath } from './critical-path.ts';

const pathOf = (...spans: readonly Span[]) =>
  criticalPath(spans)?.path.map((part) => [part.span.spanId, part.startMs, part.selfMs]);

describe('critical path', () => {
  it('follows calls one after the other', () => {
    expect(
      pathOf(
        span('root', 0, 100),
        span('first', 10, 30, { parentSpanId: 'root' }),
        span('second', 50, 90, { parentSpanId: 'root' })
      )
    ).toEqual([
      ['root', 0, 40],
      ['first', 10, 20],
      ['second', 50, 40],
    ]);
  });

  it('takes of concurrent calls the one that ended last', () => {
    expect(
      pathOf(
        span('root', 0, 100),
        span('short', 10, 60, { parentSpanId: 'root' }),
        span('long', 10, 95, { parentSpanId: 'root' })
      )
    ).toEqual([
      ['root', 0, 15],
      ['long', 10, 85],
    ]);
  });

  it('takes calls that overlap by a hair for calls one after the other, with all below them', () => {
    const first = span('first', 10, 60.2, { parentSpanId: 'root' });
    const below = span('below', 58, 60.2, { parentSpanId: 'first' });
    const second = span('second', 60, 95, { parentSpanId: 'root' });
    expect(pathOf(span('root', 0, 100), first, below, second)).toEqual([
      ['root', 0, 15],
      ['first', 10, 48],
      ['below', 58, 2],
      ['second', 60, 35],
    ]);
  });

  it('moves a callee whose clock is off into the middle of the call, with all below it', () => {
    const call = span('call', 10, 90, { parentSpanId: 'root', kind: 'CLIENT' });
    const served = span('served', 5010, 5050, { parentSpanId: 'call', service: 'callee' });
    const query = span('query', 5020, 5040, { parentSpanId: 'served', service: 'callee' });
    expect(pathOf(span('root', 0, 100), call, served, query)).toEqual([
      ['root', 0, 20],
      ['call', 10, 40],
      ['served', 30, 20],
      ['query', 40, 20],
    ]);
  });

  it('cuts what outlasts its caller, and leaves out work that nobody waited for', () => {
    const slow = span('slow', 20, 400, { parentSpanId: 'root', service: 'callee' });
    const publish = span('publish', 5, 6, { parentSpanId: 'root', kind: 'PRODUCER' });
    const consume = span('consume', 7, 99, { parentSpanId: 'publish', kind: 'CONSUMER', service: 'worker' });
    expect(pathOf(span('root', 0, 100), slow, publish, consume)).toEqual([
      ['root', 0, 19],
      ['publish', 5, 1],
      ['slow', 20, 80],
    ]);
  });

  it('takes the longest part of a trace whose parents are missing', () => {
    const found = criticalPath([span('orphan', 0, 10, { parentSpanId: 'gone' }), span('root', 0, 50)]);
    expect(found).toMatchObject({ root: { spanId: 'root' }, leftOut: 1, durationMs: 50 });
  });

  it('is unknown for a circle of parents and for nothing', () => {
    expect(criticalPath([])).toBeUndefined();
    expect(
      criticalPath([span('a', 0, 5, { parentSpanId: 'b' }), span('b', 0, 5, { parentSpanId: 'a' })])
    ).toBeUndefined();
  });

  it('walks a chain of 20,000 spans', () => {
    const chain = Array.from({ length: 20_000 }, (_, i) =>
      span(`s${i}`, i, 50_000, i === 0 ? {} : { parentSpanId: `s${i - 1}` })
    );
    expect(criticalPath(chain)?.path).toHaveLength(20_000);
  });
});

describe('compared traces', () => {
  const request = (queryMs: number, traceId: string): readonly Span[] => [
    span('root', 0, 20 + queryMs, { traceId, name: 'POST /pay' }),
    span('sql', 10, 10 + queryMs, {
      traceId,
      parentSpanId: 'root',
      kind: 'CLIENT',
      name: 'SELECT',
      attributes: { 'server.address': 'orders-db' },
    }),
  ];

  it('name the operation whose time grew, at the callee that sends no spans', () => {
    const good = [request(4, 'g1'), request(6, 'g2'), request(5, 'g3')];
    expect(comparedOf(request(900, 'bad'), good)).toEqual({
      traceId: 'bad',
      durationMs: 920,
      usualMs: 25,
      comparedWith: 3,
      grew: { service: 'orders-db', operation: 'SELECT', selfMs: 900, usualSelfMs: 5, isFailed: false },
      usual: [20, 5],
    });
  });

  it('count an operation that ran more often than usual as grown', () => {
    const many = [
      span('root', 0, 110, { traceId: 'bad', name: 'POST /pay' }),
      ...Array.from({ length: 20 }, (_, i) =>
        span(`sql${i}`, 5 * i, 5 * i + 5, { traceId: 'bad', parentSpanId: 'root', name: 'SELECT' })
      ),
    ];
    const once = [
      span('root', 0, 15, { name: 'POST /pay' }),
      span('sql', 0, 5, { parentSpanId: 'root', name: 'SELECT' }),
    ];
    expect(comparedOf(many, [once])?.grew).toMatchObject({ operation: 'SELECT', selfMs: 100, usualSelfMs: 5 });
  });

  it('name the callee where the time passed between both', () => {
    const call = (networkMs: number, traceId: string): readonly Span[] => [
      span('root', 0, 20 + networkMs, { traceId, name: 'POST /pay' }),
      span('call', 5, 15 + networkMs, { traceId, parentSpanId: 'root', kind: 'CLIENT', name: 'POST /quotes' }),
      span('served', 6, 14, { traceId, parentSpanId: 'call', service: 'shipping', name: 'POST /quotes' }),
    ];
    expect(comparedOf(call(800, 'bad'), [call(0, 'good')])?.grew).toEqual({
      service: 'shop',
      operation: 'POST /quotes',
      callee: 'shipping',
      selfMs: 802,
      usualSelfMs: 2,
      isFailed: false,
    });
  });

  it('know nothing of the usual without good traces', () => {
    expect(comparedOf(request(900, 'bad'), [])).toMatchObject({ usualMs: null, comparedWith: 0, usual: [null, null] });
    expect(comparedOf(request(900, 'bad'), [])).not.toHaveProperty('grew');
  });
});
