import type { AnalysisInput, IncidentCandidate } from '#engine';
import type { EpochMs, RcaReport, ServiceAnomaly, ServiceGraph } from '#model';
import type { DocumentedRuleInput, RuleFlags } from '../backtest/documented-rule.ts';
import type { SavedRuntime } from '../detection/detection-runtime.ts';
import type { RebuildInput } from '../detection/rebuild.ts';
import type { ReplayInput, ReplayOutput } from '../detection/replay.ts';
import type { UnminedEvents } from './mine-events.ts';
import type { MinedPatterns, PatternSearch } from './mine-patterns.ts';
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

/** Input of every task. Signals are packed: they are copied to another thread. */
export interface TaskInputs {
  readonly rebuild: RebuildInput;
  readonly replay: ReplayInput;
  readonly documentedRule: DocumentedRuleInput;
  readonly analyse: Omit<AnalysisInput, 'signals' | 'target' | 'events'> & {
    readonly signals: readonly PackedSignal[];
    readonly service: string;
    /** Chosen from the signals when missing. */
    readonly symptom?: 'latency' | 'errors';
    readonly events?: UnminedEvents;
  };
  readonly patterns: PatternSearch;
}

/** Output of every task. */
export interface TaskOutputs {
  readonly rebuild: SavedRuntime;
  readonly replay: ReplayOutput;
  readonly documentedRule: readonly RuleFlags[];
  readonly analyse: RcaReport;
  readonly patterns: MinedPatterns;
}

/** Names of the tasks. */
export type TaskName = keyof TaskInputs;

/** Runs CPU-heavy work, off the event loop where a process serves calls. */
export interface AnalysisPool {
  /** @throws BackendError `CAUSEWAY_WORKER_FAILED`; the reason of the signal when it aborts first */
  run<Name extends TaskName>(name: Name, input: TaskInputs[Name], signal?: AbortSignal): Promise<TaskOutputs[Name]>;
  close(): Promise<void>;
}
