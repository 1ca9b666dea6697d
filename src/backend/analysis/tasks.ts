import type { AnalysisInput, IncidentCandidate } from '#engine';
import type { EpochMs, RcaReport, ServiceAnomaly, ServiceEdge, ServiceGraph, ServiceNode, SignalKind } from '#model';
import type { PackedSignal } from './packed-signal.ts';

/** What is known about all services at one instant. */
export interface Judgement {
  readonly atMs: EpochMs;
  /** One entry per service of the graph and of the signals, clients excepted, by name. */
  readonly services: readonly ServiceAnomaly[];
  readonly graph: ServiceGraph;
  /** Troubles that users notice, worst first. */
  readonly incidents: readonly IncidentCandidate[];
}

/** Score of one service over time. NaN where unknown. */
export interface ScoreTimeline {
  readonly service: string;
  readonly timesMs: Float64Array;
  readonly scores: Float64Array;
}

/** Value and expected band of one signal over time. NaN where unknown. */
export interface BandTimeline {
  readonly service: string;
  readonly signalId: string;
  readonly unit: string;
  readonly query: string;
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** Input of every task. Signals are packed: they are copied to another thread. */
export interface TaskInputs {
  readonly judge: {
    readonly signals: readonly PackedSignal[];
    readonly nodes: readonly ServiceNode[];
    readonly edges: readonly ServiceEdge[];
    readonly atMs: EpochMs;
    readonly stepSeconds: number;
  };
  readonly timeline: {
    readonly signals: readonly PackedSignal[];
    readonly fromMs: EpochMs;
    readonly toMs: EpochMs;
    readonly stepSeconds: number;
    /** At most this many points per series; peaks of the score survive. */
    readonly maxPoints: number;
    /** Restricts the score to one kind and adds its bands. */
    readonly kind?: SignalKind;
  };
  readonly analyse: Omit<AnalysisInput, 'signals' | 'target'> & {
    readonly signals: readonly PackedSignal[];
    readonly service: string;
    /** Chosen from the signals when missing. */
    readonly symptom?: 'latency' | 'errors';
  };
}

/** Output of every task. */
export interface TaskOutputs {
  readonly judge: Judgement;
  readonly timeline: { readonly scores: readonly ScoreTimeline[]; readonly bands: readonly BandTimeline[] };
  readonly analyse: RcaReport;
}

/** Names of the tasks. */
export type TaskName = keyof TaskInputs;

/** Runs CPU-heavy work, off the event loop where a process serves calls. */
export interface AnalysisPool {
  /** @throws BackendError `CAUSEWAY_WORKER_FAILED`; the reason of the signal when it aborts first */
  run<Name extends TaskName>(name: Name, input: TaskInputs[Name], signal?: AbortSignal): Promise<TaskOutputs[Name]>;
  close(): Promise<void>;
}
