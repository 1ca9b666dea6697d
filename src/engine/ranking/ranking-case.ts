/**
 * What a series measures. It decides the floors of the scale, the direction that harms, and the feature it feeds.
 *
 * Units, because the floors are absolute: `latency` and `client_latency` seconds; `avail` percent available (0 to 100);
 * `error` ratio 0 to 1; `cpu` percent; `self` (exclusive time of a service's own spans) and `tnet` (time between a
 * client span and its server span, attributed to the callee) milliseconds; `log*` counts per row. A series in another
 * unit names its own {@link RankingSeries.absoluteFloor}. Ref: RCA specification 2.5 and 3.
 */
export type MetricKind = (typeof METRIC_KINDS)[number];

/** Every {@link MetricKind}. */
export const METRIC_KINDS = [
  'latency',
  'client_latency',
  'avail',
  'error',
  'traffic',
  'cpu',
  'mem',
  'disk',
  'net',
  'self',
  'tnet',
  'struct',
  'logsev',
  'logbad',
  'lognovel',
  'loglines',
  'other',
] as const;

/** One series of one service, cut into its two windows. Values that are not finite are dropped one by one. */
export interface RankingSeries {
  /** Index into {@link RankingCase.services}. */
  readonly service: number;
  /** For people and reports; the engine reads no meaning from it. */
  readonly metric: string;
  readonly kind: MetricKind;
  /** Normal times, in order of time; the guard before the onset is already left out. */
  readonly baseline: Float64Array;
  /** Since the onset, in order of time. */
  readonly incident: Float64Array;
  /** Rows that the baseline window could have had. Undefined: coverage 1, as for counts from traces and logs. */
  readonly expectedBaselineRows?: number;
  /**
   * The series that stands for the service's latency or its request rate where it has several. Without a mark the first
   * usable series of kind `latency` or `traffic` does.
   */
  readonly role?: 'main-latency' | 'main-traffic';
  /** Smallest scale in the unit of the series, in place of that of the kind. */
  readonly absoluteFloor?: number;
}

/** Counts and exclusive times of one operation in one window. */
export interface OperationStats {
  readonly count: number;
  /** Median of ln(ms + 0.05) of the exclusive times; NaN, like the others, where it is not known. */
  readonly medianLnMs: number;
  /** Median absolute deviation of the same. */
  readonly madLnMs: number;
  /** 90th percentile of the same. */
  readonly p90LnMs: number;
}

/** One operation before and during the incident; undefined where it did not occur. */
export interface OperationChange {
  /** For people and reports. */
  readonly operation: string;
  readonly baseline?: OperationStats;
  readonly incident?: OperationStats;
}

/** An operation inside a service. */
export interface InternalOperation extends OperationChange {
  /** The operation is an error path by its name (`error` or `exception` in it). */
  readonly errorPath: boolean;
}

/** Calls of a service to another one. */
export interface CallOperation extends OperationChange {
  /** Index into {@link RankingCase.services}. */
  readonly callee: number;
  /** Calls that failed or were not answered; missing where that is not known. */
  readonly failed?: WindowCounts;
}

/** Occurrences over the whole baseline and the whole incident window. */
export type WindowCounts = readonly [baseline: number, incident: number];

/** What spans and log lines of one service say, as counts over the two windows. */
export interface ServiceEvents {
  /** Server spans: the exposure all other counts are measured against. Undefined: nothing can be said. */
  readonly requests?: WindowCounts;
  readonly serverOperations: readonly OperationChange[];
  readonly internalOperations: readonly InternalOperation[];
  readonly calls: readonly CallOperation[];
  /** Lines per template; the key is for people and reports. */
  readonly logTemplates: ReadonlyMap<string, WindowCounts>;
  readonly logErrors?: WindowCounts;
  /** Shares of the log lines that were read, 0 to 1, where they were too many to read them all; missing: all of them. */
  readonly logShares?: readonly [baseline: number, incident: number];
}

/** Events of every service, by its index; undefined for services without spans and logs. */
export interface RankingEvents {
  readonly services: readonly (ServiceEvents | undefined)[];
}

/** `remote` and `client` are virtual: seen from one side only. */
export type RankingServiceType = 'service' | 'database' | 'remote' | 'client';

/** Knowledge from outside the telemetry that makes a service more or less likely, shown as a term of its own. */
export interface RankingTerm {
  /** Index into {@link RankingCase.services}. */
  readonly service: number;
  readonly source: 'change' | 'propagation-rule';
  /** Added to the log score of the service, in nats. */
  readonly logOdds: number;
}

/**
 * One incident as the ranking sees it. Services are indices: no name has a meaning here, so that renaming or reordering
 * cannot change a score.
 */
export interface RankingCase {
  readonly services: readonly { readonly type: RankingServiceType }[];
  /** Who calls whom. Duplicates, self-calls and unknown indices are ignored and counted. Empty: the graph is unknown. */
  readonly edges: readonly (readonly [caller: number, callee: number])[];
  /** Where requests enter the system, if known. */
  readonly entry: number | undefined;
  /** Where and in what the incident was noticed. */
  readonly target: { readonly service: number | undefined; readonly metric: 'latency' | 'availability' };
  readonly series: readonly RankingSeries[];
  readonly events?: RankingEvents;
  /** Rows of the metric source's incident window; fewer than 20 say nothing about order in time. */
  readonly incidentRows: number;
  /** Rows of the metric source's baseline window; fewer than 20 lower the confidence. */
  readonly baselineRows: number;
  readonly terms?: readonly RankingTerm[];
}
