import type { EpochMs, ServiceName, SignalKind, TimeWindow } from '#model';
import type { EffectColumn, EffectInput, EffectKind } from '../effects/effect-input.ts';
import type { RcaCase } from './rca-case.ts';
import type { SignalEvidence } from './signal-evidence.ts';

/** Columns of an incident on one grid, with the signals behind them. */
export interface EffectColumns {
  readonly input: Omit<EffectInput, 'target' | 'candidates'>;
  /** By column. */
  readonly items: readonly SignalEvidence[];
  readonly columnOf: (item: SignalEvidence) => number | undefined;
}

/** Quiet rows; rules are checked on so many, effects on the last sixty. */
const BASELINE_ROWS = 240;
/** Rows of the incident. */
const INCIDENT_ROWS = 240;
/** The same incident gives the same answer. */
const SEED = 1;

/** Where in the causal graph a signal belongs; kinds without a place are left out. */
const KINDS: Readonly<Partial<Record<SignalKind, EffectKind>>> = {
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
  'pool-utilisation': 'connections',
  'queue-lag': 'queue_lag',
  'disk-io': 'disk',
  'disk-utilisation': 'disk',
};
/** Of several signals of one kind the first stands for it: the 95th percentile, and CPU time before its throttling. */
const FIRST = ['/p95', '/latency', '/error-ratio', '/cpu', '/memory-utilisation'] as const;

/**
 * Puts the signals of an incident on one grid, for the estimation of effects.
 *
 * The grid has the step of the signals; a row takes the value that lies nearest, within half a step. The guard before the
 * onset belongs to neither window.
 *
 * @param rca  the case
 * @returns undefined when no signal has two points from which a step could be read
 * Cost O(signals * rows), at most 480 rows.
 */
export function toEffectColumns(rca: RcaCase): EffectColumns | undefined {
  const items = rca.candidates.flatMap((service) => columnsOf(rca, service));
  const stepMs = stepOf(items);
  if (stepMs === undefined) {
    return undefined;
  }
  const { grid, window } = toGrid(rca, stepMs);
  const columns = items.map((item): EffectColumn => ({
    service: item.owner,
    metric: metricOf(item),
    kind: KINDS[item.signal.kind] ?? 'other',
    unit: item.signal.unit,
    values: onGrid(item, grid, stepMs),
    ...(item.signal.unit === 'ratio' ? { range: [0, 1] as const } : {}),
  }));
  const { adjacency, target } = rca;
  const calls = adjacency.names.flatMap((caller) =>
    adjacency.callees(caller).map((callee) => [caller, callee] as const)
  );
  const indices = new Map(items.map((item, index) => [item, index]));
  return {
    input: { columns, calls, entry: target.service, window, seed: SEED },
    items,
    columnOf: (item) => indices.get(item),
  };
}

function columnsOf(rca: RcaCase, service: ServiceName): readonly SignalEvidence[] {
  const place = ({ signal }: SignalEvidence): number => {
    const found = FIRST.findIndex((end) => signal.id.endsWith(end));
    return found < 0 ? FIRST.length : found;
  };
  return rca
    .evidence(service)
    .filter(({ signal }) => KINDS[signal.kind] !== undefined)
    .toSorted((left, right) => place(left) - place(right));
}

/** Equal metrics of two services have equal texts; what a call costs is a metric of each pair. */
function metricOf({ signal }: SignalEvidence): string {
  return `${signal.kind}${signal.id.split('/').slice(2).join('/')}${signal.kind === 'client-latency' ? signal.service : ''}`;
}

/** The most frequent distance between neighbours of the longest series. */
function stepOf(items: readonly SignalEvidence[]): number | undefined {
  const longest = items.reduce<readonly EpochMs[]>(
    (best, { signal }) => (signal.series.timesMs.length > best.length ? signal.series.timesMs : best),
    []
  );
  const counts = new Map<number, number>();
  for (let i = 1; i < longest.length; i += 1) {
    const distance = (longest[i] ?? 0) - (longest[i - 1] ?? 0);
    counts.set(distance, (counts.get(distance) ?? 0) + 1);
  }
  const [best] = [...counts].filter(([distance]) => distance > 0).sort(([a, m], [b, n]) => n - m || a - b);
  return best?.[0];
}

function toGrid({ windows, onsetMs }: RcaCase, stepMs: number) {
  const { baseline, incident } = windows;
  const before = rowsBetween({ fromMs: baseline.fromMs, toMs: onsetMs }, stepMs, Infinity);
  const guard = Math.min(before, Math.ceil((onsetMs - baseline.toMs) / stepMs));
  const quiet = Math.min(BASELINE_ROWS, before - guard);
  const strange = rowsBetween(incident, stepMs, INCIDENT_ROWS);
  const grid = Array.from({ length: quiet + guard + strange }, (_, row) => onsetMs + (row - quiet - guard) * stepMs);
  const window = { baselineFrom: 0, baselineTo: quiet, incidentFrom: quiet + guard, incidentTo: grid.length };
  return { grid, window };
}

function rowsBetween({ fromMs, toMs }: TimeWindow, stepMs: number, most: number): number {
  return Math.max(0, Math.min(most, Math.ceil((toMs - fromMs) / stepMs)));
}

/** NaN where no value lies near. Both lists ascend. */
function onGrid({ signal }: SignalEvidence, grid: readonly EpochMs[], stepMs: number): Float64Array {
  const { timesMs, values } = signal.series;
  const found = new Float64Array(grid.length).fill(Number.NaN);
  let at = 0;
  grid.forEach((time, row) => {
    while (at + 1 < timesMs.length && Math.abs((timesMs[at + 1] ?? 0) - time) <= Math.abs((timesMs[at] ?? 0) - time)) {
      at += 1;
    }
    if (at < timesMs.length && Math.abs((timesMs[at] ?? 0) - time) <= stepMs / 2) {
      found[row] = values[at] ?? Number.NaN;
    }
  });
  return found;
}
