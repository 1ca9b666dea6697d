import type { OperationStats, RankingServiceType } from '#engine';

/** The columns of one source, cut into the two windows. Missing cells are NaN. */
export interface PackWindows {
  readonly columns: readonly { readonly service: string; readonly metric: string }[];
  /** One array per column. */
  readonly baseline: readonly Float64Array[];
  /** One array per column; empty where the incident file lacks the column. */
  readonly incident: readonly Float64Array[];
  readonly baselineRows: number;
  readonly incidentRows: number;
  /** Usual time between two rows, in seconds. */
  readonly stepSeconds: number;
}

/** Baseline and incident of one operation; null where it did not occur. */
export type PackOperation = readonly [baseline: OperationStats | null, incident: OperationStats | null];

/** Counts over both windows. */
export type PackCounts = readonly [baseline: number, incident: number];

/** Spans and log lines as counts, by service name. */
export interface PackEvents {
  readonly requests: Readonly<Record<string, PackCounts>>;
  /** Keys `S:<op>`, `O:<op>`, `C>callee`. */
  readonly ops: Readonly<Record<string, Readonly<Record<string, PackOperation>>>>;
  readonly logTemplates: Readonly<Record<string, Readonly<Record<string, PackCounts>>>>;
  readonly logErrors: Readonly<Record<string, PackCounts>>;
}

/** What only the harness may know. */
export interface PackTruth {
  readonly id: string;
  readonly dataset: string;
  readonly scenario: string;
  readonly faultType: string;
  readonly service: string;
  readonly kinds: readonly string[];
  /** Repository and commit, and what is allowed; missing where the case does not say. */
  readonly source?: string;
  readonly licence?: string;
}

/** One case of a directory, with names. The engine never sees it: {@link ./blind-case.ts} does the hand-over. */
export interface PackCase {
  readonly truth: PackTruth;
  readonly services: readonly { readonly name: string; readonly type: RankingServiceType }[];
  readonly edges: readonly (readonly [caller: string, callee: string])[];
  readonly entry: string;
  readonly target: { readonly service: string; readonly metric: 'latency' | 'availability' };
  readonly metrics: PackWindows;
  readonly traces?: PackWindows;
  readonly logs?: PackWindows;
  readonly events?: PackEvents;
}
