import type { Span } from '#model';
import { compareTrace } from '../compare-paths.ts';

/** A span of a service `shop` between two milliseconds. */
export function span(spanId: string, fromMs: number, toMs: number, fields: Partial<Span> = {}): Span {
  return {
    traceId: 't',
    spanId,
    service: 'shop',
    name: spanId,
    kind: 'SERVER',
    startMs: fromMs,
    durationSeconds: (toMs - fromMs) / 1000,
    failed: false,
    attributes: {},
    ...fields,
  };
}

/** A comparison without the spans themselves: the usual time of every part of the path in place of the path. */
export function comparedOf(trace: readonly Span[], good: ReadonlyArray<readonly Span[]>) {
  const found = compareTrace(trace, good);
  if (!found) {
    return undefined;
  }
  const { root: _root, longest: _longest, path, ...rest } = found;
  return { ...rest, usual: path.map(({ usualSelfMs }) => usualSelfMs) };
}
