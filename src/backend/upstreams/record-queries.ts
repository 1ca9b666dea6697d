import { AsyncLocalStorage } from 'node:async_hooks';
import type { TimeWindow } from '#model';
import {
  type GrafanaClient,
  type JaegerClient,
  type LokiClient,
  type PrometheusClient,
  type RangeQuery,
  TelemetryError,
  type TelemetrySource,
  type TempoClient,
} from '#telemetry';

/** One read of a source, as it was asked and answered. */
export interface RecordedQuery {
  readonly source: Exclude<TelemetrySource, 'clock'>;
  /** In the language of the source; for reads that have none, what was read. */
  readonly text: string;
  readonly window: TimeWindow | null;
  /** Samples, lines or spans. */
  readonly rows: number;
  /** Of the answers, after decompression. */
  readonly bytes: number;
  readonly ms: number;
  /** Why there was no answer. */
  readonly error: string | null;
}

const recorder = new AsyncLocalStorage<(query: RecordedQuery) => void>();
const traffic = new AsyncLocalStorage<{ bytes: number }>();

/**
 * Does work and tells of every read that it makes of a source. What is answered from memory is no read; a read that others
 * wait for as well is told to the one that asked first.
 */
export function recordQueries<T>(onQuery: (query: RecordedQuery) => void, work: () => Promise<T>): Promise<T> {
  return recorder.run(onQuery, work);
}

/** Counts an answer to the read that it belongs to. */
export function countBytes(bytes: number): void {
  const seen = traffic.getStore();
  if (seen) {
    seen.bytes += bytes;
  }
}

type Asked = Pick<RecordedQuery, 'source' | 'text' | 'window'>;

async function recorded<T>(asked: Asked, rowsOf: (answer: T) => number, read: () => Promise<T>): Promise<T> {
  const onQuery = recorder.getStore();
  if (!onQuery) {
    return read();
  }
  const seen = { bytes: 0 };
  const startedMs = performance.now();
  const tell = (rows: number, error: string | null): void =>
    onQuery({ ...asked, rows, bytes: seen.bytes, ms: Math.round(performance.now() - startedMs), error });
  try {
    const answer = await traffic.run(seen, read);
    tell(rowsOf(answer), null);
    return answer;
  } catch (error) {
    tell(0, error instanceof TelemetryError ? `${error.code}: ${error.message}` : 'the read was given up');
    throw error;
  }
}

const toWindow = ({ startMs, endMs }: Pick<RangeQuery, 'startMs' | 'endMs'>): TimeWindow => ({
  fromMs: startMs,
  toMs: endMs,
});

const countPoints = ({ series }: { readonly series: readonly { readonly values: readonly number[] }[] }): number =>
  series.reduce((sum, { values }) => sum + values.length, 0);

/** Tells the recorder of the reads of a Prometheus. */
export function recordPrometheus(client: PrometheusClient): PrometheusClient {
  const asked = (text: string, window: TimeWindow | null): Asked => ({ source: 'prometheus', text, window });
  return {
    ...client,
    query: (expr, atMs, options) =>
      recorded(
        asked(expr, { fromMs: atMs, toMs: atMs }),
        ({ samples }) => samples.length,
        () => client.query(expr, atMs, options)
      ),
    queryRange: (expr, range, options) =>
      recorded(asked(expr, toWindow(range)), countPoints, () => client.queryRange(expr, range, options)),
    series: (selector, range, options) =>
      recorded(
        asked(selector, toWindow(range)),
        ({ series }) => series.length,
        () => client.series(selector, range, options)
      ),
    labelValues: (label, selector, range, options) =>
      recorded(
        asked(`label_values(${selector}, ${label})`, toWindow(range)),
        ({ values }) => values.length,
        () => client.labelValues(label, selector, range, options)
      ),
    exemplars: (expr, range, options) =>
      recorded(
        asked(`exemplars of ${expr}`, toWindow(range)),
        ({ length }) => length,
        () => client.exemplars(expr, range, options)
      ),
  };
}

/** Tells the recorder of the reads of a Loki. */
export function recordLoki(client: LokiClient): LokiClient {
  const asked = (text: string, window: TimeWindow): Asked => ({ source: 'loki', text, window });
  return {
    ...client,
    queryLines: (query, options) =>
      recorded(
        asked(query, options.window),
        ({ length }) => length,
        () => client.queryLines(query, options)
      ),
    queryRange: (query, range, options) =>
      recorded(asked(query, toWindow(range)), countPoints, () => client.queryRange(query, range, options)),
  };
}

/** Tells the recorder of the reads of a Tempo. */
export function recordTempo(client: TempoClient): TempoClient {
  const asked = (text: string, window: TimeWindow | null): Asked => ({ source: 'tempo', text, window });
  return {
    ...client,
    search: (query, options) =>
      recorded(
        asked(query, options.window),
        ({ length }) => length,
        () => client.search(query, options)
      ),
    trace: (traceId, options) =>
      recorded(
        asked(traceId, null),
        ({ spans }) => spans.length,
        () => client.trace(traceId, options)
      ),
  };
}

/** Tells the recorder of the reads of a Jaeger. */
export function recordJaeger(client: JaegerClient): JaegerClient {
  const asked = (text: string, window: TimeWindow | null): Asked => ({ source: 'jaeger', text, window });
  return {
    ...client,
    search: (search, options) =>
      recorded(
        asked(`traces of ${search.service}`, search.window),
        (traces) => traces.reduce((sum, { spans }) => sum + spans.length, 0),
        () => client.search(search, options)
      ),
    trace: (traceId, options) =>
      recorded(
        asked(traceId, null),
        ({ spans }) => spans.length,
        () => client.trace(traceId, options)
      ),
    dependencies: (range, options) =>
      recorded(
        asked('dependencies', { fromMs: range.endMs - range.lookbackSeconds * 1000, toMs: range.endMs }),
        ({ length }) => length,
        () => client.dependencies(range, options)
      ),
  };
}

/** Tells the recorder of the reads of a Grafana. */
export function recordGrafana(client: GrafanaClient): GrafanaClient {
  return {
    ...client,
    annotations: (search, options) =>
      recorded(
        { source: 'grafana', text: `annotations: ${search.tags.join(', ')}`, window: search.window },
        ({ length }) => length,
        () => client.annotations(search, options)
      ),
  };
}
