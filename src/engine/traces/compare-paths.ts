import type { PathStretch, ServiceName, Span } from '#model';
import { criticalPath, type CriticalPath } from './critical-path.ts';
import { median } from '../stats/quantile.ts';
import { peerOf } from './peer-of.ts';

/** A trace beside good ones of the same request. */
export interface ComparedTrace {
  readonly traceId: string;
  readonly root: Span;
  readonly durationMs: number;
  /** Median duration of the good traces; null where there is none. */
  readonly usualMs: number | null;
  readonly comparedWith: number;
  /** In order of time. */
  readonly path: readonly PathStretch[];
  /** Operation whose time on the path grew most; missing where nothing grew or there is nothing to compare with. */
  readonly grew?: GrownOperation;
  /** Operation that takes most of the path. */
  readonly longest: GrownOperation;
}

/** Time of all spans of an operation on the path of one trace. */
export interface GrownOperation {
  readonly service: ServiceName;
  readonly operation: string;
  readonly selfMs: number;
  /** Mean of the good traces, 0 where it is on none of their paths; null without good traces. */
  readonly usualSelfMs: number | null;
  readonly isFailed: boolean;
  /** Who answered, where it is a call: its own time is then what passed outside of both. */
  readonly callee?: ServiceName;
}

/** Growth below this share of the trace says nothing. */
const WORTH_SAYING = 0.1;

/**
 * Compares the critical path of a trace with those of good ones.
 *
 * Time of a call to somebody who sends no spans, such as a database, counts as the callee's. Spans of a path are compared
 * with the mean of one such span, operations with their mean per trace: an operation that runs more often than usual grew.
 *
 * @param trace  spans of one trace; hostile input
 * @param good  traces of normal times; those of other requests are left out
 * @returns undefined where the trace has no critical path
 * Cost O(spans log spans).
 */
export function compareTrace(trace: readonly Span[], good: ReadonlyArray<readonly Span[]>): ComparedTrace | undefined {
  const own = criticalPath(trace);
  if (!own) {
    return undefined;
  }
  const others = good.flatMap((spans) => {
    const path = criticalPath(spans);
    return path && isSameRequest(path.root, own.root) ? [{ path, parts: toParts(path, spans) }] : [];
  });
  const usual = new Map<string, { sum: number; count: number }>();
  for (const { key, selfMs } of others.flatMap(({ parts }) => parts)) {
    const known = usual.get(key) ?? { sum: 0, count: 0 };
    usual.set(key, { sum: known.sum + selfMs, count: known.count + 1 });
  }
  const parts = toParts(own, trace);
  const operations = sumUp(parts, (key) => (others.length > 0 ? (usual.get(key)?.sum ?? 0) / others.length : null));
  const growth = ({ selfMs, usualSelfMs }: GrownOperation): number => selfMs - (usualSelfMs ?? selfMs);
  const grew = operations.toSorted((left, right) => growth(right) - growth(left))[0];
  const longest = operations.toSorted((left, right) => right.selfMs - left.selfMs)[0];
  if (!longest) {
    return undefined;
  }
  return {
    traceId: own.root.traceId,
    root: own.root,
    durationMs: own.durationMs,
    usualMs: others.length > 0 ? median(others.map(({ path }) => path.durationMs)) : null,
    comparedWith: others.length,
    path: parts.map(({ key, callee: _callee, ...part }) => {
      const known = usual.get(key);
      return { ...part, usualSelfMs: known ? known.sum / known.count : null };
    }),
    ...(grew && growth(grew) > WORTH_SAYING * own.durationMs ? { grew } : {}),
    longest,
  };
}

function isSameRequest(left: Span, right: Span): boolean {
  return left.service === right.service && left.name === right.name;
}

type Part = Omit<PathStretch, 'usualSelfMs'> & Pick<GrownOperation, 'callee'> & { readonly key: string };

function toParts({ path }: CriticalPath, trace: readonly Span[]): readonly Part[] {
  const services = new Map(trace.map(({ spanId, service }) => [spanId, service]));
  const answeredBy = new Map(
    trace.flatMap(({ parentSpanId, service }) =>
      parentSpanId !== undefined && services.get(parentSpanId) !== service ? [[parentSpanId, service] as const] : []
    )
  );
  return path.map(({ span, startMs, selfMs }) => {
    const callee = span.kind === 'CLIENT' ? answeredBy.get(span.spanId) : undefined;
    const service = answeredBy.has(span.spanId) ? span.service : (peerOf(span) ?? span.service);
    const operation = span.name;
    const key = JSON.stringify([service, operation, callee]);
    const part = { key, service, operation, startMs, selfMs, isFailed: span.failed };
    return callee === undefined ? part : { ...part, callee };
  });
}

function sumUp(parts: readonly Part[], usualOf: (key: string) => number | null): readonly GrownOperation[] {
  const found = new Map<string, GrownOperation>();
  for (const { key, service, operation, selfMs, isFailed, callee } of parts) {
    const known = found.get(key);
    found.set(key, {
      service,
      operation,
      selfMs: selfMs + (known?.selfMs ?? 0),
      usualSelfMs: usualOf(key),
      isFailed: isFailed || known?.isFailed === true,
      ...(callee === undefined ? {} : { callee }),
    });
  }
  return [...found.values()];
}
