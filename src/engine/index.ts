export { analyse } from './analyse.ts';
export type { AnalysisInput } from './analysis-input.ts';
export { anomalyLevel } from './anomaly/anomaly-level.ts';
export { alertEpisodes, holdOff, type AlertEpisode, type HoldOffOptions } from './anomaly/hold-off.ts';
export { qualityChecks } from './anomaly/quality-checks.ts';
export { fitIsolationForest, IsolationForest, type IsolationForestOptions } from './anomaly/isolation-forest.ts';
export { toScore, toSurprisal } from './anomaly/score-map.ts';
export { decodeLstm, encodeLstm, LstmDetector, type LstmLayer, type LstmWeights } from './anomaly/service/lstm.ts';
export { scoreService, type ScoreServiceOptions } from './anomaly/score-service.ts';
export { scoreSignal, toReading, type ScoreSignalOptions } from './anomaly/score-signal.ts';
export { highestLevel } from './anomaly/series/load-ceiling.ts';
export { detectSeasonality, seasonalStrength, type SeasonalPeriod } from './anomaly/series/seasonality.ts';
export { SeriesModel, type SeriesStep } from './anomaly/series/series-model.ts';
export { pointsPerDay, TIER_MEMBERS, type SeriesConfig } from './anomaly/series/series-config.ts';
export { SERIES_DETECTORS } from './anomaly/series/null-table.ts';
export type { MemberReading as SeriesMemberReading } from './anomaly/series/ensemble.ts';
export type { QualityReport } from './anomaly/series/quality-tally.ts';
export { type AnnouncedChange, mergeChanges } from './changes/merge-changes.ts';
export { actionRisk, APPROVAL_ABOVE, type RiskContext } from './decision/risk.ts';
export { normalLevel, recoveryChecks, symptomLevels, type NormalLevel } from './decision/recovery-checks.ts';
export type { EffectColumn, EffectInput, EffectKind, EffectService, EffectWindow } from './effects/effect-input.ts';
export type {
  Counterfactual,
  EffectAnalysis,
  EffectCaveat,
  EffectSource,
  Estimate,
  NotTestableCode,
  Refutations,
  Refuter,
  TestedEffect,
  UntestableEffect,
} from './effects/effect-result.ts';
export { counterfactualText, verdictText, type EffectWording } from './effects/effect-text.ts';
export { estimateEffects } from './effects/estimate-effects.ts';
export type { PropagationRule } from './effects/propagation-rule.ts';
export { checkPropagationRules, type RuleCheck } from './effects/propagation-rules.ts';
export { combineModels, type ForecastModelId, type ModelWeights } from './forecast/combine-models.ts';
export { errorQuantiles, type ErrorQuantiles } from './forecast/conformal.ts';
export { dayThreeSigma, type BandOptions, type SeriesBand } from './forecast/day-three-sigma.ts';
export { exhaustion, type ExhaustionOptions, type ExhaustionVerdict } from './forecast/exhaustion.ts';
export {
  calibrateForecast,
  forecastSeries,
  type ForecastCalibration,
  type ForecastOptions,
  type SeriesForecast,
} from './forecast/forecast-series.ts';
export type { ForecastProblem, ObservedPoints } from './forecast/observed-window.ts';
export { forecastRidgeLags } from './forecast/ridge-lags.ts';
export { limitProblem, saturation, type SaturationOptions, type SaturationVerdict } from './forecast/saturation.ts';
export { forecastSeasonalAr } from './forecast/seasonal-ar.ts';
export type { SeasonalForecaster } from './forecast/seasonal-forecaster.ts';
export { forecastDampedHolt, forecastLastValue, forecastSeasonalNaive } from './forecast/simple-models.ts';
export { weeklyBand } from './forecast/weekly-band.ts';
export { findIncident, findIncidents, type IncidentCandidate, type IncidentInput } from './incident/find-incident.ts';
export { isSettling, settlingWindows, type SettlingWindow } from './incident/settling.ts';
export { changedPatterns, type ChangedPattern } from './logs/changed-patterns.ts';
export { countTemplates, type TemplateCounts } from './logs/count-templates.ts';
export { DrainMiner, templateText, type DrainConfig, type LogCluster, type LogMatch } from './logs/drain.ts';
export { LogPatternDetector, type LogBatch, type LogDetectorConfig, type LogStep } from './logs/log-detector.ts';
export { toLogMessage, type LogMessage } from './logs/log-message.ts';
export { DEFAULT_MASKS, type MaskRule } from './logs/mask.ts';
export { formatClock, formatValue, signalName } from './report/format.ts';
export { solveCholesky } from './stats/cholesky.ts';
export { firstAfter, partitionPoint } from './stats/partition-point.ts';
export { quantileSorted } from './stats/quantile.ts';
export { Xorshift32 } from './stats/xorshift.ts';
export { activeGraph } from './topology/active-graph.ts';
export { blastRadius, dependenciesOf } from './topology/blast-radius.ts';
export { callPath } from './topology/call-path.ts';
export { withCoverage } from './topology/coverage.ts';
export { diffTopology, type DiffOptions } from './topology/diff-topology.ts';
export { entryServices, gateways, immediateDominators, type Gateway } from './topology/dominators.ts';
export { mergeTopology } from './topology/merge-topology.ts';
export { graphFromCsv, type ReadGraph } from './topology/neo4j/from-csv.ts';
export { graphFromJson } from './topology/neo4j/from-json.ts';
export { graphToCsv, type GraphCsv } from './topology/neo4j/to-csv.ts';
export { graphToCypher } from './topology/neo4j/to-cypher.ts';
export { pageRank } from './topology/page-rank.ts';
export {
  readPropagationRule,
  type ReadRule,
  writePropagationRule,
  type WrittenRule,
} from './topology/propagation-rule.ts';
export { buildServiceGraph } from './topology/service-graph.ts';
export { strongComponents } from './topology/strong-components.ts';
export { graphShape, type GraphShape } from './topology/topology-shape.ts';
export { trimOf, type HistoryProfile } from './anomaly/service/contamination.ts';
export type { EwmaSettings } from './anomaly/service/feature-ewma.ts';
export type { FeatureTable, ServiceFeature } from './anomaly/service/feature-table.ts';
export { fitServiceModel, type ServiceModelFit } from './anomaly/service/fit-service-model.ts';
export { fitRobustScaling, robustZ, type RobustScaling } from './anomaly/service/robust-scaling.ts';
export { ServiceModel } from './anomaly/service/service-model.ts';
export type {
  ServiceMember,
  ServiceMemberReading,
  ServiceModelConfig,
  ServiceModelInfo,
  ServiceStep,
} from './anomaly/service/service-model-types.ts';
export { alertsPerDay, type ContaminationAlerts, type ContaminationTable } from './anomaly/service/alerts-per-day.ts';
export { featureDrift, isDriftAccepted, type DriftSample, type FeatureDrift } from './anomaly/service/drift.ts';
export { judgeService } from './anomaly/service/judge-service.ts';
export {
  lastScheduledFit,
  refitReason,
  shadowDecision,
  type RefitInput,
  type RefitReason,
  type ShadowDecision,
  type ShadowInput,
} from './anomaly/service/refit.ts';
export { RANKING_FEATURES, RAW_FEATURES, type FeatureMethod, type RankingFeature } from './ranking/feature-names.ts';
export { PRIOR_RANKING_WEIGHTS, UNTRAINED_WEIGHTS } from './ranking/prior-weights.ts';
export type {
  CallOperation,
  InternalOperation,
  MetricKind,
  OperationChange,
  OperationStats,
  RankingCase,
  RankingEvents,
  RankingSeries,
  RankingServiceType,
  RankingTerm,
  ServiceEvents,
  WindowCounts,
} from './ranking/ranking-case.ts';
export { METRIC_KINDS } from './ranking/ranking-case.ts';
export { histogramStats, unknownDurations } from './ranking/operation-stats.ts';
export { findTrouble } from './rca/onset.ts';
export type { Trouble } from './rca/onset.ts';
export type { IncidentEvents, NamedCalls, NamedServiceEvents } from './rca/incident-events.ts';
export {
  RANKERS,
  type RankedKind,
  type RankedService,
  type Ranker,
  type RankingContribution,
  type RankingDiagnostics,
  type RankingResult,
} from './ranking/ranking-result.ts';
export {
  formatRankingWeights,
  parseRankingWeights,
  RankingWeightsError,
  type NetworkMember,
  PLAIN_DEFAULTS,
  type RankingDefaults,
  type RankingWeights,
  WEIGHTS_SCHEMA,
} from './ranking/ranking-weights.ts';
export { SHIPPED_RANKING_WEIGHTS } from './ranking/shipped-weights.ts';
export { extractFeatures, type CaseFeatures } from './ranking/extract-features.ts';
export { showsEvidence } from './ranking/abstention.ts';
export { rankCase, type RankingOptions } from './ranking/rank-case.ts';
export { blendScores, linearScores, logSoftmax, networkInputs, networkScores } from './ranking/scores.ts';
export { concurrentCauses, type ConcurrentCause, type ConcurrentOptions } from './ranking/concurrent-causes.ts';
export { counterGrowth, cutSeries, guardBeforeOnset, type CutSeries, type RankingWindow } from './ranking/windows.ts';
export { compareTrace, type ComparedTrace, type GrownOperation } from './traces/compare-paths.ts';
