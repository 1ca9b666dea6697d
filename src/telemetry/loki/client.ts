import type { EpochMs, LogLine, TimeSeries, TimeWindow } from '#model';
import { TelemetryError } from '../errors.ts';
import { prepareConnection, type Connection } from '../http/connection.ts';
import { requestJson, type RetryDependencies } from '../http/request-json.ts';
import type { ReadOptions } from '../prometheus/client.ts';
import { parseMatrix } from '../prometheus/parse-matrix.ts';
import { parseEnvelope } from '../prometheus/parse-reply.ts';
import type { RangeQuery } from '../prometheus/range.ts';
import { createReplyReader, type ReplyReader } from '../reply.ts';
import { parseStreams } from './parse-streams.ts';

/** Which lines to read and how many. */
export interface LogQuery {
  readonly window: TimeWindow;
  /** At most this many lines, 1 to 5000. */
  readonly limit: number;
  /** Which lines to keep when there are more: the newest (`backward`, default) or the oldest. */
  readonly direction?: 'backward' | 'forward';
}

/** Reads of a Loki server. Every method throws `TelemetryError` and nothing else. */
export interface LokiClient {
  readonly source: 'loki';
  /** Lines of a log query, always in order of time. */
  queryLines(query: string, options: LogQuery & ReadOptions): Promise<readonly LogLine[]>;
  /** Series of a metric query, as `PrometheusClient.queryRange`. */
  queryRange(
    query: string,
    range: RangeQuery,
    options?: ReadOptions
  ): Promise<{ readonly series: readonly TimeSeries[]; readonly warnings: readonly string[] }>;
  /** Version of the server; undefined when it answers queries but does not tell. */
  buildInfo(options?: ReadOptions): Promise<{ readonly version: string | undefined }>;
}

const RANGE_PATH = '/loki/api/v1/query_range';

/**
 * A client of one Loki, reached directly or through a prefix such as Grafana's datasource proxy.
 * @throws TelemetryError when the connection cannot be used at all
 */
export function createLokiClient(connection: Connection, dependencies: RetryDependencies = {}): LokiClient {
  const prepared = prepareConnection('loki', connection);
  const reader = createReplyReader('loki', prepared.base.host);

  const read = (path: string, parameters: readonly (readonly [string, string])[], options?: ReadOptions) =>
    requestJson(prepared, { path, parameters, signal: options?.signal }, dependencies);
  const readRange = async (
    parameters: readonly (readonly [string, string])[],
    resultType: string,
    options: ReadOptions | undefined
  ) => {
    const envelope = parseEnvelope(await read(RANGE_PATH, parameters, options), reader);
    const data = reader.object(envelope.data, 'data');
    if (data['resultType'] !== resultType) {
      return reader.fail(`the result type ${JSON.stringify(data['resultType'])} is not ${resultType}.`);
    }
    return { result: data['result'], warnings: envelope.warnings };
  };

  return {
    source: 'loki',
    queryLines: async (query, { window, limit, direction = 'backward', signal }) => {
      const parameters: [string, string][] = [
        ['query', query],
        ['start', toNanoseconds(window.fromMs)],
        ['end', toNanoseconds(window.toMs)],
        ['limit', String(Math.min(5000, Math.max(1, Math.round(limit))))],
        ['direction', direction],
      ];
      const { result } = await readRange(parameters, 'streams', { signal });
      return parseStreams(result, reader).filter(({ atMs }) => atMs >= window.fromMs && atMs < window.toMs);
    },
    queryRange: async (query, range, options) => {
      const parameters: [string, string][] = [
        ['query', query],
        ['start', toNanoseconds(range.startMs)],
        ['end', toNanoseconds(range.endMs)],
        ['step', `${range.stepSeconds}s`],
      ];
      const { result, warnings } = await readRange(parameters, 'matrix', options);
      const parsed = parseMatrix(result, range, reader);
      return { series: parsed.series, warnings: [...warnings, ...parsed.warnings] };
    },
    buildInfo: (options) => readBuildInfo((path) => read(path, [], options), reader),
  };
}

async function readBuildInfo(
  read: (path: string) => Promise<unknown>,
  reader: ReplyReader
): Promise<{ readonly version: string | undefined }> {
  try {
    const info = reader.object(await read('/loki/api/v1/status/buildinfo'), 'reply');
    return { version: typeof info['version'] === 'string' ? info['version'].slice(0, 100) : undefined };
  } catch (error) {
    if (error instanceof TelemetryError && (error.failure === 'not-found' || error.failure === 'forbidden')) {
      await read('/loki/api/v1/labels');
      return { version: undefined };
    }
    throw error;
  }
}

/** Loki takes nanoseconds as text: as a number they would lose their last digits. */
function toNanoseconds(milliseconds: EpochMs): string {
  return `${Math.round(milliseconds)}000000`;
}
