import type { EpochMs } from '#model';
import type { StoreReply, StoreRequest } from '../http-io.ts';
import { jsonReply, textReply } from '../http-io.ts';
import { TraceqlError } from './errors.ts';
import type { FieldValue } from './fields.ts';
import { INTRINSICS } from './fields.ts';
import { toResourceSpans } from './otlp-json.ts';
import { parseTraceql } from './parse.ts';
import { searchTraces } from './search.ts';
import { tagNames, tagValues } from './tags.ts';
import type { TraceStore } from './trace-store.ts';

/** What the Tempo API serves from. */
export interface TempoBackend {
  readonly traces: TraceStore;
  readonly now: () => EpochMs;
}

const MAX_LIMIT = 1000;
const MAX_SEARCH_MS = 168 * 3_600_000;

/** Serves the part of Tempo's HTTP API that clients of the demo use. Errors are plain text. */
export function serveTempo(backend: TempoBackend, request: StoreRequest): StoreReply {
  try {
    return route(backend, request);
  } catch (error) {
    const status = error instanceof TraceqlError ? error.status : 500;
    return textReply(status, error instanceof Error ? error.message : String(error));
  }
}

function route(backend: TempoBackend, { path, params }: StoreRequest): StoreReply {
  const trace = /^\/api\/(v2\/)?traces\/([^/]+)$/.exec(path);
  if (trace !== null) {
    return readTrace(backend.traces, decodeURIComponent(trace[2] ?? ''), trace[1] !== undefined);
  }
  const tag = /^\/api\/(v2\/)?search\/tag\/([^/]+)\/values$/.exec(path);
  if (tag !== null) {
    return readTagValues(backend.traces, decodeURIComponent(tag[2] ?? ''), tag[1] !== undefined);
  }
  switch (path) {
    case '/ready':
      return textReply(200, 'ready\n');
    case '/api/echo':
      return textReply(200, 'echo');
    case '/api/status/buildinfo':
      return json({
        version: '3.1.0',
        revision: 'embedded-store',
        branch: '',
        buildUser: '',
        buildDate: '',
        goVersion: '',
      });
    case '/api/search':
      return search(backend, params);
    case '/api/search/tags':
      return json({ tagNames: allTagNames(backend.traces), metrics: {} });
    case '/api/v2/search/tags':
      return json({ scopes: tagScopes(backend.traces), metrics: {} });
    default:
      return textReply(404, '404 page not found\n');
  }
}

function json(value: unknown): StoreReply {
  return jsonReply(200, JSON.stringify(value));
}

function readTrace(store: TraceStore, traceId: string, versionTwo: boolean): StoreReply {
  const bad = [...traceId].findIndex((char) => !/[0-9a-fA-F]/.test(char));
  if (bad >= 0) {
    throw new TraceqlError(
      `trace IDs can only contain hex characters: invalid character '${traceId[bad]}' at position ${bad + 1}`
    );
  }
  if (traceId.length > 32) {
    throw new TraceqlError("trace IDs can't be larger than 128 bits");
  }
  const found = store.get(traceId);
  if (versionTwo) {
    return json({ trace: found === undefined ? {} : { resourceSpans: toResourceSpans(found) }, metrics: {} });
  }
  return found === undefined ? { status: 404, contentType: '', body: '' } : json({ batches: toResourceSpans(found) });
}

function readTagValues(store: TraceStore, tag: string, versionTwo: boolean): StoreReply {
  const values = tagValues(store, tag);
  if (!versionTwo) {
    return json({ tagValues: values.map(({ value }) => String(value)), metrics: {} });
  }
  const typed = values.map((field) => ({ type: typeName(field), value: String(field.value) }));
  return json({ tagValues: typed, metrics: {} });
}

function typeName(field: FieldValue): string {
  switch (field.type) {
    case 'status':
    case 'kind':
      return 'keyword';
    case 'boolean':
      return 'bool';
    case 'number':
      return field.whole === true ? 'int' : 'float';
    default:
      return field.type;
  }
}

function allTagNames(store: TraceStore): readonly string[] {
  return [...new Set([...tagNames(store, 'span'), ...tagNames(store, 'resource')])].sort();
}

function tagScopes(store: TraceStore): readonly unknown[] {
  return [
    { name: 'span', tags: tagNames(store, 'span') },
    { name: 'intrinsic', tags: [...INTRINSICS.keys()].sort() },
    { name: 'resource', tags: tagNames(store, 'resource') },
  ];
}

function readCount(params: URLSearchParams, name: string, fallback: number): number {
  const text = params.get(name) ?? '';
  const count = text === '' ? fallback : Number(text);
  if (!Number.isInteger(count) || count <= 0) {
    throw new TraceqlError(`invalid ${name}: must be a positive number`);
  }
  return Math.min(count, MAX_LIMIT);
}

function readSeconds(params: URLSearchParams, name: string, fallbackMs: EpochMs): EpochMs {
  const text = params.get(name) ?? '';
  if (text === '') {
    return fallbackMs;
  }
  if (!/^\d+$/.test(text)) {
    throw new TraceqlError(`invalid ${name}: strconv.ParseUint: parsing "${text}": invalid syntax`);
  }
  return Number(text) * 1000;
}

function search(backend: TempoBackend, params: URLSearchParams): StoreReply {
  const filter = parseTraceql(params.get('q') || '{}');
  const limits = {
    fromMs: readSeconds(params, 'start', Number.NEGATIVE_INFINITY),
    toMs: readSeconds(params, 'end', Number.POSITIVE_INFINITY),
    maxTraces: readCount(params, 'limit', 20),
    maxSpansPerTrace: readCount(params, 'spss', 3),
  };
  if (limits.toMs < limits.fromMs) {
    throw new TraceqlError(
      `http parameter start must be before end. received start=${limits.fromMs / 1000} end=${limits.toMs / 1000}`
    );
  }
  if (limits.toMs - limits.fromMs > MAX_SEARCH_MS && Number.isFinite(limits.toMs - limits.fromMs)) {
    throw new TraceqlError(
      `range specified by start and end exceeds 168h0m0s. received start=${limits.fromMs / 1000} end=${limits.toMs / 1000}`
    );
  }
  return json({ traces: searchTraces(backend.traces, filter, limits), metrics: {} });
}
