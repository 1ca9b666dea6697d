import type {
  ChangeEvent,
  DataGap,
  EpochMs,
  LogLine,
  ServiceGraph,
  ServiceName,
  Signal,
  Span,
  TimeWindow,
} from '#model';
import type { IncidentEvents } from './rca/incident-events.ts';
import type { RankingWeights } from './ranking/ranking-weights.ts';

/** Everything an analysis sees. Names have no meaning; the order of lists does not matter. */
export interface AnalysisInput {
  /** Id of the report. */
  readonly id: string;
  /** Where and in what the trouble was noticed. */
  readonly target: { readonly service: ServiceName; readonly symptom: 'latency' | 'errors' };
  /** Signals that cover baseline and window, regular steps. */
  readonly signals: readonly Signal[];
  readonly graph: ServiceGraph;
  /** Window to explain. */
  readonly window: TimeWindow;
  /** Normal times to compare with; an hour or more before the onset. */
  readonly baseline: TimeWindow;
  /** First anomalous sample, where the detector knows it; searched inside the window otherwise. */
  readonly onsetMs?: EpochMs;
  /** End of the trouble, where it was over before the end of what was asked for. */
  readonly endedMs?: EpochMs;
  readonly changes: readonly ChangeEvent[];
  /** Error lines of the window. Hostile input: quoted as text, never interpreted beyond fixed patterns. */
  readonly errorLogs: readonly LogLine[];
  /** Slow traces of the window, where Tempo has any; sampled, so that none says nothing. */
  readonly traces?: ReadonlyArray<readonly Span[]>;
  /** Counts of operations, calls and log templates in normal times and since the onset, where they could be counted. */
  readonly events?: IncidentEvents;
  /** Sources that could not be read. */
  readonly gaps: readonly DataGap[];
  /** Desired replicas by deployment, where known; a scale action is proposed only from a known number. */
  readonly replicas?: Readonly<Record<ServiceName, number>>;
  /** Of the trained ranker; those that come with the product when missing. */
  readonly weights?: RankingWeights;
}
