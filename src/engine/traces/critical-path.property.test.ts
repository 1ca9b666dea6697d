import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Span } from '#model';
import { criticalPath } from './critical-path.ts';

/** Offsets and lengths as shares of the parent, so that every child lies within it. */
interface Node {
  readonly at: number;
  readonly length: number;
  readonly children: readonly Node[];
}

const share = fc.double({ min: 0, max: 1, noNaN: true });
const tree = fc.letrec<{ node: Node }>((tie) => ({
  node: fc.record({
    at: share,
    length: share,
    children: fc.oneof(
      { maxDepth: 4, depthIdentifier: 'spans' },
      fc.constant([]),
      fc.array(tie('node'), { maxLength: 4 })
    ),
  }),
}));

function toSpans(root: Node): readonly Span[] {
  const spans: Span[] = [];
  const add = ({ at, length, children }: Node, fromMs: number, lengthMs: number, parentSpanId?: string): void => {
    const own = parentSpanId === undefined ? lengthMs : length * lengthMs;
    const startMs = parentSpanId === undefined ? fromMs : fromMs + at * (lengthMs - own);
    const spanId = `s${spans.length}`;
    spans.push(makeSpan({ spanId, startMs, durationSeconds: own / 1000, ...(parentSpanId ? { parentSpanId } : {}) }));
    children.forEach((child) => add(child, startMs, own, spanId));
  };
  add(root, 1_000_000, 800);
  return spans;
}

function makeSpan(fields: Partial<Span>): Span {
  return {
    traceId: 't',
    spanId: 's',
    service: 'a',
    name: 'op',
    kind: 'INTERNAL',
    startMs: 0,
    durationSeconds: 0,
    failed: false,
    attributes: {},
    ...fields,
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe('critical path', () => {
  it('takes exactly as long as the request', () => {
    fc.assert(
      fc.property(tree.node, (root) => {
        const found = criticalPath(toSpans(root));
        expect(sum(found?.path.map(({ selfMs }) => selfMs) ?? [])).toBeCloseTo(800, 6);
        expect(found?.durationMs).toBeCloseTo(800, 6);
        expect(found?.leftOut).toBe(0);
      })
    );
  });

  it('gives no span more than its own duration, and goes forward in time', () => {
    fc.assert(
      fc.property(tree.node, (root) => {
        const path = criticalPath(toSpans(root))?.path ?? [];
        for (const { span, selfMs } of path) {
          expect(selfMs).toBeGreaterThan(0);
          expect(selfMs).toBeLessThanOrEqual(span.durationSeconds * 1000 + 1e-6);
        }
        const starts = path.map(({ startMs }) => startMs);
        expect(starts).toEqual(starts.toSorted((left, right) => left - right));
      })
    );
  });

  it('does not depend on the order of the spans', () => {
    fc.assert(
      fc.property(tree.node, fc.infiniteStream(fc.double({ noNaN: true })), (root, keys) => {
        const spans = toSpans(root);
        const shuffled = spans
          .map((span) => [keys.next().value ?? 0, span] as const)
          .sort(([left], [right]) => left - right)
          .map(([, span]) => span);
        expect(criticalPath(shuffled)).toEqual(criticalPath(spans));
      })
    );
  });

  it('adds up whatever clocks, parents and numbers a trace has, and never throws', () => {
    const anySpan = fc.record({
      spanId: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      parentSpanId: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'x', undefined),
      service: fc.constantFrom('one', 'two'),
      kind: fc.constantFrom('SERVER', 'CLIENT', 'CONSUMER', 'PRODUCER', 'INTERNAL'),
      startMs: fc.oneof(fc.integer({ min: 0, max: 100 }), fc.double()),
      durationSeconds: fc.oneof(fc.double({ min: 0, max: 0.1, noNaN: true }), fc.double()),
    });
    fc.assert(
      fc.property(fc.array(anySpan, { maxLength: 12 }), (spans) => {
        const found = criticalPath(spans.map((fields) => makeSpan(fields as Partial<Span>)));
        const total = sum(found?.path.map(({ selfMs }) => selfMs) ?? []);
        const durationMs = found?.durationMs ?? 0;
        expect(Math.abs(total - durationMs)).toBeLessThanOrEqual(1e-6 * Math.max(1, durationMs));
      })
    );
  });
});
