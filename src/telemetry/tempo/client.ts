import type { Span, TimeWindow } from '#model';
import { TelemetryError } from '../errors.ts';
import { prepareConnection, type Connection } from '../http/connection.ts';
import { requestJson, type RetryDependencies } from '../http/request-json.ts';
import type { ReadOptions } from '../prometheus/client.ts';
import { createReplyReader, isObject } from '../reply.ts';
import { parseSearch, type TraceSummary } from './parse-search.ts';
import { parseTrace } from './parse-trace.ts';

/** What to search for. */
export interface TraceSearch {
  readonly window: TimeWindow;
  /** At most this many traces, 1 to 100. */
  readonly limit: number;
}

/** Reads of a Tempo server. Every method throws `TelemetryError` and nothing else. */
export interface TempoClient {
  readonly source: 'tempo';
  /** Traces that match a TraceQL query, longest first. */
  search(query: string, options: TraceSearch & ReadOptions): Promise<readonly TraceSummary[]>;
  /**
   * The spans of one trace by start; `dropped` counts spans that could not be read.
   * @throws TelemetryError `not-found` when Tempo has no such trace
   */
  trace(traceId: string, options?: ReadOptions): Promise<{ readonly spans: readonly Span[]; readonly dropped: number }>;
  /** Version of the server; undefined when it answers but does not tell. */
  buildInfo(options?: ReadOptions): Promise<{ readonly version: string | undefined }>;
}

/**
 * A client of one Tempo, reached directly or through a prefix such as Grafana's datasource proxy. Servers before 2.6
 * know only the first version of the trace API, which is asked when the second is not found.
 * @throws TelemetryError when the connection cannot be used at all
 */
export function createTempoClient(connection: Connection, dependencies: RetryDependencies = {}): TempoClient {
  const prepared = prepareConnection('tempo', connection);
  const { host } = prepared.base;
  const reader = createReplyReader('tempo', host);
  const read = (path: string, parameters: readonly (readonly [string, string])[], options?: ReadOptions) =>
    requestJson(prepared, { path, parameters, signal: options?.signal }, dependencies);
  const orWhenMissing = async <T>(first: () => Promise<T>, second: () => Promise<T>): Promise<T> => {
    try {
      return await first();
    } catch (error) {
      if (error instanceof TelemetryError && error.failure === 'not-found') {
        return second();
      }
      throw error;
    }
  };

  return {
    source: 'tempo',
    search: async (query, { window, limit, signal }) => {
      const parameters: [string, string][] = [
        ['q', query],
        ['start', String(Math.floor(window.fromMs / 1000))],
        ['end', String(Math.ceil(window.toMs / 1000))],
        ['limit', String(Math.min(100, Math.max(1, Math.round(limit))))],
      ];
      return parseSearch(await read('/api/search', parameters, { signal }), reader);
    },
    trace: async (traceId, options) => {
      if (!/^[0-9a-f]{1,32}$/i.test(traceId)) {
        throw new TelemetryError('tempo', 'bad-query', { host, detail: 'a trace id is 1 to 32 hexadecimal digits.' });
      }
      const reply = await orWhenMissing(
        () => read(`/api/v2/traces/${traceId}`, [], options),
        () => read(`/api/traces/${traceId}`, [], options)
      );
      if (isMissingTrace(reply)) {
        throw new TelemetryError('tempo', 'not-found', { host });
      }
      return parseTrace(reply, reader);
    },
    buildInfo: async (options) => {
      const reply = await orWhenMissing(
        () => read('/api/status/buildinfo', [], options),
        () => read('/api/search', [['limit', '1']], options)
      );
      const version = reader.object(reply, 'reply')['version'];
      return { version: typeof version === 'string' ? version.slice(0, 100) : undefined };
    },
  };
}

/** Tempo 3 answers `{"trace":{}}` with status 200 where older servers answer 404. */
function isMissingTrace(reply: unknown): boolean {
  return isObject(reply) && isObject(reply['trace']) && Object.keys(reply['trace']).length === 0;
}
