import type { EpochMs, Labels } from '#model';

/** One column. `values` of a field that is not nullable must not hold null. */
export type Field =
  | FieldOf<'time', readonly (EpochMs | null)[] | Float64Array>
  | FieldOf<'number', readonly (number | null)[] | Float64Array>
  | FieldOf<'string', readonly (string | null)[]>
  | FieldOf<'boolean', readonly (boolean | null)[]>;

/** Kinds of columns that the hosts read. */
export type FieldKind = Field['kind'];

interface FieldOf<Kind extends string, Values> {
  readonly name: string;
  readonly kind: Kind;
  readonly values: Values;
  /** Default false. The host turns a nullable number into a pointer, which alert conditions need. */
  readonly nullable?: boolean;
  /** Left out where empty. */
  readonly labels?: Labels;
  /** Grafana's field config: displayName, unit, decimals, color and so on. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** Something the person who looks at a panel should know. */
export interface Notice {
  readonly severity: 'info' | 'warning' | 'error';
  readonly text: string;
}

/** Grafana's frame meta. `type` and `typeVersion` choose the strict reading in alerting. */
export interface FrameMeta {
  readonly type?: 'timeseries-multi' | 'numeric-multi' | 'table';
  readonly typeVersion?: readonly [number, number];
  readonly preferredVisualisationType?: 'graph' | 'table' | 'nodeGraph';
  readonly notices?: readonly Notice[];
  readonly executedQueryString?: string;
  readonly custom?: Readonly<Record<string, unknown>>;
}

/** Grafana's data frame: columns of equal length. */
export interface Frame {
  readonly name?: string;
  readonly refId: string;
  readonly meta?: FrameMeta;
  readonly fields: readonly Field[];
}
