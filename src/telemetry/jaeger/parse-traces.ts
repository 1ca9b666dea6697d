import type { Span, SpanKind } from '#model';
import { isObject, type ForeignObject, type ReplyReader } from '../reply.ts';
import { describeResource } from '../tempo/parse-trace.ts';

/** One trace with its spans by start. */
export interface JaegerTrace {
  readonly traceId: string;
  readonly spans: readonly Span[];
}

const KINDS: Readonly<Record<string, SpanKind>> = {
  server: 'SERVER',
  client: 'CLIENT',
  producer: 'PRODUCER',
  consumer: 'CONSUMER',
};
const MAX_SPANS = 20_000;
const MAX_TEXT_LENGTH = 2048;

type Attribute = string | number | boolean;

/**
 * The traces of an answer of Jaeger's query service. Spans without a usable id, time or process are dropped and counted.
 * @throws TelemetryError `bad-reply` when there is no list of traces
 */
export function parseTraces(
  reply: unknown,
  reader: ReplyReader
): { readonly traces: readonly JaegerTrace[]; readonly dropped: number } {
  const list = reader.array(reader.object(reply, 'reply')['data'] ?? [], 'data');
  let dropped = 0;
  let budget = MAX_SPANS;
  const traces = list.map((item, index): JaegerTrace => {
    const trace = reader.object(item, `data[${index}]`);
    const processes = toProcesses(trace['processes']);
    const listed = reader.array(trace['spans'] ?? [], `data[${index}].spans`);
    const spans = listed.slice(0, budget).flatMap((span) => (isObject(span) ? (toSpan(span, processes) ?? []) : []));
    budget -= Math.min(budget, listed.length);
    dropped += listed.length - spans.length;
    return {
      traceId: toId(trace['traceID'], 32) ?? spans[0]?.traceId ?? '',
      spans: spans.sort((a, b) => a.startMs - b.startMs),
    };
  });
  return { traces: traces.filter(({ spans }) => spans.length > 0), dropped };
}

interface Process {
  readonly service: string;
  readonly resource: Span['resource'];
}

function toProcesses(value: unknown): ReadonlyMap<string, Process> {
  const found = isObject(value) ? Object.entries(value) : [];
  return new Map(
    found.flatMap(([id, process]) => {
      const name = isObject(process) ? process['serviceName'] : undefined;
      return typeof name === 'string' && name !== '' && isObject(process)
        ? [[id, { service: name, resource: describeResource(toAttributes(process['tags'])) }] as const]
        : [];
    })
  );
}

function toSpan(span: ForeignObject, processes: ReadonlyMap<string, Process>): Span | undefined {
  const traceId = toId(span['traceID'], 32);
  const spanId = toId(span['spanID'], 16);
  const process = processes.get(String(span['processID']));
  const { startTime, duration } = span;
  if (!traceId || !spanId || !process || !isTime(startTime) || !isTime(duration)) {
    return undefined;
  }
  const { 'span.kind': kind, ...attributes } = toAttributes(span['tags']);
  const parentSpanId = parentOf(span['references'], traceId);
  return {
    traceId,
    spanId,
    ...(parentSpanId ? { parentSpanId } : {}),
    service: process.service,
    name: typeof span['operationName'] === 'string' ? span['operationName'].slice(0, MAX_TEXT_LENGTH) : '',
    kind: KINDS[String(kind)] ?? 'INTERNAL',
    startMs: startTime / 1000,
    durationSeconds: duration / 1e6,
    failed: attributes['error'] === true || attributes['otel.status_code'] === 'ERROR',
    attributes,
    ...(process.resource ? { resource: process.resource } : {}),
  };
}

/** The parent inside the trace: what it is a child of before what it follows from. */
function parentOf(value: unknown, traceId: string): string | undefined {
  const references = (Array.isArray(value) ? (value as unknown[]) : []).filter(isObject);
  const inside = references.filter((reference) => toId(reference['traceID'], 32) === traceId);
  const parent = inside.find(({ refType }) => refType === 'CHILD_OF') ?? inside[0];
  return toId(parent?.['spanID'], 16);
}

/** An id in lower-case hexadecimal of a fixed length: Jaeger leaves out leading zeros. */
function toId(value: unknown, digits: number): string | undefined {
  return typeof value === 'string' && value.length <= digits && /^[0-9a-f]+$/i.test(value)
    ? value.toLowerCase().padStart(digits, '0')
    : undefined;
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function toAttributes(value: unknown): Readonly<Record<string, Attribute>> {
  const tags = (Array.isArray(value) ? (value as unknown[]) : []).filter(isObject);
  return Object.fromEntries(
    tags.flatMap(({ key, value: tag }): (readonly [string, Attribute])[] => {
      if (typeof key !== 'string') {
        return [];
      }
      if (typeof tag === 'string') {
        return [[key, tag.slice(0, MAX_TEXT_LENGTH)]];
      }
      return typeof tag === 'boolean' || (typeof tag === 'number' && Number.isFinite(tag)) ? [[key, tag]] : [];
    })
  );
}
