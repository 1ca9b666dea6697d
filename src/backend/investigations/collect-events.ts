import {
  histogramStats,
  type IncidentEvents,
  unknownDurations,
  type NamedCalls,
  type NamedServiceEvents,
  type OperationStats,
} from '#engine';
import type { DataGap, ServiceGraph, ServiceName } from '#model';
import {
  type CallCount,
  fetchCallCounts,
  fetchLogWindow,
  fetchOperationCounts,
  type LogWindow,
  type OperationCount,
  TelemetryError,
  type WindowCount,
} from '#telemetry';
import type { ServiceLines, UnminedEvents } from '../analysis/mine-events.ts';
import type { Datasource } from '../datasource/datasource.ts';
import type { EventWindows } from './event-windows.ts';
import { nearestServices } from './nearest-services.ts';

/** Counted events, and what could not be counted. */
export interface CollectedEvents {
  readonly events: UnminedEvents;
  readonly gaps: readonly DataGap[];
}

const MAX_SERVICES = 120;
/** Real time for all of it; what is not answered by then is a gap. */
const MAX_SECONDS = 4;
const BASELINE_LINES = 12_000;
const INCIDENT_LINES = 6000;
const MAX_CHARACTERS = 4e6;
/** A smaller part of a log says too little about the rest of it. */
const LEAST_LINES = 50;
const ERROR_PATH = /error|exception/i;

/**
 * Counts operations, calls and log lines of the target and what it depends on, in normal times and since the onset.
 *
 * Operations come from span metrics, calls from service-graph metrics: both count every span, which traces found by a search
 * do not. A source that fails or takes too long is a gap; a service about which a source says nothing has no counts.
 *
 * @throws the reason of the signal when it aborts; nothing else
 */
export async function collectEvents(
  { upstreams, settings }: Pick<Datasource, 'upstreams' | 'settings'>,
  request: {
    readonly service: ServiceName;
    readonly graph: ServiceGraph;
    readonly windows: EventWindows;
    readonly signal: AbortSignal;
  }
): Promise<CollectedEvents> {
  const { service, graph, windows, signal } = request;
  const { prometheus, loki } = upstreams;
  const deadline = AbortSignal.timeout(1000 * MAX_SECONDS);
  const either = AbortSignal.any([signal, deadline]);
  const services = nearestServices(graph, service, MAX_SERVICES);
  const gaps: DataGap[] = [];
  const orGap = async <T>(source: string, read: Promise<T>): Promise<T | undefined> => {
    try {
      return await read;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof TelemetryError)) {
        throw error;
      }
      const late = `The ranking counts without it: no answer within ${MAX_SECONDS} s.`;
      gaps.push({ source, reason: deadline.aborted ? late : `${error.code}: ${error.message}` });
      return undefined;
    }
  };
  const { baseline, incident } = windows;
  const readLog = (window: EventWindows['baseline'], maxLines: number): Promise<LogWindow> | undefined =>
    loki &&
    fetchLogWindow(loki, window, {
      namespace: settings.namespace,
      services,
      maxLines,
      maxCharacters: MAX_CHARACTERS,
      maxSeconds: MAX_SECONDS,
      signal: either,
    });
  const counting = { services, windows: [baseline, incident], signal: either };
  const count = async (): Promise<IncidentEvents> => {
    const calls = (await orGap('prometheus:calls', fetchCallCounts(prometheus, counting))) ?? [];
    const callers = new Set([...calls, ...graph.edges].map(({ caller }) => caller));
    const leaves = services.filter((name) => !callers.has(name));
    const operations = await orGap('prometheus:operations', fetchOperationCounts(prometheus, counting, leaves));
    return toServiceEvents(operations ?? [], calls);
  };
  const [counts, logs] = await Promise.all([
    count(),
    orGap('loki:events', Promise.all([readLog(baseline, BASELINE_LINES), readLog(incident, INCIDENT_LINES)])),
  ]);
  const [before, after] = logs ?? [];
  return { events: { services: counts, lines: before && after ? toLines(before, after) : [] }, gaps };
}

/** Requests of a service are the spans that it served, else the calls to it. */
function toServiceEvents(operations: readonly OperationCount[], counted: readonly CallCount[]): IncidentEvents {
  const served = operations.filter(({ kind }) => kind === 'served');
  const internal = operations.filter(({ kind }) => kind === 'internal');
  const serving = new Set(served.map(({ service }) => service));
  const paired = counted.filter(({ untraced }) => !untraced);
  const traced = new Set([...serving, ...paired.flatMap(({ caller, callee }) => [caller, callee])]);
  // A call on one side only, whose callee sends spans, was made by somebody who sends none: by the users, as a rule.
  const calls = counted.filter(({ untraced, callee }) => !(untraced && traced.has(callee)));
  const requests = new Map<ServiceName, readonly [number, number]>();
  const add = (service: ServiceName, [before, after]: OperationCount['windows']): void => {
    const known = requests.get(service) ?? [0, 0];
    requests.set(service, [known[0] + (before?.count ?? 0), known[1] + (after?.count ?? 0)]);
  };
  served.forEach(({ service, windows }) => add(service, windows));
  calls.filter(({ callee }) => !serving.has(callee)).forEach(({ callee, windows }) => add(callee, windows));
  const names = new Set([...requests.keys(), ...calls.map(({ caller }) => caller)]);
  return [...names].map((service): NamedServiceEvents => {
    const exposure = requests.get(service);
    return {
      service,
      ...(exposure ? { requests: exposure } : {}),
      serverOperations: served.filter((item) => item.service === service).map(toChange),
      internalOperations: internal
        .filter((item) => item.service === service)
        .map((item) => ({ ...toChange(item), errorPath: ERROR_PATH.test(item.operation) })),
      calls: calls.filter(({ caller }) => caller === service).map(toCall),
      logTemplates: new Map(),
    };
  });
}

function toChange({ operation, windows }: OperationCount) {
  return { operation, ...toStats(windows) };
}

function toCall({ callee, windows, failed: [before = 0, after = 0] }: CallCount): NamedCalls {
  return { operation: callee, callee, failed: [before, after], ...toStats(windows) };
}

function toStats([before, after]: OperationCount['windows']): { baseline?: OperationStats; incident?: OperationStats } {
  return { ...(before ? { baseline: statsOf(before) } : {}), ...(after ? { incident: statsOf(after) } : {}) };
}

function statsOf({ count, durations }: WindowCount): OperationStats {
  return durations ? histogramStats(count, durations.bounds, durations.counts) : unknownDurations(count);
}

/** Lines of services whose log was read in both windows, in full or in a large enough part. */
function toLines(before: LogWindow, after: LogWindow): readonly ServiceLines[] {
  const names = [...new Set([...before.services, ...after.services].map(({ service }) => service))].sort();
  return names.flatMap((service) => {
    const [earlier, later] = [before, after].map(({ services }) => {
      const log = services.find((item) => item.service === service);
      return { lines: log?.lines ?? [], total: log?.total ?? 0 };
    });
    return earlier && later && isHeard(earlier) && isHeard(later)
      ? [
          {
            service,
            baseline: earlier.lines,
            incident: later.lines,
            shares: [shareOf(earlier), shareOf(later)] as const,
          },
        ]
      : [];
  });
}

type Heard = Pick<LogWindow['services'][number], 'lines' | 'total'>;

function isHeard({ lines, total }: Heard): boolean {
  return lines.length >= Math.min(total, LEAST_LINES);
}

function shareOf({ lines, total }: Heard): number {
  return total > 0 ? Math.min(1, lines.length / total) : 1;
}
