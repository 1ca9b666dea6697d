import type { Span, SpanKind } from '#model';
import { isObject, type ForeignObject, type ReplyReader } from '../reply.ts';

const KINDS: readonly SpanKind[] = ['INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
/** Most spans of one trace that are read. */
const MAX_SPANS = 20_000;
const MAX_ATTRIBUTE_LENGTH = 2048;
/** Attributes of a resource that describe its service. */
const RESOURCE_ATTRIBUTES: ReadonlySet<string> = new Set([
  'service.namespace',
  'service.version',
  'telemetry.sdk.language',
  'k8s.namespace.name',
  'k8s.deployment.name',
  'k8s.statefulset.name',
  'k8s.daemonset.name',
]);

type AttributeValue = string | number | boolean;

/**
 * The spans of a trace in OTLP JSON: a list of resource spans, as `batches` (v1), `resourceSpans`, or below `trace`
 * (v2). Ids may be hexadecimal, as OTLP has them, or base64, as Tempo writes them. Spans without a usable id or time
 * are dropped.
 * @returns spans by start; `dropped` counts those that were left out
 * @throws TelemetryError `bad-reply` when there is no list of resource spans
 */
export function parseTrace(
  reply: unknown,
  reader: ReplyReader
): { readonly spans: readonly Span[]; readonly dropped: number } {
  const outer = reader.object(reply, 'reply');
  const trace = isObject(outer['trace']) ? outer['trace'] : outer;
  const resources = reader.array(trace['resourceSpans'] ?? trace['batches'], 'resourceSpans');
  const found: (Span | undefined)[] = [];
  for (const item of resources) {
    const resource = reader.object(item, 'resourceSpans');
    const attributes = toAttributes(isObject(resource['resource']) ? resource['resource']['attributes'] : undefined);
    const described = describeResource(attributes);
    const service = attributes['service.name'];
    for (const scope of listOf(resource['scopeSpans'] ?? resource['instrumentationLibrarySpans'])) {
      for (const span of isObject(scope) ? listOf(scope['spans']) : []) {
        found.push(found.length < MAX_SPANS && isObject(span) ? toSpan(span, service, described) : undefined);
      }
    }
  }
  const spans = found.filter((span) => span !== undefined).sort((a, b) => a.startMs - b.startMs);
  return { spans, dropped: found.length - spans.length };
}

/** What the attributes of a resource say of its service; undefined when they say nothing. */
export function describeResource(
  attributes: Readonly<Record<string, AttributeValue>>
): Readonly<Record<string, string>> | undefined {
  const known = Object.entries(attributes).flatMap(([name, value]) =>
    RESOURCE_ATTRIBUTES.has(name) && value !== '' ? [[name, String(value).slice(0, 253)] as const] : []
  );
  return known.length === 0 ? undefined : Object.fromEntries(known);
}

function toSpan(
  span: ForeignObject,
  service: AttributeValue | undefined,
  resource: Span['resource']
): Span | undefined {
  const traceId = toHexId(span['traceId'], 16);
  const spanId = toHexId(span['spanId'], 8);
  const start = toNanoseconds(span['startTimeUnixNano']);
  const end = toNanoseconds(span['endTimeUnixNano']);
  if (!traceId || !spanId || start === undefined || end === undefined || end < start || typeof service !== 'string') {
    return undefined;
  }
  const parentSpanId = toHexId(span['parentSpanId'], 8);
  const status = isObject(span['status']) ? span['status']['code'] : undefined;
  return {
    traceId,
    spanId,
    ...(parentSpanId ? { parentSpanId } : {}),
    service,
    name: typeof span['name'] === 'string' ? span['name'].slice(0, MAX_ATTRIBUTE_LENGTH) : '',
    kind: toKind(span['kind']),
    // Whole microseconds first: a number does not hold the nanoseconds of today.
    startMs: Number(start / 1000n) / 1000,
    durationSeconds: Number(end - start) / 1e9,
    failed: status === 2 || status === 'STATUS_CODE_ERROR',
    attributes: toAttributes(span['attributes']),
    ...(resource ? { resource } : {}),
  };
}

/** An id of `bytes` bytes in lower-case hexadecimal; undefined when it is neither hexadecimal nor base64 of that size. */
export function toHexId(value: unknown, bytes: number): string | undefined {
  if (typeof value !== 'string' || value.length === 0) {
    return undefined;
  }
  if (value.length === bytes * 2 && /^[0-9a-f]+$/i.test(value)) {
    return value.toLowerCase();
  }
  const decoded = /^[A-Za-z0-9+/]+={0,2}$/.test(value) ? Buffer.from(value, 'base64') : undefined;
  return decoded?.length === bytes ? decoded.toString('hex') : undefined;
}

function toNanoseconds(value: unknown): bigint | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && /^\d{1,20}$/.test(text) ? BigInt(text) : undefined;
}

function toKind(value: unknown): SpanKind {
  if (typeof value === 'number') {
    return KINDS[value - 1] ?? 'INTERNAL';
  }
  const name = typeof value === 'string' ? value.replace('SPAN_KIND_', '') : '';
  return KINDS.find((kind) => kind === name) ?? 'INTERNAL';
}

function toAttributes(value: unknown): Readonly<Record<string, AttributeValue>> {
  return Object.fromEntries(
    listOf(value).flatMap((item): readonly [string, AttributeValue][] => {
      const attribute = isObject(item) ? toAttributeValue(item['value']) : undefined;
      return isObject(item) && typeof item['key'] === 'string' && attribute !== undefined
        ? [[item['key'], attribute]]
        : [];
    })
  );
}

function toAttributeValue(value: unknown): AttributeValue | undefined {
  if (!isObject(value)) {
    return undefined;
  }
  const { stringValue, intValue, doubleValue, boolValue } = value;
  if (typeof stringValue === 'string') {
    return stringValue.slice(0, MAX_ATTRIBUTE_LENGTH);
  }
  if (typeof boolValue === 'boolean') {
    return boolValue;
  }
  const number =
    typeof intValue === 'string' && /^-?\d+$/.test(intValue) ? Number(intValue) : (intValue ?? doubleValue);
  return typeof number === 'number' ? number : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}
