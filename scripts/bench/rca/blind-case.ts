import type { MetricKind, RankingCase, RankingEvents, RankingSeries, ServiceEvents } from '#engine';
import type { PackCase, PackEvents, PackOperation, PackWindows } from './pack-case.ts';
import { metricKindOf, preferenceOf } from './metric-kind.ts';

/** A case as the engine gets it, and the way back to the names, which the harness keeps. */
export interface BlindCase {
  readonly input: RankingCase;
  /** Name of each index. */
  readonly names: readonly string[];
}

/**
 * Hands a case over without anything that gives the answer away: built field by field, services as indices in the given
 * order, series, operations and templates under numbered names.
 *
 * @param order  the services' places in `item.services`, one for each index
 */
export function toBlindCase(item: PackCase, order: readonly number[]): BlindCase {
  const services = order.map((place) => item.services[place]!);
  const names = services.map(({ name }) => name);
  const indexOf = new Map(names.map((name, i) => [name, i]));
  const series = [
    ...toSeries(item.metrics, indexOf, true),
    ...(item.traces ? toSeries(item.traces, indexOf, false) : []),
    ...(item.logs ? toSeries(item.logs, indexOf, false) : []),
  ];
  return {
    names,
    input: {
      services: services.map(({ type }) => ({ type })),
      edges: item.edges.map(([caller, callee]) => [indexOf.get(caller) ?? -1, indexOf.get(callee) ?? -1] as const),
      entry: indexOf.get(item.entry),
      target: { service: indexOf.get(item.target.service), metric: item.target.metric },
      series: withRoles(series),
      incidentRows: item.metrics.incidentRows,
      baselineRows: item.metrics.baselineRows,
      ...(item.events ? { events: toEvents(item.events, names, indexOf) } : {}),
    },
  };
}

/** A series before its role is known. */
interface NamedSeries {
  readonly name: string;
  readonly series: RankingSeries;
}

function toSeries(
  windows: PackWindows,
  indexOf: ReadonlyMap<string, number>,
  withCoverage: boolean
): readonly NamedSeries[] {
  return windows.columns.map(({ service, metric }, column) => ({
    name: metric,
    series: {
      service: indexOf.get(service) ?? -1,
      metric: `m${column}`,
      kind: metricKindOf(metric),
      baseline: windows.baseline[column] ?? new Float64Array(0),
      incident: windows.incident[column] ?? new Float64Array(0),
      ...(withCoverage ? { expectedBaselineRows: windows.baselineRows } : {}),
    },
  }));
}

/** Marks the usable series that the packs prefer for each service, and puts services in the order of their indices. */
function withRoles(all: readonly NamedSeries[]): readonly RankingSeries[] {
  const best = new Map<string, { readonly place: number; readonly series: RankingSeries }>();
  for (const { name, series } of all) {
    const place = preferenceOf(series.kind, name);
    const key = `${series.service} ${series.kind}`;
    if (place !== undefined && place < (best.get(key)?.place ?? Infinity) && isUsable(series)) {
      best.set(key, { place, series });
    }
  }
  const chosen = new Set([...best.values()].map(({ series }) => series));
  return all
    .map(({ series }) => (chosen.has(series) ? { ...series, role: roleOf(series.kind) } : series))
    .sort((left, right) => left.service - right.service);
}

function roleOf(kind: MetricKind): 'main-latency' | 'main-traffic' {
  return kind === 'latency' ? 'main-latency' : 'main-traffic';
}

function isUsable({ baseline, incident }: RankingSeries): boolean {
  return baseline.filter(Number.isFinite).length >= 5 && incident.some(Number.isFinite);
}

function toEvents(events: PackEvents, names: readonly string[], indexOf: ReadonlyMap<string, number>): RankingEvents {
  return {
    services: names.map((name): ServiceEvents => {
      const operations = Object.entries(events.ops[name] ?? {});
      const named = (prefix: string): (readonly [string, PackOperation])[] =>
        operations.filter(([key]) => key.startsWith(prefix));
      const change = (
        [baseline, incident]: PackOperation,
        label: string
      ): ServiceEvents['serverOperations'][number] => ({
        operation: label,
        ...(baseline ? { baseline } : {}),
        ...(incident ? { incident } : {}),
      });
      const requests = events.requests[name];
      const logErrors = events.logErrors[name];
      return {
        ...(requests ? { requests } : {}),
        serverOperations: named('S:').map(([, stats], i) => change(stats, `s${i}`)),
        internalOperations: operations
          .filter(([key]) => !key.startsWith('S:') && !key.startsWith('C>'))
          .map(([key, stats], i) => ({ ...change(stats, `o${i}`), errorPath: /error|exception/i.test(key) })),
        calls: named('C>').map(([key, stats], i) => ({
          ...change(stats, `c${i}`),
          callee: indexOf.get(key.slice(2)) ?? -1,
        })),
        logTemplates: new Map(Object.values(events.logTemplates[name] ?? {}).map((counts, i) => [`t${i}`, counts])),
        ...(logErrors ? { logErrors } : {}),
      };
    }),
  };
}

/** A shuffled order of `count` places. @param below  a whole number uniform in 0 .. bound - 1 */
export function shuffledOrder(count: number, below: (bound: number) => number): readonly number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i -= 1) {
    const j = below(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
