import type { EpochMs, Seconds, ServiceName, TimeWindow } from '#model';
import { TelemetryError } from '../errors.ts';
import { prepareConnection, type Connection } from '../http/connection.ts';
import { requestJson, type RetryDependencies } from '../http/request-json.ts';
import type { ReadOptions } from '../prometheus/client.ts';
import { createReplyReader, type ReplyReader } from '../reply.ts';
import { type JaegerTrace, parseTraces } from './parse-traces.ts';

/** What to search for. */
export interface JaegerSearch {
  readonly service: ServiceName;
  readonly window: TimeWindow;
  /** At most this many traces, 1 to 100. */
  readonly limit: number;
  /** Least duration of a span of the service. */
  readonly minSeconds?: Seconds;
}

/** Calls between two services as Jaeger counted them in a time. */
export interface JaegerDependency {
  readonly parent: ServiceName;
  readonly child: ServiceName;
  readonly callCount: number;
}

/** Reads of the HTTP API of Jaeger's query service. Every method throws `TelemetryError` and nothing else. */
export interface JaegerClient {
  readonly source: 'jaeger';
  /** Services that sent spans. */
  services(options?: ReadOptions): Promise<readonly ServiceName[]>;
  /** Traces with a span of the service, longest first. */
  search(search: JaegerSearch, options?: ReadOptions): Promise<readonly JaegerTrace[]>;
  /**
   * The spans of one trace by start.
   * @throws TelemetryError `not-found` when Jaeger has no such trace
   */
  trace(traceId: string, options?: ReadOptions): Promise<JaegerTrace>;
  /** Calls that Jaeger counted; none where its job for dependencies does not run. */
  dependencies(
    range: { readonly endMs: EpochMs; readonly lookbackSeconds: Seconds },
    options?: ReadOptions
  ): Promise<readonly JaegerDependency[]>;
  /** Jaeger does not tell its version here; it answers, or throws. */
  buildInfo(options?: ReadOptions): Promise<{ readonly version: undefined }>;
}

const MAX_SERVICES = 5000;
const MAX_DEPENDENCIES = 20_000;
const MAX_NAME_LENGTH = 253;

/**
 * A client of one Jaeger query service, of version 1 or 2, reached directly or through a prefix such as its base path or
 * Grafana's datasource proxy.
 * @throws TelemetryError when the connection cannot be used at all
 */
export function createJaegerClient(connection: Connection, dependencies: RetryDependencies = {}): JaegerClient {
  const prepared = prepareConnection('jaeger', connection);
  const { host } = prepared.base;
  const reader = createReplyReader('jaeger', host);
  const read = (path: string, parameters: readonly (readonly [string, string])[], options?: ReadOptions) =>
    requestJson(prepared, { path, parameters, signal: options?.signal }, dependencies);
  const readServices = async (options?: ReadOptions): Promise<readonly ServiceName[]> => {
    const { data } = reader.object(await read('/api/services', [], options), 'reply');
    return reader
      .array(data ?? [], 'data')
      .slice(0, MAX_SERVICES)
      .map((name) => reader.text(name, 'data').slice(0, MAX_NAME_LENGTH))
      .filter((name) => name !== '')
      .sort();
  };

  return {
    source: 'jaeger',
    services: readServices,
    search: async (search, options) => {
      const { traces } = parseTraces(await read('/api/traces', toParameters(search), options), reader);
      return traces.toSorted((a, b) => lengthOf(b) - lengthOf(a));
    },
    trace: async (traceId, options) => {
      if (!/^[0-9a-f]{1,32}$/i.test(traceId)) {
        throw new TelemetryError('jaeger', 'bad-query', { host, detail: 'a trace id is 1 to 32 hexadecimal digits.' });
      }
      const { traces } = parseTraces(await read(`/api/traces/${traceId}`, [], options), reader);
      const [trace] = traces;
      if (!trace) {
        throw new TelemetryError('jaeger', 'not-found', { host });
      }
      return trace;
    },
    dependencies: async ({ endMs, lookbackSeconds }, options) => {
      const parameters = [
        ['endTs', String(Math.round(endMs))] as const,
        ['lookback', String(Math.max(1, Math.round(lookbackSeconds * 1000)))] as const,
      ];
      return parseDependencies(await read('/api/dependencies', parameters, options), reader);
    },
    buildInfo: async (options) => {
      await readServices(options);
      return { version: undefined };
    },
  };
}

function toParameters({ service, window, limit, minSeconds }: JaegerSearch): readonly (readonly [string, string])[] {
  const microseconds = (ms: number): string => String(Math.round(ms * 1000));
  return [
    ['service', service],
    ['start', microseconds(window.fromMs)],
    ['end', microseconds(window.toMs)],
    ['limit', String(Math.min(100, Math.max(1, Math.round(limit))))],
    ...(minSeconds === undefined ? [] : [['minDuration', `${Math.max(1, Math.round(minSeconds * 1000))}ms`] as const]),
  ];
}

/** From the first start to the last end. */
function lengthOf({ spans }: JaegerTrace): number {
  const end = spans.reduce((latest, span) => Math.max(latest, span.startMs + span.durationSeconds * 1000), 0);
  return end - (spans[0]?.startMs ?? end);
}

function parseDependencies(reply: unknown, reader: ReplyReader): readonly JaegerDependency[] {
  const { data } = reader.object(reply, 'reply');
  return reader
    .array(data ?? [], 'data')
    .slice(0, MAX_DEPENDENCIES)
    .map((item, index) => {
      const link = reader.object(item, `data[${index}]`);
      const { callCount } = link;
      const count = typeof callCount === 'string' && /^\d{1,15}$/.test(callCount) ? Number(callCount) : callCount;
      if (typeof count !== 'number' || !(count >= 0) || !Number.isFinite(count)) {
        return reader.fail(`field data[${index}].callCount is no number of calls.`);
      }
      return {
        parent: reader.text(link['parent'], `data[${index}].parent`).slice(0, MAX_NAME_LENGTH),
        child: reader.text(link['child'], `data[${index}].child`).slice(0, MAX_NAME_LENGTH),
        callCount: count,
      };
    })
    .filter(({ parent, child }) => parent !== '' && child !== '');
}
