import type { ToolRow } from '#llm';
import type { Span } from '#model';
import type { TraceSummary } from '#telemetry';
import { short } from './series-rows.ts';

/** Traces as a search found them, longest first. */
export function toSearchRows(traces: readonly TraceSummary[]): readonly ToolRow[] {
  return traces.map(({ traceId, rootService, rootName, startMs, durationSeconds }) => ({
    source: 'trace',
    service: rootService,
    statement: `trace ${traceId} of ${rootService} ${rootName} took ${short(durationSeconds)} s`,
    atMs: startMs,
    observed: durationSeconds,
    unit: 'seconds',
  }));
}

/** Where the time of a trace went: the spans with the most time that none of their children account for, and what failed. */
export function toTraceRows(spans: readonly Span[], dropped: number): readonly ToolRow[] {
  const children = new Map<string, Span[]>();
  for (const span of spans) {
    if (span.parentSpanId !== undefined) {
      children.set(span.parentSpanId, [...(children.get(span.parentSpanId) ?? []), span]);
    }
  }
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const start = spans.reduce((first, { startMs }) => Math.min(first, startMs), Infinity);
  const end = spans.reduce((last, span) => Math.max(last, endOf(span)), -Infinity);
  const rows = spans
    .map((span) => ({ span, own: ownSeconds(span, children.get(span.spanId) ?? []) }))
    .toSorted((left, right) => Number(right.span.failed) - Number(left.span.failed) || right.own - left.own)
    .map(({ span, own }): ToolRow => {
      const caller = span.parentSpanId === undefined ? undefined : byId.get(span.parentSpanId)?.service;
      const calledBy = caller === undefined || caller === span.service ? '' : `, called by ${caller}`;
      const failed = span.failed ? ', failed' : '';
      const took = `took ${short(span.durationSeconds)} s, ${short(own)} s of it by itself`;
      const statement = `${span.service} ${span.name} (${span.kind}) ${took}${calledBy}${failed}`;
      return {
        source: 'trace',
        service: span.service,
        statement,
        atMs: span.startMs,
        observed: span.durationSeconds,
        unit: 'seconds',
      };
    });
  const lost = dropped === 0 ? '' : `; ${dropped} spans could not be read`;
  const root = spans.find(({ parentSpanId }) => parentSpanId === undefined || !byId.has(parentSpanId));
  const whole: ToolRow = {
    source: 'trace',
    service: root?.service ?? '',
    statement: `the trace has ${spans.length} spans over ${short((end - start) / 1000)} s${lost}`,
    ...(Number.isFinite(start) ? { atMs: start, observed: (end - start) / 1000, unit: 'seconds' as const } : {}),
  };
  return spans.length === 0 ? [] : [whole, ...rows];
}

/** Duration without the times in which a child was at work. */
function ownSeconds(span: Span, children: readonly Span[]): number {
  let covered = 0;
  let until = span.startMs;
  for (const child of children.toSorted((left, right) => left.startMs - right.startMs)) {
    const from = Math.max(until, child.startMs);
    const to = Math.min(endOf(span), endOf(child));
    covered += Math.max(0, to - from);
    until = Math.max(until, to);
  }
  return Math.max(0, span.durationSeconds - covered / 1000);
}

function endOf({ startMs, durationSeconds }: Span): number {
  return startMs + durationSeconds * 1000;
}
