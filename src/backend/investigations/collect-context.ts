import type { ChangeEvent, DataGap, LogLine, ServiceGraph, ServiceName, Span, TimeWindow } from '#model';
import { fetchErrorLogs, fetchSlowJaegerTraces, fetchSlowTraces, type SlowTrace, TelemetryError } from '#telemetry';
import type { Datasource } from '../datasource/datasource.ts';
import { nearestServices } from './nearest-services.ts';
import { fetchReplicas } from './replicas.ts';

/** What surrounds the signals of an incident. Everything that could not be read is a gap. */
export interface IncidentContext {
  readonly changes: readonly ChangeEvent[];
  readonly errorLogs: readonly LogLine[];
  /** The longest traces of the service in the window. */
  readonly traces: ReadonlyArray<readonly Span[]>;
  readonly replicas: Readonly<Record<ServiceName, number>>;
  readonly gaps: readonly DataGap[];
}

const MAX_SERVICES = 24;
const LINES_PER_SERVICE = 100;
const CONCURRENT_READS = 4;
const MAX_TRACES = 5;

/**
 * Reads changes of all sources since the baseline, error lines of the window for the target and what it depends on, slow traces of the
 * target, and replicas.
 * @throws the reason of the signal when it aborts; nothing else
 */
export async function collectContext(
  { upstreams, settings, changes: changeSource }: Pick<Datasource, 'upstreams' | 'settings' | 'changes'>,
  request: {
    readonly service: ServiceName;
    readonly graph: ServiceGraph;
    readonly window: TimeWindow;
    readonly baseline: TimeWindow;
    readonly signal: AbortSignal;
  }
): Promise<IncidentContext> {
  const { service, graph, window, baseline, signal } = request;
  const { namespace } = settings;
  const { loki, prometheus, tempo, jaeger } = upstreams;
  const gaps: DataGap[] = [];
  const orGap = async <T>(source: string, read: Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await read;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof TelemetryError)) {
        throw error;
      }
      gaps.push({ source, reason: `${error.code}: ${error.message}` });
      return otherwise;
    }
  };
  const limits = { limit: MAX_TRACES, signal };
  // The same traces are often in both; Tempo is asked where it is configured.
  const readTraces = async (): Promise<readonly SlowTrace[]> => {
    if (tempo) {
      return orGap('tempo:slow-traces', fetchSlowTraces(tempo, service, window, limits), []);
    }
    return jaeger ? orGap('jaeger:slow-traces', fetchSlowJaegerTraces(jaeger, service, window, limits), []) : [];
  };
  if (!loki) {
    gaps.push({
      source: 'loki',
      reason: 'Loki is not configured: no log lines, and no changes but those of other sources.',
    });
  }
  const since = { fromMs: baseline.fromMs, toMs: window.toMs };
  const options = { namespace, signal };
  const [changes, replicas, errorLogs, traces] = await Promise.all([
    changeSource.read(since, signal),
    orGap('prometheus:replicas', fetchReplicas(prometheus, window.toMs, namespace, signal), {}),
    loki
      ? orGap(
          'loki:error-logs',
          readInTurn(nearestServices(graph, service, MAX_SERVICES), (name) =>
            fetchErrorLogs(loki, name, window, LINES_PER_SERVICE, options)
          ),
          []
        )
      : [],
    readTraces(),
  ]);
  return {
    changes: changes.changes,
    errorLogs,
    traces: traces.map(({ spans }) => spans),
    replicas,
    gaps: [...gaps, ...changes.gaps],
  };
}

async function readInTurn<T>(
  names: readonly ServiceName[],
  read: (name: ServiceName) => Promise<readonly T[]>
): Promise<readonly T[]> {
  const found: T[] = [];
  for (let i = 0; i < names.length; i += CONCURRENT_READS) {
    const parts = await Promise.all(names.slice(i, i + CONCURRENT_READS).map(read));
    found.push(...parts.flat());
  }
  return found;
}
