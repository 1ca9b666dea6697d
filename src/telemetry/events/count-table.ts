import type { InstantSample } from '#model';

/** How long things took, as a histogram. */
export interface DurationBuckets {
  /** Upper bounds in seconds, ascending; the last one may be infinite. */
  readonly bounds: readonly number[];
  /** Not cumulative, one per bound. */
  readonly counts: readonly number[];
}

/** What happened in one window. Counts are estimates with fractions, as `increase` gives them. */
export interface WindowCount {
  readonly count: number;
  /** Missing where not measured, or where callees take part in it. */
  readonly durations?: DurationBuckets;
}

interface Cell {
  count: number;
  /** Cumulative, by upper bound in seconds. */
  readonly buckets: Map<number, number>;
}

/** Counts and histograms by key and window, made from the answers of instant queries. */
export class CountTable {
  readonly #windows: number;
  readonly #cells = new Map<string, (Cell | undefined)[]>();

  constructor(windows: number) {
    this.#windows = windows;
  }

  get size(): number {
    return this.#cells.size;
  }

  /** Adds to the count of a window; what is no positive number adds nothing. */
  count(key: string, window: number, value: number): void {
    if (value > 0 && Number.isFinite(value)) {
      this.#cell(key, window).count += value;
    }
  }

  /** Adds a cumulative bucket whose bound `le` counts in units of `unitSeconds`. */
  bucket(key: string, window: number, { labels, value }: InstantSample, unitSeconds: number): void {
    const bound = toBound(labels['le']) * unitSeconds;
    if (value > 0 && Number.isFinite(value) && bound > 0) {
      const { buckets } = this.#cell(key, window);
      buckets.set(bound, (buckets.get(bound) ?? 0) + value);
    }
  }

  /** Everything that was counted, by key; a key with durations alone was not counted. */
  list(): readonly (readonly [key: string, windows: readonly (WindowCount | undefined)[]])[] {
    return [...this.#cells]
      .map(([key, cells]) => [key, cells.map(toWindowCount)] as const)
      .filter(([, windows]) => windows.some((window) => window !== undefined))
      .sort(([left], [right]) => (left < right ? -1 : 1));
  }

  #cell(key: string, window: number): Cell {
    const cells = this.#cells.get(key) ?? Array.from<Cell | undefined>({ length: this.#windows });
    this.#cells.set(key, cells);
    const cell = cells[window] ?? { count: 0, buckets: new Map() };
    cells[window] = cell;
    return cell;
  }
}

function toWindowCount(cell: Cell | undefined): WindowCount | undefined {
  if (!cell || cell.count <= 0) {
    return undefined;
  }
  const bounds = [...cell.buckets.keys()].sort((left, right) => left - right);
  let below = 0;
  const counts = bounds.map((bound) => {
    // Extrapolated buckets need not ascend to the last digit.
    const total = Math.max(below, cell.buckets.get(bound) ?? 0);
    const own = total - below;
    below = total;
    return own;
  });
  return { count: cell.count, ...(below > 0 ? { durations: { bounds, counts } } : {}) };
}

function toBound(le: string | undefined): number {
  return le === undefined || le === '' ? NaN : le === '+Inf' ? Infinity : Number(le);
}
