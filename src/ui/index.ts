export { describeAction, describeTarget } from './action-text.ts';
export type { DescribedAction } from './action-text.ts';
export { AnomalyBadge } from './AnomalyBadge.tsx';
export { splitCitations } from './citations.ts';
export type { TextPart } from './citations.ts';
export { Citations, CitedText, toEvidenceId } from './CitedText.tsx';
export { ColumnHeads } from './ColumnHeads.tsx';
export {
  DETECTOR_LABELS,
  describeDetector,
  describeExplanation,
  describeFeatures,
  describeShares,
  LOG_ANOMALY_LABELS,
  QUALITY_LABELS,
  VERDICT_TEXTS,
} from './detection-text.ts';
export { ImpactTable } from './evidence/ImpactTable.tsx';
export { LogPatterns } from './evidence/LogPatterns.tsx';
export { TracePaths } from './evidence/TracePaths.tsx';
export { WorkloadStates } from './evidence/WorkloadStates.tsx';
export { WrittenText } from './evidence/WrittenText.tsx';
export type { Written } from './evidence/WrittenText.tsx';
export { ExportMenu } from './export/ExportMenu.tsx';
export { EvidenceList } from './EvidenceList.tsx';
export {
  formatAgo,
  formatBytes,
  formatCheckValue,
  formatConfidence,
  formatDuration,
  formatMinute,
  formatRatio,
  formatScore,
  formatSeconds,
  formatTime,
  formatTimeOfDay,
  formatValue,
} from './format.ts';
export type { ForeignArc, ForeignEdge, ForeignGraph, ForeignNode } from './graph/foreign-graph.ts';
export { toGraphChanges, withRemoved } from './graph/graph-changes.ts';
export type { GraphChange, GraphChanges } from './graph/graph-changes.ts';
export { saveFile } from './graph/graph-export.ts';
export { toEdgeId } from './graph/graph-ids.ts';
export { toSubgraph } from './graph/graph-index.ts';
export { toHighlight, toReportGraph } from './graph/graph-model.ts';
export type { GraphHighlight } from './graph/graph-model.ts';
export type { GraphChoice, GraphFocus } from './graph/graph-scope.ts';
export { toLevelColor } from './graph/graph-style.ts';
export { describeEdge, SOURCE_LABELS } from './graph/graph-text.ts';
export { ServiceGraphView } from './graph/ServiceGraphView.tsx';
export type { ServiceGraphViewProps } from './graph/ServiceGraphView.tsx';
export { heatCellStyles, toHatch } from './heat-cell-style.ts';
export { HeatMap } from './HeatMap.tsx';
export { toStretch } from './heat-map-model.ts';
export type { HeatMapCell, HeatMapChoice, HeatMapRow } from './heat-map-model.ts';
export { HypothesisRanking } from './HypothesisRanking.tsx';
export { IncidentTimeline } from './IncidentTimeline.tsx';
export { toKeyFigures } from './kpi.ts';
export type { KeyFigures } from './kpi.ts';
export {
  CAUSE_LABELS,
  CHANGE_LABELS,
  countLevels,
  describeReading,
  describeUnknown,
  describeUnknownReason,
  KIND_LABELS,
  LEVEL_LABELS,
  SIGNAL_LABELS,
  sortByUrgency,
  toLevel,
  toScoreLevel,
} from './level.ts';
export { PLAN_STATE_TEXTS, sortPlans, toExecutionState, toPlanState, toRiskSteps } from './plan-state.ts';
export type { PlanState, PlanStateText } from './plan-state.ts';
export { PlanCard, PlanStateBadge } from './PlanCard.tsx';
export type { PlanCardProps } from './PlanCard.tsx';
export type { ExecutionPort } from './plan/execution-port.ts';
export { ExecutionControls } from './plan/ExecutionControls.tsx';
export { VerificationSection } from './plan/VerificationSection.tsx';
export { PlanSteps } from './plan/PlanSteps.tsx';
export type { DecisionChoice, PlanDecisionPort } from './PlanDecisionForm.tsx';
export type { Problem } from './problem.ts';
export { formatClock } from './report/clock.ts';
export { EffectsSection } from './report/EffectsSection.tsx';
export { PathSteps } from './report/PathSteps.tsx';
export { RuledOutTable } from './report/RuledOutTable.tsx';
export { SeriesSection } from './report/SeriesSection.tsx';
export { WhatIsNotKnown } from './report/WhatIsNotKnown.tsx';
export { RiskArithmetic } from './RiskArithmetic.tsx';
export { ScoreTable } from './ScoreTable.tsx';
export { describeMeasured, describeSignal, nameSignal } from './signal-text.ts';
export { describeSettling } from './settling-text.ts';
export { EmptyState, ErrorState, LoadingState, ProblemList, StaleNotice } from './states.tsx';
export { stackedTableStyles } from './stacked-table-style.ts';
export { tableStyles } from './table-style.ts';
export { TEST_IDS } from './test-ids.ts';
export { toTimeline } from './timeline.ts';
export type { TimelineEvent } from './timeline.ts';
export { toToneColor } from './tone.ts';
export type { Tone } from './tone.ts';
export { ToneBadge } from './ToneBadge.tsx';
export { nameFeature } from './vector-feature-text.ts';
export { VerdictBadge } from './VerdictBadge.tsx';
