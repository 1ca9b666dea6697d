import type { OperationStats } from '#engine';
import type { PackCase, PackCounts, PackEvents, PackOperation, PackWindows } from './pack-case.ts';
import { metricKindOf } from './metric-kind.ts';

/**
 * Two faults at once: what the second incident adds to its own baseline is added to the first incident. Windows, graph and
 * baselines are those of the first case; it must be of the same system.
 */
export function mergeCases(first: PackCase, second: PackCase): PackCase {
  const merged = (own: PackWindows | undefined, other: PackWindows | undefined): PackWindows | undefined =>
    own && other ? mergeWindows(own, other) : own;
  const traces = merged(first.traces, second.traces);
  const logs = merged(first.logs, second.logs);
  const { events, ...rest } = first;
  return {
    ...rest,
    metrics: mergeWindows(first.metrics, second.metrics),
    ...(traces ? { traces } : {}),
    ...(logs ? { logs } : {}),
    ...(events ? { events: second.events ? mergeEvents(events, second.events) : events } : {}),
  };
}

function mergeWindows(own: PackWindows, other: PackWindows): PackWindows {
  const place = new Map(other.columns.map(({ service, metric }, column) => [`${service}|${metric}`, column]));
  return {
    ...own,
    incident: own.columns.map(({ service, metric }, column) => {
      const at = place.get(`${service}|${metric}`);
      const values = own.incident[column] ?? new Float64Array(0);
      return at === undefined ? values : addDeviations(values, other, at);
    }),
  };
}

function addDeviations(values: Float64Array, other: PackWindows, column: number): Float64Array {
  const baseline = [...(other.baseline[column] ?? [])].filter(Number.isFinite).sort((left, right) => left - right);
  const added = other.incident[column] ?? new Float64Array(0);
  const usual = baseline[Math.floor(baseline.length / 2)];
  if (usual === undefined || added.length === 0) {
    return values;
  }
  const percent = metricKindOf(other.columns[column]?.metric ?? '') === 'avail';
  return values.map((value, row) => {
    const deviation = added[row % added.length]! - usual;
    const sum = value + (Number.isFinite(deviation) ? deviation : 0);
    return percent ? Math.min(100, Math.max(0, sum)) : Math.max(Math.min(0, value), sum);
  });
}

function mergeEvents(own: PackEvents, other: PackEvents): PackEvents {
  const names = Object.keys(own.requests);
  const table = <Value>(merge: (name: string) => Value): Record<string, Value> =>
    Object.fromEntries(names.map((name) => [name, merge(name)]));
  const change = (name: string, counts: PackCounts | undefined): number => {
    const exposure = other.requests[name];
    return counts && exposure ? growth(counts, exposure) : 1;
  };
  return {
    requests: own.requests,
    ops: table((name) => mergeOperations(own.ops[name] ?? {}, other.ops[name] ?? {}, (counts) => change(name, counts))),
    logTemplates: table((name) => {
      const others = other.logTemplates[name] ?? {};
      const all = { ...Object.fromEntries(newKeys(own.logTemplates[name], others)), ...own.logTemplates[name] };
      return Object.fromEntries(
        Object.entries(all).map(([key, counts]) => [key, scaleCounts(counts, change(name, others[key]), others[key])])
      );
    }),
    logErrors: Object.fromEntries(
      Object.keys({ ...other.logErrors, ...own.logErrors }).map((name) => {
        const others = other.logErrors[name];
        return [name, scaleCounts(own.logErrors[name] ?? [0, 0], change(name, others), others)];
      })
    ),
  };
}

/** How many times more often than its exposure would give. */
function growth([before, after]: PackCounts, [exposed, exposedNow]: PackCounts): number {
  return (after + 0.5) / (((before + 0.5) / (exposed + 1)) * exposedNow + 0.5);
}

function newKeys(own: object | undefined, others: object): (readonly [string, PackCounts])[] {
  return Object.keys(others)
    .filter((key) => !own || !(key in own))
    .map((key) => [key, [0, 0]]);
}

/** Counts that grow as they did in the other incident; what is new there is new here. */
function scaleCounts([before, after]: PackCounts, factor: number, other: PackCounts | undefined): PackCounts {
  const extra = before === 0 && other && other[0] === 0 ? other[1] : 0;
  return [before, Math.round(after * factor) + extra];
}

function mergeOperations(
  own: Readonly<Record<string, PackOperation>>,
  other: Readonly<Record<string, PackOperation>>,
  change: (counts: PackCounts | undefined) => number
): Record<string, PackOperation> {
  const countsOf = ([before, after]: PackOperation): PackCounts => [before?.count ?? 0, after?.count ?? 0];
  return Object.fromEntries(
    Object.entries({ ...other, ...own }).map(([key, operation]) => {
      const [before, after] = own[key] ?? [null, null];
      const others = other[key];
      const [, count] = scaleCounts(
        countsOf([before, after]),
        change(others && countsOf(others)),
        others && countsOf(others)
      );
      return [
        key,
        own[key] || others ? ([before, slowDown(after ?? operation[1], others, count)] as const) : operation,
      ];
    })
  );
}

function slowDown(
  after: OperationStats | null,
  other: PackOperation | undefined,
  count: number
): OperationStats | null {
  if (!after || count === 0) {
    return null;
  }
  const [before, now] = other ?? [null, null];
  const slower = before && now ? now.medianLnMs - before.medianLnMs : 0;
  return { ...after, count, medianLnMs: after.medianLnMs + slower };
}
