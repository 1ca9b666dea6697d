import type { EpochMs } from '#model';
import type { StoreReply, StoreRequest } from '../http-io.ts';
import { jsonReply, textReply } from '../http-io.ts';
import { formatValue } from '../promql/json.ts';
import { parseDurationMs } from '../promql/literals.ts';
import type { LabelSet } from '../tsdb/labels.ts';
import { labelSetJson } from '../tsdb/labels.ts';
import { LogqlError } from './errors.ts';
import type { ResultSeries } from './evaluate.ts';
import { queryLines, queryMetric } from './evaluate.ts';
import type { LogStore, LogStream } from './log-store.ts';
import { lowerBound } from './log-store.ts';
import { parseLogql } from './parse.ts';

/** What the Loki API serves from. */
export interface LokiBackend {
  readonly logs: LogStore;
  readonly now: () => EpochMs;
}

const MAX_POINTS = 11_000;
const MAX_ENTRIES = 5_000;
const HOUR_MS = 3_600_000;
/** 30 days and an hour. */
const MAX_QUERY_MS = 721 * HOUR_MS;

/** Serves the part of Loki's HTTP API that clients of the demo use. Errors are plain text. */
export function serveLoki(backend: LokiBackend, request: StoreRequest): StoreReply {
  if (request.path === '/ready') {
    return textReply(200, 'ready\n');
  }
  try {
    const body = route(backend, request);
    return body === undefined ? textReply(404, '404 page not found\n') : jsonReply(200, body);
  } catch (error) {
    const status = error instanceof LogqlError ? error.status : 500;
    return textReply(status, `${error instanceof Error ? error.message : String(error)}\n`);
  }
}

function route(backend: LokiBackend, { path, params }: StoreRequest): string | undefined {
  const label = /^\/loki\/api\/v1\/label\/([^/]+)\/values$/.exec(path)?.[1];
  if (label !== undefined) {
    const name = decodeURIComponent(label);
    return distinctReply(activeStreams(backend, params), ({ pairs }) =>
      pairs.filter(([key]) => key === name).map(([, value]) => value)
    );
  }
  switch (path) {
    case '/loki/api/v1/query_range':
      return queryRange(backend, params);
    case '/loki/api/v1/query':
      return queryInstant(backend, params);
    case '/loki/api/v1/labels':
    case '/loki/api/v1/label':
      return distinctReply(activeStreams(backend, params), ({ pairs }) => pairs.map(([name]) => name));
    case '/loki/api/v1/series':
      return success(
        `[${activeStreams(backend, params)
          .map(({ labels }) => labelSetJson(labels))
          .join(',')}]`
      );
    case '/loki/api/v1/status/buildinfo':
      return JSON.stringify({
        version: '3.7.8',
        revision: 'embedded-store',
        branch: 'HEAD',
        buildUser: '',
        buildDate: '',
        goVersion: '',
      });
    default:
      return undefined;
  }
}

function success(data: string): string {
  return `{"status":"success","data":${data}}`;
}

function parseTime(name: string, text: string): EpochMs {
  if (/^\d+\.\d+$/.test(text)) {
    return Number(text) * 1000;
  }
  if (/^-?\d+$/.test(text)) {
    return text.length <= 10 ? Number(text) * 1000 : Number(text) / 1e6;
  }
  const parsed = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(parsed)) {
    throw new LogqlError(`could not parse '${name}' parameter: ${text}`);
  }
  return parsed;
}

interface Bounds {
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
}

function readBounds({ now }: LokiBackend, params: URLSearchParams, defaultSpanMs: number): Bounds {
  const end = params.get('end') ?? '';
  const start = params.get('start') ?? '';
  const since = params.get('since') ?? '';
  const spanMs = since === '' ? defaultSpanMs : parseDurationMs(since);
  if (spanMs === undefined) {
    throw new LogqlError(`could not parse 'since' parameter: ${since}`);
  }
  const toMs = end === '' ? now() : parseTime('end', end);
  const fromMs = start === '' ? toMs - spanMs : parseTime('start', start);
  if (toMs < fromMs) {
    throw new LogqlError('end timestamp must not be before or equal to start time');
  }
  return { fromMs, toMs };
}

function checkLength({ fromMs, toMs }: Bounds): void {
  if (toMs - fromMs > MAX_QUERY_MS) {
    const hours = Math.floor((toMs - fromMs) / HOUR_MS);
    throw new LogqlError(`the query time range exceeds the limit (query length: ${hours}h0m0s, limit: 30d1h)`);
  }
}

function readLimit(params: URLSearchParams): number {
  const text = params.get('limit') ?? '';
  const limit = text === '' ? 100 : Number(text);
  if (!Number.isInteger(limit) || limit <= 0) {
    throw new LogqlError('limit must be a positive value');
  }
  if (limit > MAX_ENTRIES) {
    throw new LogqlError(
      `max entries limit per query exceeded, limit > max_entries_limit_per_query (${limit} > ${MAX_ENTRIES})`
    );
  }
  return limit;
}

function readDirection(params: URLSearchParams): boolean {
  const direction = (params.get('direction') ?? 'backward').toLowerCase();
  if (direction !== 'backward' && direction !== 'forward') {
    throw new LogqlError(`invalid direction '${direction}'`);
  }
  return direction === 'backward';
}

function readStepMs(params: URLSearchParams, { fromMs, toMs }: Bounds): number {
  const text = params.get('step') ?? '';
  if (text === '') {
    return Math.max(1, Math.floor((toMs - fromMs) / 1000 / 250)) * 1000;
  }
  const stepMs = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : parseDurationMs(text);
  if (stepMs === undefined || !(stepMs > 0)) {
    throw new LogqlError('zero or negative query resolution step widths are not accepted. Try a positive integer');
  }
  return stepMs;
}

function queryRange(backend: LokiBackend, params: URLSearchParams): string {
  const query = parseLogql(params.get('query') ?? '');
  const bounds = readBounds(backend, params, HOUR_MS);
  checkLength(bounds);
  if (query.type === 'lines') {
    const limits = { ...bounds, limit: readLimit(params), newestFirst: readDirection(params) };
    const streams = queryLines(backend.logs, query.selector, limits).map(({ labels, entries }) => {
      const values = entries.map(({ atMs, line }) => `["${toNanoseconds(atMs)}",${JSON.stringify(line)}]`);
      return `{"stream":${labelSetJson(labels)},"values":[${values.join(',')}]}`;
    });
    return success(`{"resultType":"streams","result":[${streams.join(',')}],"stats":{}}`);
  }
  const stepMs = readStepMs(params, bounds);
  // The frontend widens the range to whole steps.
  const startMs = Math.floor(bounds.fromMs / stepMs) * stepMs;
  const count = Math.ceil((bounds.toMs - startMs) / stepMs) + 1;
  if (count - 1 > MAX_POINTS) {
    throw new LogqlError(
      'exceeded maximum resolution of 11,000 points per time series. Try increasing the value of the step parameter'
    );
  }
  const steps = { startMs, stepMs, count };
  const series = queryMetric(backend.logs, query, steps).map(({ labels, values }) => {
    const points = values.flatMap((value, index) =>
      value === undefined ? [] : [`[${(steps.startMs + index * stepMs) / 1000},"${formatValue(value)}"]`]
    );
    return `{"metric":${labelSetJson(labels)},"values":[${points.join(',')}]}`;
  });
  return success(`{"resultType":"matrix","result":[${series.join(',')}],"stats":{}}`);
}

function queryInstant(backend: LokiBackend, params: URLSearchParams): string {
  const query = parseLogql(params.get('query') ?? '');
  if (query.type === 'lines') {
    throw new LogqlError(
      'log queries are not supported as an instant query type, please change your query to a range query type'
    );
  }
  const time = params.get('time') ?? '';
  const startMs = time === '' ? backend.now() : parseTime('time', time);
  const sample = ({ labels, values }: ResultSeries): string =>
    `{"metric":${labelSetJson(labels)},"value":[${startMs / 1000},"${formatValue(values[0] ?? 0)}"]}`;
  const samples = queryMetric(backend.logs, query, { startMs, stepMs: 1, count: 1 }).map(sample);
  return success(`{"resultType":"vector","result":[${samples.join(',')}],"stats":{}}`);
}

function activeStreams(backend: LokiBackend, params: URLSearchParams): readonly LogStream[] {
  const { fromMs, toMs } = readBounds(backend, params, 6 * HOUR_MS);
  const selectors = [...params.getAll('match[]'), ...params.getAll('match'), ...params.getAll('query')];
  const found = new Map<string, LogStream>();
  for (const text of selectors.length === 0 ? [undefined] : selectors) {
    const query = text === undefined ? undefined : parseLogql(text);
    for (const stream of backend.logs.select(query?.selector.matchers ?? [])) {
      if (lowerBound(stream.timesMs, fromMs) < lowerBound(stream.timesMs, toMs + 1)) {
        found.set(stream.labels.key, stream);
      }
    }
  }
  return [...found.values()];
}

function distinctReply(streams: readonly LogStream[], textsOf: (labels: LabelSet) => readonly string[]): string {
  const found = new Set(streams.flatMap(({ labels }) => textsOf(labels)));
  const sorted = [...found].sort((a, b) => (a < b ? -1 : 1));
  return sorted.length === 0 ? '{"status":"success"}' : success(JSON.stringify(sorted));
}

function toNanoseconds(atMs: EpochMs): string {
  return `${BigInt(Math.round(atMs * 1000)) * 1000n}`;
}
