import type { EpochMs, InstantSample, Labels, TimeSeries } from '#model';
import { TelemetryError } from '../errors.ts';
import { prepareConnection, type Connection } from '../http/connection.ts';
import { requestJson, type RetryDependencies } from '../http/request-json.ts';
import { type Exemplar, parseExemplars } from './exemplars.ts';
import { labelName } from '../promql/escape.ts';
import { createReplyReader, type ReplyReader } from '../reply.ts';
import { parseMatrixJson } from './matrix-json.ts';
import { parseMatrix } from './parse-matrix.ts';
import { parseEnvelope, parseInstant, type Annotations } from './parse-reply.ts';
import { joinParts, splitRange, type RangeQuery } from './range.ts';

/** Options of every read. */
export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads of a Prometheus-compatible server. Every method throws `TelemetryError` and nothing else; an empty list means
 * that the server answered and has no such series.
 */
export interface PrometheusClient {
  readonly source: 'prometheus';
  /** Instant query; a scalar comes back as one sample without labels. */
  query(
    expr: string,
    atMs: EpochMs,
    options?: ReadOptions
  ): Promise<{ readonly samples: readonly InstantSample[] } & Annotations>;
  /** Range query of any length: asked in parts of at most 11,000 points, which is the server's limit. */
  queryRange(
    expr: string,
    range: RangeQuery,
    options?: ReadOptions
  ): Promise<{ readonly series: readonly TimeSeries[] } & Annotations>;
  /** Label sets of the series that match a selector within the range. */
  series(
    selector: string,
    range: { readonly startMs: EpochMs; readonly endMs: EpochMs },
    options?: ReadOptions
  ): Promise<{ readonly series: readonly Labels[] } & Annotations>;
  /**
   * Values of a label on the series that match a selector within the range. Cheap: it reads the index, no sample.
   * Servers that do not know `match[]` answer with all values, so callers filter.
   */
  labelValues(
    label: string,
    selector: string,
    range: { readonly startMs: EpochMs; readonly endMs: EpochMs },
    options?: ReadOptions
  ): Promise<{ readonly values: readonly string[] } & Annotations>;
  /** Observations that were kept with their trace; older servers and many stores behind the same API have none. */
  exemplars(
    expr: string,
    range: { readonly startMs: EpochMs; readonly endMs: EpochMs },
    options?: ReadOptions
  ): Promise<readonly Exemplar[]>;
  /** Label names in use. */
  labels(options?: ReadOptions): Promise<readonly string[]>;
  /** Version of the server; undefined when it answers queries but does not tell. */
  buildInfo(options?: ReadOptions): Promise<{ readonly version: string | undefined }>;
}

/** One checked connection with its reader of envelopes. */
interface Transport {
  readonly host: string;
  readonly reader: ReplyReader;
  read(
    path: string,
    parameters: readonly (readonly [string, string])[],
    options?: ReadOptions,
    parse?: (text: string) => unknown
  ): Promise<{ readonly data: unknown } & Annotations>;
}

/**
 * A client of one Prometheus, reached directly or through a prefix such as Grafana's datasource proxy.
 * @throws TelemetryError when the connection cannot be used at all
 */
export function createPrometheusClient(connection: Connection, dependencies: RetryDependencies = {}): PrometheusClient {
  const transport = createTransport(connection, dependencies);
  const { host, reader, read } = transport;
  return {
    source: 'prometheus',
    query: async (expr, atMs, options) => {
      const parameters = [['query', expr] as const, ['time', toSeconds(atMs)] as const];
      const envelope = await read('/api/v1/query', parameters, options);
      const { samples, warnings } = parseInstant(envelope.data, reader);
      return { samples, warnings: [...envelope.warnings, ...warnings], infos: envelope.infos };
    },
    queryRange: async (expr, range, options) => {
      const parts: Awaited<ReturnType<typeof readRange>>[] = [];
      for (const part of splitRange(range, host)) {
        parts.push(await readRange(transport, expr, part, options));
      }
      return joinParts(parts);
    },
    series: async (selector, range, options) => {
      const parameters = [
        ['match[]', selector] as const,
        ['start', toSeconds(range.startMs)] as const,
        ['end', toSeconds(range.endMs)] as const,
      ];
      const { data, warnings, infos } = await read('/api/v1/series', parameters, options);
      const series = reader.array(data, 'data').map((labels, index) => reader.labels(labels, `data[${index}]`));
      return { series, warnings, infos };
    },
    labelValues: async (label, selector, range, options) => {
      const parameters = [
        ['match[]', selector] as const,
        ['start', toSeconds(range.startMs)] as const,
        ['end', toSeconds(range.endMs)] as const,
      ];
      const path = `/api/v1/label/${labelName(label)}/values`;
      const { data, warnings, infos } = await read(path, parameters, options);
      const values = reader.array(data ?? [], 'data').map((value) => reader.text(value, 'data'));
      return { values, warnings, infos };
    },
    exemplars: async (expr, range, options) => {
      const parameters = [
        ['query', expr] as const,
        ['start', toSeconds(range.startMs)] as const,
        ['end', toSeconds(range.endMs)] as const,
      ];
      const { data } = await read('/api/v1/query_exemplars', parameters, options);
      return parseExemplars(data, reader);
    },
    labels: async (options) => {
      const { data } = await read('/api/v1/labels', [], options);
      return reader.array(data, 'data').map((name) => reader.text(name, 'data'));
    },
    buildInfo: (options) => readBuildInfo(transport, options),
  };
}

function createTransport(connection: Connection, dependencies: RetryDependencies): Transport {
  const prepared = prepareConnection('prometheus', connection);
  const reader = createReplyReader('prometheus', prepared.base.host);
  return {
    host: prepared.base.host,
    reader,
    read: async (path, parameters, options, parse) => {
      const allowForm = !path.startsWith('/api/v1/label/');
      const request = { path, parameters, allowForm, signal: options?.signal, parse };
      return parseEnvelope(await requestJson(prepared, request, dependencies), reader);
    },
  };
}

async function readRange(
  { read, reader }: Transport,
  expr: string,
  range: RangeQuery,
  options: ReadOptions | undefined
): Promise<{ readonly series: readonly TimeSeries[] } & Annotations> {
  const parameters = [
    ['query', expr] as const,
    ['start', toSeconds(range.startMs)] as const,
    ['end', toSeconds(range.endMs)] as const,
    ['step', String(range.stepSeconds)] as const,
  ];
  const envelope = await read('/api/v1/query_range', parameters, options, parseMatrixJson);
  const data = reader.object(envelope.data, 'data');
  if (data['resultType'] !== 'matrix') {
    return reader.fail(`the result type ${JSON.stringify(data['resultType'])} is not a matrix.`);
  }
  const { series, warnings } = parseMatrix(data['result'], range, reader);
  return { series, warnings: [...envelope.warnings, ...warnings], infos: envelope.infos };
}

/** Mimir and Thanos behind some gateways do not tell their version; an answered query is proof enough then. */
async function readBuildInfo(
  { read, reader }: Transport,
  options: ReadOptions | undefined
): Promise<{ readonly version: string | undefined }> {
  try {
    const { data } = await read('/api/v1/status/buildinfo', [], options);
    const version = reader.object(data, 'data')['version'];
    return { version: typeof version === 'string' ? version.slice(0, 100) : undefined };
  } catch (error) {
    if (error instanceof TelemetryError && (error.failure === 'not-found' || error.failure === 'forbidden')) {
      await read('/api/v1/query', [['query', 'vector(1)']], options);
      return { version: undefined };
    }
    throw error;
  }
}

function toSeconds(milliseconds: EpochMs): string {
  return String(milliseconds / 1000);
}
