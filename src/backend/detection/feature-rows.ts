import type { Harm, Unit } from '#model';
import type { FeatureTable } from './detection-engine.ts';

/** A column of the feature vector. */
export interface FeatureColumn {
  readonly signalId: string;
  readonly unit: Unit;
  readonly harm: Harm;
}

/** The kept rows, oldest first. */
export interface SavedRows {
  readonly features: readonly FeatureColumn[];
  readonly timesMs: Float64Array;
  readonly columns: readonly Float64Array[];
}

const FIRST_CAPACITY = 256;
/** Share of rows that must know a feature before it enters a model. */
const KNOWN_SHARE = 0.7;

/** Feature vectors of one service over time, bounded; what its model is fitted on. Features may appear later. */
export class FeatureRows {
  private readonly capacity: number;
  private readonly features: FeatureColumn[] = [];
  private readonly index = new Map<string, number>();
  private columns: Float64Array[] = [];
  private timesMs = new Float64Array(FIRST_CAPACITY);
  private count = 0;

  constructor(capacity: number, saved?: SavedRows) {
    this.capacity = capacity;
    if (saved) {
      this.timesMs = new Float64Array(Math.max(FIRST_CAPACITY, saved.timesMs.length));
      this.timesMs.set(saved.timesMs);
      this.count = saved.timesMs.length;
      saved.features.forEach((feature, i) => {
        this.addFeature(feature);
        this.columns[i]?.set(saved.columns[i] ?? []);
      });
    }
  }

  get length(): number {
    return this.count;
  }

  /** The column of a feature; it is added when new. */
  columnOf(feature: FeatureColumn): number {
    return this.index.get(feature.signalId) ?? this.addFeature(feature);
  }

  /** Starts a row; every feature is missing in it until it is set. */
  begin(atMs: number): void {
    if (this.count === this.timesMs.length) {
      this.makeRoom();
    }
    this.timesMs[this.count] = atMs;
    for (const column of this.columns) {
      column[this.count] = Number.NaN;
    }
    this.count += 1;
  }

  set(column: number, value: number): void {
    const values = this.columns[column];
    if (values) {
      values[this.count - 1] = value;
    }
  }

  /** The newest row in the order of a model's features; NaN where missing. */
  read(features: readonly string[], into: Float64Array): Float64Array {
    features.forEach((id, i) => {
      const column = this.columns[this.index.get(id) ?? -1];
      into[i] = column?.[this.count - 1] ?? Number.NaN;
    });
    return into;
  }

  /** Rows up to an instant with the features that most of them know. */
  table(toMs: number): FeatureTable {
    let end = this.count;
    while (end > 0 && (this.timesMs[end - 1] ?? 0) > toMs) {
      end -= 1;
    }
    const usable = this.columns
      .map((column, i) => ({ feature: this.features[i], values: column.slice(0, end) }))
      .filter(
        ({ values }) => values.reduce((known, value) => known + Number(!Number.isNaN(value)), 0) >= KNOWN_SHARE * end
      );
    const sorted = usable.toSorted((left, right) =>
      (left.feature?.signalId ?? '') < (right.feature?.signalId ?? '') ? -1 : 1
    );
    return {
      features: sorted.flatMap(({ feature }) => (feature ? [feature] : [])),
      timesMs: this.timesMs.slice(0, end),
      columns: sorted.map(({ values }) => values),
    };
  }

  save(): SavedRows {
    return {
      features: [...this.features],
      timesMs: this.timesMs.slice(0, this.count),
      columns: this.columns.map((column) => column.slice(0, this.count)),
    };
  }

  private addFeature(feature: FeatureColumn): number {
    const { signalId, unit, harm } = feature;
    this.features.push({ signalId, unit, harm });
    this.columns.push(new Float64Array(this.timesMs.length).fill(Number.NaN));
    this.index.set(signalId, this.features.length - 1);
    return this.features.length - 1;
  }

  /** Grows, or at the capacity forgets the oldest eighth. */
  private makeRoom(): void {
    if (this.timesMs.length < this.capacity) {
      const length = Math.min(this.capacity, 2 * this.timesMs.length);
      const grow = (old: Float64Array): Float64Array<ArrayBuffer> => {
        const grown = new Float64Array(length).fill(Number.NaN);
        grown.set(old);
        return grown;
      };
      this.timesMs = grow(this.timesMs);
      this.columns = this.columns.map(grow);
      return;
    }
    const dropped = Math.max(1, this.capacity >> 3);
    this.timesMs.copyWithin(0, dropped);
    this.columns.forEach((column) => column.copyWithin(0, dropped));
    this.count -= dropped;
  }
}
