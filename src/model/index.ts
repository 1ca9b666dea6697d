export type { EpochMs, Ratio, Seconds, TimeWindow, Unit } from './units.ts';
export type { InstantSample, Labels, TimeSeries } from './series.ts';
export type { ServiceKind, ServiceName } from './service.ts';
export type {
  AffectedService,
  CoverageItem,
  Criticality,
  EdgeChange,
  EdgeDirection,
  EdgeKind,
  ImportantService,
  MeasureChange,
  NodeChange,
  PropagationRule,
  RuleComparison,
  ServiceCoverage,
  ServiceEdge,
  ServiceGraph,
  ServiceNode,
  ServiceOperation,
  ServiceTraits,
  SourceSighting,
  TopologyDiff,
  TopologySource,
  TopologySourceState,
  Workload,
} from './topology.ts';
export type { EdgeReading, NodeReading, TopologyReading } from './topology-reading.ts';
export type { Harm, Signal, SignalKind } from './signal.ts';
export type {
  AnomalyLevel,
  AnomalyReading,
  DetectionTier,
  DetectorId,
  DetectorShare,
  ExpectedBand,
  FeatureShare,
  HybridVerdict,
  QualityCheck,
  QualityVerdict,
  ScoredSignal,
  SeriesExplanation,
  SeriesQuality,
  ServiceAnomaly,
  ServiceDetection,
  UnknownReason,
} from './anomaly.ts';
export type { ExhaustionEstimate, ForecastPoint, SaturationWarning, SignalForecast } from './forecast.ts';
export type { LogAnomaly, LogAnomalyKind, LogPattern, LogSeverity } from './log-pattern.ts';
export type { FeatureCoverage, FeatureName, FeatureProfile } from './feature.ts';
export { SCORE_THRESHOLDS } from './anomaly.ts';
export type { ChangeEvent, ChangeKind, ChangeSource } from './change.ts';
export type { LogLine, Span, SpanKind } from './telemetry.ts';
export type {
  Evidence,
  EvidenceDetail,
  EvidenceSource,
  LogSamples,
  PathStretch,
  TracePath,
  WorkloadState,
} from './evidence.ts';
export type {
  CausalEffect,
  EffectInterval,
  EffectObjection,
  EffectsReport,
  MetricOfService,
  RuleFinding,
} from './causal-effect.ts';
export type {
  BusinessImpact,
  CauseKind,
  Contribution,
  CoverageWarning,
  DataGap,
  Decision,
  EvidenceSeries,
  Hypothesis,
  PathHop,
  RcaReport,
  RuledOut,
  Verdict,
} from './analysis.ts';
export type { ActionKind, ActionParameters, ActionProposal, ActionTarget, VerificationCheck } from './action.ts';
export type { RcaTarget } from './rca-url.ts';
export { APP_PLUGIN_ID, parseRcaUrl, toRcaUrl } from './rca-url.ts';
