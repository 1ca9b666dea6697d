import { RandomStream } from './random-stream.ts';

/** Points per day at five minutes. */
export const POINTS_PER_DAY = 288;
const DAYS = 21;
const HISTORY_DAYS = 14;
/** First scored row. */
export const FIRST_SCORED_ROW = HISTORY_DAYS * POINTS_PER_DAY;
const ROWS = DAYS * POINTS_PER_DAY;
/** Days that are scored. */
export const SCORED_DAYS = DAYS - HISTORY_DAYS;
const INCIDENTS = 8;

/** The eleven features of a generated service, in order of the columns. */
export const FEATURES = ['rps', 'err', 'p50', 'p95', 'p99', 'cpu', 'mem', 'in', 'out', 'io', 'queue'] as const;
type Feature = (typeof FEATURES)[number];
type Values = Readonly<Record<Feature, Float64Array>>;

/** Kinds of injected incidents, in the order in which they occur. */
export const INCIDENT_KINDS = ['spike', 'latency', 'leak', 'errors', 'drop', 'decouple', 'saturate', 'noise'] as const;
/** One of the injected kinds. */
export type IncidentKind = (typeof INCIDENT_KINDS)[number];

/** An injected incident; `end` is exclusive. Rows count from the start of the history. */
export interface Incident {
  readonly kind: IncidentKind;
  readonly start: number;
  readonly end: number;
}

/** Three weeks of one service: two of history, one that is scored. */
export interface SyntheticService {
  readonly columns: readonly Float64Array[];
  /** 1 in rows of an incident. */
  readonly labels: Uint8Array;
  readonly incidents: readonly Incident[];
}

/**
 * Generates a service and injects one incident of each kind.
 * @param seed of the run; every service has a random stream of its own
 * @param sigma size of the incidents in units of the noise of each feature; 0: a healthy service
 */
export function generateService(seed: number, service: number, sigma: number): SyntheticService {
  const random = new RandomStream(seed, service);
  const values = healthyValues(random);
  const labels = new Uint8Array(ROWS);
  const incidents = sigma > 0 ? inject(values, random, sigma) : [];
  incidents.forEach(({ start, end }) => labels.fill(1, start, end));
  return { columns: FEATURES.map((feature) => values[feature]), labels, incidents };
}

function healthyValues(random: RandomStream): Values {
  const load = loadOf(random);
  const series = (valueAt: (load: number, row: number) => number): Float64Array =>
    Float64Array.from({ length: ROWS }, (_, row) => valueAt(load[row] ?? 0, row));
  const rps = series((at) => 100 * at + random.normal(3));
  const cpu = series((at) => 20 + 30 * at + random.normal(1.5));
  let walk = 0;
  const mem = series((at) => {
    walk += random.normal(0.02);
    return 50 + 0.3 * walk + 5 * at + random.normal(0.4);
  });
  const p50 = series((at) => 20 + 8 * at + random.normal(1));
  const p95 = series((_, row) => 2.2 * (p50[row] ?? 0) + random.normal(2.5));
  const p99 = series((_, row) => 1.6 * (p95[row] ?? 0) + Math.abs(random.normal(6)));
  const err = series((at) => Math.max(0, 0.4 + 0.1 * at + Math.abs(random.normal(0.15))));
  const received = series((_, row) => 5 * (rps[row] ?? 0) + random.normal(20));
  const sent = series((_, row) => 8 * (rps[row] ?? 0) + random.normal(30));
  const io = series((at) => 10 + 4 * at + Math.abs(random.normal(1.5)));
  const queue = series((at) => Math.max(0, 2 * at + random.normal(0.6)));
  return { rps, err, p50, p95, p99, cpu, mem, in: received, out: sent, io, queue };
}

function loadOf(random: RandomStream): Float64Array {
  const phase = 2 * Math.PI * random.uniform();
  let wander = 0;
  return Float64Array.from({ length: ROWS }, (_, row) => {
    const day = (2 * Math.PI * row) / POINTS_PER_DAY;
    const weekday = Math.floor(row / POINTS_PER_DAY) % 7 < 5 ? 0.1 : 0;
    wander = row === 0 ? 0 : 0.9 * wander + random.normal(0.03);
    return Math.max(0.1, 1 + 0.5 * Math.sin(day + phase) + 0.15 * Math.sin(2 * day + 2 * phase) + weekday + wander);
  });
}

function inject(values: Values, random: RandomStream, sigma: number): readonly Incident[] {
  const sizes = Object.fromEntries(FEATURES.map((name) => [name, sigma * noiseOf(values[name])])) as Sizes;
  return INCIDENT_KINDS.map((kind, index) => {
    const slot = FIRST_SCORED_ROW + 40 + (index * (7 * POINTS_PER_DAY - 120)) / (INCIDENTS - 1);
    const start = Math.trunc(slot) + random.integer(-20, 19);
    const length = kind === 'spike' ? random.integer(1, 3) : random.integer(6, 35);
    for (let row = 0; row < length; row += 1) {
      disturb(kind, {
        values,
        sizes,
        random,
        row: start + row,
        rise: Math.min(1, (row + 1) / 3),
        ramp: row / (length - 1),
      });
    }
    return { kind, start, end: start + length };
  });
}

type Sizes = Readonly<Record<Feature, number>>;

interface Disturbance {
  readonly values: Values;
  /** Size of an incident in the unit of each feature. */
  readonly sizes: Sizes;
  readonly random: RandomStream;
  readonly row: number;
  /** Reaches 1 at the third row. */
  readonly rise: number;
  /** 0 at the first row, 1 at the last. */
  readonly ramp: number;
}

function disturb(kind: IncidentKind, { values, sizes, random, row, rise, ramp }: Disturbance): void {
  const add = (names: readonly Feature[], share: number): void =>
    names.forEach((name) => {
      values[name][row] = (values[name][row] ?? 0) + share * sizes[name];
    });
  const steps: Readonly<Record<IncidentKind, () => void>> = {
    spike: () => add(['rps', 'cpu'], 1.5),
    latency: () => add(['p50', 'p95', 'p99', 'queue'], rise),
    leak: () => {
      add(['mem'], 2 * ramp);
      add(['p99'], ramp);
    },
    errors: () => add(['err'], rise),
    drop: () =>
      (['rps', 'in', 'out'] as const).forEach((name) => {
        const value = values[name][row] ?? 0;
        values[name][row] = value - rise * Math.min(3 * sizes[name], 0.9 * value);
      }),
    decouple: () => {
      add(['cpu'], rise);
      add(['io'], 0.7 * rise);
    },
    saturate: () => {
      values.cpu[row] = Math.max(values.cpu[row] ?? 0, 92) + random.normal(0.2);
      add(['p95', 'p99'], rise);
    },
    noise: () => FEATURES.forEach((name) => add([name], 0.6 * random.normal())),
  };
  steps[kind]();
}

/** Standard deviation of the first differences, over 1.41: the noise without the slow part. */
function noiseOf(values: Float64Array): number {
  const differences = values.subarray(1).map((value, row) => value - (values[row] ?? 0));
  const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
  const variance = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / differences.length;
  return Math.sqrt(variance) / 1.41;
}
