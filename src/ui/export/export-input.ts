import type { AlertRecord, ExecutionRecord, IncidentRecord, PlanRecord, RunRecord } from '#contracts';
import type { Evidence, RcaReport } from '#model';

interface Sentence {
  readonly text: string;
  readonly cites: readonly number[];
}

/** The parts of a model's text that an export carries. */
export type WrittenParts = Readonly<Record<'rootCause' | 'impact' | 'remediation' | 'unknown', readonly Sentence[]>>;

/** Everything an export is made of. What is not there is left out, and said to be unknown where that matters. */
export interface ExportInput {
  readonly report: RcaReport;
  readonly run?: RunRecord | undefined;
  readonly incident?: IncidentRecord | undefined;
  /** What a language model wrote and every check let pass. */
  readonly written?: WrittenParts | undefined;
  readonly plans: readonly PlanRecord[];
  readonly executions: readonly ExecutionRecord[];
  /** Alerts that belong to the incident. */
  readonly alerts?: readonly AlertRecord[] | undefined;
  /** Where a piece of evidence can be looked at; absolute within `baseUrl`. */
  readonly linkFor: (evidence: Evidence) => string | undefined;
  /** Address of the page, absolute within `baseUrl`. */
  readonly pageUrl: string;
  /** Where Grafana answers, for example `https://grafana.example.org`. */
  readonly baseUrl: string;
  readonly exportedMs: number;
}
