import type { EpochMs, EvidenceSource, Seconds, ServiceName, TimeWindow, Unit } from '#model';

/** Where a fact came from. */
export type FactSource = EvidenceSource | 'analysis' | 'runbook' | 'incident';

/** One fact that a tool found: a sentence that is complete without the other fields. Its texts are untrusted. */
export interface ToolRow {
  readonly source: FactSource;
  readonly service: ServiceName;
  readonly statement: string;
  readonly atMs?: EpochMs;
  readonly observed?: number;
  readonly baseline?: number;
  readonly unit?: Unit;
}

/** What a tool found, most telling first. */
export interface ToolReply {
  readonly rows: readonly ToolRow[];
  /** Rows that were left out. */
  readonly leftOut: number;
}

/** Bounds of one call. The implementation reads no more than this. */
export interface ToolLimits {
  readonly rows: number;
  readonly bytes: number;
  readonly signal: AbortSignal;
}

/** Languages of queries. */
export type QueryLanguage = 'promql' | 'logql' | 'traceql';

/** Checks a query before it runs, with the parser of its language. */
export interface QueryValidator {
  validate(
    language: QueryLanguage,
    query: string
  ): { readonly ok: true } | { readonly ok: false; readonly message: string };
}

/**
 * What the model may look at: reading only. Inputs are validated, queries parsed, and times bounded before a method is called.
 * A method may throw; the model is told that the source did not answer.
 */
export interface InvestigationTools {
  queryMetrics(
    input: { readonly query: string; readonly window: TimeWindow; readonly stepSeconds?: Seconds },
    limits: ToolLimits
  ): Promise<ToolReply>;
  searchLogs(input: { readonly query: string; readonly window: TimeWindow }, limits: ToolLimits): Promise<ToolReply>;
  searchTraces(input: { readonly query: string; readonly window: TimeWindow }, limits: ToolLimits): Promise<ToolReply>;
  readTrace(input: { readonly traceId: string }, limits: ToolLimits): Promise<ToolReply>;
  topology(input: { readonly service: ServiceName }, limits: ToolLimits): Promise<ToolReply>;
  blastRadius(input: { readonly service: ServiceName }, limits: ToolLimits): Promise<ToolReply>;
  ranking(limits: ToolLimits): Promise<ToolReply>;
  effects(limits: ToolLimits): Promise<ToolReply>;
  changes(
    input: { readonly window: TimeWindow; readonly service?: ServiceName },
    limits: ToolLimits
  ): Promise<ToolReply>;
  runbooks(input: { readonly service?: ServiceName; readonly text?: string }, limits: ToolLimits): Promise<ToolReply>;
  similarIncidents(input: { readonly text?: string }, limits: ToolLimits): Promise<ToolReply>;
}

/** A fact with its number in the report, as a person may see it. */
export interface FoundFact extends ToolRow {
  readonly number: number;
  readonly tool: string;
  readonly query?: string;
  readonly language?: QueryLanguage;
  readonly window?: TimeWindow;
}

/** One call of a tool: what was asked and what came of it. Values as they are, not as the model saw them. */
export interface ToolCallRecord {
  readonly tool: string;
  readonly outcome: 'answered' | 'repeated' | 'refused' | 'failed';
  /** Why it was refused or failed. */
  readonly detail?: string;
  readonly query?: string;
  readonly language?: QueryLanguage;
  readonly window?: TimeWindow;
  /** Numbers of the facts it found. */
  readonly facts: readonly number[];
  readonly seconds: number;
}
