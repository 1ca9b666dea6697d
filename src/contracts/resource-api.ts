import { z } from 'zod';
import type {
  AnomalyLevel,
  DetectionTier,
  FeatureCoverage,
  LogAnomaly,
  LogPattern,
  QualityCheck,
  RcaReport,
  SeriesQuality,
  ServiceAnomaly,
  ServiceGraph,
  SignalKind,
  Unit,
} from '#model';

/** Resource paths of the backend, below `/api/datasources/uid/<uid>/resources/`. */
export const RESOURCE_PATHS = {
  overview: 'overview',
  topology: 'topology',
  topologyDiff: 'topology/diff',
  topologyBlastRadius: 'topology/blast-radius',
  topologyExport: 'topology/export',
  topologyImport: 'topology/import',
  /** `GET` the changes of a range, `POST` one (the webhook). */
  changes: 'changes',
  analyses: 'analyses',
  watch: 'watch',
  anomalies: 'anomalies',
  features: 'features',
  detectors: 'detectors',
  backtests: 'backtests',
  rebaseline: 'detectors/rebaseline',
  /** What would be sent to the language model. */
  explainPreview: 'investigations/explain-preview',
  investigate: 'investigations/investigate',
  ask: 'investigations/ask',
  modelBudget: 'investigations/budget',
  /** `GET` the list, `POST` starts one. */
  runs: 'runs',
  run: 'runs/:id',
  runEvents: 'runs/:id/events',
  runStream: 'runs/:id/stream',
  runCancel: 'runs/:id/cancel',
  /** `POST` opens an incident from what a run found. */
  incidents: 'incidents',
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
  'details',
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

/** A source that could not be read, in words for a person. */
export interface SourceProblem {
  readonly source: 'prometheus' | 'loki' | 'tempo' | 'jaeger' | 'grafana' | 'topology-file' | 'executor' | 'llm';
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/** Answer of `GET watch`: what the always-on loop does. */
export interface WatchAnswer {
  readonly enabled: boolean;
  /** Whether this backend leads; another one does when false. Null while that is not known. */
  readonly leader: boolean | null;
  /** Who leads, as the lease says; empty when nobody does. */
  readonly leaderName: string;
  readonly collectSeconds: number;
  readonly detectSeconds: number;
  readonly lastFitMs: number | null;
  readonly nextFitMs: number | null;
  readonly lastTickMs: number | null;
  readonly lastTickDurationMs: number | null;
  readonly ticks: number;
  readonly openIncidentId: string | null;
  readonly problems: readonly SourceProblem[];
}

/** One cell of the heat map: the highest score of a service inside a stretch. Null where nothing could be judged. */
export interface HeatCell {
  readonly atMs: number;
  readonly score: number | null;
  readonly level: AnomalyLevel;
}

/** Answer of `GET anomalies?from=<ms>&to=<ms>&cells=<n>`: services x time, the newest verdicts, quality and logs. */
export interface AnomaliesAnswer {
  readonly fromMs: number;
  readonly toMs: number;
  /** Length of one cell; every row has the same cells. */
  readonly cellSeconds: number;
  readonly rows: readonly { readonly service: string; readonly cells: readonly HeatCell[] }[];
  readonly services: readonly ServiceAnomaly[];
  readonly quality: readonly SeriesQuality[];
  readonly checks: readonly QualityCheck[];
  readonly logs: readonly LogAnomaly[];
  /** The patterns that `logs` name, for their templates; what is missing is shown by its id. */
  readonly patterns?: readonly LogPattern[];
  readonly problems: readonly SourceProblem[];
}

/** Answer of `GET features`: what discovery found for each service, and what is missing. */
export interface FeaturesAnswer {
  readonly atMs: number;
  readonly features: readonly FeatureCoverage[];
  readonly problems: readonly SourceProblem[];
}

/** Answer of `GET detectors?service=<name>`: what judges each signal, and from which value on it warns. */
export interface DetectorsAnswer {
  readonly service: string;
  readonly model: {
    /** `ready`, or why there is none. */
    readonly state: string;
    readonly version: string;
    readonly fittedMs: number | null;
    readonly rows: number;
    readonly features: readonly string[];
    readonly contamination: number;
    readonly fitReason: string;
    readonly shadow: boolean;
  };
  readonly signals: readonly {
    readonly signalId: string;
    readonly kind: SignalKind;
    readonly unit: Unit;
    readonly tier: DetectionTier;
    readonly detectors: readonly string[];
    /** A value outside warns; null for a side that does no harm. Null as a whole while too little is known. */
    readonly threshold: { readonly above: number | null; readonly below: number | null } | null;
    /** Highest level that it reaches alone: what describes load and not harm stays normal, or stops at a warning. */
    readonly highest: AnomalyLevel;
    /** History that was learned from. */
    readonly historySeconds: number;
  }[];
}

/**
 * Body of `POST detectors/rebaseline`: learn models and series anew from the telemetry up to now, for editors and
 * administrators. It holds until the next planned fit.
 */
export const rebaselineRequestSchema = z.strictObject({
  /** Shown with the fits that follow, for instance "new version of the shop". */
  reason: z.string().trim().min(1).max(200),
  /** All services when missing. */
  service: z.string().min(1).max(253).optional(),
});
export type RebaselineRequest = z.infer<typeof rebaselineRequestSchema>;

/** Answer of `POST detectors/rebaseline`: what was asked for; it is in force a few minutes later. */
export interface RebaselineAnswer extends RebaselineRequest {
  readonly atMs: number;
}

/** Body of `POST backtests`. */
export const backtestRequestSchema = z.strictObject({
  fromMs: z.number().int().nonnegative(),
  toMs: z.number().int().nonnegative(),
  /** All services when missing. */
  service: z.string().max(253).optional(),
  /**
   * What to replay: `ensemble`, `verdict`, one detector id, or a documented rule (`day-three-sigma`, `weekly-band`).
   */
  detector: z.string().max(40).default('ensemble'),
  /** Score at which an alert is raised, for everything that has a score. */
  threshold: z.number().min(0).max(1).default(0.8),
});
export type BacktestRequest = z.infer<typeof backtestRequestSchema>;

/** Answer of `POST backtests`: the alerts that would have been raised, against what is known. */
export interface BacktestAnswer {
  readonly request: BacktestRequest;
  readonly stepSeconds: number;
  /** History before `fromMs` that the detectors warmed up on. */
  readonly warmUpMs: number;
  readonly alerts: readonly {
    readonly service: string;
    readonly signalId: string;
    readonly openedMs: number;
    readonly closedMs: number | null;
    readonly peakScore: number;
    /** Whether it falls into a known incident; null where nothing is known about the time. */
    readonly hit: boolean | null;
  }[];
  /** Known incidents in the range: from the ledger and from labels. */
  readonly incidents: readonly {
    readonly service: string;
    readonly fromMs: number;
    readonly toMs: number;
    readonly source: 'ledger' | 'label';
    readonly detectedMs: number | null;
  }[];
  readonly hits: number;
  readonly misses: number;
  readonly falseAlarms: number;
  readonly alertsPerServiceDay: number;
  /** Share of points that could not be judged. */
  readonly unknownShare: number;
}

/** Error body of every resource that fails. */
export interface ResourceError {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}
