import { shuffledWindows } from './windows.ts';

/** Rows of a service's features over a stretch of time. */
export interface FeatureColumns {
  /** Feature names (`latency_p99`, `cpu`, ...), in the order of the columns. */
  readonly names: readonly string[];
  readonly columns: readonly Float64Array[];
}

/** The same stretch with incidents in it. */
export interface InjectedReplay extends FeatureColumns {
  /** 1 in rows of an incident. */
  readonly labels: Uint8Array;
}

/** Which features play a part in the injected incidents. */
const ROLES = {
  rate: /^request_rate/,
  errors: /^error_rate/,
  latency: /^latency_/,
  tail: /^latency_p9/,
  p99: /^latency_p99$/,
  cpu: /^cpu/,
  memory: /^memory/,
  network: /^network_/,
  disk: /^disk_/,
  any: /./,
} as const;
type Role = keyof typeof ROLES;

interface Effect {
  readonly role: Role;
  /** Size in units of the noise of the feature, times sigma. */
  readonly share: number;
  readonly shape: 'rise' | 'ramp' | 'noise';
}

const rise = (role: Role, share: number): Effect => ({ role, share, shape: 'rise' });
const ramp = (role: Role, share: number): Effect => ({ role, share, shape: 'ramp' });

/** The eight kinds of injected incidents. */
const KINDS: Readonly<Record<string, readonly Effect[]>> = {
  spike: [rise('rate', 1.5), rise('cpu', 1.5)],
  latency: [rise('latency', 1)],
  leak: [ramp('memory', 2), ramp('p99', 1)],
  errors: [rise('errors', 1)],
  drop: [rise('rate', -3), rise('network', -3)],
  decouple: [rise('cpu', 1), rise('disk', 0.7)],
  saturate: [rise('cpu', 3), rise('tail', 1)],
  noise: [{ role: 'any', share: 0.6, shape: 'noise' }],
};

const MARGIN_ROWS = 40;
const MAX_LENGTH = 35;
const RISE_ROWS = 3;

/**
 * Injects one incident of each kind into a copy of real rows, evenly spread, so that detectors can be compared on an installation
 * that has no labelled incidents. A feature that is missing plays no part; an incident without any is left out.
 *
 * @param sigma  size in units of the noise of each feature (deviation of first differences / 1.41)
 * @param seed  the same seed gives the same incidents
 * @throws RangeError when the stretch is too short for all kinds
 * Cost O(rows features). Source: the synthetic injection benchmark of the detection design, on real rows.
 */
export function injectIncidents(rows: FeatureColumns, sigma: number, seed: number): InjectedReplay {
  const count = rows.columns[0]?.length ?? 0;
  const kinds = Object.entries(KINDS);
  const distance = Math.floor((count - 2 * MARGIN_ROWS) / kinds.length);
  if (distance < 2 * MAX_LENGTH) {
    throw new RangeError(`${count} rows are too few for ${kinds.length} incidents`);
  }
  const columns = rows.columns.map((column) => Float64Array.from(column));
  const sizes = rows.columns.map((column) => sigma * noiseOf(column));
  const labels = new Uint8Array(count);
  const draws = shuffledWindows(0, 10_000, 4 * kinds.length + 4 * MAX_LENGTH * rows.names.length, seed);
  let drawn = 0;
  const uniform = (): number => ((draws[drawn++ % draws.length] ?? 0) + 0.5) / 10_000;
  kinds.forEach(([kind, effects], index) => {
    const length = kind === 'spike' ? 1 + Math.floor(3 * uniform()) : 6 + Math.floor((MAX_LENGTH - 5) * uniform());
    const start = MARGIN_ROWS + index * distance + Math.floor((distance - length) * uniform());
    let touched = false;
    for (const { role, share, shape } of effects) {
      rows.names.forEach((name, j) => {
        if (ROLES[role].test(name)) {
          touched = true;
          disturb(columns[j] ?? new Float64Array(0), { start, length, size: share * (sizes[j] ?? 0), shape, uniform });
        }
      });
    }
    if (touched) {
      labels.fill(1, start, start + length);
    }
  });
  return { names: rows.names, columns, labels };
}

function disturb(
  column: Float64Array,
  incident: {
    readonly start: number;
    readonly length: number;
    readonly size: number;
    readonly shape: Effect['shape'];
    readonly uniform: () => number;
  }
): void {
  const { start, length, size, shape, uniform } = incident;
  for (let i = 0; i < length; i += 1) {
    const value = column[start + i] ?? NaN;
    const part = { rise: Math.min(1, (i + 1) / RISE_ROWS), ramp: (i + 1) / length, noise: normal(uniform) }[shape];
    // A drop takes at most nine tenths of what is there.
    column[start + i] = size < 0 ? value + part * Math.max(size, -0.9 * Math.abs(value)) : value + part * size;
  }
}

/** Deviation of first differences over the root of two: the noise, without slow changes. */
function noiseOf(column: Float64Array): number {
  let sum = 0;
  let squares = 0;
  let count = 0;
  for (let i = 1; i < column.length; i += 1) {
    const difference = (column[i] ?? NaN) - (column[i - 1] ?? NaN);
    if (Number.isFinite(difference)) {
      sum += difference;
      squares += difference * difference;
      count += 1;
    }
  }
  const mean = sum / Math.max(1, count);
  return Math.sqrt(Math.max(0, squares / Math.max(1, count) - mean * mean)) / Math.SQRT2;
}

/** Box and Muller. */
function normal(uniform: () => number): number {
  return Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}
