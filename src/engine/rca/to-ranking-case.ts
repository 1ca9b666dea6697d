import type { EpochMs, ServiceKind, ServiceName, Signal, SignalKind } from '#model';
import type {
  MetricKind,
  RankingCase,
  RankingEvents,
  RankingSeries,
  RankingServiceType,
} from '../ranking/ranking-case.ts';
import type { IncidentEvents } from './incident-events.ts';
import type { RcaCase } from './rca-case.ts';
import { absoluteFloorOf, usualValues } from './series-score.ts';
import { type SignalEvidence, valuesIn } from './signal-evidence.ts';

/** A neutral case with the names that its indices stand for. */
export interface NamedRankingCase {
  readonly input: RankingCase;
  readonly names: readonly ServiceName[];
}

const TYPES: Readonly<Record<ServiceKind, RankingServiceType>> = {
  service: 'service',
  database: 'database',
  cache: 'database',
  queue: 'database',
  external: 'remote',
  client: 'client',
};

/**
 * What the public data call the signals of the product; signals without a counterpart say nothing here. Restarts and evictions
 * are what a lack of memory does, scans of whole tables are work of the disk.
 */
const KINDS: Readonly<Partial<Record<SignalKind, MetricKind>>> = {
  latency: 'latency',
  'client-latency': 'tnet',
  'self-time': 'self',
  'error-ratio': 'error',
  'rejected-requests': 'error',
  'request-rate': 'traffic',
  cpu: 'cpu',
  'cpu-throttling': 'cpu',
  memory: 'mem',
  'memory-utilisation': 'mem',
  restarts: 'mem',
  evictions: 'mem',
  'sequential-scans': 'disk',
  'disk-io': 'disk',
  'disk-utilisation': 'disk',
  'network-receive': 'net',
  'network-transmit': 'net',
  'log-errors': 'logsev',
};

/**
 * The incident in the neutral form that the ranking takes: indices for names, kinds for signals.
 *
 * Scales have the absolute floors of the product's units. The main latency of a service is its 95th percentile as
 * its callers see it: a slow way to a service is trouble of that service, as in the public data.
 *
 * @param rca  the case
 * @param known  what changes say about services, in nats
 * @param events  counts of operations, calls and log templates; of services that are not in the case they are left out
 * @returns the neutral case; services of the graph first, by name
 * Cost O(sum n + N + E). Ref: RCA specification 2 and 4.1.
 */
export function toRankingCase(
  rca: RcaCase,
  known: ReadonlyMap<ServiceName, number> = new Map(),
  events?: IncidentEvents
): NamedRankingCase {
  const { adjacency, target } = rca;
  const names = [...new Set([...adjacency.names, ...rca.candidates])];
  const index = new Map(names.map((name, i) => [name, i]));
  const series = names.flatMap((name, service) => toSeries(rca, service, rca.evidence(name)));
  const input: RankingCase = {
    services: names.map((name) => ({ type: TYPES[adjacency.kind(name)] })),
    edges: names.flatMap((name, caller) =>
      adjacency.callees(name).map((callee) => [caller, index.get(callee) ?? -1] as const)
    ),
    entry: entryOf(rca, names),
    target: {
      service: index.get(target.service),
      metric: target.symptom === 'latency' ? 'latency' : 'availability',
    },
    series,
    ...(events ? { events: toEvents(events, index) } : {}),
    incidentRows: Math.max(0, ...series.map(({ incident }) => incident.length)),
    baselineRows: Math.max(0, ...series.map(({ baseline }) => baseline.length)),
    terms: names.flatMap((name, service) => {
      const logOdds = known.get(name) ?? 0;
      return logOdds > 0 ? [{ service, source: 'change' as const, logOdds }] : [];
    }),
  };
  return { input, names };
}

function toEvents(events: IncidentEvents, index: ReadonlyMap<ServiceName, number>): RankingEvents {
  const services: RankingEvents['services'][number][] = Array.from({ length: index.size });
  for (const { service, calls, ...own } of events) {
    const at = index.get(service);
    if (at !== undefined) {
      const known = calls.flatMap(({ callee, ...call }) => {
        const to = index.get(callee);
        return to === undefined ? [] : [{ ...call, callee: to }];
      });
      services[at] = { ...own, calls: known };
    }
  }
  return { services };
}

/** The service that the target is reached through, or the target itself: where the users of this incident enter. */
function entryOf({ adjacency, target }: RcaCase, names: readonly ServiceName[]): number | undefined {
  const index = names.indexOf(target.service);
  return index >= 0 && adjacency.names.includes(target.service) ? index : undefined;
}

function toSeries(
  { windows }: RcaCase,
  service: number,
  evidence: readonly SignalEvidence[]
): readonly RankingSeries[] {
  const overheads = evidence.filter(({ signal }) => signal.kind === 'client-latency').map((item) => item.signal);
  return evidence.flatMap((item) => {
    const signal = item.signal.kind === 'latency' ? asCallersSee(item.signal, overheads) : item.signal;
    const kind = KINDS[signal.kind];
    return kind === undefined
      ? []
      : [
          {
            service,
            metric: signal.id,
            kind,
            baseline: Float64Array.from(
              signal === item.signal
                ? item.score.usual
                : usualValues(signal.kind, signal.unit, valuesIn(signal, windows.baseline))
            ),
            incident: Float64Array.from(valuesIn(signal, windows.incident)),
            absoluteFloor: absoluteFloorOf(signal.kind, signal.unit),
            ...roleOf(signal.kind, signal.id),
          },
        ];
  });
}

/** Latency of a service with what its calls cost on the way, by the caller that waits longest. */
function asCallersSee(latency: Signal, overheads: readonly Signal[]): Signal {
  if (overheads.length === 0) {
    return latency;
  }
  const extra = new Map<EpochMs, number>();
  for (const { series } of overheads) {
    series.timesMs.forEach((time, i) => {
      const value = series.values[i] ?? NaN;
      if (Number.isFinite(value)) {
        extra.set(time, Math.max(extra.get(time) ?? 0, value));
      }
    });
  }
  const { timesMs, values } = latency.series;
  const seen = values.map((value, i) => value + (extra.get(timesMs[i] ?? 0) ?? 0));
  return { ...latency, series: { ...latency.series, values: seen } };
}

function roleOf(kind: SignalKind, id: string): Pick<RankingSeries, 'role'> {
  if (kind === 'request-rate') {
    return { role: 'main-traffic' };
  }
  return kind === 'latency' && id.endsWith('/p95') ? { role: 'main-latency' } : {};
}
