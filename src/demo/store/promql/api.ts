import type { EpochMs } from '#model';
import { StoreError } from '../errors.ts';
import type { StoreReply, StoreRequest } from '../http-io.ts';
import { jsonReply, textReply } from '../http-io.ts';
import type { LabelSet } from '../tsdb/labels.ts';
import { labelSetJson } from '../tsdb/labels.ts';
import type { StoredSeries, Tsdb } from '../tsdb/tsdb.ts';
import type { PromqlEngine } from './engine.ts';
import type { PromqlErrorType } from './errors.ts';
import { PromqlError } from './errors.ts';
import { errorJson, resultJson, successJson } from './json.ts';
import { parseSelector } from './parse.ts';
import { invalidParameter, parseStepMs, parseTime } from './time-params.ts';

/** What the Prometheus API serves from. */
export interface PrometheusBackend {
  readonly tsdb: Tsdb;
  readonly engine: PromqlEngine;
  /** Default of the `time` parameter. */
  readonly now: () => EpochMs;
}

const MAX_POINTS = 11_000;
const STATUS: Readonly<Record<PromqlErrorType, number>> = {
  bad_data: 400,
  execution: 422,
  not_found: 404,
  internal: 500,
};
const BUILD_INFO = {
  version: '2.42.0',
  revision: 'embedded-store',
  branch: 'HEAD',
  buildUser: 'causeway',
  buildDate: '19700101-00:00:00',
  goVersion: 'none',
};

/** Serves the part of Prometheus' HTTP API that clients of the demo use. `request.path` starts with `/`. */
export function servePrometheus(backend: PrometheusBackend, request: StoreRequest): StoreReply {
  if (request.path === '/-/ready' || request.path === '/-/healthy') {
    return textReply(200, `Prometheus Server is ${request.path === '/-/ready' ? 'Ready' : 'Healthy'}.\n`);
  }
  try {
    const data = route(backend, request);
    return data === undefined ? textReply(404, '404 page not found\n') : jsonReply(200, successJson(data));
  } catch (error) {
    const known = toPromqlError(error);
    return jsonReply(STATUS[known.errorType], errorJson(known, known.message));
  }
}

function toPromqlError(error: unknown): PromqlError {
  if (error instanceof PromqlError) {
    return error;
  }
  if (error instanceof StoreError) {
    return new PromqlError('bad_data', error.message, { cause: error });
  }
  return new PromqlError('internal', error instanceof Error ? error.message : String(error), { cause: error });
}

function route(backend: PrometheusBackend, { path, params }: StoreRequest): string | undefined {
  const label = /^\/api\/v1\/label\/([^/]+)\/values$/.exec(path)?.[1];
  if (label !== undefined) {
    return labelValues(backend, decodeURIComponent(label), params);
  }
  switch (path) {
    case '/api/v1/query':
      return query(backend, params);
    case '/api/v1/query_range':
      return queryRange(backend, params);
    case '/api/v1/series':
      return `[${matchingSeries(backend.tsdb, params, true)
        .map(({ labels }) => labelSetJson(labels))
        .join(',')}]`;
    case '/api/v1/labels':
      return JSON.stringify(labelNames(backend, params));
    case '/api/v1/metadata':
      return metadata(backend.tsdb, params);
    case '/api/v1/status/buildinfo':
      return JSON.stringify(BUILD_INFO);
    default:
      return undefined;
  }
}

function query({ engine, now }: PrometheusBackend, params: URLSearchParams): string {
  const time = params.get('time') ?? '';
  const atMs = time === '' ? now() : parseTime('time', time);
  try {
    return resultJson(engine.instant(params.get('query') ?? '', atMs));
  } catch (error) {
    throw error instanceof PromqlError && error.errorType === 'bad_data'
      ? invalidParameter('query', error.message)
      : error;
  }
}

function queryRange({ engine }: PrometheusBackend, params: URLSearchParams): string {
  const startMs = parseTime('start', params.get('start') ?? '');
  const endMs = parseTime('end', params.get('end') ?? '');
  if (endMs < startMs) {
    throw invalidParameter('end', 'end timestamp must not be before start time');
  }
  const stepMs = parseStepMs(params.get('step') ?? '');
  if (Math.floor((endMs - startMs) / stepMs) > MAX_POINTS) {
    throw new PromqlError(
      'bad_data',
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)'
    );
  }
  return resultJson(engine.range(params.get('query') ?? '', startMs, endMs, stepMs));
}

function matchingSeries(tsdb: Tsdb, params: URLSearchParams, needsMatch: boolean): readonly StoredSeries[] {
  const selectors = params.getAll('match[]');
  if (needsMatch && selectors.length === 0) {
    throw new PromqlError('bad_data', 'no match[] parameter provided');
  }
  const start = params.get('start') ?? '';
  const end = params.get('end') ?? '';
  const fromMs = start === '' ? Number.NEGATIVE_INFINITY : parseTime('start', start);
  const toMs = end === '' ? Number.POSITIVE_INFINITY : parseTime('end', end);
  const found = new Map<number, StoredSeries>();
  for (const matchers of selectors.length === 0 ? [[]] : selectors.map((text) => parseSelector(text).matchers)) {
    for (const series of tsdb.select(matchers)) {
      if (tsdb.isActive(series.handle, fromMs, toMs)) {
        found.set(series.handle, series);
      }
    }
  }
  return [...found.values()];
}

function labelNames({ tsdb }: PrometheusBackend, params: URLSearchParams): readonly string[] {
  return distinct(matchingSeries(tsdb, params, false), ({ pairs }) => pairs.map(([name]) => name));
}

function labelValues({ tsdb }: PrometheusBackend, name: string, params: URLSearchParams): string {
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) {
    throw new PromqlError('bad_data', `invalid label name: ${JSON.stringify(name)}`);
  }
  const valuesOf = ({ pairs }: LabelSet): string[] =>
    pairs.filter(([label]) => label === name).map(([, value]) => value);
  return JSON.stringify(distinct(matchingSeries(tsdb, params, false), valuesOf));
}

function distinct(
  series: readonly StoredSeries[],
  textsOf: (labels: LabelSet) => readonly string[]
): readonly string[] {
  const found = new Set(series.flatMap(({ labels }) => textsOf(labels)));
  return [...found].sort((a, b) => (a < b ? -1 : 1));
}

function metadata(tsdb: Tsdb, params: URLSearchParams): string {
  const wanted = params.get('metric') ?? '';
  const limit = Number(params.get('limit') ?? '') || Number.POSITIVE_INFINITY;
  const entries = [...tsdb.metricTypes].filter(([name]) => wanted === '' || name === wanted).slice(0, limit);
  return `{${entries.map(([name, type]) => `${JSON.stringify(name)}:[{"type":"${type}","help":"","unit":""}]`).join(',')}}`;
}
