import type { Xorshift32 } from '#engine';
import type { PackCase, PackWindows } from './pack-case.ts';

/** Rows of 1 Hz data that make up a unit of time; slower data have one row per unit. */
const UNIT_SECONDS = 60;
/** Traces and logs come in buckets of half a minute. */
const BUCKETS_PER_UNIT = 2;

/** Without the call graph. */
export function withoutGraph(item: PackCase): PackCase {
  return { ...item, edges: [] };
}

/** Without traces and logs. */
export function metricsOnly({ truth, services, edges, entry, target, metrics }: PackCase): PackCase {
  return { truth, services, edges, entry, target, metrics };
}

/** The sources of a case, each changed. */
function mapWindows(item: PackCase, change: (windows: PackWindows, unitRows: number) => PackWindows): PackCase {
  const unit = Math.max(1, Math.round(UNIT_SECONDS / item.metrics.stepSeconds));
  return {
    ...item,
    metrics: change(item.metrics, unit),
    ...(item.traces ? { traces: change(item.traces, BUCKETS_PER_UNIT) } : {}),
    ...(item.logs ? { logs: change(item.logs, BUCKETS_PER_UNIT) } : {}),
  };
}

/**
 * The onset is believed `delay` units late: those incident rows fall into the baseline. The last `guard` units before the
 * believed onset are left out of the baseline. A negative delay is an onset believed early. Counts of events stay as they
 * are: they know no time.
 */
export function withDelay(item: PackCase, delay: number, guard: number): PackCase {
  return mapWindows(item, (windows, unit) =>
    delay < 0
      ? shiftWindows(windows, { early: Math.min(-delay * unit, windows.baselineRows), late: 0, guard: 0 })
      : shiftWindows(windows, {
          early: 0,
          late: Math.min(delay * unit, Math.max(0, windows.incidentRows - 1)),
          guard: guard * unit,
        })
  );
}

interface Shift {
  /** Baseline rows that become incident rows. */
  readonly early: number;
  /** Incident rows that become baseline rows. */
  readonly late: number;
  /** Rows before the onset that are left out. */
  readonly guard: number;
}

function shiftWindows(windows: PackWindows, { early, late, guard }: Shift): PackWindows {
  const baselineRows = Math.max(0, windows.baselineRows - early + late - guard);
  const rows = (column: number): [Float64Array, Float64Array] => {
    const baseline = windows.baseline[column] ?? new Float64Array(0);
    const incident = padded(windows.incident[column], windows.incidentRows);
    const all = Float64Array.from([...baseline, ...incident]);
    const onset = windows.baselineRows - early + late;
    return [all.slice(0, baselineRows), all.slice(onset)];
  };
  const cut = windows.columns.map((_, column) => rows(column));
  return {
    ...windows,
    baseline: cut.map(([baseline]) => baseline),
    incident: cut.map(([, incident]) => incident),
    baselineRows,
    incidentRows: windows.incidentRows + early - late,
  };
}

function padded(values: Float64Array | undefined, rows: number): Float64Array {
  return values && values.length === rows ? values : new Float64Array(rows).fill(Number.NaN);
}

/** A share of the calls is replaced by calls between services drawn at random. */
export function withWrongEdges(item: PackCase, share: number, random: Xorshift32): PackCase {
  const draw = (): string => item.services[random.below(item.services.length)]!.name;
  return {
    ...item,
    edges: item.edges.map((edge) => (random.next() < share ? ([draw(), draw()] as const) : edge)),
  };
}

/** A share of the services sends nothing; never the faulty one, which nobody could find then. They stay in the graph. */
export function withSilentServices(item: PackCase, share: number, random: Xorshift32): PackCase {
  const silent = new Set(
    item.services.map(({ name }) => name).filter((name) => random.next() < share && name !== item.truth.service)
  );
  const heard = <Value>(table: Readonly<Record<string, Value>>): Record<string, Value> =>
    Object.fromEntries(Object.entries(table).filter(([name]) => !silent.has(name)));
  const changed = mapWindows(item, (windows) => {
    const kept = [...windows.columns.keys()].filter((column) => !silent.has(windows.columns[column]!.service));
    return {
      ...windows,
      columns: kept.map((column) => windows.columns[column]!),
      baseline: kept.map((column) => windows.baseline[column]!),
      incident: kept.map((column) => windows.incident[column]!),
    };
  });
  const { events } = item;
  return events
    ? {
        ...changed,
        events: {
          requests: heard(events.requests),
          ops: heard(events.ops),
          logTemplates: heard(events.logTemplates),
          logErrors: heard(events.logErrors),
        },
      }
    : changed;
}

/** Only the last rows of the baseline: so many seconds, or at least so many rows. */
export function withShortHistory(item: PackCase, seconds: number, leastRows: number): PackCase {
  return mapWindows(item, (windows, unit) => {
    const step = windows === item.metrics ? item.metrics.stepSeconds : UNIT_SECONDS / unit;
    const rows = Math.min(windows.baselineRows, Math.max(leastRows, Math.floor(seconds / step)));
    return {
      ...windows,
      baseline: windows.baseline.map((values) => values.slice(Math.max(0, values.length - rows))),
      baselineRows: rows,
    };
  });
}

/** The clocks of a share of the services are one unit of time late or early: their rows stand in the wrong window. */
export function withShiftedClocks(item: PackCase, share: number, random: Xorshift32): PackCase {
  const shiftOf = new Map(
    item.services.map(({ name }) => [name, random.next() >= share ? 0 : random.next() < 0.5 ? -1 : 1])
  );
  return mapWindows(item, (windows, unit) => {
    const moved = windows.columns.map(({ service }, column) =>
      moveColumn(windows, column, unit * (shiftOf.get(service) ?? 0))
    );
    return {
      ...windows,
      baseline: moved.map(([baseline]) => baseline),
      incident: moved.map(([, incident]) => incident),
    };
  });
}

/** A column whose rows arrive `rows` later; the window's ends stay empty. */
function moveColumn(windows: PackWindows, column: number, rows: number): [Float64Array, Float64Array] {
  const baseline = windows.baseline[column] ?? new Float64Array(0);
  const incident = padded(windows.incident[column], windows.incidentRows);
  const all = [...baseline, ...incident];
  const moved = Float64Array.from(all, (_, i) => all[i - rows] ?? Number.NaN);
  return [moved.slice(0, baseline.length), moved.slice(baseline.length)];
}

/** A share of all samples is missing at random. */
export function withMissingSamples(item: PackCase, share: number, random: Xorshift32): PackCase {
  const thin = (values: Float64Array): Float64Array =>
    values.map((value) => (random.next() < share ? Number.NaN : value));
  return mapWindows(item, (windows) => ({
    ...windows,
    baseline: windows.baseline.map(thin),
    incident: windows.incident.map(thin),
  }));
}
