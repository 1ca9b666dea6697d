import { z } from 'zod';
import type { RcaReport, ServiceAnomaly, ServiceGraph } from '#model';

/** Resource paths of the backend, below `/api/datasources/uid/<uid>/resources/`. */
export const RESOURCE_PATHS = {
  overview: 'overview',
  topology: 'topology',
  analyses: 'analyses',
  watch: 'watch',
} as const;

/** Body of `POST analyses`: analyse one service over a window. Answered as NDJSON of `AnalysisEvent`. */
export const analysisRequestSchema = z.strictObject({
  service: z.string().min(1).max(253),
  fromMs: z.number().int().nonnegative(),
  toMs: z.number().int().nonnegative(),
  /** Ask the language model for the wording, where it is configured. */
  narrate: z.boolean().default(false),
});
export type AnalysisRequest = z.infer<typeof analysisRequestSchema>;

/** Stages of an analysis, in order. */
export const ANALYSIS_STAGES = [
  'signals',
  'topology',
  'detection',
  'evidence',
  'ranking',
  'report',
  'narrative',
] as const;
export type AnalysisStage = (typeof ANALYSIS_STAGES)[number];

/** One line of the NDJSON stream. The last line is always `report` or `error`. */
export type AnalysisEvent =
  | { readonly type: 'progress'; readonly stage: AnalysisStage; readonly elapsedMs: number }
  | { readonly type: 'report'; readonly report: RcaReport; readonly elapsedMs: number }
  | { readonly type: 'error'; readonly code: string; readonly message: string; readonly remedy: string };

/** Answer of `GET overview?at=<ms>`. `problems` are sources that could not be read: the page says so. */
export interface OverviewAnswer {
  readonly atMs: number;
  readonly services: readonly ServiceAnomaly[];
  readonly graph: ServiceGraph | null;
  readonly problems: readonly SourceProblem[];
}

/** Answer of `GET topology?from=<ms>&to=<ms>`. */
export interface TopologyAnswer {
  readonly graph: ServiceGraph;
  readonly services: readonly ServiceAnomaly[];
  readonly problems: readonly SourceProblem[];
}

/** A source that could not be read, in words for a person. */
export interface SourceProblem {
  readonly source: 'prometheus' | 'loki' | 'tempo' | 'executor' | 'llm';
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/** Answer of `GET watch`: what the always-on loop does. */
export interface WatchAnswer {
  readonly enabled: boolean;
  readonly lastTickMs: number | null;
  readonly lastTickDurationMs: number | null;
  readonly ticks: number;
  readonly openIncidentId: string | null;
  readonly problems: readonly SourceProblem[];
}

/** Error body of every resource that fails. */
export interface ResourceError {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}
