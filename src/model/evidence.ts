import type { ServiceName } from './service.ts';
import type { EpochMs, TimeWindow, Unit } from './units.ts';

/** Where a piece of evidence came from. */
export type EvidenceSource = 'metric' | 'log' | 'trace' | 'change' | 'topology' | 'kubernetes' | 'impact' | 'alert';

/** Lines of one log template in the window, with how many were usual in as long a time before. */
export interface LogSamples {
  readonly kind: 'log-samples';
  readonly template: string;
  readonly count: number;
  /** Null where nothing is known of the time before. */
  readonly usualCount: number | null;
  readonly isNew: boolean;
  readonly lines: readonly { readonly atMs: EpochMs; readonly text: string }[];
}

/** One stretch of the critical path of a trace: the time in which nothing but this span kept the request waiting. */
export interface PathStretch {
  readonly service: ServiceName;
  readonly operation: string;
  /** From the start of the trace. */
  readonly startMs: number;
  readonly selfMs: number;
  /** Mean self time on the critical path of good traces; null where none has the operation. */
  readonly usualSelfMs: number | null;
  readonly isFailed: boolean;
}

/** A slow or failed trace beside good ones. `path` is in the order of time. */
export interface TracePath {
  readonly kind: 'trace-path';
  readonly traceId: string;
  readonly durationMs: number;
  /** Median duration of the good traces; null where there is none. */
  readonly usualMs: number | null;
  readonly comparedWith: number;
  readonly path: readonly PathStretch[];
}

/** What Kubernetes says of the workload of a service. */
export interface WorkloadState {
  readonly kind: 'workload-state';
  readonly pods: readonly {
    readonly name: string;
    readonly phase: string;
    /** Null where it is not known. */
    readonly isReady: boolean | null;
    readonly restarts: number | null;
    /** Why a container waits or was ended, for example `OOMKilled`; empty when nothing is known. */
    readonly reason: string;
  }[];
  /** Newest first, at most ten. */
  readonly events: readonly { readonly atMs: EpochMs; readonly reason: string; readonly message: string }[];
}

/** What a piece of evidence shows beyond its statement. */
export type EvidenceDetail = LogSamples | TracePath | WorkloadState;

/**
 * One numbered fact. Reports cite it as `[number]`; a claim without a number is refused.
 * `statement` is plain English and complete without the other fields.
 */
export interface Evidence {
  readonly number: number;
  readonly source: EvidenceSource;
  readonly service: ServiceName;
  readonly statement: string;
  readonly query?: string;
  /** Of the query; where missing that of the source: PromQL for metrics and topology, LogQL for logs and changes, TraceQL for traces. */
  readonly language?: 'promql' | 'logql' | 'traceql';
  readonly window?: TimeWindow;
  readonly atMs?: EpochMs;
  readonly observed?: number;
  readonly baseline?: number;
  readonly unit?: Unit;
  readonly detail?: EvidenceDetail;
}
